//! Single fields of old items: texts, numbers, times, engines, and why one cannot be read.

use domain::engine::Engine;
use domain::time::Timestamp;
use serde_json::{Map, Value};

/// Why an item is left out; names fields, never what stands in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Something that is no object.
    #[error("no item: an object of attributes was expected")]
    NoItem,
    /// A type of DynamoDB that no old table holds.
    #[error("an attribute has a type that is not read")]
    Attribute,
    /// A row of this service among the old ones.
    #[error("this service wrote it (`prf export store` takes it along)")]
    Own,
    /// Attributes of no known table.
    #[error("no known layout has these attributes: {0}")]
    Layout(String),
    /// A field is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A field is there and cannot be read.
    #[error("{field} is not {expected}")]
    Field {
        /// Which.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
    },
}

/// The fields of an item or a message.
pub(super) struct Fields<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// The value, unless it is absent or null.
    pub(super) fn value(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text that may be missing.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<&'a str>, Refusal> {
        let read = |value: &'a Value| value.as_str().ok_or(refused(name, "a text"));
        self.value(name).map(read).transpose()
    }

    /// A text that must be there and say something.
    pub(super) fn needed(&self, name: &'static str) -> Result<&'a str, Refusal> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or(Refusal::Missing(name))
    }

    /// A count, as a number or as a text; none is 0.
    pub(super) fn count(&self, name: &'static str) -> Result<u64, Refusal> {
        let Some(value) = self.value(name) else { return Ok(0) };
        count(value).ok_or(refused(name, "a whole number from 0"))
    }

    /// A time in one of the ways old code wrote it.
    pub(super) fn time(&self, name: &'static str) -> Result<Option<Timestamp>, Refusal> {
        let read = |value| time(value).ok_or(refused(name, "a time"));
        self.value(name).map(read).transpose()
    }
}

pub(super) fn refused(field: &'static str, expected: &'static str) -> Refusal {
    Refusal::Field { field, expected }
}

pub(super) fn engine(field: &'static str, name: &str) -> Result<Engine, Refusal> {
    Engine::from_name(name).ok_or(refused(field, "an engine (Basic or Pro)"))
}

/// `12`, `"12"`, and `12.0`, which is how Python's decimals come out.
fn count(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
    let is_whole = !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0');
    let is_digits = !whole.is_empty() && whole.bytes().all(|digit| digit.is_ascii_digit());
    (is_whole && is_digits).then(|| whole.parse().ok()).flatten()
}

/// RFC 3339; the same without an offset, which Lambda's clock meant as UTC; or seconds or
/// milliseconds since 1970, told apart by their size (11 digits of seconds are the year 5138).
fn time(value: &Value) -> Option<Timestamp> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    if let Some(time) = Timestamp::parse(&text) {
        return Some(time);
    }
    if let Some(time) = Timestamp::parse(&format!("{text}Z")) {
        return Some(time);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let is_number = whole.bytes().chain(fraction.bytes()).all(|digit| digit.is_ascii_digit());
    if !is_number {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        9..=11 => {
            let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
            Some(Timestamp::from_millis(number.checked_mul(1000)?.checked_add(millis)?))
        }
        12..=14 => Some(Timestamp::from_millis(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{count, time};

    #[test]
    fn counts_come_as_numbers_and_as_texts() {
        for (value, expected) in [
            (json!(12), Some(12)),
            (json!("12"), Some(12)),
            (json!(12.0), Some(12)),
            (json!("12.0"), Some(12)),
            (json!(0), Some(0)),
            (json!("18446744073709551615"), Some(u64::MAX)),
            (json!("18446744073709551616"), None),
            (json!(12.5), None),
            (json!(-1), None),
            (json!("1e3"), None),
            (json!("열둘"), None),
            (json!(""), None),
            (json!("."), None),
            (json!([12]), None),
        ] {
            assert_eq!(count(&value), expected, "{value}");
        }
    }

    #[test]
    fn times_come_in_five_ways() {
        let expected = "2025-11-24T16:00:00.123Z";
        for value in [
            json!("2025-11-24T16:00:00.123Z"),
            json!("2025-11-25T01:00:00.123+09:00"),
            json!("2025-11-24T16:00:00.123456"),
            json!("2025-11-24 16:00:00.123"),
            json!(1_764_000_000_123_u64),
            json!("1764000000123"),
            json!("1764000000.1239"),
        ] {
            assert_eq!(
                time(&value).map(|time| time.rfc3339()).as_deref(),
                Some(expected),
                "{value}"
            );
        }
        assert_eq!(time(&json!(1_764_000_000)).unwrap().rfc3339(), "2025-11-24T16:00:00.000Z");
        for value in
            [json!("어제"), json!(""), json!("2025-11-24"), json!(-5), json!(true), json!("1")]
        {
            assert_eq!(time(&value), None, "{value}");
        }
    }
}
