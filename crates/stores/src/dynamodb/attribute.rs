//! Bodies of rows as attributes of items and back.
//!
//! A spread row is an item whose attributes are the body's fields, beside the key and the revision;
//! any other body lies whole under `row`: an object as a map, a number as a number, the rest as
//! text. A body too large for one item lies as text in parts of its own; its item keeps small
//! fields, so that indexes go on showing it. A spread row comes back with its key among its fields.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Number, Value};

use super::key::Key;

/// An item of a table.
pub(super) type Item = HashMap<String, AttributeValue>;

/// Who wrote the item last: the revision of the transaction.
pub(super) const REVISION: &str = "rev";
/// A body that is not spread.
pub(super) const ROW: &str = "row";
/// How many parts the body lies in.
pub(super) const PARTS: &str = "parts";
/// The text of one part.
pub(super) const PART: &str = "part";

/// DynamoDB nests 32 levels deep; two of them may be ours.
const DEPTH: usize = 28;
/// Magnitudes DynamoDB keeps, with some room.
const MAGNITUDES: std::ops::Range<f64> = 1e-120..1e120;
/// A field of a body in parts stays beside them up to so many bytes.
const SMALL_FIELD_BYTES: usize = 1_000;

/// The item of a row, without its revision.
pub(super) fn item(key: &Key, body: &str) -> Item {
    let mut item = key.item();
    item.extend(fields(key, body));
    item
}

/// The item of a row whose body lies in parts.
pub(super) fn head(key: &Key, body: &str, parts: usize) -> Item {
    let is_small = |value: &AttributeValue| match value {
        AttributeValue::S(text) => text.len() <= SMALL_FIELD_BYTES,
        AttributeValue::N(_) | AttributeValue::Bool(_) => true,
        _ => false,
    };
    let mut item = fields(key, body);
    item.retain(|name, value| name != ROW && is_small(value));
    item.extend(key.item());
    item.insert(PARTS.into(), AttributeValue::N(parts.to_string()));
    item
}

/// The item of one part.
pub(super) fn part(key: &Key, text: &str) -> Item {
    let mut item = key.item();
    item.insert(PART.into(), AttributeValue::S(text.into()));
    item
}

/// The text of a part; none when the item is none.
pub(super) fn part_text(item: &Item) -> Option<&str> {
    item.get(PART)?.as_s().ok().map(String::as_str)
}

/// How many parts hold the item's body.
pub(super) fn parts(item: &Item) -> Option<usize> {
    item.get(PARTS)?.as_n().ok()?.parse().ok()
}

/// Who wrote the item last; none where another program did.
pub(super) fn revision(item: &Item) -> Option<&str> {
    item.get(REVISION)?.as_s().ok().map(String::as_str)
}

/// The body of an item that has no parts.
pub(super) fn body(item: &Item) -> String {
    let mut text = String::new();
    match item.get(ROW) {
        Some(AttributeValue::S(body)) => text.push_str(body),
        Some(row) => push(&mut text, row),
        None => push_fields(&mut text, item.iter().filter(|(name, _)| *name != REVISION)),
    }
    text
}

fn fields(key: &Key, body: &str) -> Item {
    let whole = |value| Item::from([(ROW.to_owned(), value)]);
    let text = || whole(AttributeValue::S(body.to_owned()));
    if key.holds_id() {
        return text();
    }
    match serde_json::from_str(body) {
        Ok(Value::Object(object)) => match attribute(&Value::Object(object), DEPTH) {
            Some(AttributeValue::M(fields)) if is_free(key, &fields) => fields,
            Some(map) => whole(map),
            None => text(),
        },
        // A number that is written in another way than ours is text, so that it comes back as it was.
        Ok(Value::Number(number)) if number.is_u64() && number.to_string() == body => {
            whole(AttributeValue::N(number.to_string()))
        }
        Ok(_) | Err(_) => text(),
    }
}

/// Whether the fields can stand beside the key and what is ours.
fn is_free(key: &Key, fields: &Item) -> bool {
    let own = key.item();
    let agrees =
        own.iter().all(|(name, value)| fields.get(name).is_none_or(|field| field == value));
    let is_ours = [REVISION, ROW, PARTS, PART].iter().any(|name| fields.contains_key(*name));
    key.is_spread() && agrees && !is_ours
}

/// The attribute of a value; none where DynamoDB has no equal for it.
fn attribute(value: &Value, depth: usize) -> Option<AttributeValue> {
    let depth = depth.checked_sub(1)?;
    Some(match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(is_true) => AttributeValue::Bool(*is_true),
        Value::Number(number) => AttributeValue::N(is_kept(number).then(|| number.to_string())?),
        Value::String(text) => AttributeValue::S(text.clone()),
        Value::Array(values) => {
            let values = values.iter().map(|value| attribute(value, depth));
            AttributeValue::L(values.collect::<Option<_>>()?)
        }
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                let value = attribute(value, depth)?;
                (!name.is_empty()).then(|| (name.clone(), value))
            });
            AttributeValue::M(fields.collect::<Option<_>>()?)
        }
    })
}

fn is_kept(number: &Number) -> bool {
    let is_whole = number.is_u64() || number.is_i64();
    let is_near = |value: f64| value == 0.0 || MAGNITUDES.contains(&value.abs());
    is_whole || number.as_f64().is_some_and(is_near)
}

fn push(text: &mut String, value: &AttributeValue) {
    match value {
        AttributeValue::S(value) => push_text(text, value),
        AttributeValue::N(number) => text.push_str(number),
        AttributeValue::Bool(is_true) => text.push_str(if *is_true { "true" } else { "false" }),
        AttributeValue::L(values) => push_list(text, values, push),
        AttributeValue::Ss(values) => push_list(text, values, |text, value| push_text(text, value)),
        AttributeValue::Ns(values) => push_list(text, values, |text, value| text.push_str(value)),
        AttributeValue::M(fields) => push_fields(text, fields.iter()),
        // Bytes, which no program of the service has ever written, have no equal in JSON.
        _ => text.push_str("null"),
    }
}

/// Writes a text as JSON behind what is there.
pub(super) fn push_text(text: &mut String, value: &str) {
    // Names, of which a read has dozens, hold letters and digits.
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        text.push('"');
        text.push_str(value);
        text.push('"');
        return;
    }
    // Writing a string as JSON cannot fail.
    text.push_str(&serde_json::to_string(value).unwrap_or_default());
}

fn push_list<T>(text: &mut String, values: &[T], one: impl Fn(&mut String, &T)) {
    text.push('[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        one(text, value);
    }
    text.push(']');
}

fn push_fields<'a>(
    text: &mut String,
    fields: impl Iterator<Item = (&'a String, &'a AttributeValue)>,
) {
    text.push('{');
    for (index, (name, value)) in fields.enumerate() {
        if index > 0 {
            text.push(',');
        }
        push_text(text, name);
        text.push(':');
        push(text, value);
    }
    text.push('}');
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::{body, head, item};
    use crate::dynamodb::key::Key;
    use crate::table::Table;

    /// Whole numbers of every size, and fractions as confidences are.
    fn number() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<u64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (0_u32..=1_000_000).prop_map(|share| json!(f64::from(share) / 64.0)),
            Just(json!(u64::MAX)),
            Just(json!(1e-200)),
            Just(json!(1e300)),
        ]
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            number(),
            ".{0,8}".prop_map(Value::from),
            Just(json!("😀 \u{1112}\u{1161}\u{11ab} \" \\ \n")),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                object(inner),
            ]
        })
    }

    fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
        let name = prop_oneof![
            "[a-z]{0,3}",
            Just("userId".to_owned()),
            Just("conversationId".to_owned()),
            Just("rev".to_owned()),
            Just("row".to_owned()),
            Just("part".to_owned()),
        ];
        prop::collection::btree_map(name, inner, 0..5)
            .prop_map(|fields| Value::Object(fields.into_iter().collect()))
    }

    fn header() -> Key {
        Key::new(Table::Conversations, "kim", "a")
    }

    /// A spread row comes back with its key; a row with a `userId` of its own is not spread.
    fn with_key(body: &Value) -> Value {
        let mut fields: Map<String, Value> = body.as_object().unwrap().clone();
        fields.entry("userId").or_insert("kim".into());
        fields.entry("conversationId").or_insert("a".into());
        Value::Object(fields)
    }

    fn parse(body: &str) -> Value {
        serde_json::from_str(body).unwrap()
    }

    proptest! {
        #[test]
        fn a_body_comes_back(value in value()) {
            let text = value.to_string();
            for key in [Key::new(Table::Conversations, "kim#a", "m#1"), header()] {
                let item = item(&key, &text);
                let back = parse(&body(&item));
                let is_spread = !item.contains_key("row");
                let expected = if is_spread { with_key(&value) } else { parse(&text) };
                prop_assert_eq!(numbers_as_read(back), numbers_as_read(expected));
            }
        }

        #[test]
        fn an_id_comes_back_letter_by_letter(id in ".{0,20}") {
            for sort in ["t#open", "x"] {
                let partition = if sort == "x" { "kim##list" } else { "kim#a" };
                let key = Key::new(Table::Conversations, partition, sort);
                prop_assert_eq!(&body(&item(&key, &id)), &id);
            }
        }

        #[test]
        fn a_counter_comes_back_letter_by_letter(count in any::<u64>()) {
            let key = Key::new(Table::Conversations, "kim#a", "n#messages");
            for text in [count.to_string(), format!("0{count}"), format!("{count}.0")] {
                prop_assert_eq!(&body(&item(&key, &text)), &text);
            }
        }
    }

    /// `1.0` may come back as `1`: the same number.
    fn numbers_as_read(value: Value) -> Value {
        match value {
            Value::Number(number) if number.is_f64() => match number.as_f64() {
                Some(whole) if whole.fract() == 0.0 && whole.abs() < 1e15 => json!(whole as i64),
                _ => Value::Number(number),
            },
            Value::Array(values) => values.into_iter().map(numbers_as_read).collect(),
            Value::Object(fields) => Value::Object(
                fields.into_iter().map(|(name, value)| (name, numbers_as_read(value))).collect(),
            ),
            other => other,
        }
    }

    #[test]
    fn a_number_keeps_every_digit() {
        let cost = json!({ "cost": u64::MAX }).to_string();
        let attribute = item(&header(), &cost)["cost"].clone();
        assert_eq!(attribute, AttributeValue::N("18446744073709551615".into()));
    }

    #[test]
    fn a_row_that_names_another_user_is_not_spread() {
        let fields = json!({ "userId": "a#b", "at": "x" });
        let item = item(&header(), &fields.to_string());
        assert_eq!((item["userId"].clone(), item.len()), (AttributeValue::S("kim".into()), 3));
        assert_eq!(parse(&body(&item)), fields);
    }

    #[test]
    fn an_item_with_parts_keeps_what_indexes_need() {
        let fields = json!({ "engineType": "Pro", "title": "가".repeat(400), "pinned": true });
        let mut names: Vec<_> = head(&header(), &fields.to_string(), 2).into_keys().collect();
        names.sort();
        assert_eq!(names, ["conversationId", "engineType", "parts", "pinned", "userId"]);
    }
}
