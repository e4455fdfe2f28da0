//! The socket: frames in, turns started or followed, frames out.

mod pace;
pub(crate) mod session;
mod socket;
pub(crate) mod standing;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use axum::routing::get;
use domain::id::ConnectionId;
use domain::meter::{Measurement, Meter};
use domain::ports::Connection;

use standing::Standing;

use crate::App;
use crate::auth::Entry;
use crate::error::ApiError;

/// A larger message ends the socket; one between [`session::MESSAGE_LIMIT_BYTES`] and this is
/// answered with an error.
const SOCKET_LIMIT_BYTES: usize = 1024 * 1024;

/// A socket reads into a buffer of this size, which is filled with zeros before each read, and so is
/// held for as long as the socket is open; a longer message makes room for itself.
const READ_BUFFER_BYTES: usize = 2 * 1024;

/// A socket counts as gone after two hours, as API Gateway ends it then.
pub(crate) const CONNECTION_LIFE_MS: i64 = 2 * 60 * 60 * 1000;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().route("/ws", get(open))
}

async fn open(
    State(app): State<Arc<App>>,
    Entry { admission, credentials }: Entry,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let now = app.turns.clock.now();
    let connection = Connection {
        id: ConnectionId::new(app.turns.ids.next_id()),
        who: admission.who.clone(),
        connected_at: now,
        expires_at: now.plus_millis(CONNECTION_LIFE_MS),
    };
    app.connections.open(&connection).await?;
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(SOCKET_LIMIT_BYTES)
        .protocols(["bearer"]);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let counted = Counted::open(&app);
        let standing = Standing::of(admission, credentials);
        socket::run(&app, connection.id.clone(), standing, socket).await;
        drop(counted);
        if let Err(error) = app.connections.close(&connection.id).await {
            tracing::warn!(event = "socket.not_closed", code = error.code());
        }
    }))
}

/// A socket while it is open, whatever ends it.
struct Counted(Arc<dyn Meter>);

impl Counted {
    fn open(app: &App) -> Self {
        app.turns.meter.take(Measurement::SocketOpened);
        Self(Arc::clone(&app.turns.meter))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.take(Measurement::SocketClosed);
    }
}
