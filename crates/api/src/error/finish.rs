//! What every answer passes on its way out: errors get their body, the request its line and span in the
//! log, and every answer its headers.

use std::error::Error;
use std::sync::Arc;

use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::meter::{Measurement, SPANS};
use domain::time::Timestamp;
use serde::Serialize;
use tracing::field::Empty;
use tracing::{Instrument, Span};
use utoipa::ToSchema;

use super::ApiError;
use crate::App;

/// What every error answer holds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorBody {
    /// A sentence for the person who meets it.
    error: String,
    /// A stable code.
    code: String,
    /// Names this request in the log.
    request_id: String,
    /// The turn of the conversation that has to end first.
    #[serde(skip_serializing_if = "Option::is_none")]
    running_turn_id: Option<String>,
    /// From when on there is room again, where a limit was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    resets_at: Option<String>,
    /// The version that somebody else has saved meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    live_version: Option<u64>,
    /// Characters a text of the caller may hold, where one held more.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_chars: Option<usize>,
}

/// Gives errors their body, logs the request in one line, and names it in a header.
pub(crate) async fn finish(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let request_id = app.turns.ids.next_id();
    let is_english = prefers_english(request.headers());
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let route = path.as_ref().map_or("none", MatchedPath::as_str);
    let span = span(&request_id, &method, route);
    let (meter, began) = (&app.turns.meter, app.turns.meter.elapsed());
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        error.log(&request_id);
        response = answer(&error, &request_id, is_english, app.turns.clock.now());
    }
    let (status, took) = (response.status().as_u16(), meter.elapsed().saturating_sub(began));
    tracing::info!(
        event = "api.request",
        request_id,
        method = method.as_str(),
        route,
        status,
        duration_ms = took.as_secs_f64() * 1000.0
    );
    meter.take(Measurement::Request { route, method: known(&method), status, took });
    span.record("http.response.status_code", i64::from(status));
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// The span of a request; nothing where nobody receives traces.
fn span(request_id: &str, method: &Method, route: &str) -> Span {
    let method = known(method);
    tracing::info_span!(
        target: SPANS,
        "request",
        otel.name = %format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        prf.request.id = request_id,
    )
}

/// The method, or one name for all that no route has: a client cannot make names of its own.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}

fn answer(error: &ApiError, request_id: &str, is_english: bool, now: Timestamp) -> Response {
    if let Some(source) = error.source.as_ref().filter(|_| error.is_plain) {
        return (error.status, plain(source.as_ref())).into_response();
    }
    let body = ErrorBody {
        error: error.sentence(is_english).into_owned(),
        code: error.code.to_owned(),
        request_id: request_id.to_owned(),
        running_turn_id: error.running_turn.as_ref().map(|turn| turn.as_str().to_owned()),
        resets_at: error.resets_at(now).map(Timestamp::rfc3339),
        live_version: error.live_version,
        limit_chars: error.limit_chars(),
    };
    let mut response = (error.status, Json(body)).into_response();
    if let Some(seconds) = error.retry_after_s(now) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// An error and what caused it, in one line.
fn plain(error: &dyn Error) -> String {
    let mut line = format!("Error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}

fn prefers_english(headers: &HeaderMap) -> bool {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    wanted.is_some_and(|wanted| wanted.trim_start().starts_with("en"))
}

/// Answers of the API are data: nothing may be sniffed, framed or kept by a cache.
pub(crate) async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
