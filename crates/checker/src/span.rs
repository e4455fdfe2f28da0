//! Byte ranges in a text; the UTF-16 offsets of the wire are made in `utf16`.

/// A half-open byte range on character boundaries of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range from `start` up to `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The text of the span, or `None` when it does not lie on character boundaries of `text`.
    #[must_use]
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.start..self.end)
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span covers nothing: a place to insert at.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether the two spans share a byte, or are the same empty place.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self == other || (self.start < other.end && other.start < self.end)
    }

    /// The same place in the part of the text that begins so many bytes in.
    pub(crate) fn within(self, start: usize) -> Self {
        Self { start: self.start - start, end: self.end - start }
    }
}
