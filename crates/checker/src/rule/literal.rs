//! Finds the texts of all rules in one pass and looks at what stands around each.

use std::sync::Arc;

use crawdad::Trie;

use super::pattern::{Before, Class};
use super::spread::{self, Literal};
use super::starts::Starts;
use super::{At, RuleData, Then};
use crate::lexicon::{Lexicon, Tags, trie_of};
use crate::morph::analysis::{Analyser, Reading};
use crate::morph::conjugation::kind;
use crate::text::Document;
use crate::text::particle;
use crate::{Settings, Severity, Span, Suggestion};

/// The texts of a list of rules in a trie over characters.
pub(crate) struct Set {
    rules: Vec<Arc<RuleData>>,
    /// Every text, and where its literals begin.
    trie: Trie,
    /// How the texts begin.
    begins: Starts,
    /// Sorted by their texts.
    literals: Vec<Literal>,
    /// For each literal whether the next one has the same text.
    goes_on: Vec<bool>,
}

/// The texts of every rule: those in the binary, which the build has sorted, and those of packs.
pub(crate) struct Literals {
    sets: Vec<Set>,
}

impl std::fmt::Debug for Literals {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count: usize = self.sets.iter().map(|set| set.literals.len()).sum();
        out.debug_struct("Literals").field("texts", &count).finish()
    }
}

static TRIE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/literals.trie"));
static STARTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/literals.starts"));
static RECORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/literals.bin"));

/// What a place is judged with.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) analyser: &'a Analyser,
    pub(crate) settings: &'a Settings,
}

impl Set {
    fn built_in() -> Self {
        // A record is the flag and the literal; the build has written both files.
        let records = RECORDS.chunks_exact(spread::BYTES + 1);
        let goes_on = records.clone().map(|record| record.first() == Some(&1)).collect();
        let literals = records.filter_map(|record| Literal::from_bytes(record.get(1..)?)).collect();
        let trie = trie_of(TRIE);
        let begins = Starts::from_bytes(STARTS);
        Self { rules: super::built_in().to_vec(), trie, begins, literals, goes_on }
    }

    /// The texts of the rules of packs; none when there is no text.
    pub(crate) fn new(rules: Vec<Arc<RuleData>>) -> Option<Self> {
        let numbered = (0..).zip(&rules);
        let all =
            numbered.flat_map(|(number, rule)| spread::literals(number, &rule.text)).collect();
        let (texts, literals) = spread::grouped(all);
        let trie = Trie::from_records(texts.iter().map(|(text, at)| (text, *at))).ok()?;
        let mut goes_on = vec![true; literals.len()];
        for (_, at) in &texts {
            if let Some(before) = at.checked_sub(1).and_then(|at| goes_on.get_mut(at as usize)) {
                *before = false;
            }
        }
        if let Some(last) = goes_on.last_mut() {
            *last = false;
        }
        let begins = Starts::of(texts.iter().map(|(text, _)| text.as_str()));
        Some(Self { rules, trie, begins, literals, goes_on })
    }

    /// What the rules find in a document.
    pub(crate) fn check(
        &self,
        document: &Document<'_>,
        judge: Judge<'_>,
        out: &mut Vec<Suggestion>,
    ) {
        let mut places = document.text().char_indices();
        loop {
            let rest = places.as_str();
            let Some((at, _)) = places.next() else { break };
            if !self.begins.may_begin(rest.chars()) {
                continue;
            }
            for (rule, literal, length) in self.starts(rest) {
                let span = Span::new(at, at + length);
                out.extend(place(rule, literal, document, span, judge));
            }
        }
    }

    /// Every literal whose text stands at the start of `rest`, with the bytes of the text.
    fn starts<'s>(
        &'s self,
        rest: &'s str,
    ) -> impl Iterator<Item = (&'s RuleData, &'s Literal, usize)> {
        let mut ends = rest.char_indices().map(|(at, one)| at + one.len_utf8());
        let mut passed = 0;
        let found =
            self.trie.common_prefix_search(rest.chars()).filter_map(move |(first, count)| {
                let end = ends.nth(count - passed - 1)?;
                passed = count;
                Some((first as usize, end))
            });
        found.flat_map(move |(first, end)| {
            let more = self.goes_on.get(first..).unwrap_or_default().iter();
            let count = more.take_while(|goes_on| **goes_on).count() + 1;
            let same = self.literals.get(first..first + count).unwrap_or_default();
            same.iter().filter_map(move |one| {
                let rule = self.rules.get(usize::from(one.rule))?;
                Some((rule.as_ref(), one, end))
            })
        })
    }
}

impl Literals {
    /// The texts of the built-in rules and of `packs`.
    pub(crate) fn new(packs: Vec<Arc<RuleData>>) -> Self {
        Self { sets: [Set::built_in()].into_iter().chain(Set::new(packs)).collect() }
    }

    pub(crate) fn check(
        &self,
        document: &Document<'_>,
        judge: Judge<'_>,
        out: &mut Vec<Suggestion>,
    ) {
        for set in &self.sets {
            set.check(document, judge, out);
        }
    }
}

fn place(
    rule: &RuleData,
    literal: &Literal,
    document: &Document<'_>,
    span: Span,
    judge: Judge<'_>,
) -> Option<Suggestion> {
    // Hints are many, and most callers want none.
    if rule.severity == Severity::Hint && !judge.settings.hints {
        return None;
    }
    let text = document.text();
    let before = text.get(..span.start)?;
    let is_inside = || before.ends_with(char::is_alphanumeric);
    if literal.before.is_none() && rule.at == At::Start && is_inside() {
        return None;
    }
    let head = match literal.before {
        Some(class) => class_before(class, before, judge)?,
        None => "",
    };
    let tail = hangul_run(text.get(span.end..)?);
    let is_wanted = match (literal.kinds, rule.then) {
        (0, Then::Any) => true,
        (0, Then::End) => tail.is_empty(),
        (0, Then::Noun) => particle::may_follow_noun(tail),
        (kinds, _) => judge.analyser.closes(kinds, tail, judge.lexicon),
    };
    if !is_wanted || !applies(rule, document, span, judge.settings) || document.is_protected(span) {
        return None;
    }
    let wrong = span.of(text)?;
    let span = Span::new(span.start - head.len(), span.end);
    let rights = literal.rights(&rule.text);
    let carried = || particle::carried(wrong, rights.first()?, tail);
    let (old, new) = carried().filter(|_| rule.then == Then::Noun).unwrap_or_default();
    let wider = Span::new(span.start, span.end + old.len());
    let rights = rights.iter().map(|right| format!("{}{new}", right.replace("$0", head)));
    rule.suggestion(text, wider, rights.collect())
}

fn applies(rule: &RuleData, document: &Document<'_>, span: Span, settings: &Settings) -> bool {
    let is_in_profile = rule.profiles.is_empty() || rule.profiles.contains(&settings.profile);
    let is_in_scope = rule.scope.as_ref().is_none_or(|scope| settings.scopes.contains(scope));
    is_in_profile && is_in_scope && fits_sentence(rule, document, span)
}

fn fits_sentence(rule: &RuleData, document: &Document<'_>, span: Span) -> bool {
    let (context, unless) = (&rule.text.context, &rule.text.unless);
    if context.is_empty() && unless.is_empty() {
        return true;
    }
    let sentence = document.sentence_around(span);
    let has = |words: &[String]| words.iter().any(|word| sentence.contains(word.as_str()));
    (context.is_empty() || has(context)) && !has(unless)
}

/// What stands right before in the same word, when it is of that class.
fn class_before<'t>(wanted: Before, before: &'t str, judge: Judge<'_>) -> Option<&'t str> {
    let class = wanted.class;
    if class == Class::Number {
        let is_digit = |one: char| one.is_ascii_digit() || matches!(one, ',' | '.');
        let head = before.get(before.trim_end_matches(is_digit).len()..)?;
        return Some(head).filter(|head| head.starts_with(|one: char| one.is_ascii_digit()));
    }
    let is_hangul = |(_, one): &(usize, char)| ('가'..='힣').contains(one);
    let run = before.char_indices().rev().take(TAIL_LIMIT_CHARS + 1).take_while(is_hangul);
    let start = run.last()?.0;
    let head = before.get(start..).filter(|head| wanted.fits(head))?;
    let tags = || judge.lexicon.tags(head);
    let reads = |wanted| judge.analyser.read(head, false, judge.lexicon).has(wanted);
    let is_class = match class {
        Class::Word | Class::Number => true,
        Class::Noun => {
            judge.lexicon.is_noun(head)
                || (reads(Reading::NOUN) && !reads(Reading::PREDICATE) && head.len() > 6)
        }
        Class::Future => reads(Reading::ADNOMINAL_RIEUL),
        Class::Adnominal => reads(Reading::ADNOMINAL_NIEUN),
        Class::Stem => tags().is_some_and(|tags| tags.kinds() & kind::PLAIN != 0),
        Class::Open => judge.analyser.is_open(head, judge.lexicon),
        Class::Predicate => reads(Reading::PREDICATE),
        Class::Bare => judge.lexicon.is_noun(head) && !is_noun_with_i(head, judge.lexicon),
        Class::Root => head.len() > 3 && tags().is_some_and(Tags::is_root),
    };
    is_class.then_some(head)
}

/// Whether a suffix of the word is a noun with 이 at its end: 고양이, 집들이.
fn is_noun_with_i(head: &str, lexicon: &Lexicon) -> bool {
    let starts = head.char_indices().map(|(at, _)| at);
    starts.filter_map(|at| head.get(at..)).any(|part| {
        part.len() > 3 && lexicon.tags(&format!("{part}이")).is_some_and(Tags::is_common_noun)
    }) || lexicon.is_noun(&format!("{head}이"))
}

/// As much of the Hangul around an entry as a rule looks at: a word of a megabyte must not be read
/// again for every entry in it.
const TAIL_LIMIT_CHARS: usize = 16;

/// The Hangul at the start of a text.
fn hangul_run(text: &str) -> &str {
    let is_hangul = |(_, character): &(usize, char)| ('가'..='힣').contains(character);
    let run = text.char_indices().take(TAIL_LIMIT_CHARS).take_while(is_hangul);
    let end = run.last().map_or(0, |(at, character)| at + character.len_utf8());
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Set, spread};
    use crate::rule::built_in;

    #[test]
    fn the_build_has_written_every_text() {
        let written = Set::built_in();
        let fresh = Set::new(built_in().to_vec()).unwrap();
        assert_eq!(written.literals, fresh.literals);
        assert_eq!(written.goes_on, fresh.goes_on);
        assert_eq!(written.begins, fresh.begins);
        for (rule, number) in built_in().iter().zip(0..) {
            for (text, literal) in spread::literals(number, &rule.text) {
                let found = |set: &Set| {
                    set.starts(&text).any(|(_, one, end)| *one == literal && end == text.len())
                };
                assert!(found(&written) && found(&fresh), "{text}");
            }
        }
    }
}
