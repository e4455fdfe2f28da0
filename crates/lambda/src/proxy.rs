//! Proxy events of API Gateway, REST format 1.0 and HTTP format 2.0, to requests and back.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use api::JsonText;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{COOKIE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Response, Uri};
use serde::Deserialize;

/// Why an event is no request.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// It is neither format.
    #[error("the event is no proxy event of format 1.0 or 2.0")]
    Format(#[source] serde_json::Error),
    /// Its method, path or a header cannot stand in a request.
    #[error("the event's method, path or headers are malformed")]
    Malformed(#[source] http::Error),
    /// Its body is said to be base64 and is not.
    #[error("the event's body is not base64")]
    Body(#[source] base64::DecodeError),
}

/// An event of either format; each leaves out what only the other has.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    http_method: Option<String>,
    path: Option<String>,
    raw_path: Option<String>,
    raw_query_string: Option<String>,
    #[serde(default)]
    request_context: Context,
    headers: Option<BTreeMap<String, String>>,
    multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    query_string_parameters: Option<BTreeMap<String, String>>,
    multi_value_query_string_parameters: Option<BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    cookies: Vec<String>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Deserialize, Default)]
struct Context {
    #[serde(default)]
    stage: String,
    /// Only in format 2.0.
    http: Option<ContextHttp>,
}

#[derive(Deserialize)]
struct ContextHttp {
    method: String,
}

/// The request an event stands for.
///
/// # Errors
///
/// Another kind of event, a malformed method, path or header, or a body that is not base64 though
/// it is said to be.
pub fn request(event: &[u8]) -> Result<Request<Vec<u8>>, EventError> {
    let mut event: Event = serde_json::from_slice(event).map_err(EventError::Format)?;
    let body = body(event.body.take(), event.is_base64_encoded)?;
    let stage = &event.request_context.stage;
    if let (Some(raw_path), Some(http)) = (&event.raw_path, &event.request_context.http) {
        let mut headers = headers(&event)?;
        if !event.cookies.is_empty() {
            push(&mut headers, COOKIE.as_str(), &event.cookies.join("; "))?;
        }
        let query = event.raw_query_string.as_deref().unwrap_or_default();
        return assemble(&http.method, &path(raw_path, stage), query, headers, body);
    }
    let (Some(method), Some(whole)) = (&event.http_method, &event.path) else {
        return Err(EventError::Format(serde::de::Error::custom("neither path nor method")));
    };
    assemble(method, &path(whole, stage), &query_v1(&event), headers(&event)?, body)
}

fn assemble(
    method: &str,
    path: &str,
    query: &str,
    headers: HeaderMap,
    body: Vec<u8>,
) -> Result<Request<Vec<u8>>, EventError> {
    let path_and_query = match query {
        "" => path.to_owned(),
        query => format!("{path}?{query}"),
    };
    let uri = Uri::builder().path_and_query(path_and_query).build();
    let method = Method::from_bytes(method.as_bytes());
    let built = Request::builder()
        .method(method.map_err(|error| EventError::Malformed(error.into()))?)
        .uri(uri.map_err(EventError::Malformed)?)
        .body(body);
    let mut request = built.map_err(EventError::Malformed)?;
    *request.headers_mut() = headers;
    Ok(request)
}

fn headers(event: &Event) -> Result<HeaderMap, EventError> {
    let mut headers = HeaderMap::new();
    // The multi-value form, of format 1.0 alone, repeats what the single form holds.
    match &event.multi_value_headers {
        Some(many) => {
            for (name, values) in many {
                values.iter().try_for_each(|value| push(&mut headers, name, value))?;
            }
        }
        None => {
            for (name, value) in event.headers.iter().flatten() {
                push(&mut headers, name, value)?;
            }
        }
    }
    Ok(headers)
}

fn push(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), EventError> {
    let name = HeaderName::from_bytes(name.as_bytes());
    let value = HeaderValue::from_str(value);
    headers.append(
        name.map_err(|error| EventError::Malformed(error.into()))?,
        value.map_err(|error| EventError::Malformed(error.into()))?,
    );
    Ok(())
}

/// Format 1.0 hands parameters over decoded, so they are encoded again.
fn query_v1(event: &Event) -> String {
    let pair = |name: &str, value: &str| format!("{}={}", encoded(name), encoded(value));
    let pairs: Vec<String> = match &event.multi_value_query_string_parameters {
        Some(many) => many
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| pair(name, value)))
            .collect(),
        None => {
            let single = event.query_string_parameters.iter().flatten();
            single.map(|(name, value)| pair(name, value)).collect()
        }
    };
    pairs.join("&")
}

/// The path as the router knows it: without the stage, which stands before it on some addresses, and
/// with every character that a path cannot hold encoded.
fn path(path: &str, stage: &str) -> String {
    let without = path.strip_prefix('/').and_then(|rest| rest.strip_prefix(stage));
    let rest =
        without.filter(|rest| !stage.is_empty() && (rest.is_empty() || rest.starts_with('/')));
    let path = match rest {
        Some("") => "/",
        Some(rest) => rest,
        None => path,
    };
    let may_stand = |byte: u8| {
        byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'"' | b'<' | b'>' | b'`')
    };
    percent(path, may_stand)
}

/// RFC 3986: everything but unreserved characters, byte by byte.
fn encoded(text: &str) -> String {
    let may_stand =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    percent(text, may_stand)
}

/// The text with every byte that may not stand in it encoded.
fn percent(text: &str, may_stand: impl Fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if may_stand(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn body(body: Option<String>, is_base64: bool) -> Result<Vec<u8>, EventError> {
    match (body, is_base64) {
        (None, _) => Ok(Vec::new()),
        (Some(text), false) => Ok(text.into_bytes()),
        (Some(text), true) => STANDARD.decode(text).map_err(EventError::Body),
    }
}

/// What frames the body, and a handful of headers.
const FRAME_BYTES: usize = 1024;

/// The answer of the router as both formats take it, in JSON; a body that is not UTF-8 goes as base64, and a
/// header that stands twice is joined with a comma (RFC 9110, section 5.3).
#[must_use]
pub fn answer(response: &Response<Vec<u8>>) -> Vec<u8> {
    let body = response.body();
    // An eighth is for quotation marks and line breaks, which are escaped once more here.
    let mut json = String::with_capacity(body.len() + body.len() / 8 + FRAME_BYTES);
    json.push_str(r#"{"statusCode":"#);
    json.push_str(response.status().as_str());
    json.push_str(r#","headers":{"#);
    for (number, name) in response.headers().keys().enumerate() {
        if number > 0 {
            json.push(',');
        }
        JsonText(name.as_str()).push_to(&mut json);
        json.push(':');
        JsonText(&joined(response.headers(), name)).push_to(&mut json);
    }
    json.push_str(r#"},"body":"#);
    let text = simdutf8::basic::from_utf8(body);
    match text {
        Ok(text) => JsonText(text).push_to(&mut json),
        Err(_) => JsonText(&STANDARD.encode(body)).push_to(&mut json),
    }
    let is_base64 = if text.is_err() { "true" } else { "false" };
    json.push_str(r#","isBase64Encoded":"#);
    json.push_str(is_base64);
    json.push('}');
    json.into_bytes()
}

/// All values of a header as one text.
fn joined<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Cow<'a, str> {
    let values = headers.get_all(name).iter();
    let mut texts = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let mut joined = texts.next().unwrap_or_default();
    for text in texts {
        let joined = joined.to_mut();
        joined.push_str(", ");
        joined.push_str(&text);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::{answer, request};
    use http::{Method, Response};

    #[test]
    fn a_rest_event_becomes_its_request() {
        let event = r#"{"httpMethod":"GET","path":"/conversations",
            "headers":{"authorization":"one"},
            "multiValueHeaders":{"authorization":["one"],"x-a":["1","2"]},
            "multiValueQueryStringParameters":{"q":["금리 인상"],"limit":["5"]},
            "body":null,"isBase64Encoded":false}"#;
        let request = request(event.as_bytes()).unwrap();
        assert_eq!(request.method(), Method::GET);
        assert_eq!(
            request.uri(),
            "/conversations?limit=5&q=%EA%B8%88%EB%A6%AC%20%EC%9D%B8%EC%83%81"
        );
        assert_eq!(request.headers()["authorization"], "one");
        assert_eq!(request.headers().get_all("x-a").iter().count(), 2);
        assert!(request.body().is_empty());
    }

    #[test]
    fn an_http_event_becomes_its_request() {
        let event = r#"{"version":"2.0","rawPath":"/check","rawQueryString":"a=%20b",
            "requestContext":{"http":{"method":"POST"}},"headers":{"content-type":"text/plain"},
            "cookies":["a=1","b=2"],"body":"6riI66asIPCfmIA=","isBase64Encoded":true}"#;
        let request = request(event.as_bytes()).unwrap();
        assert_eq!((request.method(), request.uri().query()), (&Method::POST, Some("a=%20b")));
        assert_eq!(request.headers()["cookie"], "a=1; b=2");
        assert_eq!(request.body(), "금리 😀".as_bytes());
    }

    #[test]
    fn a_path_stands_without_its_stage() {
        let check = |path: &str, stage: &str, expected: &str| {
            let v1 = format!(
                r#"{{"httpMethod":"GET","path":"{path}","requestContext":{{"stage":"{stage}"}}}}"#
            );
            let v2 = format!(
                r#"{{"rawPath":"{path}","requestContext":{{"stage":"{stage}","http":{{"method":"GET"}}}}}}"#
            );
            for event in [v1, v2] {
                assert_eq!(request(event.as_bytes()).unwrap().uri().path(), expected, "{event}");
            }
        };
        check("/prod/check", "prod", "/check");
        check("/prod", "prod", "/");
        check("/production/check", "prod", "/production/check");
        check("/check", "prod", "/check");
        check("/check", "$default", "/check");
        check("/check", "", "/check");
        check("/usage/기자 😀/all", "dev", "/usage/%EA%B8%B0%EC%9E%90%20%F0%9F%98%80/all");
        check("/usage/%EA%B8%B0/all", "dev", "/usage/%EA%B8%B0/all");
    }

    fn refused(event: &str) -> String {
        request(event.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_request_is_refused() {
        assert_eq!(refused("{}"), "the event is no proxy event of format 1.0 or 2.0");
        assert_eq!(
            refused(r#"{"httpMethod":"G T","path":"/"}"#),
            "the event's method, path or headers are malformed"
        );
        assert_eq!(
            refused(r#"{"httpMethod":"GET","path":"/","body":"?","isBase64Encoded":true}"#),
            "the event's body is not base64"
        );
    }

    #[test]
    fn an_answer_keeps_status_headers_and_bytes() {
        let check = |body: &[u8], expected: &str| {
            let built = Response::builder().status(404).header("vary", "origin");
            let built = built
                .header("vary", "accept-language")
                .header("x-a", "\\")
                .body(body.to_vec())
                .unwrap();
            assert_eq!(String::from_utf8(answer(&built)).unwrap(), expected);
        };
        check(
            "없음 \"😀\"\n".as_bytes(),
            r#"{"statusCode":404,"headers":{"vary":"origin, accept-language","x-a":"\\"},"body":"없음 \"😀\"\n","isBase64Encoded":false}"#,
        );
        check(
            &[0xff],
            r#"{"statusCode":404,"headers":{"vary":"origin, accept-language","x-a":"\\"},"body":"/w==","isBase64Encoded":true}"#,
        );
        assert_eq!(
            answer(&Response::new(Vec::new())),
            br#"{"statusCode":200,"headers":{},"body":"","isBase64Encoded":false}"#
        );
    }
}
