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
const ROW: &str = "row";
/// How many parts the body lies in.
const PARTS: &str = "parts";
/// The text of one part.
const PART: &str = "part";

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

fn push_text(text: &mut String, value: &str) {
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
