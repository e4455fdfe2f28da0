//! Finds the entries of all rules in one pass and looks at what stands around each.

use aho_corasick::{AhoCorasick, MatchKind};

use super::{At, RULES, RuleData, Then};
use crate::text::Document;
use crate::text::particle;
use crate::{Span, Suggestion};

/// One automaton over the entries of every rule.
#[derive(Debug)]
pub(crate) struct Literals {
    automaton: Option<AhoCorasick>,
    /// For each pattern its rule and the place of the entry in it.
    entries: Vec<(usize, usize)>,
}

impl Literals {
    pub(crate) fn new() -> Self {
        let numbered = RULES.iter().enumerate();
        let entries: Vec<(usize, usize)> = numbered
            .flat_map(|(rule, data)| (0..data.entries.len()).map(move |entry| (rule, entry)))
            .collect();
        let patterns = RULES.iter().flat_map(|rule| rule.entries.iter().map(|entry| entry.0));
        // Patterns are short and few: the automaton is far below every limit that could fail it.
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(patterns).ok();
        Self { automaton, entries }
    }

    pub(crate) fn check(&self, document: &Document<'_>, out: &mut Vec<Suggestion>) {
        let text = document.text();
        let Some(automaton) = &self.automaton else { return };
        for found in automaton.find_overlapping_iter(text) {
            let Some((rule, entry)) = self.entries.get(found.pattern().as_usize()) else {
                continue;
            };
            let Some(rule) = RULES.get(*rule) else { continue };
            let span = Span::new(found.start(), found.end());
            if let Some((_, rights)) = rule.entries.get(*entry) {
                out.extend(place(rule, document, span, rights));
            }
        }
    }
}

fn place(
    rule: &RuleData,
    document: &Document<'_>,
    span: Span,
    rights: &[&str],
) -> Option<Suggestion> {
    let text = document.text();
    let before = text.get(..span.start)?.chars().next_back();
    if rule.at == At::Start && before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let tail = hangul_run(text.get(span.end..)?);
    let is_wanted = match rule.then {
        Then::Any => true,
        Then::End => tail.is_empty(),
        Then::Noun => particle::may_follow_noun(tail),
    };
    if !is_wanted || document.is_protected(span) || !fits_sentence(rule, document, span) {
        return None;
    }
    let wrong = span.of(text)?;
    let particle = rights.first().and_then(|right| particle::carried(wrong, right, tail));
    let Some((old, new)) = particle else {
        let rights = rights.iter().map(|right| (*right).to_owned()).collect();
        return rule.suggestion(text, span, rights);
    };
    let wider = Span::new(span.start, span.end + old.len());
    let rights = rights.iter().map(|right| format!("{right}{new}")).collect();
    rule.suggestion(text, wider, rights)
}

fn fits_sentence(rule: &RuleData, document: &Document<'_>, span: Span) -> bool {
    if rule.context.is_empty() && rule.unless.is_empty() {
        return true;
    }
    let sentence = document.sentence_around(span);
    let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    (rule.context.is_empty() || has(rule.context)) && !has(rule.unless)
}

/// As much of the Hangul after an entry as a rule looks at: a word of a megabyte must not be read
/// again for every entry in it.
const TAIL_LIMIT_CHARS: usize = 16;

/// The Hangul at the start of a text.
fn hangul_run(text: &str) -> &str {
    let is_hangul = |(_, character): &(usize, char)| ('가'..='힣').contains(character);
    let run = text.char_indices().take(TAIL_LIMIT_CHARS).take_while(is_hangul);
    let end = run.last().map_or(0, |(at, character)| at + character.len_utf8());
    text.get(..end).unwrap_or_default()
}
