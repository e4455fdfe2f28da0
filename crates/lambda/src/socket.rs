//! Events of a WebSocket API, and the one kind of answer they want.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// What is encoded in a value of a query; what tokens hold stands for itself.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// What API Gateway says of a client that comes, speaks or goes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SocketEvent {
    pub(crate) request_context: SocketContext,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    query_string_parameters: Option<BTreeMap<String, String>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// Where it comes from.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SocketContext {
    pub(crate) connection_id: String,
    pub(crate) domain_name: String,
    pub(crate) stage: String,
}

/// Why an event is none of a socket; it never quotes the event, which may hold a token or an article.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SocketEventError {
    /// It has another form.
    #[error("the event is no event of a WebSocket API")]
    Format,
    /// Its body is said to be base64 and is not.
    #[error("the event's body is no text in base64")]
    Body,
}

impl SocketEvent {
    /// Reads an event.
    ///
    /// # Errors
    ///
    /// An event of another kind.
    pub(crate) fn read(event: &[u8]) -> Result<Self, SocketEventError> {
        serde_json::from_slice(event).map_err(|_| SocketEventError::Format)
    }

    /// The headers of the handshake; one that no request can carry is passed over.
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers.iter().flatten() {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
                headers.append(name, value);
            }
        }
        headers
    }

    /// The query of the handshake, encoded.
    pub(crate) fn query(&self) -> String {
        let pairs = self.query_string_parameters.iter().flatten();
        let value = |value| utf8_percent_encode(value, VALUE);
        let pairs = pairs.map(|(name, text)| format!("{name}={}", value(text)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// What the client said.
    ///
    /// # Errors
    ///
    /// A body that is said to be base64 and is not, or no text.
    pub(crate) fn text(self) -> Result<String, SocketEventError> {
        let body = self.body.unwrap_or_default();
        if !self.is_base64_encoded {
            return Ok(body);
        }
        let bytes = STANDARD.decode(body).map_err(|_| SocketEventError::Body)?;
        String::from_utf8(bytes).map_err(|_| SocketEventError::Body)
    }
}

impl SocketContext {
    /// The management API of the API the event came from.
    pub(crate) fn management_url(&self) -> String {
        format!("https://{}/{}", self.domain_name, self.stage)
    }
}

/// The answer to an event; it has no body, since some gateways send it to the client.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SocketAnswer {
    status_code: u16,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<&'static str, &'static str>,
}

impl SocketAnswer {
    /// An answer of that status.
    pub(crate) fn of(status: StatusCode) -> Self {
        Self { status_code: status.as_u16(), headers: BTreeMap::new() }
    }

    /// The client is admitted; the subprotocol it offered beside its token is taken.
    pub(crate) fn admitted(handshake: &HeaderMap) -> Self {
        let mut answer = Self::of(StatusCode::OK);
        let offered = handshake.get(header::SEC_WEBSOCKET_PROTOCOL);
        if offered.is_some_and(|offered| offered.as_bytes().starts_with(b"bearer")) {
            answer.headers.insert("Sec-WebSocket-Protocol", "bearer");
        }
        answer
    }

    /// The answer as it is sent.
    ///
    /// # Errors
    ///
    /// None: what it holds can always be written.
    pub(crate) fn json(&self) -> anyhow::Result<Vec<u8>> {
        Ok(serde_json::to_vec(self)?)
    }
}

#[cfg(test)]
mod tests {
    use super::{SocketAnswer, SocketEvent};
    use http::StatusCode;

    const CONTEXT: &str =
        r#""requestContext":{"connectionId":"c=","domainName":"x.example","stage":"prod"}"#;

    fn event(rest: &str) -> SocketEvent {
        SocketEvent::read(format!("{{{CONTEXT}{rest}}}").as_bytes()).unwrap()
    }

    fn json(answer: &SocketAnswer) -> String {
        String::from_utf8(answer.json().unwrap()).unwrap()
    }

    #[test]
    fn a_handshake_gives_headers_and_query() {
        let come = event(
            r#","headers":{"Sec-WebSocket-Protocol":"bearer, a.b-_c","bad name":"x"},
               "queryStringParameters":{"token":"a.b-_c","x":"&=가"}"#,
        );
        assert_eq!(come.query(), "token=a.b-_c&x=%26%3D%EA%B0%80");
        let headers = come.headers();
        assert_eq!(headers.len(), 1);
        assert_eq!(
            json(&SocketAnswer::admitted(&headers)),
            r#"{"statusCode":200,"headers":{"Sec-WebSocket-Protocol":"bearer"}}"#
        );
        assert_eq!(come.request_context.management_url(), "https://x.example/prod");
        let plain = event("");
        assert_eq!(json(&SocketAnswer::admitted(&plain.headers())), r#"{"statusCode":200}"#);
        assert_eq!(json(&SocketAnswer::of(StatusCode::UNAUTHORIZED)), r#"{"statusCode":401}"#);
    }

    #[test]
    fn a_message_is_text_or_base64() {
        assert_eq!(event(r#","body":"글 😀""#).text().unwrap(), "글 😀");
        let coded = r#","body":"6riAIPCfmIA=","isBase64Encoded":true"#;
        assert_eq!(event(coded).text().unwrap(), "글 😀");
        let broken = event(r#","body":"?","isBase64Encoded":true"#);
        assert_eq!(broken.text().unwrap_err().to_string(), "the event's body is no text in base64");
        assert_eq!(event("").text().unwrap(), "");
        let other = SocketEvent::read(r#"{"body":"비밀"}"#.as_bytes()).err().unwrap();
        assert_eq!(other.to_string(), "the event is no event of a WebSocket API");
    }
}
