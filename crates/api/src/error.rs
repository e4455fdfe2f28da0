//! The one place where errors become responses: a stable code and a public sentence go out, the
//! full chain is logged once.

mod finish;
mod refusals;
mod sign_in;

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::id::TurnId;
use domain::ports::StoreError;
use domain::quota::QuotaReached;
use domain::time::Timestamp;

use crate::auth::AuthError;
use crate::sentences::{length_sentence, quota_sentence, sentence};
use crate::wire::frame::{FrameBody, ServerFrame};

pub(crate) use finish::{ErrorBody, finish, security_headers};

/// A turn that stands in the way of another may have ended after so long.
const TURN_ENDS_MS: i64 = 5_000;

/// An error on its way out.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    retry_after_s: Option<u64>,
    /// The turn that has to end first.
    running_turn: Option<TurnId>,
    /// The version that is live in place of the one that was read.
    live_version: Option<u64>,
    source: Option<Arc<dyn Error + Send + Sync>>,
    /// From when on the same request may go through.
    again_at: Option<Timestamp>,
    /// Which limit the request would have passed.
    passed: Option<Box<Passed>>,
    /// Whether the client expects the source's own words as plain text.
    is_plain: bool,
}

/// A limit of the caller's.
#[derive(Debug, Clone, Copy)]
enum Passed {
    /// Of turns.
    Quota(QuotaReached),
    /// Of the characters of a text.
    Length(usize),
}

/// Where a body is not as it should be; what serde says of it may quote an article.
#[derive(Debug, thiserror::Error)]
#[error("the body is not as it should be at line {line}, column {column}: {kind:?}")]
struct BadJson {
    kind: serde_json::error::Category,
    line: usize,
    column: usize,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            retry_after_s: None,
            running_turn: None,
            live_version: None,
            source: None,
            again_at: None,
            passed: None,
            is_plain: false,
        }
    }

    /// The body is no JSON of the wanted shape.
    #[expect(clippy::needless_pass_by_value, reason = "maps errors")]
    pub(crate) fn bad_json(error: serde_json::Error) -> Self {
        let (kind, line, column) = (error.classify(), error.line(), error.column());
        let source: Option<Arc<dyn Error + Send + Sync>> =
            Some(Arc::new(BadJson { kind, line, column }));
        Self { source, ..Self::new(StatusCode::BAD_REQUEST, "bad_json") }
    }

    /// A field holds something it may not hold.
    pub(crate) fn bad_request(code: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code)
    }

    /// Nothing of that name, or nothing the caller may know of.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found")
    }

    /// Nobody has an account here.
    pub(crate) fn no_accounts() -> Self {
        Self::new(StatusCode::NOT_FOUND, "no_accounts")
    }

    /// The caller may not do that.
    pub(crate) fn forbidden(code: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code)
    }

    /// Nobody is signed in.
    pub(crate) fn unauthorised() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorised")
    }

    /// A fault of ours.
    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal")
    }

    /// Somebody else saved meanwhile.
    pub(crate) fn conflict(code: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code)
    }

    /// Somebody else has saved that version meanwhile.
    pub(crate) fn outdated(live: u64) -> Self {
        Self { live_version: Some(live), ..Self::conflict("conflict") }
    }

    /// The body or the text in it is too long.
    pub(crate) fn too_large(code: &'static str) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, code)
    }

    /// Nothing can be asked of this process now.
    pub(crate) fn unavailable(code: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code)
    }

    /// This home of the service cannot do that.
    pub(crate) fn not_here(code: &'static str) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, code)
    }

    /// Too much of the kind runs now.
    pub(crate) fn busy(code: &'static str) -> Self {
        Self { retry_after_s: Some(2), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code) }
    }

    /// The client takes too long to send.
    pub(crate) fn too_slow(code: &'static str) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, code)
    }

    /// A store that failed while it was asked whether it is ready.
    pub(crate) fn store_not_ready(error: StoreError) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, ..error.into() }
    }

    /// The same refusal, said as `Error: …` in the words of that error: what clients of LanguageTool
    /// show.
    pub(crate) fn said(self, source: impl Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), is_plain: true, ..self }
    }

    /// Which limit of turns was reached.
    fn reached(&self) -> Option<QuotaReached> {
        match self.passed.as_deref() {
            Some(Passed::Quota(reached)) => Some(*reached),
            Some(Passed::Length(_)) | None => None,
        }
    }

    /// How many characters a text may hold, where one held more.
    fn limit_chars(&self) -> Option<usize> {
        match self.passed.as_deref() {
            Some(Passed::Length(limit_chars)) => Some(*limit_chars),
            Some(Passed::Quota(_)) | None => None,
        }
    }

    /// From when on there is room again, where a limit was reached.
    fn resets_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.again_at.or_else(|| self.reached()?.resets_at(now))
    }

    /// Seconds after which the same request may go through, rounded up.
    fn retry_after_s(&self, now: Timestamp) -> Option<u64> {
        let at = self.resets_at(now);
        if at.is_none() && self.reached().is_none() {
            return self.retry_after_s;
        }
        let wait_ms = at.map_or(TURN_ENDS_MS, |at| at.millis() - now.millis());
        Some(u64::try_from(wait_ms).unwrap_or_default().div_ceil(1_000))
    }

    /// The error as a frame of the socket; status, running turn and time as REST would say them.
    pub(crate) fn frame(&self, now: Timestamp) -> ServerFrame {
        ServerFrame::bare(FrameBody::Error {
            message: self.sentence(false).into_owned(),
            resets_at: self.resets_at(now).map(Timestamp::rfc3339),
            code: self.code.to_owned(),
            status: Some(self.status.as_u16()),
            running_turn_id: self.running_turn.as_ref().map(|turn| turn.as_str().to_owned()),
            limit_chars: self.limit_chars(),
        })
    }

    /// What REST would answer.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The public sentence.
    pub(crate) fn sentence(&self, is_english: bool) -> Cow<'static, str> {
        match self.passed.as_deref() {
            Some(Passed::Quota(reached)) => quota_sentence(*reached, is_english).into(),
            Some(Passed::Length(limit)) => length_sentence(*limit, is_english).into(),
            None => sentence(self.code, is_english).into(),
        }
    }

    /// Logs the error with its chain; what a client did wrong is no fault of the service.
    pub(crate) fn log(&self, request_id: &str) {
        let source = self.source.as_deref().map(|source| source as &dyn Error);
        if self.status.is_server_error() {
            tracing::error!(event = "api.failed", request_id, code = self.code, error = source);
        } else {
            tracing::info!(event = "api.refused", request_id, code = self.code, error = source);
        }
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Missing | AuthError::Invalid => Self::unauthorised(),
            AuthError::Unavailable => Self {
                retry_after_s: Some(2),
                source: Some(Arc::new(error)),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "sign_in_unavailable")
            },
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let (status, retry_after_s) = match &error {
            StoreError::Conflict => (StatusCode::CONFLICT, None),
            StoreError::Full(_) => (StatusCode::INSUFFICIENT_STORAGE, None),
            StoreError::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, Some(2)),
            StoreError::Corrupt { .. } | StoreError::Failed(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, None)
            }
        };
        let code = error.code();
        Self { retry_after_s, source: Some(Arc::new(error)), ..Self::new(status, code) }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

pub(crate) async fn no_route() -> ApiError {
    ApiError::not_found()
}

pub(crate) async fn wrong_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
}

/// A panic is a fault of ours; its message may hold text, so only that it happened is kept.
pub(crate) fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    ApiError::internal().into_response()
}
