//! One open socket of this process: reads its frames in order, never waits for a turn, and writes
//! what turns say.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use domain::id::ConnectionId;
use domain::principal::Principal;
use futures::{SinkExt, StreamExt};
use tokio::sync::mpsc;

use super::session::{Session, WAITING_FRAMES};
use crate::App;
use crate::wire::frame::ServerFrame;

/// Serves a socket until either side ends it.
pub(super) async fn run(app: &Arc<App>, id: ConnectionId, who: Principal, socket: WebSocket) {
    let (mut out, mut incoming) = socket.split();
    let (frames, mut waiting) = mpsc::channel::<Box<ServerFrame>>(WAITING_FRAMES);
    let writer = tokio::spawn(async move {
        while let Some(frame) = waiting.recv().await {
            let Ok(text) = serde_json::to_string(&frame) else { continue };
            if out.send(Message::Text(text.into())).await.is_err() {
                return;
            }
        }
    });
    let session = Session::new(Arc::clone(app), id, who, frames);
    while let Some(Ok(message)) = incoming.next().await {
        match message {
            Message::Text(text) => session.receive(text.as_str()).await,
            Message::Binary(_) => session.say(ServerFrame::error("bad_json")).await,
            Message::Ping(_) | Message::Pong(_) => {}
            Message::Close(_) => break,
        }
    }
    writer.abort();
}
