//! One connection of HTTP/1.1 that is kept from request to request. It moves only while somebody waits for an
//! answer, in the task that waits: nothing is handed over, and nothing wakes anybody.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::Poll;

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectionError {
    /// Nobody listens there.
    #[error("cannot connect")]
    Connect(#[source] io::Error),
    /// The address cannot be named in a request.
    #[error("the address is none")]
    Address(#[source] http::header::InvalidHeaderValue),
    /// It broke before the answer was whole, or what came is not HTTP.
    #[error("the connection failed")]
    Lost(#[source] hyper::Error),
}

/// The connection to one host.
pub(super) struct Connection {
    address: String,
    open: Option<Open>,
}

/// An open connection.
struct Open {
    requests: http1::SendRequest<Full<Bytes>>,
    /// What moves it; none once it has ended, so that nobody waits for it.
    driver: Option<Driver>,
}

type Driver = http1::Connection<TokioIo<TcpStream>, Full<Bytes>>;

impl Connection {
    /// The connection to a host and port, which is opened by the first request.
    pub(super) fn to(address: &str) -> Self {
        Self { address: address.to_owned(), open: None }
    }

    /// Sends a request and waits for the whole answer, as long as it takes.
    ///
    /// That a connection was closed while nobody looked is seen when it is used again: then the request goes
    /// once more, over a new one.
    pub(super) async fn exchange(
        &mut self,
        request: &Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, ConnectionError> {
        let mut request = request.clone();
        let host = HeaderValue::from_str(&self.address).map_err(ConnectionError::Address)?;
        request.headers_mut().insert(HOST, host);
        if let Some(mut open) = self.open.take()
            && let Ok(answer) = open.exchange(request.clone()).await
        {
            self.open = Some(open);
            return Ok(answer);
        }
        let mut open = Open::to(&self.address).await?;
        let answer = open.exchange(request).await.map_err(ConnectionError::Lost)?;
        self.open = Some(open);
        Ok(answer)
    }
}

impl Open {
    async fn to(address: &str) -> Result<Self, ConnectionError> {
        let stream = TcpStream::connect(address).await.map_err(ConnectionError::Connect)?;
        // An answer is written at once, and its end must not wait for what came before it to be acknowledged.
        stream.set_nodelay(true).map_err(ConnectionError::Connect)?;
        let opened = http1::handshake(TokioIo::new(stream)).await;
        let (requests, driver) = opened.map_err(ConnectionError::Lost)?;
        Ok(Self { requests, driver: Some(driver) })
    }

    async fn exchange(&mut self, request: Request<Full<Bytes>>) -> hyper::Result<Response<Bytes>> {
        let Self { requests, driver } = self;
        let exchanged = async {
            requests.ready().await?;
            let (head, body) = requests.send_request(request).await?.into_parts();
            Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
        };
        driven(driver, exchanged).await
    }
}

/// Waits for something while the connection moves.
async fn driven<T>(driver: &mut Option<Driver>, waited: impl Future<Output = T>) -> T {
    let mut waited = pin!(waited);
    poll_fn(|context| {
        if let Poll::Ready(done) = waited.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        let moved = driver.as_mut().map(|driver| Pin::new(driver).poll(context));
        // How it ended is told to whoever waits for it, at the latest when it is dropped.
        if moved.is_some_and(|moved| moved.is_ready()) {
            *driver = None;
        }
        waited.as_mut().poll(context)
    })
    .await
}
