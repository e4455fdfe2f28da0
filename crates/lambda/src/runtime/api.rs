//! What Lambda's Runtime API takes and gives (AWS, "Using the Lambda runtime API for custom runtimes").

use std::fmt::Display;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use serde::Serialize;

use super::connection::{Connection, ConnectionError};

const NEXT: &str = "/2018-06-01/runtime/invocation/next";
const INVOCATION: &str = "/2018-06-01/runtime/invocation";
const START_FAILED: &str = "/2018-06-01/runtime/init/error";

const REQUEST_ID: HeaderName = HeaderName::from_static("lambda-runtime-aws-request-id");
const DEADLINE_MS: HeaderName = HeaderName::from_static("lambda-runtime-deadline-ms");
/// Where it is given it goes back with the answer, so that one too late is told from that of the next event.
const INVOCATION_ID: HeaderName = HeaderName::from_static("lambda-runtime-invocation-id");
const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-runtime-function-error-type");

const CLIENT: HeaderValue =
    HeaderValue::from_static(concat!("nx-wt-prf/", env!("CARGO_PKG_VERSION")));
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Why no event can be taken or answered any more.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RuntimeApiError {
    /// Nothing came back.
    #[error("cannot reach the runtime api")]
    Unreachable(#[from] ConnectionError),
    /// It gave no event, or says that the process is to end.
    #[error("the runtime api answered {0}")]
    Refused(StatusCode),
    /// An event without a header it must have, or with one that cannot be read.
    #[error("the runtime api gave an event without {0}")]
    Incomplete(HeaderName),
    /// What is to be sent cannot stand in a request.
    #[error("cannot write a request to the runtime api")]
    Unwritten(#[source] http::Error),
}

/// One invocation.
pub(super) struct Event {
    pub(super) id: String,
    /// When AWS ends it, in milliseconds since 1970.
    pub(super) ends_at_ms: u64,
    /// JSON, as whoever invoked the function sent it.
    pub(super) body: Bytes,
    invocation: Option<HeaderValue>,
}

/// What AWS and whoever waits are told of an error; causes stand in the log alone.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure {
    error_type: &'static str,
    error_message: String,
}

/// The Runtime API of this process.
pub(super) struct RuntimeApi {
    connection: Connection,
}

impl Failure {
    pub(super) fn of(error_type: &'static str, error: &impl Display) -> Self {
        Self { error_type, error_message: error.to_string() }
    }

    fn json(&self) -> Vec<u8> {
        // Two texts can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl Event {
    fn of(answer: Response<Bytes>) -> Result<Self, RuntimeApiError> {
        let (head, body) = answer.into_parts();
        if head.status != StatusCode::OK {
            return Err(RuntimeApiError::Refused(head.status));
        }
        let id = text(&head.headers, &REQUEST_ID)?.to_owned();
        let ends_at_ms = text(&head.headers, &DEADLINE_MS)?.parse();
        let ends_at_ms = ends_at_ms.map_err(|_| RuntimeApiError::Incomplete(DEADLINE_MS))?;
        let invocation = head.headers.get(INVOCATION_ID).cloned();
        Ok(Self { id, ends_at_ms, body, invocation })
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<&'a str, RuntimeApiError> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.ok_or_else(|| RuntimeApiError::Incomplete(name.clone()))
}

impl RuntimeApi {
    /// The API at a host and port; nothing is sent yet.
    pub(super) fn at(address: &str) -> Self {
        Self { connection: Connection::to(address) }
    }

    /// Waits for the next event, as long as it takes.
    pub(super) async fn next(&mut self) -> Result<Event, RuntimeApiError> {
        let request = request(Method::GET, NEXT, Bytes::new())?;
        Event::of(self.connection.exchange(&request).await?)
    }

    /// Answers an event with JSON. An answer that is refused, as one of more than 6 MB is, is an error of its
    /// event, which AWS has noted then.
    pub(super) async fn answer(
        &mut self,
        event: &Event,
        json: Vec<u8>,
    ) -> Result<(), RuntimeApiError> {
        let path = format!("{INVOCATION}/{}/response", event.id);
        let mut request = request(Method::POST, &path, json.into())?;
        event.sign(&mut request);
        self.send(&request).await
    }

    /// Says that an event could not be answered.
    pub(super) async fn fail(
        &mut self,
        event: &Event,
        failure: &Failure,
    ) -> Result<(), RuntimeApiError> {
        let path = format!("{INVOCATION}/{}/error", event.id);
        let mut request = failed(&path, failure)?;
        event.sign(&mut request);
        self.send(&request).await
    }

    /// Says that the function did not start.
    pub(super) async fn fail_start(&mut self, failure: &Failure) -> Result<(), RuntimeApiError> {
        self.send(&failed(START_FAILED, failure)?).await
    }

    async fn send(&mut self, request: &Request<Full<Bytes>>) -> Result<(), RuntimeApiError> {
        let status = self.connection.exchange(request).await?.status();
        if status.is_server_error() {
            return Err(RuntimeApiError::Refused(status));
        }
        if !status.is_success() {
            tracing::error!(event = "answer.refused", status = status.as_u16());
        }
        Ok(())
    }
}

impl Event {
    fn sign(&self, request: &mut Request<Full<Bytes>>) {
        if let Some(invocation) = &self.invocation {
            request.headers_mut().insert(INVOCATION_ID, invocation.clone());
        }
    }
}

fn failed(path: &str, failure: &Failure) -> Result<Request<Full<Bytes>>, RuntimeApiError> {
    let mut request = request(Method::POST, path, failure.json().into())?;
    let kind = HeaderValue::from_static(failure.error_type);
    request.headers_mut().insert(ERROR_TYPE, kind);
    Ok(request)
}

fn request(
    method: Method,
    path: &str,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, RuntimeApiError> {
    let request = Request::builder().method(method).uri(path).header(USER_AGENT, CLIENT);
    let request = request.header(CONTENT_TYPE, JSON).body(Full::new(body));
    request.map_err(RuntimeApiError::Unwritten)
}
