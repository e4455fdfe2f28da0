//! Words between spaces, each cut into runs of one kind of character.

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

/// A word: what stands between white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) span: Span,
    pub(crate) runs: Vec<Run>,
}

/// Every word of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(text.len() / 10);
    let mut is_inside = false;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if character.is_whitespace() || character == '\0' {
            is_inside = false;
            continue;
        }
        let end = at + character.len_utf8();
        if !is_inside {
            words.push(Word { span: Span::new(at, end), runs: Vec::new() });
        }
        is_inside = true;
        let next = characters.peek().map(|(_, next)| *next);
        if let Some(word) = words.last_mut() {
            word.span.end = end;
            extend(&mut word.runs, Span::new(at, end), character, next);
        }
    }
    words
}

fn extend(runs: &mut Vec<Run>, span: Span, character: char, next: Option<char>) {
    let last = runs.last_mut();
    let is_within_number = matches!(character, ',' | '.')
        && last.as_ref().is_some_and(|run| run.kind == Kind::Digits)
        && next.is_some_and(|next| next.is_ascii_digit());
    let kind = match character {
        '가'..='힣' => Kind::Hangul,
        '0'..='9' => Kind::Digits,
        'A'..='Z' | 'a'..='z' => Kind::Latin,
        _ if is_within_number => Kind::Digits,
        _ => Kind::Other,
    };
    match last {
        // Marks stand alone, so that a rule sees which mark is next to a word.
        Some(run) if run.kind == kind && kind != Kind::Other => run.span.end = span.end,
        _ => runs.push(Run { kind, span }),
    }
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
