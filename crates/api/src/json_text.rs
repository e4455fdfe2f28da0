//! Long texts as JSON. Articles hold hardly anything that JSON escapes, so eight bytes are looked at
//! together, where serde_json looks at each: that was a quarter of all that reading a conversation takes.

use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A one in each of eight bytes.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each of eight bytes.
const HIGHEST: u64 = 0x8080_8080_8080_8080;

/// A text that is written as serde_json writes it, in less time; for serde_json's serialisers alone.
#[derive(Debug, Clone, Copy)]
pub struct JsonText<'a>(pub &'a str);

impl Serialize for JsonText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = RawValue::from_string(quoted(self.0)).map_err(S::Error::custom)?;
        json.serialize(serializer)
    }
}

/// For fields: `serialize_with`.
pub(crate) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    JsonText(text).serialize(serializer)
}

fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + text.len() / 8 + 2);
    json.push('"');
    let mut copied = 0;
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let mut place = 0;
    for eight in eights {
        if may_hold_escaped(*eight) {
            copied = escape(&mut json, text, copied, place, eight);
        }
        place += eight.len();
    }
    copied = escape(&mut json, text, copied, place, rest);
    json.push_str(text.get(copied..).unwrap_or_default());
    json.push('"');
    json
}

/// Whether one of the bytes is a control character, a quotation mark or a backslash: a byte below `n` has its
/// highest bit set by subtracting `n`, and had it not before. A byte above such a one may be taken for one.
fn may_hold_escaped(eight: [u8; 8]) -> bool {
    let word = u64::from_le_bytes(eight);
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let found = below(word, 0x20)
        | below(word ^ (ONES * u64::from(b'"')), 1)
        | below(word ^ (ONES * u64::from(b'\\')), 1);
    found & HIGHEST != 0
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
            for before in 0..10 {
                for after in ["", "b", "\"", "\u{1}!", "기준금리 동결 😀"] {
                    check(&format!("{}{letter}{letter}{after}", "a".repeat(before)));
                }
            }
        }
    }
}
