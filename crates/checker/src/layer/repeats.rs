//! A word that stands twice in a row.

use crate::rule;
use crate::text::Document;
use crate::text::word::Kind;
use crate::{Span, Suggestion};

/// Shorter words are doubled on purpose too often: 하루 하루, 전 전 대통령.
const LEAST_SYLLABLES: usize = 3;

pub(crate) fn check(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    for pair in document.words().windows(2) {
        let [first, second] = pair else { continue };
        let is_plain = first.runs.iter().chain(&second.runs).all(|run| run.kind == Kind::Hangul);
        let (one, other) = (first.span.of(text), second.span.of(text));
        let between = Span::new(first.span.end, second.span.start).of(text);
        let is_long = one.is_some_and(|word| word.chars().nth(LEAST_SYLLABLES - 1).is_some());
        if !is_plain || one != other || between != Some(" ") || !is_long || is_idiom(one) {
            continue;
        }
        let span = Span::new(first.span.start, second.span.end);
        let right = one.map(str::to_owned).into_iter().collect();
        out.extend(
            rule::rule("sentence/repeated-word")
                .and_then(|rule| rule.suggestion(text, span, right)),
        );
    }
}

/// Whether the word may stand twice for emphasis.
fn is_idiom(word: Option<&str>) -> bool {
    word.is_some_and(|word| {
        ["조금씩", "하나씩", "한걸음", "천천히", "아니야", "그래서"].contains(&word)
    })
}
