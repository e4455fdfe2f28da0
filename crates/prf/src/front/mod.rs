//! The door of the server: connections are taken in, counted and bounded in time, and where a
//! certificate is given TLS ends here. What is asked is the router's.

mod addresses;
mod body;
mod gone;
mod listener;
mod open_files;
mod steady;
#[cfg(test)]
mod tests;
mod tls;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

pub(crate) use addresses::AddressLimits;
use addresses::Addresses;
pub(crate) use body::BodyRoom;
use body::{Held, InTime};
pub(crate) use listener::listen;
pub(crate) use open_files::room_for;
use steady::Steady;
pub(crate) use tls::{Certificates, TlsFiles};

/// After a failure to take a connection in, as where no file handle is left.
const PAUSE: Duration = Duration::from_millis(100);

/// The longest head of a request; until it is whole it is held in memory.
const HEAD_BYTES: usize = 64 * 1024;

/// What a client may keep the server waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrontLimits {
    /// For the handshake, for the head of a request, and between two requests.
    pub(crate) head: Duration,
    /// For the whole body of a request.
    pub(crate) body: Duration,
    /// For a byte of what is written to it: an answer, events, a frame.
    pub(crate) write: Duration,
    /// For a sign of life of its machine, where nothing is asked or answered; whole seconds, 2 at least.
    pub(crate) gone: Duration,
    /// Connections at once; more wait until one has ended.
    pub(crate) connections: usize,
    /// Connections of one address at once; more are closed.
    pub(crate) addresses: AddressLimits,
}

/// Takes connections in.
pub(crate) struct Front {
    /// Where.
    pub(crate) listener: TcpListener,
    /// Who answers.
    pub(crate) router: Router,
    /// How long it is waited for clients.
    pub(crate) limits: FrontLimits,
    /// Where bodies are held.
    pub(crate) bodies: BodyRoom,
    /// Where TLS ends here.
    pub(crate) tls: Option<TlsAcceptor>,
}

impl Front {
    /// Answers requests until `stop`, and until those that are being answered have ended.
    pub(crate) async fn answer(self, stop: impl Future<Output = ()>) {
        let room = Arc::new(Semaphore::new(self.limits.connections));
        let (stopping, connections) = (CancellationToken::new(), TaskTracker::new());
        let addresses = Addresses::new(self.limits.addresses);
        let mut stop = pin!(stop);
        loop {
            let taken = async {
                let place = Arc::clone(&room).acquire_owned().await.ok()?;
                let (stream, peer) = self.listener.accept().await.ok()?;
                Some((place, stream, peer))
            };
            let taken = tokio::select! {
                () = &mut stop => break,
                taken = taken => taken,
            };
            let Some((place, stream, peer)) = taken else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let Some(of_address) = addresses.place(peer.ip()) else {
                tracing::debug!(event = "connection.refused", address = %peer.ip());
                continue;
            };
            let connection = Connection {
                router: self.router.clone(),
                limits: self.limits,
                bodies: self.bodies.clone(),
                tls: self.tls.clone(),
                peer,
                stopping: stopping.clone(),
            };
            connections.spawn(async move {
                connection.serve(stream).await;
                drop((of_address, place));
            });
        }
        stopping.cancel();
        connections.close();
        connections.wait().await;
    }
}

struct Connection {
    router: Router,
    limits: FrontLimits,
    bodies: BodyRoom,
    tls: Option<TlsAcceptor>,
    peer: SocketAddr,
    stopping: CancellationToken,
}

impl Connection {
    async fn serve(self, stream: TcpStream) {
        // A frame is not to wait until the client has acknowledged the one before.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::warn!(event = "socket.delayed", error = &error as &dyn std::error::Error);
        }
        if let Err(error) = gone::notice(&stream, self.limits.gone) {
            tracing::warn!(event = "socket.unwatched", error = &error as &dyn std::error::Error);
        }
        let stream = Steady::new(stream, self.limits.write);
        let Some(tls) = self.tls.clone() else { return self.speak(stream).await };
        // A handshake that fails or takes too long is the client's to know.
        if let Ok(Ok(stream)) = tokio::time::timeout(self.limits.head, tls.accept(stream)).await {
            self.speak(stream).await;
        }
    }

    async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let (router, bodies, peer, limit) = (self.router, self.bodies, self.peer, self.limits.body);
        let service = service_fn(move |request: Request<Incoming>| {
            let held = Held::default();
            let body = |body| Body::new(InTime::new(body, limit, bodies.clone(), held.clone()));
            answered(router.clone(), request.map(body), peer, held)
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.limits.head);
        http.max_buf_size(HEAD_BYTES);
        let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let mut connection = pin!(connection);
        tokio::select! {
            // What went wrong on the way to a client nobody here can mend.
            _ = connection.as_mut() => return,
            () = self.stopping.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}

async fn answered(
    router: Router,
    mut request: Request<Body>,
    peer: SocketAddr,
    held: Held,
) -> Result<Response, Infallible> {
    // Tries to sign in are counted by the address they come from.
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer = router.oneshot(request).await;
    drop(held);
    answer
}
