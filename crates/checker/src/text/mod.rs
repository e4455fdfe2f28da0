//! The text as the rules see it: normalised, cut into words, with what no rule may touch marked.

mod marked;
mod normal;
pub(crate) mod particle;
pub(crate) mod sound;
pub(crate) mod word;

use crate::Span;

use marked::Marked;
pub(crate) use normal::Normal;
use word::Word;

/// A normalised text with its words.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    text: &'t str,
    words: Vec<Word>,
    marked: Marked,
}

/// A sentence is looked for at most so far on either side.
const SENTENCE_REACH_BYTES: usize = 600;

impl<'t> Document<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let words = word::words(text);
        let marked = Marked::new(text, &words);
        Self { text, words, marked }
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    pub(crate) fn words(&self) -> &[Word] {
        &self.words
    }

    /// Whether the span touches an address, a hashtag, code or a tag.
    pub(crate) fn is_protected(&self, span: Span) -> bool {
        marked::touches(&self.marked.protected, span)
    }

    /// Whether the span lies inside the title of a work.
    pub(crate) fn is_in_title(&self, span: Span) -> bool {
        marked::holds(&self.marked.titles, span)
    }

    /// Whether the span lies inside direct speech.
    pub(crate) fn is_in_speech(&self, span: Span) -> bool {
        marked::holds(&self.marked.speech, span)
    }

    /// The sentence around a span, its length bounded.
    pub(crate) fn sentence_around(&self, span: Span) -> &'t str {
        let is_end = |character| matches!(character, '\n' | '\r' | '.' | '?' | '!');
        let from = floor(self.text, span.start.saturating_sub(SENTENCE_REACH_BYTES));
        let to = floor(self.text, (span.end + SENTENCE_REACH_BYTES).min(self.text.len()));
        let before = self.text.get(from..span.start).unwrap_or_default();
        let after = self.text.get(span.end..to).unwrap_or_default();
        let start = before.rfind(is_end).map_or(from, |at| from + at + 1);
        let end = after.find(is_end).map_or(to, |at| span.end + at);
        self.text.get(start..end).unwrap_or_default()
    }
}

/// The nearest character boundary at or before a byte.
fn floor(text: &str, mut byte: usize) -> usize {
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

#[cfg(test)]
mod tests {
    use super::Document;
    use crate::Span;

    #[test]
    fn addresses_are_protected() {
        let text = "누리집 https://a.kr/갯수 에서";
        let document = Document::new(text);
        let at = text.find("갯수").unwrap();
        assert!(document.is_protected(Span::new(at, at + 6)));
        assert!(!document.is_protected(Span::new(0, 9)));
    }

    #[test]
    fn a_sentence_ends_at_its_mark() {
        let text = "앞 문장. 가운데 말. 뒤";
        let at = text.find("가운데").unwrap();
        let sentence = Document::new(text).sentence_around(Span::new(at, at + 3));
        assert_eq!(sentence, " 가운데 말");
    }
}
