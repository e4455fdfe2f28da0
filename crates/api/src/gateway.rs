//! Sockets that another machine holds, as API Gateway does: a client comes, says something, and goes,
//! each in a call of its own, and frames out are posted one by one.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::{HeaderMap, StatusCode};
use domain::id::ConnectionId;
use domain::ports::{Connection, StoreError};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{Instant, timeout_at};

use crate::App;
use crate::auth::{Admission, Credentials};
use crate::error::ApiError;
use crate::wire::frame::ServerFrame;
use crate::ws::CONNECTION_LIFE_MS;
use crate::ws::session::{Session, WAITING_FRAMES};
use crate::ws::standing::Standing;

/// Whether a client still takes frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// It took this one.
    Sent,
    /// It is gone.
    Gone,
}

/// Where frames go.
#[async_trait]
pub trait Outlet: Send + Sync {
    /// Posts a frame; a client that is gone is an outcome and no fault.
    async fn post(&self, frame: String) -> Posted;
}

/// Admits a client and remembers its socket; `query` is that of the handshake.
///
/// # Errors
///
/// The status that refuses it: another site's page, no valid token, or a failed store.
pub async fn connect(
    app: &App,
    id: ConnectionId,
    headers: &HeaderMap,
    query: &str,
) -> Result<(), StatusCode> {
    admit(app, id, headers, query).await.map_err(|error| {
        error.log("connect");
        error.status()
    })
}

async fn admit(
    app: &App,
    id: ConnectionId,
    headers: &HeaderMap,
    query: &str,
) -> Result<(), ApiError> {
    if !app.origins.may_enter(headers) {
        return Err(ApiError::forbidden("bad_origin"));
    }
    let credentials = Credentials::with_query(headers, Some(query));
    let Admission { who, until, .. } = app.authenticator.admit(&credentials).await?;
    let connected_at = app.turns.clock.now();
    let end = connected_at.plus_millis(CONNECTION_LIFE_MS);
    let expires_at = until.map_or(end, |until| until.min(end));
    let connection = Connection { id, who, connected_at, expires_at };
    Ok(app.connections.open(&connection).await?)
}

/// Forgets a client's socket.
///
/// # Errors
///
/// A failed store.
pub async fn disconnect(app: &App, id: &ConnectionId) -> Result<(), StoreError> {
    app.connections.close(id).await
}

/// Does what a message asks and posts what comes of it, `until` then at most; a turn that has begun
/// here has ended when this returns, also for a client that is gone.
pub async fn message(
    app: &Arc<App>,
    id: &ConnectionId,
    text: &str,
    outlet: &dyn Outlet,
    until: Instant,
) {
    let (frames, waiting) = mpsc::channel(WAITING_FRAMES);
    let posted = async {
        if timeout_at(until, post(waiting, outlet)).await.is_err() {
            tracing::warn!(event = "socket.out_of_time");
        }
    };
    futures::future::join(receive(app, id, text, frames), posted).await;
    app.hub.finish().await;
}

/// Hands the message to a session of the socket's owner; frames end when nobody holds their sender.
async fn receive(app: &Arc<App>, id: &ConnectionId, text: &str, frames: Sender<Box<ServerFrame>>) {
    let refused = match app.connections.connection(id, app.turns.clock.now()).await {
        Ok(Some(connection)) => {
            let standing = Standing::known(connection.who);
            let session = Session::new(Arc::clone(app), id.clone(), standing, frames);
            // API Gateway closes with no code of ours; the error frame has said it.
            let _ = session.receive(text).await;
            return;
        }
        Ok(None) => ApiError::unauthorised(),
        Err(error) => error.into(),
    };
    refused.log("socket");
    // A client that is gone needs no refusal.
    let _ = frames.send(Box::new(refused.frame(app.turns.clock.now()))).await;
}

/// Posts frames in their order until nobody sends any, or the client is gone.
async fn post(mut waiting: Receiver<Box<ServerFrame>>, outlet: &dyn Outlet) {
    while let Some(frame) = waiting.recv().await {
        let Ok(text) = serde_json::to_string(&frame) else { continue };
        if outlet.post(text).await == Posted::Gone {
            return;
        }
    }
}
