//! Items as DynamoDB writes them (`{"S": …}`, `{"N": …}`, …) and as plain JSON, to plain JSON.

use serde_json::{Map, Value};

use super::field::Refusal;

/// The types of DynamoDB's JSON that old tables can hold.
const TYPES: [&str; 10] = ["S", "N", "BOOL", "NULL", "L", "M", "SS", "NS", "B", "BS"];

/// The item's attributes in plain JSON; numbers stay what they are, texts or numbers.
pub(super) fn plain(item: &Value) -> Result<Map<String, Value>, Refusal> {
    let item = object(item)?;
    // A line of an export to S3.
    let inner = item.get("Item").filter(|inner| inner.is_object() && item.len() == 1);
    let item = inner.map_or(Ok(item), object)?;
    let is_typed = !item.is_empty() && item.values().all(|value| typed(value).is_some());
    if !is_typed {
        return Ok(item.clone());
    }
    map(item)
}

fn object(value: &Value) -> Result<&Map<String, Value>, Refusal> {
    value.as_object().ok_or(Refusal::NoItem)
}

/// Type and value of one attribute in DynamoDB's JSON.
fn typed(value: &Value) -> Option<(&str, &Value)> {
    let (name, inner) = value.as_object().filter(|one| one.len() == 1)?.iter().next()?;
    TYPES.contains(&name.as_str()).then_some((name, inner))
}

fn map(item: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    item.iter().map(|(name, value)| Ok((name.clone(), attribute(value)?))).collect()
}

fn attribute(value: &Value) -> Result<Value, Refusal> {
    let (kind, inner) = typed(value).ok_or(Refusal::Attribute)?;
    match (kind, inner) {
        // Numbers are texts in DynamoDB's JSON, so that none loses a digit.
        ("S" | "N", Value::String(_)) | ("BOOL", Value::Bool(_)) => Ok(inner.clone()),
        ("NULL", _) => Ok(Value::Null),
        ("L", Value::Array(list)) => {
            list.iter().map(attribute).collect::<Result<_, _>>().map(Value::Array)
        }
        ("M", Value::Object(inner)) => map(inner).map(Value::Object),
        ("SS" | "NS", Value::Array(_)) => Ok(inner.clone()),
        _ => Err(Refusal::Attribute),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::plain;

    #[test]
    fn every_way_to_write_an_item_gives_the_same() {
        let expected = json!({"id": "a😀", "n": "12", "ok": true, "none": null,
            "list": [{"x": "1"}], "tags": ["b"]});
        let typed = json!({"id": {"S": "a😀"}, "n": {"N": "12"}, "ok": {"BOOL": true},
            "none": {"NULL": true}, "list": {"L": [{"M": {"x": {"S": "1"}}}]}, "tags": {"SS": ["b"]}});
        for item in [&expected, &typed, &json!({ "Item": typed }), &json!({ "Item": expected })] {
            assert_eq!(plain(item).map(Value::Object).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_no_item_is_refused() {
        for (item, expected) in [
            (json!(1), "no item: an object of attributes was expected"),
            (json!({"a": {"B": "AA=="}}), "an attribute has a type that is not read"),
            (json!({"a": {"L": [1]}}), "an attribute has a type that is not read"),
            (json!({"a": {"N": 1}}), "an attribute has a type that is not read"),
        ] {
            assert_eq!(plain(&item).unwrap_err().to_string(), expected);
        }
    }
}
