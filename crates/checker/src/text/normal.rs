//! Composed form of a text, with the way back to the text as it was given.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::Span;

/// A text in normalisation form C.
#[derive(Debug)]
pub(crate) struct Normal<'t> {
    text: Cow<'t, str>,
    /// `(byte here, byte there)` of every group of characters that compose together; empty where
    /// the text was composed already.
    groups: Vec<(usize, usize)>,
    given_len: usize,
}

impl<'t> Normal<'t> {
    pub(crate) fn new(given: &'t str) -> Self {
        let given_len = given.len();
        if is_composed(given) {
            return Self { text: Cow::Borrowed(given), groups: Vec::new(), given_len };
        }
        let mut text = String::with_capacity(given_len);
        let mut groups = Vec::new();
        let mut start = 0;
        let mut end = 0;
        for (at, character) in given.char_indices() {
            if at > start && !joins(character) {
                groups.push((text.len(), start));
                text.extend(given.get(start..at).unwrap_or_default().nfc());
                start = at;
            }
            end = at + character.len_utf8();
        }
        groups.push((text.len(), start));
        text.extend(given.get(start..end).unwrap_or_default().nfc());
        Self { text: Cow::Owned(text), groups, given_len }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The same place in the given text, widened to whole groups.
    pub(crate) fn given(&self, span: Span) -> Span {
        if self.groups.is_empty() {
            return span;
        }
        let start = self.groups.partition_point(|group| group.0 <= span.start).saturating_sub(1);
        let end = self.groups.partition_point(|group| group.0 < span.end);
        let there = |at: usize| self.groups.get(at).map_or(self.given_len, |group| group.1);
        let start = there(start);
        Span::new(start, there(end).max(start))
    }
}

/// Whether a text is in the form already; a text that may be counts as one that is not.
fn is_composed(given: &str) -> bool {
    // Letters, syllables and marks that compose with nothing before them part the text: only what
    // stands between them must be looked up, and in most texts nothing does.
    let is_plain = |one: char| {
        one.is_ascii()
            || matches!(one, '가'..='힣' | '\u{2010}'..='\u{205e}' | '\u{3001}'..='\u{3029}')
    };
    if given.chars().all(is_plain) {
        return true;
    }
    let parts = given.split(is_plain).filter(|part| !part.is_empty());
    parts.into_iter().all(|part| is_nfc_quick(part.chars()) == IsNormalized::Yes)
}

/// Whether a character may compose with the one before it.
fn joins(character: char) -> bool {
    matches!(character, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}')
        || unicode_normalization::char::is_combining_mark(character)
}

#[cfg(test)]
mod tests {
    use super::Normal;
    use crate::Span;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn composed_text_is_itself() {
        let normal = Normal::new("기사 😀");
        assert_eq!(normal.text(), "기사 😀");
        assert_eq!(normal.given(Span::new(3, 6)), Span::new(3, 6));
    }

    #[test]
    fn decomposed_text_finds_its_way_back() {
        let given: String = "😀 한글 몇일".nfd().collect();
        let normal = Normal::new(&given);
        assert_eq!(normal.text(), "😀 한글 몇일");
        let at = normal.text().find("몇일").unwrap();
        let back = normal.given(Span::new(at, at + 6));
        assert_eq!(back.of(&given).unwrap().nfc().collect::<String>(), "몇일");
        assert_eq!(back.end, given.len());
    }
}
