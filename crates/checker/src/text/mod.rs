//! The text as the rules see it: normalised, cut into words, with what no rule may touch marked.

pub(crate) mod grouped;
mod marked;
mod normal;
pub(crate) mod particle;
pub(crate) mod sound;
pub(crate) mod syllables;
pub(crate) mod word;

use crate::Span;

use marked::Marked;
pub(crate) use normal::Normal;
use word::{Kind, Mark, Run, Word};

/// A normalised text with its words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Document<'t> {
    text: &'t str,
    words: Vec<Word>,
    marks: Vec<Mark>,
    marked: Marked,
}

/// A sentence is looked for at most so far on either side.
const SENTENCE_REACH_BYTES: usize = 600;

impl<'t> Document<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let words = word::words(text);
        let marks = word::marks(text, &words);
        let marked = Marked::new(text, &words, &marks);
        Self { text, words, marks, marked }
    }

    /// A line of the document by itself: what is marked and how words are cut ends with the line, so
    /// that nothing is read again.
    pub(crate) fn line(&self, line: Span) -> Self {
        let text = line.of(self.text).unwrap_or_default();
        let from = self.words.partition_point(|word| word.span.start < line.start);
        let to = self.words.partition_point(|word| word.span.start < line.end);
        let words = self.words.get(from..to).unwrap_or_default().iter();
        let words = words.map(|word| word.within(line.start)).collect();
        let marks = self.marks_within(line).iter();
        let marks = marks.map(|mark| Mark { at: mark.at - line.start, ..*mark }).collect();
        Self { text, words, marks, marked: self.marked.within(line) }
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    pub(crate) fn words(&self) -> &[Word] {
        &self.words
    }

    /// Whatever is neither Hangul nor a digit, a Latin letter or white space.
    pub(crate) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The marks of a stretch.
    pub(crate) fn marks_within(&self, span: Span) -> &[Mark] {
        let from = self.marks.partition_point(|mark| mark.at < span.start);
        let to = self.marks.partition_point(|mark| mark.at < span.end);
        self.marks.get(from..to).unwrap_or_default()
    }

    /// Every run of Hangul right after digits.
    pub(crate) fn units(&self) -> impl Iterator<Item = &Run> {
        let pairs = self.words.iter().flat_map(|word| word.runs.windows(2));
        pairs.filter_map(|pair| match pair {
            [digits, unit] if (digits.kind, unit.kind) == (Kind::Digits, Kind::Hangul) => {
                Some(unit)
            }
            _ => None,
        })
    }

    /// Whether one blank and nothing else stands between two words that follow one another.
    pub(crate) fn are_near(&self, first: &Word, second: &Word) -> bool {
        first.span.end + 1 == second.span.start
            && self.text.as_bytes().get(first.span.end) == Some(&b' ')
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
    fn a_line_is_what_it_would_be_alone() {
        let text = "\n가 “나\n다” #라 〈마〉 😀 `바`\r\n<p>사</p> a@b.kr 1,\n234 《아 〈자〉 차》“”\0카\n\
                    \u{1112}\u{1161}\u{11ab} www.a.kr <b>`c`</b> “타”\n〈파\n하〉";
        let document = Document::new(text);
        let mut start = 0;
        for line in text.split('\n') {
            let span = Span::new(start, start + line.len());
            assert_eq!(document.line(span), Document::new(line));
            start = span.end + 1;
        }
        assert_eq!(start, text.len() + 1);
    }

    #[test]
    fn a_sentence_ends_at_its_mark() {
        let text = "앞 문장. 가운데 말. 뒤";
        let at = text.find("가운데").unwrap();
        let sentence = Document::new(text).sentence_around(Span::new(at, at + 3));
        assert_eq!(sentence, " 가운데 말");
    }
}
