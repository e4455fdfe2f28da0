//! Rows out of the text of an answer, in one pass and without attributes in between: what DynamoDB
//! wraps by kind becomes plain JSON, and texts are taken over as they are written.
//!
//! What is rare is not read here (bytes, bodies in parts): such an answer is none, and is asked for
//! again over the SDK.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::attribute::{Item, PART, PARTS, REVISION, ROW};
use super::key::{self, Key};
use super::plain::{Name, Value, push_name};
use super::view::Found;
use crate::table::Table;

/// The rows of one request.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Rows {
    /// In the order they were sent.
    pub(super) rows: Vec<(Key, Found)>,
    /// Where the next page begins; none after the last.
    pub(super) next: Option<Item>,
}

/// Reads the answer to a `GetItem` or a `Query` of that table; none where it is not for this reader.
pub(super) fn rows(table: Table, answer: &[u8]) -> Option<Rows> {
    let text = simdutf8::basic::from_utf8(answer).ok()?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let rows = Answer(table).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(rows)
}

/// The value of a key or a revision, which is always text.
#[derive(Deserialize)]
struct Text {
    #[serde(rename = "S")]
    text: String,
}

/// The whole answer.
struct Answer(Table);

impl<'de> DeserializeSeed<'de> for Answer {
    type Value = Rows;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Rows, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Answer {
    type Value = Rows;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an answer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rows, A::Error> {
        let mut rows = Rows::default();
        while let Some(Name(name)) = map.next_key()? {
            match name.as_ref() {
                "Item" => rows.rows.push(map.next_value_seed(OneRow(self.0))?),
                "Items" => rows.rows = map.next_value_seed(List(|| OneRow(self.0)))?,
                "LastEvaluatedKey" => {
                    let key: BTreeMap<String, Text> = map.next_value()?;
                    let key =
                        key.into_iter().map(|(name, key)| (name, AttributeValue::S(key.text)));
                    rows.next = Some(key.collect());
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(rows)
    }
}

/// A list, each of whose values is read by what the function gives.
struct List<F>(F);

impl<'de, S: DeserializeSeed<'de>, F: FnMut() -> S> DeserializeSeed<'de> for List<F> {
    type Value = Vec<S::Value>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de, S: DeserializeSeed<'de>, F: FnMut() -> S> Visitor<'de> for List<F> {
    type Value = Vec<S::Value>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed((self.0)())? {
            values.push(value);
        }
        Ok(values)
    }
}

/// One item of a table as the row it stands for.
struct OneRow(Table);

impl<'de> DeserializeSeed<'de> for OneRow {
    type Value = (Key, Found);

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneRow {
    type Value = (Key, Found);

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an item")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let table = self.0;
        let (mut partition, mut sort, mut revision, mut row) = (None, None, None, None);
        let mut fields = String::from("{");
        while let Some(Name(name)) = map.next_key()? {
            if name == REVISION {
                revision = Some(map.next_value::<Text>()?.text);
                continue;
            }
            if name == PART || name == PARTS {
                return Err(Error::custom("the body lies in parts"));
            }
            if name == ROW {
                let mut body = String::new();
                map.next_value_seed(Value(&mut body))?;
                row = Some(body);
                continue;
            }
            push_name(&mut fields, &name);
            let begin = fields.len();
            map.next_value_seed(Value(&mut fields))?;
            let is_partition = name == table.partition_key();
            if is_partition || (key::has_sort_key(table) && name == table.sort_key()) {
                let value = text_of(fields.get(begin..).unwrap_or_default())?;
                *(if is_partition { &mut partition } else { &mut sort }) = Some(value);
            }
        }
        fields.push('}');
        let body = match row {
            // A text is the body itself; only a text begins with a quotation mark.
            Some(row) if row.starts_with('"') => text_of(&row)?,
            Some(row) => row,
            None => fields,
        };
        let partition = partition.ok_or_else(|| Error::custom("the item has no key"))?;
        let sort = match sort {
            None if key::has_sort_key(table) => return Err(Error::custom("the item has no key")),
            sort => sort.unwrap_or_default(),
        };
        let key = Key { table, partition: key::read(&partition), sort: key::read(&sort) };
        Ok((key, Found { body, revision, parts: 0 }))
    }
}

/// A text as JSON has it, read.
fn text_of<E: Error>(json: &str) -> Result<String, E> {
    serde_json::from_str(json).map_err(E::custom)
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;

    use super::{Rows, rows};
    use crate::dynamodb::attribute::Item;
    use crate::dynamodb::key::Key;
    use crate::dynamodb::view::Found;
    use crate::table::Table;

    /// One item of the table of conversations, with these attributes beside its key.
    fn check(attributes: &str, expected: Option<(&str, Option<&str>)>) {
        let answer = format!(
            r#"{{"ConsumedCapacity":{{"CapacityUnits":1.0}},"Item":{{"userId":{{"S":"kim#a"}},"conversationId":{{"S":"%00"}}{attributes}}}}}"#
        );
        let expected = expected.map(|(body, revision)| {
            let (body, revision) = (body.to_owned(), revision.map(str::to_owned));
            let key = Key::new(Table::Conversations, "kim#a", "");
            Rows { rows: vec![(key, Found { body, revision, parts: 0 })], next: None }
        });
        assert_eq!(rows(Table::Conversations, answer.as_bytes()), expected, "{attributes}");
    }

    #[test]
    fn a_body_is_its_fields_or_what_lies_under_row() {
        let own = r#""userId":"kim#a","conversationId":"%00""#;
        check("", Some((&format!("{{{own}}}"), None)));
        check(
            r#","at":{"N":"1.50"},"rev":{"S":"r1"},"pinned":{"BOOL":true}"#,
            Some((&format!(r#"{{{own},"at":1.50,"pinned":true}}"#), Some("r1"))),
        );
        check(r#","row":{"S":"m#1 \u003c\"\n"},"rev":{"S":"r"}"#, Some(("m#1 <\"\n", Some("r"))));
        check(r#","row":{"N":"18446744073709551615"}"#, Some(("18446744073709551615", None)));
        check(
            r#", "row" : { "M" : {"text":{"S":"\"😀 \ud83d\ude00 한\\"},"none":{"NULL":true},"empty":{"L":[]},"map":{"M":{}},"of \"two\"":{"L":[{"S":""},{"BOOL":false}]},"names":{"SS":["가","b"]},"sums":{"NS":["1","-2.5"]}} }"#,
            Some((
                r#"{"text":"\"😀 \ud83d\ude00 한\\","none":null,"empty":[],"map":{},"of \"two\"":["",false],"names":["가","b"],"sums":[1,-2.5]}"#,
                None,
            )),
        );
    }

    #[test]
    fn what_is_rare_or_broken_is_not_for_this_reader() {
        for attributes in [
            r#","b":{"B":"AAE="}"#,
            r#","row":{"M":{"b":{"BS":[]}}}"#,
            r#","parts":{"N":"2"}"#,
            r#","part":{"S":"x"}"#,
            r#","two":{"S":"x","N":"1"}"#,
            r#","none":{}"#,
            r#","rev":{"N":"1"}"#,
            "}",
        ] {
            check(attributes, None);
        }
        assert_eq!(rows(Table::Prompts, br#"{"Item":{"name":{"S":"x"}}}"#), None);
        assert_eq!(rows(Table::Prompts, b"{\"Item\":{\"id\":{\"S\":\"\xff\"}}}"), None);
        assert_eq!(rows(Table::Prompts, b"{}"), Some(Rows::default()));
    }

    #[test]
    fn a_page_has_its_rows_in_order_and_says_where_the_next_begins() {
        let answer = r#"{"Count":2,"Items":[{"id":{"S":"Pro"}},{"id":{"S":"Basic"}}],"LastEvaluatedKey":{"id":{"S":"Basic"}},"ScannedCount":2}"#;
        let row = |id: &str| {
            let body = format!(r#"{{"id":"{id}"}}"#);
            (Key::new(Table::Prompts, id, ""), Found { body, revision: None, parts: 0 })
        };
        let next = Item::from([("id".to_owned(), AttributeValue::S("Basic".into()))]);
        let expected = Rows { rows: vec![row("Pro"), row("Basic")], next: Some(next) };
        assert_eq!(rows(Table::Prompts, answer.as_bytes()), Some(expected));
    }
}
