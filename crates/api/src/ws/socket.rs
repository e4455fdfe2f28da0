//! One open socket of this process: reads its frames in order, never waits for a turn, writes what
//! turns say, and closes when its client may not go on.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use domain::id::ConnectionId;
use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};

use super::pace::Pace;
use super::session::{Session, WAITING_FRAMES};
use super::standing::{CloseCode, Standing};
use crate::App;
use crate::wire::frame::ServerFrame;

/// A client that takes no last frame is left.
const CLOSING_TIME: Duration = Duration::from_secs(5);

/// Serves a socket until either side ends it. What a client that is sent away has begun goes on.
pub(super) async fn run(app: &Arc<App>, id: ConnectionId, standing: Standing, socket: WebSocket) {
    let (out, mut incoming) = socket.split();
    let (frames, waiting) = mpsc::channel::<Box<ServerFrame>>(WAITING_FRAMES);
    let (close, closing) = oneshot::channel();
    let mut writer = tokio::spawn(write(out, waiting, closing));
    let session = Session::new(Arc::clone(app), id, standing, frames);
    let every = app.session_check;
    let check_from = Instant::now() + every;
    let mut check = interval_at(check_from, every);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut pace = Pace::new(Instant::now());
    let mut read_from = None;
    let ended = loop {
        let message = tokio::select! {
            () = sleep_until(read_from.unwrap_or(check_from)), if read_from.is_some() => {
                read_from = None;
                continue;
            }
            message = incoming.next(), if read_from.is_none() => message,
            _ = check.tick() => match session.look().await {
                Ok(()) => continue,
                Err(code) => break Some(code),
            },
            // What nobody takes cannot be written: a client that is silent too would never be missed.
            _ = &mut writer => break None,
        };
        let Some(Ok(message)) = message else { break None };
        read_from = pace.take(Instant::now());
        let done = match message {
            Message::Text(text) => session.receive(text.as_str()).await,
            Message::Binary(_) => {
                session.say(ServerFrame::error("bad_json")).await;
                Ok(())
            }
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => break None,
        };
        if let Err(code) = done {
            break Some(code);
        }
    };
    let abort = writer.abort_handle();
    if let Some(code) = ended {
        // A writer that is gone means a client that is gone.
        let _ = close.send(code);
        let _ = timeout(CLOSING_TIME, writer).await;
    }
    abort.abort();
}

/// Writes frames as they come, and last the code that closes the socket.
async fn write(
    mut out: SplitSink<WebSocket, Message>,
    mut waiting: mpsc::Receiver<Box<ServerFrame>>,
    closing: oneshot::Receiver<CloseCode>,
) {
    let mut ready = Vec::new();
    let mut closing = pin!(async move {
        match closing.await {
            Ok(code) => code,
            // The reader has ended without a code, and so will this.
            Err(_) => std::future::pending().await,
        }
    });
    loop {
        let code = tokio::select! {
            biased;
            code = &mut closing => {
                ready.extend((0..WAITING_FRAMES).map_while(|_| waiting.try_recv().ok()));
                Some(code)
            }
            // What waits goes out in one write.
            count = waiting.recv_many(&mut ready, WAITING_FRAMES) => match count {
                0 => return,
                _ => None,
            },
        };
        for frame in ready.drain(..) {
            let Ok(text) = serde_json::to_string(&frame) else { continue };
            if out.feed(Message::Text(text.into())).await.is_err() {
                return;
            }
        }
        if let Some(code) = code {
            let frame = CloseFrame { code: code.number(), reason: "".into() };
            let _ = out.send(Message::Close(Some(frame))).await;
            return;
        }
        if out.flush().await.is_err() {
            return;
        }
    }
}
