//! Finds the entries, stems and patterns of all rules in one pass and looks at what stands around
//! each.

use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use super::pattern::{self, Before, Class};
use super::{At, RuleData, Then, stems};
use crate::lexicon::{Lexicon, Tags};
use crate::morph::analysis::{Analyser, Reading};
use crate::morph::conjugation::kind;
use crate::text::Document;
use crate::text::particle;
use crate::{Settings, Span, Suggestion};

/// One text the automaton looks for.
#[derive(Debug)]
struct Literal {
    rule: Arc<RuleData>,
    /// What must stand right before.
    class: Option<Before>,
    /// Kinds of a form of a stem: what follows must be an ending of it. 0 for other texts.
    kinds: u16,
    rights: Vec<String>,
}

/// One automaton over the texts of every rule.
#[derive(Debug)]
pub(crate) struct Literals {
    automaton: Option<AhoCorasick>,
    literals: Vec<Literal>,
}

/// What a place is judged with.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) analyser: &'a Analyser,
    pub(crate) settings: &'a Settings,
}

impl Literals {
    pub(crate) fn new<'r>(rules: impl Iterator<Item = &'r Arc<RuleData>>) -> Self {
        let mut texts = Vec::new();
        let mut literals = Vec::new();
        for rule in rules {
            for (text, literal) in spread(rule) {
                texts.push(text);
                literals.push(literal);
            }
        }
        // Texts are short and few: the automaton is far below every limit that could fail it.
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&texts).ok();
        Self { automaton, literals }
    }

    pub(crate) fn check(
        &self,
        document: &Document<'_>,
        judge: Judge<'_>,
        out: &mut Vec<Suggestion>,
    ) {
        let text = document.text();
        let Some(automaton) = &self.automaton else { return };
        for found in automaton.find_overlapping_iter(text) {
            if let Some(literal) = self.literals.get(found.pattern().as_usize()) {
                out.extend(literal.place(document, Span::new(found.start(), found.end()), judge));
            }
        }
    }
}

/// Every text of a rule. Patterns and stems that cannot be read were refused before.
fn spread(rule: &Arc<RuleData>) -> Vec<(String, Literal)> {
    let literal = |class, kinds, rights| Literal { rule: Arc::clone(rule), class, kinds, rights };
    let entries = rule.text.entries.iter().filter_map(|entry| {
        let (wrong, rights) = entry.split_first()?;
        Some((wrong.clone(), literal(None, 0, rights.to_vec())))
    });
    let patterns =
        rule.text.patterns.iter().filter_map(|text| pattern::spread(text).ok()).flatten();
    let patterns = patterns.map(|one| (one.wrong, literal(one.class, 0, one.rights)));
    let stems = rule.text.stems.iter().filter_map(|[wrong, right]| stems::pairs(wrong, right));
    let stems =
        stems.flatten().map(|(wrong, right, kinds)| (wrong, literal(None, kinds, vec![right])));
    entries.chain(patterns).chain(stems).collect()
}

impl Literal {
    fn place(&self, document: &Document<'_>, span: Span, judge: Judge<'_>) -> Option<Suggestion> {
        let text = document.text();
        let before = text.get(..span.start)?;
        let head = match self.class {
            Some(class) => class_before(class, before, judge)?,
            None if self.rule.at == At::Start && before.ends_with(char::is_alphanumeric) => {
                return None;
            }
            None => "",
        };
        let tail = hangul_run(text.get(span.end..)?);
        let is_wanted = match (self.kinds, self.rule.then) {
            (0, Then::Any) => true,
            (0, Then::End) => tail.is_empty(),
            (0, Then::Noun) => particle::may_follow_noun(tail),
            (kinds, _) => judge.analyser.closes(kinds, tail, judge.lexicon),
        };
        if !is_wanted
            || !self.applies(document, span, judge.settings)
            || document.is_protected(span)
        {
            return None;
        }
        let wrong = span.of(text)?;
        let span = Span::new(span.start - head.len(), span.end);
        let rights = self.rights.iter().map(|right| right.replace("$0", head));
        let carried = || particle::carried(wrong, self.rights.first()?, tail);
        let Some((old, new)) = carried().filter(|_| self.rule.then == Then::Noun) else {
            return self.rule.suggestion(text, span, rights.collect());
        };
        let wider = Span::new(span.start, span.end + old.len());
        self.rule.suggestion(text, wider, rights.map(|right| format!("{right}{new}")).collect())
    }

    fn applies(&self, document: &Document<'_>, span: Span, settings: &Settings) -> bool {
        let rule = &self.rule;
        let is_in_profile = rule.profiles.is_empty() || rule.profiles.contains(&settings.profile);
        let is_in_scope = rule.scope.as_ref().is_none_or(|scope| settings.scopes.contains(scope));
        is_in_profile && is_in_scope && fits_sentence(rule, document, span)
    }
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
