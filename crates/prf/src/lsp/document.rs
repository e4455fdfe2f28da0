//! An open document: its text, changed as the editor changes it, and the way between bytes and the
//! editor's positions.

use checker::Span;
use checker::utf16::Utf16Index;

use super::wire::{Change, Position, Range};

/// In which units the editor counts within a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units; every client knows them.
    Utf16,
}

/// A text with where its lines begin.
pub(crate) struct Document {
    text: String,
    /// The first byte of every line, ascending, first 0.
    line_starts: Vec<usize>,
    encoding: Encoding,
}

/// The positions of a document's bytes.
pub(crate) struct Places<'d> {
    document: &'d Document,
    index: Utf16Index<'d>,
}

impl Document {
    pub(crate) fn new(text: String, encoding: Encoding) -> Self {
        let line_starts = line_starts(&text);
        Self { text, line_starts, encoding }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Makes one change.
    pub(crate) fn apply(&mut self, change: Change) {
        match change.range {
            None => self.text = change.text,
            Some(range) => {
                let span = self.span_of(range);
                self.text.replace_range(span.start..span.end, &change.text);
            }
        }
        self.line_starts = line_starts(&self.text);
    }

    /// The bytes of a range; a range that ends before it begins is empty.
    pub(crate) fn span_of(&self, range: Range) -> Span {
        let start = self.byte_of(range.start);
        Span::new(start, self.byte_of(range.end).max(start))
    }

    /// The way from bytes to positions; one pass over the text, for any number of spans.
    pub(crate) fn places(&self) -> Places<'_> {
        Places { document: self, index: Utf16Index::new(&self.text) }
    }

    /// The byte of a position: past the end of a line its end, past the last line the end of the
    /// text, inside a character its start.
    pub(crate) fn byte_of(&self, position: Position) -> usize {
        let (line, units) = (position.line as usize, position.character as usize);
        let Some(&start) = self.line_starts.get(line) else { return self.text.len() };
        let next = self.line_starts.get(line + 1).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..next).unwrap_or_default().trim_end_matches(['\n', '\r']);
        let within = match self.encoding {
            Encoding::Utf8 => floor(line, units),
            Encoding::Utf16 => {
                let index = Utf16Index::new(line);
                let before = || units.checked_sub(1).and_then(|units| index.byte_of(units));
                index.byte_of(units).or_else(before).unwrap_or(line.len())
            }
        };
        start + within
    }
}

impl Places<'_> {
    /// The document they lie in.
    pub(crate) fn document(&self) -> &Document {
        self.document
    }

    /// The range of a span.
    pub(crate) fn range_of(&self, span: Span) -> Range {
        Range { start: self.position_of(span.start), end: self.position_of(span.end) }
    }

    fn position_of(&self, byte: usize) -> Position {
        let starts = &self.document.line_starts;
        let line = starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = starts.get(line).copied().unwrap_or_default();
        let units = match self.document.encoding {
            Encoding::Utf8 => byte - start,
            Encoding::Utf16 => self.index.unit_of(byte) - self.index.unit_of(start),
        };
        let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Position { line: small(line), character: small(units) }
    }
}

/// Lines end at `\n`, `\r\n` and `\r`, as the protocol says.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(at, byte)| {
        **byte == b'\n' || (**byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
    });
    [0].into_iter().chain(ends.map(|(at, _)| at + 1)).collect()
}

/// The nearest character boundary at or before a byte, at most the end.
fn floor(line: &str, byte: usize) -> usize {
    let mut byte = byte.min(line.len());
    while !line.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

#[cfg(test)]
mod tests {
    use super::{Document, Encoding};
    use crate::lsp::wire::{Change, Position, Range};
    use checker::Span;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    const TEXT: &str = "가\u{1112}\u{1161} 😀나\r\n\r다\n";

    fn check(encoding: Encoding, position: Position, byte: usize) {
        assert_eq!(Document::new(TEXT.into(), encoding).byte_of(position), byte, "{position:?}");
    }

    #[test]
    fn every_boundary_goes_there_and_back() {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let document = Document::new(TEXT.into(), encoding);
            for (byte, character) in TEXT.char_indices() {
                let place = document.places().range_of(Span::new(byte, byte)).start;
                // Between the halves of a line break there is no place of its own.
                let is_inside_break =
                    TEXT.get(..byte).unwrap().ends_with('\r') && character == '\n';
                assert!(is_inside_break || document.byte_of(place) == byte, "{byte}");
            }
        }
    }

    #[test]
    fn positions_outside_are_brought_in() {
        check(Encoding::Utf16, at(0, 4), 10);
        check(Encoding::Utf16, at(0, 5), 10);
        check(Encoding::Utf16, at(0, 6), 14);
        check(Encoding::Utf16, at(0, 99), 17);
        check(Encoding::Utf8, at(0, 12), 10);
        check(Encoding::Utf8, at(0, 99), 17);
        check(Encoding::Utf8, at(1, 9), 19);
        check(Encoding::Utf8, at(2, 3), 23);
        check(Encoding::Utf16, at(3, 0), 24);
        check(Encoding::Utf16, at(9, 0), 24);
    }

    #[test]
    fn changes_are_made_in_order() {
        let mut document = Document::new("😀 몇일\r\n뒤".into(), Encoding::Utf16);
        let part = |start, end, text: &str| Change {
            range: Some(Range { start, end }),
            text: text.into(),
        };
        document.apply(part(at(0, 3), at(0, 5), "며칠"));
        document.apply(part(at(0, 5), at(1, 0), " "));
        assert_eq!(document.text(), "😀 며칠 뒤");
        document.apply(part(at(0, 7), at(0, 3), "\n"));
        assert_eq!(document.text(), "😀 며칠 뒤\n");
        document.apply(Change { range: None, text: "끝".into() });
        assert_eq!((document.text(), document.byte_of(at(0, 1))), ("끝", 3));
    }
}
