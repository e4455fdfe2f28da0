//! Proxy events of API Gateway, REST format 1.0 and HTTP format 2.0, to requests and back.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{COOKIE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Response, Uri};
use serde::{Deserialize, Serialize};

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

#[derive(Deserialize)]
#[serde(untagged)]
enum Event {
    V2(EventV2),
    V1(EventV1),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventV1 {
    http_method: String,
    path: String,
    #[serde(default)]
    request_context: ContextV1,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    query_string_parameters: Option<BTreeMap<String, String>>,
    #[serde(default)]
    multi_value_query_string_parameters: Option<BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Deserialize, Default)]
struct ContextV1 {
    #[serde(default)]
    stage: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventV2 {
    raw_path: String,
    #[serde(default)]
    raw_query_string: String,
    request_context: ContextV2,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    cookies: Vec<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Deserialize)]
struct ContextV2 {
    http: HttpV2,
    #[serde(default)]
    stage: String,
}

#[derive(Deserialize)]
struct HttpV2 {
    method: String,
}

/// The request an event stands for.
///
/// # Errors
///
/// Another kind of event, a malformed method, path or header, or a body that is not base64 though
/// it is said to be.
pub fn request(event: &[u8]) -> Result<Request<Vec<u8>>, EventError> {
    match serde_json::from_slice(event).map_err(EventError::Format)? {
        Event::V1(event) => {
            let query = query_v1(&event);
            let headers = headers_v1(&event)?;
            let body = body(event.body, event.is_base64_encoded)?;
            let path = path(&event.path, &event.request_context.stage);
            assemble(&event.http_method, &path, &query, headers, body)
        }
        Event::V2(event) => {
            let mut headers = HeaderMap::new();
            for (name, value) in &event.headers {
                push(&mut headers, name, value)?;
            }
            if !event.cookies.is_empty() {
                push(&mut headers, COOKIE.as_str(), &event.cookies.join("; "))?;
            }
            let method = &event.request_context.http.method;
            let body = body(event.body, event.is_base64_encoded)?;
            let path = path(&event.raw_path, &event.request_context.stage);
            assemble(method, &path, &event.raw_query_string, headers, body)
        }
    }
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

fn headers_v1(event: &EventV1) -> Result<HeaderMap, EventError> {
    let mut headers = HeaderMap::new();
    // The multi-value form repeats what the single form holds.
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
fn query_v1(event: &EventV1) -> String {
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
    let byte = |byte: u8| match byte {
        b'!'..=b'~' if !matches!(byte, b'?' | b'#' | b'"' | b'<' | b'>' | b'`') => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    path.bytes().map(byte).collect()
}

/// RFC 3986: everything but unreserved characters, byte by byte.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn body(body: Option<String>, is_base64: bool) -> Result<Vec<u8>, EventError> {
    match (body, is_base64) {
        (None, _) => Ok(Vec::new()),
        (Some(text), false) => Ok(text.into_bytes()),
        (Some(text), true) => STANDARD.decode(text).map_err(EventError::Body),
    }
}

/// The answer both formats take; a body that is not UTF-8 goes as base64.
#[derive(Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ProxyResponse {
    status_code: u16,
    headers: BTreeMap<String, String>,
    body: String,
    is_base64_encoded: bool,
}

/// The answer of the router as API Gateway takes it; a header that stands twice is joined with a
/// comma (RFC 9110, section 5.3).
#[must_use]
pub fn response(response: Response<Vec<u8>>) -> ProxyResponse {
    let (parts, body) = response.into_parts();
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &parts.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|known| *known = format!("{known}, {value}"))
            .or_insert_with(|| value.into_owned());
    }
    let (body, is_base64_encoded) = match String::from_utf8(body) {
        Ok(text) => (text, false),
        Err(error) => (STANDARD.encode(error.as_bytes()), true),
    };
    ProxyResponse { status_code: parts.status.as_u16(), headers, body, is_base64_encoded }
}

#[cfg(test)]
mod tests {
    use super::{request, response};
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
        let answer = |body: &[u8]| {
            let built = Response::builder().status(404).header("vary", "origin");
            let built = built.header("vary", "accept-language").body(body.to_vec()).unwrap();
            serde_json::to_string(&response(built)).unwrap()
        };
        assert_eq!(
            answer("없음".as_bytes()),
            r#"{"statusCode":404,"headers":{"vary":"origin, accept-language"},"body":"없음","isBase64Encoded":false}"#
        );
        assert_eq!(
            answer(&[0xff]),
            r#"{"statusCode":404,"headers":{"vary":"origin, accept-language"},"body":"/w==","isBase64Encoded":true}"#
        );
    }
}
