//! What both providers say when they refuse: one meaning, two shapes.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::request::Provider;

/// A refusal before the first byte of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// HTTP status as Anthropic gives it.
    pub(crate) status: u16,
    /// Error type as Anthropic names it; none where the status says it.
    pub(crate) kind: Option<String>,
    pub(crate) message: String,
    /// Value of `retry-after`.
    pub(crate) retry_after: Option<String>,
    /// A page of a proxy in place of the JSON.
    pub(crate) is_html: bool,
}

impl Refusal {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, kind: None, message, retry_after: None, is_html: false }
    }

    /// The request is at fault.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    pub(crate) fn response(&self, provider: Provider, request_id: &str) -> Response {
        let (status, kind) = match provider {
            Provider::Anthropic => (self.status, self.kind.as_deref().unwrap_or(kind(self.status))),
            Provider::Bedrock => bedrock(self.status, self.kind.as_deref()),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::new();
        let id_name = match provider {
            Provider::Anthropic => "request-id",
            Provider::Bedrock => "x-amzn-requestid",
        };
        let mut set = |name: &'static str, value: &str| {
            headers.extend(
                HeaderValue::from_str(value)
                    .ok()
                    .map(|value| (axum::http::HeaderName::from_static(name), value)),
            );
        };
        set(id_name, request_id);
        if let Some(wait) = &self.retry_after {
            set("retry-after", wait);
        }
        if self.is_html {
            set("content-type", "text/html");
            let page =
                format!("<html><head><title>{status}</title></head><body>{status}</body></html>\n");
            return (status, headers, page).into_response();
        }
        match provider {
            Provider::Anthropic => {
                let error = json!({"type": kind, "message": self.message});
                let body = json!({"type": "error", "error": error, "request_id": request_id});
                (status, headers, Json(body)).into_response()
            }
            Provider::Bedrock => {
                set("x-amzn-errortype", kind);
                (status, headers, Json(json!({"message": self.message}))).into_response()
            }
        }
    }
}

/// Anthropic's error type of a status.
fn kind(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        400..=499 => "invalid_request_error",
        _ => "api_error",
    }
}

/// Status and exception with which Bedrock says the same; its own exception names stay as they are.
fn bedrock(status: u16, kind: Option<&str>) -> (u16, &str) {
    if let Some(exception) = kind.filter(|kind| kind.ends_with("Exception")) {
        return (status, exception);
    }
    match status {
        401 => (403, "UnrecognizedClientException"),
        402 | 403 => (403, "AccessDeniedException"),
        404 => (404, "ResourceNotFoundException"),
        424 => (424, "ModelErrorException"),
        429 => (429, "ThrottlingException"),
        408 | 504 => (408, "ModelTimeoutException"),
        503 | 529 => (503, "ServiceUnavailableException"),
        400..=499 => (400, "ValidationException"),
        _ => (500, "InternalServerException"),
    }
}
