//! Text with markup in it, as LanguageTool's clients send it: what is checked, and where a place in
//! it lies in the text as given.

use checker::Span;
use serde::Deserialize;

/// The JSON of the `data` parameter: either `text` or `annotation`.
#[derive(Deserialize)]
pub(crate) struct Annotation {
    text: Option<String>,
    annotation: Option<Vec<Part>>,
}

/// One stretch of text or of markup.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    text: Option<String>,
    markup: Option<String>,
    /// What stands in the checked text in place of the markup.
    interpret_as: Option<String>,
}

/// A text with its markup, and the same text as it is checked.
#[derive(Default)]
pub(crate) struct AnnotatedText {
    given: String,
    checked: String,
    /// In order; they tile both texts.
    pieces: Vec<Piece>,
}

struct Piece {
    given: Span,
    checked: Span,
    is_text: bool,
}

/// Where a span of the checked text lies in the given text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) span: Span,
    /// Whether no markup lies inside, so that it may be replaced.
    pub(crate) is_whole: bool,
}

impl Annotation {
    /// The text, or `None` when it is not clear what is text and what is markup.
    pub(crate) fn into_text(self) -> Option<AnnotatedText> {
        let parts = match (self.text, self.annotation) {
            (Some(text), None) => return Some(AnnotatedText::plain(text)),
            (None, Some(parts)) => parts,
            (Some(_), Some(_)) | (None, None) => return None,
        };
        let mut whole = AnnotatedText::default();
        for part in parts {
            match (part.text, part.markup, part.interpret_as) {
                (Some(text), None, None) => whole.push(&text, &text, true),
                (None, Some(markup), stand_in) => {
                    whole.push(&markup, stand_in.as_deref().unwrap_or_default(), false);
                }
                (Some(_), Some(_), _) | (Some(_), None, Some(_)) | (None, None, _) => return None,
            }
        }
        Some(whole)
    }
}

impl AnnotatedText {
    /// Text without markup.
    pub(crate) fn plain(text: String) -> Self {
        let span = Span::new(0, text.len());
        let pieces = vec![Piece { given: span, checked: span, is_text: true }];
        Self { checked: text.clone(), given: text, pieces }
    }

    /// The text with its markup.
    pub(crate) fn given(&self) -> &str {
        &self.given
    }

    /// The text as it is checked.
    pub(crate) fn checked(&self) -> &str {
        &self.checked
    }

    fn push(&mut self, given: &str, checked: &str, is_text: bool) {
        let from = (self.given.len(), self.checked.len());
        self.given.push_str(given);
        self.checked.push_str(checked);
        let (given_end, checked_end) = (self.given.len(), self.checked.len());
        match self.pieces.last_mut() {
            // Text that was sent in two parts is one text.
            Some(last) if is_text && last.is_text => {
                (last.given.end, last.checked.end) = (given_end, checked_end);
            }
            _ => self.pieces.push(Piece {
                given: Span::new(from.0, given_end),
                checked: Span::new(from.1, checked_end),
                is_text,
            }),
        }
    }

    /// The place of a span of the checked text, or `None` when it begins or ends in what stands in
    /// for markup.
    pub(crate) fn place(&self, span: Span) -> Option<Place> {
        if span.is_empty() {
            let at = self.pieces.partition_point(|piece| piece.checked.end < span.start);
            let touching = self.pieces.iter().skip(at);
            let mut touching = touching.take_while(|piece| piece.checked.start <= span.start);
            let given = touching.find(|piece| piece.is_text)?.given_of(span.start);
            return Some(Place { span: Span::new(given, given), is_whole: true });
        }
        let (first, start) = self.text_at(span.start)?;
        let (last, end) = self.text_at(span.end - 1)?;
        Some(Place { span: Span::new(start, end + 1), is_whole: first == last })
    }

    /// Which piece of text holds that byte of the checked text, and the byte's given place.
    fn text_at(&self, byte: usize) -> Option<(usize, usize)> {
        let at = self.pieces.partition_point(|piece| piece.checked.end <= byte);
        let piece = self.pieces.get(at).filter(|piece| piece.is_text)?;
        Some((at, piece.given_of(byte)))
    }
}

impl Piece {
    fn given_of(&self, byte: usize) -> usize {
        self.given.start + byte.saturating_sub(self.checked.start)
    }
}

#[cfg(test)]
mod tests {
    use super::{Annotation, Place};
    use checker::Span;

    fn check(json: &str, checked: &str, wanted: &str, expected: Option<(&str, bool)>) {
        let text = serde_json::from_str::<Annotation>(json).unwrap().into_text().unwrap();
        assert_eq!(text.checked(), checked);
        let at = checked.find(wanted).unwrap();
        let place = text.place(Span::new(at, at + wanted.len()));
        let place =
            place.map(|Place { span, is_whole }| (span.of(text.given()).unwrap(), is_whole));
        assert_eq!(place, expected);
    }

    #[test]
    fn places_go_back_to_the_given_text() {
        let json = r#"{"annotation":[{"markup":"<p>😀"},{"text":"가"},{"text":"나 "},
            {"markup":"<b>"},{"text":"\u1112\u1161"},{"markup":"</b>"},{"text":"라"},
            {"markup":"<br>","interpretAs":"\n"},{"text":"마"}]}"#;
        let checked = "가나 \u{1112}\u{1161}라\n마";
        check(json, checked, "가나", Some(("가나", true)));
        check(json, checked, "\u{1112}\u{1161}", Some(("\u{1112}\u{1161}", true)));
        check(json, checked, "나 \u{1112}", Some(("나 <b>\u{1112}", false)));
        check(json, checked, "라\n마", Some(("라<br>마", false)));
        check(json, checked, "라\n", None);
        check(json, checked, "\n", None);
        check(r#"{"text":"가 나"}"#, "가 나", "나", Some(("나", true)));
    }

    #[test]
    fn an_empty_place_lies_in_text() {
        let json = r#"{"annotation":[{"markup":"<b>"},{"text":"가"},{"markup":"</b>"}]}"#;
        check(json, "가", "", Some(("", true)));
        check(r#"{"annotation":[{"markup":"<b>"}]}"#, "", "", None);
    }

    #[test]
    fn what_is_neither_text_nor_markup_is_refused() {
        for json in [
            "{}",
            r#"{"text":"가","annotation":[]}"#,
            r#"{"annotation":[{}]}"#,
            r#"{"annotation":[{"text":"가","markup":"<b>"}]}"#,
            r#"{"annotation":[{"text":"가","interpretAs":"나"}]}"#,
        ] {
            let annotation = serde_json::from_str::<Annotation>(json).unwrap();
            assert!(annotation.into_text().is_none(), "{json}");
        }
    }
}
