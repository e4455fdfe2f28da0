//! `/turns`: turns for networks that let no socket through, begun by a request and followed as
//! server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::Poll;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::id::TurnId;
use futures::future::{BoxFuture, FusedFuture};
use futures::{FutureExt, Stream, StreamExt, stream};
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::IntoParams;

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
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = last.and_then(|id| id.parse().ok()).unwrap_or(query.after);
    let (frames, waiting) = mpsc::channel(WAITING_FRAMES);
    let following = live::follow(&app, &who, &TurnId::new(id), after, frames).await?;
    let events = sent(following, waiting).map(|frame| Ok(event(&frame)));
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// The frames that `following` sends, which runs as they are asked for: no other task has to wake for
/// them.
fn sent(
    following: BoxFuture<'static, ()>,
    mut waiting: mpsc::Receiver<Box<ServerFrame>>,
) -> impl Stream<Item = Box<ServerFrame>> {
    let mut following = following.fuse();
    stream::poll_fn(move |context| {
        if let Ok(frame) = waiting.try_recv() {
            return Poll::Ready(Some(frame));
        }
        // Over or not is asked below: a future that is over is pending when it is polled again.
        let _ = following.poll_unpin(context);
        match waiting.try_recv() {
            Ok(frame) => Poll::Ready(Some(frame)),
            Err(_) if following.is_terminated() => Poll::Ready(None),
            Err(_) => Poll::Pending,
        }
    })
}

fn event(frame: &ServerFrame) -> Event {
    let event = Event::default().id(frame.seq.unwrap_or_default().to_string());
    match serde_json::to_string(frame) {
        Ok(json) => event.data(json),
        Err(_) => event.comment("unreadable"),
    }
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
