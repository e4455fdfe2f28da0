//! Which findings the caller's own words silence.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::Span;
use crate::text::Normal;
use crate::text::particle::may_follow_noun;

/// Words that are never flagged, in composed form.
#[derive(Debug, Default)]
pub(crate) struct IgnoredWords {
    words: FxHashSet<String>,
    /// How many bytes they have; each length once.
    lengths: BTreeSet<usize>,
}

impl IgnoredWords {
    pub(crate) fn new<'w>(words: impl Iterator<Item = &'w String>) -> Self {
        let words = words.filter(|word| !word.is_empty());
        let words: FxHashSet<_> = words.map(|word| Normal::new(word).text().to_owned()).collect();
        let lengths = words.iter().map(String::len).collect();
        Self { words, lengths }
    }

    /// Whether the text under the span is an ignored word, begins with one that particles follow, or
    /// lies inside one.
    pub(crate) fn covers(&self, text: &str, span: Span) -> bool {
        if self.words.is_empty() || span.is_empty() {
            return false;
        }
        let original = span.of(text).unwrap_or_default();
        self.begins(original) || self.surrounds(text, span)
    }

    fn begins(&self, original: &str) -> bool {
        let heads = self.lengths.iter().filter_map(|length| original.split_at_checked(*length));
        heads.into_iter().any(|(head, tail)| self.words.contains(head) && may_follow_noun(tail))
    }

    /// Looks at every stretch around the span that is as long as one of the words.
    fn surrounds(&self, text: &str, span: Span) -> bool {
        self.lengths.range(span.len() + 1..).any(|length| {
            let first = span.end.saturating_sub(*length);
            (first..=span.start)
                .filter_map(|start| text.get(start..start + length))
                .any(|there| self.words.contains(there))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{Checker, Settings};

    /// What is still found in `text` when `words` are ignored.
    fn check(text: &str, words: &[&str], expected: &[&str]) {
        let ignored_words = words.iter().map(|word| (*word).to_owned()).collect();
        let settings = Settings { ignored_words, ..Settings::default() };
        let found = Checker::new().check(text, &settings);
        assert_eq!(found.into_iter().map(|one| one.original).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn ignored_words_are_not_flagged() {
        let text = "😀 몇일 뒤 정부은 할수 있다";
        check(text, &[], &["몇일", "정부은", "할수"]);
        check(text, &["몇일", "#"], &["정부은", "할수"]);
        check(text, &["정부", "", "할수"], &["몇일"]);
        check(text, &["정", "할", "도"], &["몇일", "정부은", "할수"]);
    }

    #[test]
    fn decomposed_and_composed_words_are_the_same() {
        let decomposed = "\u{1106}\u{1167}\u{11be}\u{110b}\u{1175}\u{11af}";
        check("몇일 뒤", &[decomposed], &[]);
        check(&format!("{decomposed} 뒤"), &["몇일"], &[]);
    }

    #[test]
    fn what_lies_inside_an_ignored_word_is_not_flagged() {
        check("😀 몇일 뒤 몇일 밤", &[], &["몇일", "몇일"]);
        check("😀 몇일 뒤 몇일 밤", &["몇일 밤"], &["몇일"]);
        check("😀 몇일 뒤 몇일 밤", &["뒤 몇일", "😀 몇일 뒤"], &[]);
        check("몇일", &["몇일 밤", "몇일몇일"], &["몇일"]);
    }
}
