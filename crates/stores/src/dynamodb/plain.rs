//! Values of items as plain JSON: what DynamoDB wraps by kind is written without its kind, and texts
//! are taken over as they are written.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::attribute::push_text;

/// A name, borrowed where it has no escapes.
#[derive(Deserialize)]
pub(super) struct Name<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// How DynamoDB names the kinds of values that the service writes.
#[derive(Deserialize)]
enum Kind {
    S,
    N,
    #[serde(rename = "BOOL")]
    Bool,
    #[serde(rename = "NULL")]
    Null,
    L,
    M,
    #[serde(rename = "SS")]
    Texts,
    #[serde(rename = "NS")]
    Numbers,
}

/// One value of an item, which is written as plain JSON behind what is there.
pub(super) struct Value<'t>(pub(super) &'t mut String);

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a value with its kind")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let text = self.0;
        match map.next_key()?.ok_or_else(|| Error::custom("the value has no kind"))? {
            Kind::S | Kind::Texts => text.push_str(map.next_value::<&RawValue>()?.get()),
            Kind::N => text.push_str(map.next_value()?),
            Kind::Bool => text.push_str(if map.next_value()? { "true" } else { "false" }),
            Kind::Null => {
                map.next_value::<IgnoredAny>()?;
                text.push_str("null");
            }
            Kind::Numbers => {
                let numbers: Vec<&str> = map.next_value()?;
                text.push('[');
                text.push_str(&numbers.join(","));
                text.push(']');
            }
            Kind::L => map.next_value_seed(Values(text))?,
            Kind::M => map.next_value_seed(Fields(text))?,
        }
        match map.next_key::<IgnoredAny>()? {
            Some(_) => Err(Error::custom("the value has two kinds")),
            None => Ok(()),
        }
    }
}

/// The values of a list.
struct Values<'t>(&'t mut String);

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = ();

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.0.push('[');
        let begin = self.0.len();
        // The comma stands before the value is known, and goes again when there is none.
        while list.next_element_seed(Value(self.0))?.is_some() {
            self.0.push(',');
        }
        if self.0.len() > begin {
            self.0.pop();
        }
        self.0.push(']');
        Ok(())
    }
}

/// The fields of a map.
struct Fields<'t>(&'t mut String);

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.0.push('{');
        while let Some(Name(name)) = map.next_key()? {
            push_name(self.0, &name);
            map.next_value_seed(Value(self.0))?;
        }
        self.0.push('}');
        Ok(())
    }
}

/// The name of a field, behind those that are there.
pub(super) fn push_name(fields: &mut String, name: &str) {
    if !fields.ends_with('{') {
        fields.push(',');
    }
    push_text(fields, name);
    fields.push(':');
}
