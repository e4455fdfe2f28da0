//! Long texts as JSON. Articles hold hardly anything that JSON escapes, so many bytes are looked at
//! together, where serde_json looks at each: that was a quarter of all that reading a conversation takes.

use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// So many bytes are looked at together.
const BLOCK_BYTES: usize = 32;
/// A one in each of eight bytes.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each of eight bytes.
const HIGHEST: u64 = 0x8080_8080_8080_8080;

/// A text that is written as serde_json writes it, in less time; as a value for serde_json's serialisers alone.
#[derive(Debug, Clone, Copy)]
pub struct JsonText<'a>(pub &'a str);

impl JsonText<'_> {
    /// Writes it, in its quotation marks, behind what is there.
    pub fn push_to(&self, json: &mut String) {
        let text = self.0;
        json.reserve(text.len() + text.len() / 8 + 2);
        json.push('"');
        let mut copied = 0;
        let (blocks, rest) = text.as_bytes().as_chunks::<BLOCK_BYTES>();
        let mut place = 0;
        for block in blocks {
            let (eights, _) = block.as_chunks::<8>();
            if eights.iter().fold(0, |found, eight| found | escaped(*eight)) != 0 {
                for (at, eight) in (place..).step_by(8).zip(eights) {
                    if escaped(*eight) != 0 {
                        copied = escape(json, text, copied, at, eight);
                    }
                }
            }
            place += BLOCK_BYTES;
        }
        copied = escape(json, text, copied, place, rest);
        json.push_str(text.get(copied..).unwrap_or_default());
        json.push('"');
    }
}

impl Serialize for JsonText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut json = String::new();
        self.push_to(&mut json);
        let json = RawValue::from_string(json).map_err(S::Error::custom)?;
        json.serialize(serializer)
    }
}

/// For fields: `serialize_with`.
pub(crate) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    JsonText(text).serialize(serializer)
}

/// Not zero where one of the bytes is a control character, a quotation mark or a backslash: a byte below `n` has
/// its highest bit set by subtracting `n`, and had it not before. A byte above such a one may be taken for one.
fn escaped(eight: [u8; 8]) -> u64 {
    let word = u64::from_le_bytes(eight);
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let found = below(word, 0x20)
        | below(word ^ (ONES * u64::from(b'"')), 1)
        | below(word ^ (ONES * u64::from(b'\\')), 1);
    found & HIGHEST
}

/// Writes what is not copied yet up to the last of those bytes that must be escaped; gives what is copied
/// then. What is escaped is ASCII, so that a text is cut between characters.
fn escape(json: &mut String, text: &str, copied: usize, place: usize, bytes: &[u8]) -> usize {
    let mut copied = copied;
    for (at, byte) in (place..).zip(bytes) {
        if !matches!(byte, 0..0x20 | b'"' | b'\\') {
            continue;
        }
        json.push_str(text.get(copied..at).unwrap_or_default());
        copied = at + 1;
        let letter = match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'\n' => 'n',
            b'\r' => 'r',
            b'\t' => 't',
            0x08 => 'b',
            0x0c => 'f',
            other => {
                json.push_str(&format!("\\u{other:04x}"));
                continue;
            }
        };
        json.push('\\');
        json.push(letter);
    }
    copied
}

#[cfg(test)]
mod tests {
    use super::JsonText;

    fn check(text: &str) {
        let written = serde_json::to_string(&JsonText(text)).unwrap();
        assert_eq!(written, serde_json::to_string(text).unwrap(), "{text:?}");
        let mut behind = "[".to_owned();
        JsonText(text).push_to(&mut behind);
        assert_eq!(behind, format!("[{written}"));
    }

    #[test]
    fn it_is_what_serde_json_writes() {
        for text in ["", "가", "그는 \"며칠\" 뒤라고 했다.\n\\ 😀", "\u{1112}\u{1161}\u{11ab}\t글"]
        {
            check(text);
        }
    }

    #[test]
    fn every_byte_at_every_place() {
        for code in 0..=0x17f {
            let letter = char::from_u32(code).unwrap();
            for before in [0, 1, 7, 8, 9, 24, 31, 32, 33] {
                for after in ["", "b", "\"", "\u{1}!", "기준금리 동결 😀"] {
                    check(&format!("{}{letter}{letter}{after}", "a".repeat(before)));
                }
            }
        }
    }
}
