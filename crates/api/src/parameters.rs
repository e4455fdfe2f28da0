//! Parameters of a request from its query, its form or its JSON body, all by the same names.

use axum::http::{HeaderMap, header};
use percent_encoding::percent_decode;
use serde_json::{Map, Value};

/// Why parameters cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ParameterError {
    /// What is percent-encoded is no UTF-8.
    #[error("The parameters are not UTF-8.")]
    NotUtf8,
    /// The body is no JSON; half a surrogate pair is none either.
    #[error("The request body is not valid JSON")]
    BadJson(#[source] serde_json::Error),
    /// The body is JSON, but no object.
    #[error("The request body is not a JSON object.")]
    NoObject,
}

/// Parameters as strings; what the body says stands above the query.
///
/// # Errors
///
/// What is not UTF-8 or no JSON object.
pub(crate) fn parameters(
    query: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Map<String, Value>, ParameterError> {
    let mut all = Map::new();
    add_pairs(query.as_bytes(), &mut all)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.trim_start().starts_with("application/json")) {
        add_json(body, &mut all)?;
    } else {
        add_pairs(body, &mut all)?;
    }
    Ok(all)
}

fn add_pairs(encoded: &[u8], all: &mut Map<String, Value>) -> Result<(), ParameterError> {
    for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut sides = pair.splitn(2, |byte| *byte == b'=');
        let (name, value) = (sides.next().unwrap_or_default(), sides.next().unwrap_or_default());
        all.insert(decoded(name)?, Value::String(decoded(value)?));
    }
    Ok(())
}

/// Decoded strictly: a replacement character would move every offset after it.
fn decoded(side: &[u8]) -> Result<String, ParameterError> {
    let spaced: Vec<u8> =
        side.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let text = percent_decode(&spaced).decode_utf8().map_err(|_| ParameterError::NotUtf8)?;
    Ok(text.into_owned())
}

fn add_json(body: &[u8], all: &mut Map<String, Value>) -> Result<(), ParameterError> {
    let json = serde_json::from_slice(body).map_err(ParameterError::BadJson)?;
    let Value::Object(fields) = json else { return Err(ParameterError::NoObject) };
    for (name, value) in fields {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text,
            Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
            other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => plain(&other),
        };
        all.insert(name, Value::String(text));
    }
    Ok(())
}

/// A string as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::parameters;
    use axum::http::{HeaderMap, HeaderValue};
    use serde_json::{Value, json};

    fn check(query: &str, kind: &'static str, body: &str, expected: Result<Value, &str>) {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static(kind));
        let read = parameters(query, &headers, body.as_bytes()).map(Value::Object);
        assert_eq!(read.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn query_form_and_json_say_the_same() {
        let form = "application/x-www-form-urlencoded; charset=utf-8";
        check("", form, "", Ok(json!({})));
        check("a=1&b", form, "a=%F0%9F%98%80+%ED%95%9C&&c=x%3Dy=z", {
            Ok(json!({"a": "😀 한", "b": "", "c": "x=y=z"}))
        });
        check("a=%ED%A0%80", form, "", Err("The parameters are not UTF-8."));
        let all = r#"{"a":"한","b":true,"c":["x","y"],"d":{"e":1},"f":null,"g":2}"#;
        let read = json!({"a": "한", "b": "true", "c": "x,y", "d": "{\"e\":1}", "g": "2"});
        check("a=x", "application/json", all, Ok(read));
        check("", "application/json", "[]", Err("The request body is not a JSON object."));
        let half = r#"{"text":"\ud800"}"#;
        check("", "application/json", half, Err("The request body is not valid JSON"));
    }
}
