//! `/turns`: turns for networks that let no socket through, begun by a request and followed as
//! server-sent events.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use domain::id::TurnId;
use futures::StreamExt;
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::IntoParams;

use super::events;
use crate::App;
use crate::address::{InPath, InQuery};
use crate::auth::Caller;
use crate::body::Body;
use crate::error::{ApiError, ErrorBody};
use crate::live::{self, Asked};
use crate::wire::frame::ServerFrame;
use crate::wire::turn::{NewTurn, TurnBegun};

/// Frames that wait for a slow client; the follower waits beyond it, the turn does not.
const WAITING_FRAMES: usize = 64;

/// Begins a turn, or names the one that a repeated request has begun before.
#[utoipa::path(post, path = "/turns", request_body = NewTurn,
    responses((status = 202, body = TurnBegun), (status = 409, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
pub(crate) async fn begin_turn(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Body(new): Body<NewTurn>,
) -> Result<impl IntoResponse, ApiError> {
    let asked = match new {
        NewTurn::SendMessage(mut question) => {
            let message = std::mem::take(&mut question.message);
            Asked::New(question.request(message)?)
        }
        NewTurn::Proofread(proofreading) => Asked::New(proofreading.request(&who)?),
        NewTurn::Continue(continuation) => continuation.into(),
    };
    let record = live::begin(&app, &who, asked).await?;
    let body = TurnBegun {
        turn_id: record.id.as_str().to_owned(),
        conversation_id: record.conversation_id.as_str().to_owned(),
    };
    Ok((StatusCode::ACCEPTED, Json(body)))
}

/// From where a turn is followed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// Frames up to this `seq` are known already; a `Last-Event-ID` header stands above it.
    after: u64,
}

/// The frames of a turn as server-sent events, each with its `seq` as id; ends with the turn.
#[utoipa::path(get, path = "/turns/{id}/events", params(("id" = String, Path), After),
    responses((status = 200, body = ServerFrame, content_type = "text/event-stream"),
        (status = 404, body = ErrorBody)))]
pub(crate) async fn turn_events(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
    InQuery(query): InQuery<After>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = last.and_then(|id| id.parse().ok()).unwrap_or(query.after);
    let (frames, waiting) = mpsc::channel(WAITING_FRAMES);
    let following = live::follow(&app, &who, &TurnId::new(id), after, frames).await?;
    let written = events::written(following, waiting).map(Ok::<_, Infallible>);
    let kind = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-cache")];
    Ok((kind, axum::body::Body::from_stream(written)))
}

/// Ends a running turn; what came is kept.
#[utoipa::path(post, path = "/turns/{id}/stop", params(("id" = String, Path)),
    responses((status = 202), (status = 404, body = ErrorBody)))]
pub(crate) async fn stop_turn(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
) -> Result<StatusCode, ApiError> {
    live::stop(&app, &who, &TurnId::new(id)).await?;
    Ok(StatusCode::ACCEPTED)
}
