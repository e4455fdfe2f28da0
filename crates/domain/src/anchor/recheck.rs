//! The checker over what the model would write: only the sentences around a change are read, and
//! those as they stand only once.

use std::collections::HashMap;

use checker::{Checker, Settings, Severity, Span, Suggestion};

/// A stretch holds whole sentences and at least so many bytes of a line.
const STRETCH_BYTES: usize = 120;
/// Where no sentence ends, it ends with a word after so many bytes, or after twice as many anywhere.
const WITHOUT_END_BYTES: usize = 600;
/// So many bytes of the line on either side of a change are read along.
const MARGIN_BYTES: usize = 20;

/// What a replacement brings with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// Nothing that was not there.
    Clean,
    /// Warnings or hints that were not there.
    Questionable,
    /// An error that was not there.
    Wrong,
}

/// Reads changed sentences.
#[derive(Debug)]
pub(super) struct Recheck<'t> {
    text: &'t str,
    checker: &'t Checker,
    settings: &'t Settings,
    /// Where stretches begin, and the text's end.
    cuts: Vec<usize>,
    /// What the checker says of stretches of the text as they stand.
    known: HashMap<Span, Vec<Suggestion>>,
}

impl<'t> Recheck<'t> {
    pub(super) fn new(text: &'t str, checker: &'t Checker, settings: &'t Settings) -> Self {
        Self { text, checker, settings, cuts: cuts(text), known: HashMap::new() }
    }

    /// Whether words of the settings say that this is never flagged.
    pub(super) fn leaves_alone(&self, span: Span) -> bool {
        self.checker.leaves_alone(self.text, span, self.settings)
    }

    /// What the checker finds after the change that it did not find before.
    pub(super) fn verdict(&mut self, span: Span, replacement: &str) -> Verdict {
        let stretch = self.stretch_around(span);
        let (text, checker, settings) = (self.text, self.checker, self.settings);
        let known = self
            .known
            .entry(stretch)
            .or_insert_with(|| checker.check(stretch.of(text).unwrap_or_default(), settings));
        let before = Span::new(stretch.start, span.start).of(text).unwrap_or_default();
        let after = Span::new(span.end, stretch.end).of(text).unwrap_or_default();
        let changed = checker.check(&format!("{before}{replacement}{after}"), settings);
        let mut left: Vec<(&str, &str)> = known.iter().map(key).collect();
        let mut worst = Verdict::Clean;
        for found in &changed {
            if let Some(at) = left.iter().position(|known| *known == key(found)) {
                left.swap_remove(at);
                continue;
            }
            worst = worst.max(match found.severity {
                Severity::Error => Verdict::Wrong,
                Severity::Warning | Severity::Hint => Verdict::Questionable,
            });
        }
        worst
    }

    /// The stretches around a span; of a neighbouring line nothing.
    fn stretch_around(&self, span: Span) -> Span {
        let near = super::line_around(self.text, span, MARGIN_BYTES);
        let first = self.cuts.partition_point(|cut| *cut <= near.start).saturating_sub(1);
        let last = self.cuts.partition_point(|cut| *cut < near.end);
        let cut = |at: usize| self.cuts.get(at).copied().unwrap_or(self.text.len());
        Span::new(cut(first), cut(last))
    }
}

fn key(found: &Suggestion) -> (&str, &str) {
    (found.rule.as_str(), found.original.as_str())
}

/// Cuts every line into stretches of whole sentences.
fn cuts(text: &str) -> Vec<usize> {
    let mut cuts = vec![0];
    let (mut start, mut ends_sentence) = (0, false);
    for (at, character) in text.char_indices() {
        let next = at + character.len_utf8();
        let len = next - start;
        let is_space = character.is_whitespace();
        if character == '\n'
            || is_space && ends_sentence && len >= STRETCH_BYTES
            || is_space && len >= WITHOUT_END_BYTES
            || len >= 2 * WITHOUT_END_BYTES
        {
            cuts.push(next);
            start = next;
        }
        ends_sentence = matches!(character, '.' | '?' | '!');
    }
    if start < text.len() {
        cuts.push(text.len());
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::{Recheck, Verdict, cuts};
    use checker::{Checker, Settings, Span};

    #[test]
    fn lines_are_cut_after_sentences() {
        let sentence = "가".repeat(100) + ". ";
        let text = format!("😀 짧다.\n{}끝", sentence.repeat(3));
        let first = "😀 짧다.\n".len();
        assert_eq!(cuts(&text), [0, first, first + 302, first + 604, first + 906, text.len()]);
        assert_eq!(cuts(""), [0]);
        assert_eq!(cuts(&"\u{1100}\u{1161}".repeat(500)), [0, 1200, 2400, 3000]);
        assert_eq!(cuts(&"가나다라마바사 ".repeat(60)), [0, 616, 1232, 1320]);
    }

    fn check(marked: &str, expected: Verdict) {
        let (checker, settings) = (Checker::new(), Settings::default());
        let (before, rest) = marked.split_once('[').unwrap();
        let (change, after) = rest.split_once(']').unwrap();
        let (original, replacement) = change.split_once('>').unwrap();
        let text = format!("{before}{original}{after}");
        let span = Span::new(before.len(), before.len() + original.len());
        let mut recheck = Recheck::new(&text, &checker, &settings);
        assert_eq!(recheck.verdict(span, replacement), expected, "{marked}");
    }

    #[test]
    fn what_the_checker_finds_anew_is_told() {
        check("그는 [며칠>몇일] 뒤 왔다", Verdict::Wrong);
        check("그는 [몇일>며칠] 뒤 왔다", Verdict::Clean);
        check("몇일 전 그는 [자주>가끔] 왔다", Verdict::Clean);
        check("몇일 전 그는 [자주>몇일] 왔다", Verdict::Wrong);
        let long = "그는 그렇게 했다. ".repeat(100);
        check(&format!("{long}그는 [며칠>몇일] 뒤 왔다. {long}"), Verdict::Wrong);
    }
}
