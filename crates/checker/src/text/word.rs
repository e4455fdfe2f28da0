//! Words between spaces, each cut into runs of one kind of character.

use std::mem;

use smallvec::SmallVec;

use crate::Span;

/// What a run consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Hangul syllables.
    Hangul,
    /// ASCII digits, with commas and points between them.
    Digits,
    /// Latin letters.
    Latin,
    /// Anything else.
    Other,
}

/// A run within a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// The runs of one word: most words have three or fewer, which then lie in the word itself.
pub(crate) type Runs = SmallVec<[Run; 3]>;

/// A word: what stands between white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) span: Span,
    pub(crate) runs: Runs,
}

impl Word {
    fn new(runs: Runs) -> Option<Self> {
        let span = Span::new(runs.first()?.span.start, runs.last()?.span.end);
        Some(Self { span, runs })
    }

    /// The word as it stands in the part of the text that begins so many bytes in.
    pub(crate) fn within(&self, start: usize) -> Self {
        let runs = self.runs.iter().map(|run| Run { span: run.span.within(start), ..*run });
        Self { span: self.span.within(start), runs: runs.collect() }
    }
}

/// Every word of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(text.len() / 10);
    let mut runs = Runs::new();
    let mut last: Option<Run> = None;
    for (at, character) in text.char_indices() {
        let end = at + character.len_utf8();
        let kind = match character {
            '가'..='힣' => Some(Kind::Hangul),
            '0'..='9' => Some(Kind::Digits),
            'A'..='Z' | 'a'..='z' => Some(Kind::Latin),
            ',' | '.' if is_within_number(last, text, end) => Some(Kind::Digits),
            '\0' | ' ' | '\n' => None,
            _ if character.is_whitespace() => None,
            _ => Some(Kind::Other),
        };
        match (&mut last, kind) {
            // Marks stand alone, so that a rule sees which mark is next to a word.
            (Some(run), Some(kind)) if run.kind == kind && kind != Kind::Other => {
                run.span.end = end;
            }
            (_, kind) => {
                if let Some(run) = last.take() {
                    runs.push(run);
                }
                last = kind.map(|kind| Run { kind, span: Span::new(at, end) });
                if kind.is_none() && !runs.is_empty() {
                    words.extend(Word::new(mem::take(&mut runs)));
                }
            }
        }
    }
    runs.extend(last);
    words.extend(Word::new(runs));
    words
}

/// Whether a comma or point stands between two digits: after `last`, and before the byte `end`.
fn is_within_number(last: Option<Run>, text: &str, end: usize) -> bool {
    last.is_some_and(|run| run.kind == Kind::Digits)
        && text.as_bytes().get(end).is_some_and(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::{Kind, words};

    fn check(text: &str, expected: &[&[(Kind, &str)]]) {
        let words = words(text);
        let runs: Vec<Vec<_>> = words
            .iter()
            .map(|word| {
                word.runs.iter().map(|run| (run.kind, run.span.of(text).unwrap())).collect()
            })
            .collect();
        assert_eq!(runs, expected);
    }

    #[test]
    fn cuts_words_into_runs() {
        use Kind::{Digits, Hangul, Latin, Other};
        check(" \n", &[]);
        check(
            "“SK는\t1,200.5억원.” 😀",
            &[
                &[(Other, "“"), (Latin, "SK"), (Hangul, "는")],
                &[(Digits, "1,200.5"), (Hangul, "억원"), (Other, "."), (Other, "”")],
                &[(Other, "😀")],
            ],
        );
    }
}
