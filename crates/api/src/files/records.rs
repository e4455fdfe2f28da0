//! The records a stream of Hancom's version 5 consists of ("HWP document file format 5.0", 2.2): tag,
//! level and size in one number, then the data.

/// Tag of a paragraph's header.
pub(super) const PARAGRAPH: u16 = 66;
/// Tag of a paragraph's text.
pub(super) const TEXT: u16 = 67;
/// Tag of a control's header: a table, a note, a field, …
pub(super) const CONTROL: u16 = 71;
/// Tag of the memos of a section.
pub(super) const MEMOS: u16 = 93;

/// One record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) tag: u16,
    /// How deep it lies within the records before it.
    pub(super) level: u16,
    pub(super) data: &'a [u8],
}

/// Reads records one after another; ends at the first that is cut.
pub(super) struct Records<'a> {
    rest: &'a [u8],
    /// Whether the last record was cut.
    pub(super) is_cut: bool,
}

impl<'a> Records<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, is_cut: false }
    }

    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.rest.split_first_chunk::<4>()?;
        self.rest = rest;
        Some(u32::from_le_bytes(*number))
    }

    fn record(&mut self) -> Option<Record<'a>> {
        let head = self.number()?;
        let short = head >> 20;
        // The largest short size says that the size follows.
        let size = if short == 0xfff { self.number()? } else { short };
        let (data, rest) = self.rest.split_at_checked(usize::try_from(size).ok()?)?;
        self.rest = rest;
        let part = |bits: u32| u16::try_from(bits & 0x3ff).unwrap_or_default();
        Some(Record { tag: part(head), level: part(head >> 10), data })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        if self.rest.is_empty() || self.is_cut {
            return None;
        }
        let record = self.record();
        self.is_cut = record.is_none();
        record
    }
}

#[cfg(test)]
mod tests {
    use super::{Record, Records, TEXT};

    #[test]
    fn short_and_long_sizes_are_read_and_a_cut_is_seen() {
        let mut bytes = (u32::from(TEXT) | 3 << 10 | 2 << 20).to_le_bytes().to_vec();
        bytes.extend([7, 8]);
        bytes.extend((u32::from(TEXT) | 0xfff << 20).to_le_bytes());
        bytes.extend(5_u32.to_le_bytes());
        bytes.extend([1, 2, 3, 4, 5]);
        let mut records = Records::new(&bytes);
        assert_eq!(records.next(), Some(Record { tag: TEXT, level: 3, data: &[7, 8] }));
        assert_eq!(records.next(), Some(Record { tag: TEXT, level: 0, data: &[1, 2, 3, 4, 5] }));
        assert_eq!((records.next(), records.is_cut), (None, false));
        let mut cut = Records::new(&bytes[..bytes.len() - 1]);
        assert_eq!(cut.by_ref().count(), 1);
        assert!(cut.is_cut);
    }
}
