//! Marks that stand twice, apart from their word, or in the wrong shape.

use crate::rule;
use crate::text::Document;
use crate::{Span, Suggestion};

/// Brackets by shape; an opener is closed by its own closer.
const PAIRS: [(char, char); 7] =
    [('(', ')'), ('[', ']'), ('〈', '〉'), ('《', '》'), ('「', '」'), ('『', '』'), ('〔', '〕')];

/// What is opened and not closed within so many bytes is left alone.
const REACH_BYTES: usize = 400;

pub(crate) fn check(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    doubled(document, out);
    brackets(document, out);
    unspaced(document, out);
}

/// Every full stop and comma with its place.
fn stops(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let places = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'.' | b','));
    places.filter_map(|(at, _)| Some((at, text.get(at..=at)?)))
}

/// 떴다.경찰은 and 도로,공원: a blank follows the mark between two words.
fn unspaced(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    let is_hangul = |one: &char| ('가'..='힣').contains(one);
    for (at, mark) in stops(text) {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + mark.len()..).unwrap_or_default();
        let last = before.chars().next_back();
        if !last.is_some_and(|last| is_hangul(&last)) || !after.starts_with(|one| is_hangul(&one)) {
            continue;
        }
        let is_sentence_end = last.is_some_and(|last| "다요까죠".contains(last));
        let is_word = before.chars().rev().take(2).filter(is_hangul).count() == 2;
        let follows = after.chars().take(2).filter(is_hangul).count() == 2;
        // “…했다.고 말했다 lacks its closing mark, which another rule says.
        let is_reported =
            ["고 ", "며 ", "라고", "라며", "면서"].iter().any(|one| after.starts_with(one));
        let is_end = if mark == "." { is_sentence_end } else { true };
        let span = Span::new(at, at + mark.len());
        if is_word && follows && is_end && !is_reported && !document.is_protected(span) {
            let found = rule::rule("punctuation/space-after");
            out.extend(
                found.and_then(|rule| rule.suggestion(text, span, vec![format!("{mark} ")])),
            );
        }
    }
}

/// `..` and `,,` after a syllable, and a full stop or comma apart from it.
fn doubled(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    for (at, _) in stops(text) {
        let rest = text.get(at..).unwrap_or_default();
        let before = text.get(..at).unwrap_or_default();
        let mark = rest.chars().next().unwrap_or(' ');
        // Three or more are an ellipsis; a row of a million must not be counted a million times.
        let same = rest.chars().take(3).take_while(|one| *one == mark).count();
        let follows = before.chars().next_back();
        let after = rest.chars().nth(same);
        let ends = after
            .is_none_or(|after| after.is_whitespace() || matches!(after, '”' | '’' | '"' | '\''));
        let is_hangul = |one: char| ('가'..='힣').contains(&one);
        let span = if same == 2 && follows.is_some_and(is_hangul) && ends {
            Span::new(at, at + 2)
        } else if same == 1 && follows == Some(' ') && ends {
            let word = before.strip_suffix(' ').and_then(|word| word.chars().next_back());
            if !word.is_some_and(is_hangul) {
                continue;
            }
            Span::new(at - 1, at + 1)
        } else {
            continue;
        };
        let found = rule::rule("punctuation/doubled");
        out.extend(found.and_then(|rule| rule.suggestion(text, span, vec![mark.to_string()])));
    }
}

fn brackets(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    let mut open: Option<(usize, char)> = None;
    for (at, character) in text.char_indices() {
        if ('가'..='힣').contains(&character) {
            continue;
        }
        if character == '\n' {
            open = None;
            continue;
        }
        if let Some((_, closer)) = PAIRS.iter().find(|pair| pair.0 == character) {
            // Nested brackets are none of this rule's business.
            open = if open.is_some() { None } else { Some((at, *closer)) };
            continue;
        }
        if !PAIRS.iter().any(|pair| pair.1 == character) {
            continue;
        }
        let Some((from, closer)) = open.take() else { continue };
        if closer == character || at - from > REACH_BYTES {
            continue;
        }
        let span = Span::new(at, at + character.len_utf8());
        let found = rule::rule("punctuation/bracket-pair");
        out.extend(found.and_then(|rule| rule.suggestion(text, span, vec![closer.to_string()])));
    }
}
