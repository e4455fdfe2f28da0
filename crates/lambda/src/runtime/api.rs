//! What Lambda's Runtime API takes and gives (AWS, "Using the Lambda runtime API for custom runtimes").

use std::fmt::Display;

use bytes::Bytes;
use serde::Serialize;

use super::connection::{Answer, Connection, ConnectionError, Request};

const NEXT: &str = "/2018-06-01/runtime/invocation/next";
const INVOCATION: &str = "/2018-06-01/runtime/invocation";
const START_FAILED: &str = "/2018-06-01/runtime/init/error";

const REQUEST_ID: &str = "lambda-runtime-aws-request-id";
const DEADLINE_MS: &str = "lambda-runtime-deadline-ms";
/// Where it is given it goes back with the answer, so that one too late is told from that of the next event.
const INVOCATION_ID: &str = "lambda-runtime-invocation-id";
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";

const CLIENT: (&str, &str) = ("user-agent", concat!("nx-wt-prf/", env!("CARGO_PKG_VERSION")));
const JSON: (&str, &str) = ("content-type", "application/json");

/// Why no event can be taken or answered any more.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RuntimeApiError {
    /// Nothing came back.
    #[error("cannot reach the runtime api")]
    Unreachable(#[from] ConnectionError),
    /// It gave no event, or says that the process is to end.
    #[error("the runtime api answered {0}")]
    Refused(u16),
    /// An event without a header it must have, or with one that cannot be read.
    #[error("the runtime api gave an event without {0}")]
    Incomplete(&'static str),
}

/// One invocation.
pub(super) struct Event {
    pub(super) id: String,
    /// When AWS ends it, in milliseconds since 1970.
    pub(super) ends_at_ms: u64,
    /// JSON, as whoever invoked the function sent it.
    pub(super) body: Bytes,
    invocation: Option<String>,
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
    fn of(answer: Answer) -> Result<Self, RuntimeApiError> {
        if answer.status != 200 {
            return Err(RuntimeApiError::Refused(answer.status));
        }
        let needed = |name| answer.header(name).ok_or(RuntimeApiError::Incomplete(name));
        let id = needed(REQUEST_ID)?.to_owned();
        let ends_at_ms = needed(DEADLINE_MS)?.parse();
        let ends_at_ms = ends_at_ms.map_err(|_| RuntimeApiError::Incomplete(DEADLINE_MS))?;
        let invocation = answer.header(INVOCATION_ID).map(str::to_owned);
        Ok(Self { id, ends_at_ms, body: answer.body, invocation })
    }
}

impl RuntimeApi {
    /// The API at a host and port; nothing is sent yet.
    pub(super) fn at(address: &str) -> Self {
        Self { connection: Connection::to(address) }
    }

    /// Waits for the next event, as long as it takes.
    pub(super) async fn next(&mut self) -> Result<Event, RuntimeApiError> {
        let headers = &[CLIENT];
        let request = Request { method: "GET", path: NEXT, headers, body: Bytes::new() };
        Event::of(self.connection.exchange(&request).await?)
    }

    /// Answers an event with JSON. An answer that is refused, as one of more than 6 MB is, is an error of its
    /// event, which AWS has noted then.
    pub(super) async fn answer(
        &mut self,
        event: &Event,
        json: Vec<u8>,
    ) -> Result<(), RuntimeApiError> {
        let path = [INVOCATION, "/", &event.id, "/response"].concat();
        let invocation = event.invocation.as_deref().map(|id| (INVOCATION_ID, id));
        self.post(&path, &[invocation], json).await
    }

    /// Says that an event could not be answered.
    pub(super) async fn fail(
        &mut self,
        event: &Event,
        failure: &Failure,
    ) -> Result<(), RuntimeApiError> {
        let path = [INVOCATION, "/", &event.id, "/error"].concat();
        let invocation = event.invocation.as_deref().map(|id| (INVOCATION_ID, id));
        let kind = Some((ERROR_TYPE, failure.error_type));
        self.post(&path, &[kind, invocation], failure.json()).await
    }

    /// Says that the function did not start.
    pub(super) async fn fail_start(&mut self, failure: &Failure) -> Result<(), RuntimeApiError> {
        let kind = Some((ERROR_TYPE, failure.error_type));
        self.post(START_FAILED, &[kind], failure.json()).await
    }

    async fn post(
        &mut self,
        path: &str,
        headers: &[Option<(&'static str, &str)>],
        body: Vec<u8>,
    ) -> Result<(), RuntimeApiError> {
        let headers = headers.iter().flatten().copied().chain([CLIENT, JSON]);
        let headers: Vec<_> = headers.collect();
        let request = Request { method: "POST", path, headers: &headers, body: body.into() };
        let status = self.connection.exchange(&request).await?.status;
        if status >= 500 {
            return Err(RuntimeApiError::Refused(status));
        }
        if status >= 300 {
            tracing::error!(event = "answer.refused", status);
        }
        Ok(())
    }
}
