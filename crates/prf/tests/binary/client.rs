//! Clients of a running server that may die at any moment: a socket, a request, and the frames of
//! one turn as an editor saw them.

use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// An open socket.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// None where the server is gone, here and below.
    pub(crate) async fn open(address: &str) -> Option<Self> {
        let stream = TcpStream::connect(address).await.ok()?;
        Some(Self(client_async(format!("ws://{address}/ws"), stream).await.ok()?.0))
    }

    pub(crate) async fn say(&mut self, frame: &Value) -> Option<()> {
        self.0.send(Message::text(frame.to_string())).await.ok()
    }

    pub(crate) async fn hear(&mut self) -> Option<Value> {
        let message = self.0.next().await?.ok()?;
        serde_json::from_str(message.to_text().ok()?).ok()
    }
}

/// Status and body of a request; the body as far as it came.
pub(crate) async fn request(
    address: &str,
    method: &str,
    path: &str,
    body: &str,
) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let length = body.len();
    // By HTTP/1.0 the body is what comes until the end, without chunks.
    let head = format!("{method} {path} HTTP/1.0\r\nhost: {address}\r\ncontent-length: {length}");
    stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).await.ok()?;
    let (mut answer, mut piece) = (Vec::new(), [0; 8192]);
    while let Ok(read @ 1..) = stream.read(&mut piece).await {
        answer.extend_from_slice(&piece[..read]);
    }
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

/// JSON of a request that is answered.
pub(crate) async fn get(address: &str, path: &str) -> Value {
    let (status, body) = request(address, "GET", path, "").await.unwrap();
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

/// The whole frames of server-sent events.
pub(crate) fn frames(events: &str) -> Vec<Value> {
    let whole = events.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
    let data = whole.split('\n').filter_map(|line| line.strip_prefix("data: "));
    data.map(|frame| serde_json::from_str(frame).unwrap()).collect()
}

/// What a client knows of one turn it has asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// Its idempotency key; unique in a test.
    pub(crate) key: String,
    pub(crate) conversation: String,
    /// The question or the article.
    pub(crate) text: String,
    /// The frame that asks.
    pub(crate) frame: Value,
    /// Known from the moment on that the server has acknowledged the question.
    pub(crate) turn: Option<String>,
    /// The text of the answer in the order of its frames.
    pub(crate) streamed: String,
    /// The last frame, once it was seen.
    pub(crate) end: Option<Value>,
    /// Why nothing began.
    pub(crate) refused: Option<Value>,
    pub(crate) last_seq: u64,
}

impl Asked {
    /// Sends it, again or for the first time, and hears it out; none where the server went away.
    pub(crate) async fn ask(&mut self, address: &str, socket: &mut Option<Socket>) -> Option<()> {
        let before = std::mem::take(&mut self.streamed);
        self.last_seq = 0;
        let heard = match socket {
            Some(socket) => self.over_socket(socket).await,
            None => self.over_rest(address).await,
        };
        // What is replayed is what was shown, as far as it was kept.
        let is_same = self.streamed.starts_with(&before) || before.starts_with(&self.streamed);
        assert!(is_same, "{before:?} became {:?}", self.streamed);
        heard
    }

    async fn over_socket(&mut self, socket: &mut Socket) -> Option<()> {
        socket.say(&self.frame).await?;
        while self.end.is_none() && self.refused.is_none() {
            self.take(socket.hear().await?);
        }
        Some(())
    }

    async fn over_rest(&mut self, address: &str) -> Option<()> {
        let frame = self.frame.to_string();
        let (status, body) = request(address, "POST", "/turns", &frame).await?;
        let begun: Value = serde_json::from_str(&body).ok()?;
        if status != 202 {
            self.refused = Some(begun);
            return Some(());
        }
        self.is_turn(&begun["turnId"]);
        let path = format!("/turns/{}/events", self.turn.as_deref().unwrap());
        let (_, events) = request(address, "GET", &path, "").await?;
        for frame in frames(&events) {
            self.take(frame);
        }
        self.end.is_some().then_some(())
    }

    fn is_turn(&mut self, turn: &Value) {
        let turn = turn.as_str().unwrap().to_owned();
        // Whatever happens, one key is one turn once the client has heard of it.
        let known = self.turn.get_or_insert_with(|| turn.clone());
        assert_eq!(*known, turn, "{} ran twice", self.key);
    }

    fn take(&mut self, frame: Value) {
        if frame["turnId"].is_null() {
            assert_eq!(frame["type"], "error", "{frame}");
            self.refused = Some(frame);
            return;
        }
        self.is_turn(&frame["turnId"]);
        let seq = frame["seq"].as_u64().unwrap();
        assert!(seq > self.last_seq, "{seq} after {}", self.last_seq);
        self.last_seq = seq;
        match frame["type"].as_str().unwrap() {
            "ai_chunk" => self.streamed.push_str(frame["chunk"].as_str().unwrap()),
            "chat_end" | "error" => self.end = Some(frame),
            _ => {}
        }
    }
}
