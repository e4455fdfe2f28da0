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
        let mut runs = Runs::from_slice(&self.runs);
        for run in &mut runs {
            run.span = run.span.within(start);
        }
        Self { span: self.span.within(start), runs }
    }
}

/// A character that is neither Hangul nor a digit nor a Latin letter; it is a run by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) at: usize,
    pub(crate) character: char,
}

/// Every mark in the words of a text, in order.
pub(crate) fn marks(text: &str, words: &[Word]) -> Vec<Mark> {
    let runs = words.iter().flat_map(|word| &word.runs).filter(|run| run.kind == Kind::Other);
    let mark = |run: &Run| {
        let character = run.span.of(text)?.chars().next()?;
        Some(Mark { at: run.span.start, character })
    };
    runs.filter_map(mark).collect()
}

/// Every word of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(text.len() / 10);
    let mut runs = Runs::new();
    let mut at = 0;
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let Some(kind) = kind_of(first) else {
            if !runs.is_empty() {
                words.extend(Word::new(mem::take(&mut runs)));
            }
            at += first.len_utf8();
            continue;
        };
        let end = end_of_run(text, at, kind, first.len_utf8());
        runs.push(Run { kind, span: Span::new(at, end) });
        at = end;
    }
    words.extend(Word::new(runs));
    words
}

/// What a run that begins with the character consists of; nothing where no word stands.
fn kind_of(first: char) -> Option<Kind> {
    match first {
        '가'..='힣' => Some(Kind::Hangul),
        '0'..='9' => Some(Kind::Digits),
        'A'..='Z' | 'a'..='z' => Some(Kind::Latin),
        '\0' | ' ' | '\n' => None,
        _ if first.is_whitespace() => None,
        _ => Some(Kind::Other),
    }
}

/// Where the run ends that begins at a byte with a character of that length.
fn end_of_run(text: &str, start: usize, kind: Kind, length: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let bytes = rest.as_bytes();
    let length = match kind {
        Kind::Hangul => rest.chars().take_while(|one| ('가'..='힣').contains(one)).count() * length,
        Kind::Digits => digits(bytes),
        Kind::Latin => bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count(),
        // Marks stand alone, so that a rule sees which mark is next to a word.
        Kind::Other => length,
    };
    start + length
}

/// How many bytes belong to the number at the start: a comma or point does between two digits.
fn digits(bytes: &[u8]) -> usize {
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_within = |at: usize| matches!(bytes.get(at), Some(b',' | b'.')) && is_digit(at + 1);
    (0..).take_while(|at| is_digit(*at) || is_within(*at)).count()
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
