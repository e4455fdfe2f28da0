//! Marks that stand twice, apart from their word, or in the wrong shape.

use super::add;
use crate::rule;
use crate::text::Document;
use crate::text::word::Mark;
use crate::{Span, Suggestion};

/// Brackets by shape; an opener is closed by its own closer.
const PAIRS: [(char, char); 7] =
    [('(', ')'), ('[', ']'), ('〈', '〉'), ('《', '》'), ('「', '」'), ('『', '』'), ('〔', '〕')];

/// What is opened and not closed within so many bytes is left alone.
const REACH_BYTES: usize = 400;

pub(crate) fn check(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    // A point within a number stands beside no syllable.
    let stops = document.marks().iter().filter(|mark| matches!(mark.character, '.' | ','));
    for Mark { at, character } in stops.copied() {
        add(out, doubled(text, at, character));
        add(out, unspaced(document, at, character));
    }
    brackets(document, out);
}

/// 떴다.경찰은 and 도로,공원: a blank follows the mark between two words.
fn unspaced(document: &Document<'_>, at: usize, mark: char) -> Option<Suggestion> {
    let text = document.text();
    let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
    let last = before.chars().next_back().filter(is_hangul)?;
    after.chars().next().filter(is_hangul)?;
    let is_sentence_end = matches!(last, '다' | '요' | '까' | '죠');
    let is_word = before.chars().rev().take(2).filter(is_hangul).count() == 2;
    let follows = after.chars().take(2).filter(is_hangul).count() == 2;
    // “…했다.고 말했다 lacks its closing mark, which another rule says.
    let is_reported =
        ["고 ", "며 ", "라고", "라며", "면서"].iter().any(|one| after.starts_with(one));
    let is_end = mark == ',' || is_sentence_end;
    let span = Span::new(at, at + 1);
    if !is_word || !follows || !is_end || is_reported || document.is_protected(span) {
        return None;
    }
    rule::rule("punctuation/space-after")?.suggestion(text, span, vec![format!("{mark} ")])
}

/// `..` and `,,` after a syllable, and a full stop or comma apart from it.
fn doubled(text: &str, at: usize, mark: char) -> Option<Suggestion> {
    let (before, rest) = text.split_at_checked(at)?;
    // Three or more are an ellipsis; a row of a million must not be counted a million times.
    let same = rest.chars().take(3).take_while(|one| *one == mark).count();
    let follows = before.chars().next_back()?;
    let span = match same {
        2 if is_hangul(&follows) => Span::new(at, at + 2),
        1 if follows == ' ' => {
            let word = before.strip_suffix(' ')?;
            word.chars().next_back().filter(is_hangul)?;
            Span::new(at - 1, at + 1)
        }
        _ => return None,
    };
    let after = rest.chars().nth(same);
    let ends =
        after.is_none_or(|after| after.is_whitespace() || matches!(after, '”' | '’' | '"' | '\''));
    ends.then(|| rule::rule("punctuation/doubled")?.suggestion(text, span, vec![mark.to_string()]))?
}

fn is_hangul(one: &char) -> bool {
    ('가'..='힣').contains(one)
}

fn brackets(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    let mut open: Option<(usize, char)> = None;
    for Mark { at, character } in document.marks().iter().copied() {
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
