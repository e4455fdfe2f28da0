//! One connection of HTTP/1.1 (RFC 9112) that is kept from request to request, written and read by whoever waits
//! for the answer: nothing is handed over, and nothing is kept of an answer but what is asked for.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Headers of one answer, at most.
const MOST_HEADERS: usize = 64;
/// A head with more bytes is refused.
const LONGEST_HEAD_BYTES: usize = 1024 * 1024;
/// Room that is made before each read.
const READ_BYTES: usize = 16 * 1024;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectionError {
    /// Nobody listens there, or the connection broke before the answer was whole.
    #[error("the connection failed")]
    Lost(#[from] io::Error),
    /// What came is not HTTP.
    #[error("the answer is not http")]
    Malformed(#[from] httparse::Error),
    /// The same, where the length of an answer or of a piece of it stands.
    #[error("the answer has no length that can be read")]
    Length,
}

/// A request; no header may hold a line break.
pub(super) struct Request<'a> {
    pub(super) method: &'static str,
    pub(super) path: &'a str,
    pub(super) headers: &'a [(&'static str, &'a str)],
    pub(super) body: Bytes,
}

/// A whole answer.
pub(super) struct Answer {
    pub(super) status: u16,
    head: Bytes,
    pub(super) body: Bytes,
}

/// The connection to one host.
pub(super) struct Connection {
    address: String,
    open: Option<Open>,
}

/// An open connection.
struct Open {
    stream: TcpStream,
    /// What was read and belongs to no answer yet.
    read: BytesMut,
    is_last: bool,
}

/// How the body of an answer ends (RFC 9112, section 6.3).
enum Body {
    Length(usize),
    Chunks,
    Close,
}

impl Answer {
    /// The value of a header, where there is one of that name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let text = std::str::from_utf8(&self.head).ok()?;
        let mut lines = text.lines().filter_map(|line| line.split_once(':'));
        let (_, value) = lines.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
        Some(value.trim_ascii())
    }
}

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
        request: &Request<'_>,
    ) -> Result<Answer, ConnectionError> {
        if let Some(mut open) = self.open.take()
            && let Ok(answer) = open.exchange(&self.address, request).await
        {
            self.open = Some(open).filter(|open| !open.is_last);
            return Ok(answer);
        }
        let stream = TcpStream::connect(&self.address).await?;
        // An answer is written at once, and its end must not wait for what came before it to be acknowledged.
        stream.set_nodelay(true)?;
        let mut open = Open { stream, read: BytesMut::new(), is_last: false };
        let answer = open.exchange(&self.address, request).await?;
        self.open = Some(open).filter(|open| !open.is_last);
        Ok(answer)
    }
}

impl Open {
    async fn exchange(
        &mut self,
        host: &str,
        request: &Request<'_>,
    ) -> Result<Answer, ConnectionError> {
        let length = request.body.len().to_string();
        let mut head = [request.method, " ", request.path, " HTTP/1.1\r\nhost: ", host].concat();
        for (name, value) in request.headers.iter().chain(&[("content-length", length.as_str())]) {
            for part in ["\r\n", name, ": ", value] {
                head.push_str(part);
            }
        }
        head.push_str("\r\n\r\n");
        let mut sent = Buf::chain(head.as_bytes(), request.body.clone());
        self.stream.write_all_buf(&mut sent).await?;
        loop {
            let (status, head, body) = self.head().await?;
            // What says that more is to come is no answer yet.
            if (100..200).contains(&status) {
                continue;
            }
            let body = match body {
                Body::Length(length) => self.bytes(length).await?,
                Body::Chunks => self.chunks().await?,
                Body::Close => self.rest().await?,
            };
            return Ok(Answer { status, head, body });
        }
    }

    /// Status, headers and what follows.
    async fn head(&mut self) -> Result<(u16, Bytes, Body), ConnectionError> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
            let mut head = httparse::Response::new(&mut headers);
            if let httparse::Status::Complete(bytes) = head.parse(&self.read)? {
                let status = head.code.unwrap_or_default();
                let body = body_of(status, head.headers)?;
                let says_close = has(head.headers, "connection", "close");
                self.is_last = says_close || head.version != Some(1) || matches!(body, Body::Close);
                return Ok((status, self.read.split_to(bytes).freeze(), body));
            }
            if self.read.len() > LONGEST_HEAD_BYTES {
                return Err(httparse::Error::TooManyHeaders.into());
            }
            self.more().await?;
        }
    }

    async fn bytes(&mut self, length: usize) -> Result<Bytes, ConnectionError> {
        while self.read.len() < length {
            self.more().await?;
        }
        Ok(self.read.split_to(length).freeze())
    }

    async fn chunks(&mut self) -> Result<Bytes, ConnectionError> {
        let mut whole = BytesMut::new();
        loop {
            let (start, length) = loop {
                match httparse::parse_chunk_size(&self.read) {
                    Ok(httparse::Status::Complete(found)) => break found,
                    Ok(httparse::Status::Partial) => self.more().await?,
                    Err(_) => return Err(ConnectionError::Length),
                }
            };
            self.read.advance(start);
            let length = usize::try_from(length).map_err(|_| ConnectionError::Length)?;
            if length == 0 {
                // Trailers, and the empty line behind them.
                while !self.line().await?.is_empty() {}
                return Ok(whole.freeze());
            }
            whole.extend_from_slice(&self.bytes(length).await?);
            if !self.line().await?.is_empty() {
                return Err(ConnectionError::Length);
            }
        }
    }

    /// What stands before the next line break.
    async fn line(&mut self) -> Result<Bytes, ConnectionError> {
        loop {
            if let Some(end) = self.read.windows(2).position(|two| two == b"\r\n") {
                let line = self.read.split_to(end).freeze();
                self.read.advance(2);
                return Ok(line);
            }
            self.more().await?;
        }
    }

    async fn rest(&mut self) -> Result<Bytes, ConnectionError> {
        while self.stream.read_buf(&mut self.read).await? > 0 {}
        Ok(self.read.split().freeze())
    }

    async fn more(&mut self) -> Result<(), ConnectionError> {
        self.read.reserve(READ_BYTES);
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            _ => Ok(()),
        }
    }
}

fn has(headers: &[httparse::Header<'_>], name: &str, value: &str) -> bool {
    let mut named = headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
    named.any(|header| header.value.eq_ignore_ascii_case(value.as_bytes()))
}

fn body_of(status: u16, headers: &[httparse::Header<'_>]) -> Result<Body, ConnectionError> {
    if status < 200 || status == 204 || status == 304 {
        return Ok(Body::Length(0));
    }
    if has(headers, "transfer-encoding", "chunked") {
        return Ok(Body::Chunks);
    }
    let length = headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let Some(length) = length else { return Ok(Body::Close) };
    let length =
        std::str::from_utf8(length.value).ok().and_then(|text| text.trim_ascii().parse().ok());
    length.map(Body::Length).ok_or(ConnectionError::Length)
}
