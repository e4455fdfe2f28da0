//! The one place where byte offsets become UTF-16 offsets and back.

/// Converts ascending and random offsets of one text between bytes and UTF-16 code units.
///
/// Building it costs one pass; each conversion a binary search over marks set every 256 bytes.
#[derive(Debug)]
pub struct Utf16Index<'t> {
    text: &'t str,
    /// `(byte, unit)` at character boundaries, ascending, first `(0, 0)`.
    marks: Vec<(usize, usize)>,
}

const MARK_EVERY_BYTES: usize = 256;

impl<'t> Utf16Index<'t> {
    /// Reads `text` once.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let mut marks = vec![(0, 0)];
        let mut unit = 0;
        let mut last_byte = 0;
        for (byte, character) in text.char_indices() {
            if byte >= last_byte + MARK_EVERY_BYTES {
                marks.push((byte, unit));
                last_byte = byte;
            }
            unit += character.len_utf16();
        }
        Self { text, marks }
    }

    /// The UTF-16 offset of a byte offset; an offset inside a character counts as its start, one
    /// past the end as the end.
    #[must_use]
    pub fn unit_of(&self, byte: usize) -> usize {
        let at = self.marks.partition_point(|mark| mark.0 <= byte).saturating_sub(1);
        let (mut here, mut unit) = self.marks.get(at).copied().unwrap_or((0, 0));
        for character in self.text.get(here..).unwrap_or_default().chars() {
            here += character.len_utf8();
            if here > byte {
                break;
            }
            unit += character.len_utf16();
        }
        unit
    }

    /// The byte offset of a UTF-16 offset, or `None` inside a surrogate pair or past the end.
    #[must_use]
    pub fn byte_of(&self, unit: usize) -> Option<usize> {
        let at = self.marks.partition_point(|mark| mark.1 <= unit).saturating_sub(1);
        let (mut byte, mut here) = self.marks.get(at).copied().unwrap_or((0, 0));
        for character in self.text.get(byte..).unwrap_or_default().chars() {
            if here >= unit {
                break;
            }
            byte += character.len_utf8();
            here += character.len_utf16();
        }
        (here == unit).then_some(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::Utf16Index;

    fn check(text: &str) {
        let index = Utf16Index::new(text);
        let mut unit = 0;
        for (byte, character) in text.char_indices() {
            assert_eq!(index.unit_of(byte), unit);
            assert_eq!(index.byte_of(unit), Some(byte));
            unit += character.len_utf16();
        }
        assert_eq!(index.unit_of(text.len()), unit);
        assert_eq!(index.byte_of(unit), Some(text.len()));
        assert_eq!(index.byte_of(unit + 1), None);
    }

    #[test]
    fn offsets_go_there_and_back() {
        check("");
        check("기준금리 2.5%");
        check("좋아요 😀👨‍👩‍👧 끝");
        check("\u{1112}\u{1161}\u{11ab}글");
        check(&"가나다라 😀 ".repeat(400));
    }

    #[test]
    fn half_a_surrogate_pair_is_no_place() {
        assert_eq!(Utf16Index::new("a😀b").byte_of(2), None);
        assert_eq!(Utf16Index::new("a😀b").unit_of(3), 1);
    }
}
