//! What hostile clients do, until they are stopped: each goes on as soon as it is thrown out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

use super::honest::ask;
use crate::texts::{article, passages};

/// One way to attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attack {
    /// Heads that drip.
    Loris,
    /// Connections on which nothing happens.
    Crowd,
    /// Bodies that are far too long.
    Bodies,
    /// Frames as fast as they go.
    Floods,
    /// Answers and events that are asked for and not taken.
    SlowReaders,
}

impl Attack {
    pub(super) const ALL: [Self; 5] =
        [Self::Loris, Self::Crowd, Self::Bodies, Self::Floods, Self::SlowReaders];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Loris => "1,000 slow lorises",
            Self::Crowd => "10,000 connections",
            Self::Bodies => "12 bodies of 100 MB",
            Self::Floods => "16 floods of frames",
            Self::SlowReaders => "400 slow readers",
        }
    }

    fn clients(self) -> usize {
        match self {
            Self::Loris => 1_000,
            Self::Crowd => 10_000,
            Self::Bodies => 12,
            Self::Floods => 16,
            Self::SlowReaders => 400,
        }
    }
}

const BODY_BYTES: usize = 100 * 1000 * 1000;
const PIECE_BYTES: usize = 64 * 1024;
/// The longest message that is read, and one that ends the socket.
const MAXIMAL_BYTES: usize = 127 * 1024;
const FORBIDDEN_BYTES: usize = 2 * 1024 * 1024;
const BIG_MESSAGE_BYTES: usize = 3 * 1000 * 1000;
/// Between two drips, and between two tries of one that was thrown out.
const DRIP: Duration = Duration::from_secs(1);
const AGAIN: Duration = Duration::from_millis(20);

/// Where the attackers go.
#[derive(Clone)]
pub(super) struct Target {
    address: String,
    /// A turn whose events can be followed.
    turn: String,
    /// A text to check, as long as a frame may be.
    text: Arc<str>,
}

impl Target {
    /// Saves a conversation with a long answer and begins a turn.
    pub(super) async fn prepare(address: &str) -> anyhow::Result<Self> {
        let passages = passages()?;
        let message = |at: usize| {
            json!({"id": format!("m{at}"), "role": "user",
            "content": article(&passages, at, BIG_MESSAGE_BYTES / 4)})
        };
        let body = json!({"conversationId": "big", "engineType": "Basic", "title": "긴 글",
            "messages": (0..4).map(message).collect::<Vec<_>>()});
        ask(address, "POST /conversations", &body.to_string()).await?;
        let question =
            json!({"action": "sendMessage", "message": "이 문장은 맞나요?", "engineType": "Basic"});
        let begun = ask(address, "POST /turns", &question.to_string()).await?;
        let begun: Value = serde_json::from_str(&begun)?;
        let turn = begun["turnId"].as_str().context("no turn has begun")?.to_owned();
        let text = article(&passages, 5, MAXIMAL_BYTES).into();
        Ok(Self { address: address.to_owned(), turn, text })
    }
}

/// Attacks until it is stopped; gives how many connections were made, bodies and frames sent.
pub(super) async fn run(target: &Target, attacks: &[Attack], stop: &CancellationToken) -> usize {
    let done = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for attack in attacks {
        for client in 0..attack.clients() {
            let (target, attack, done) = (target.clone(), *attack, Arc::clone(&done));
            clients.spawn(async move {
                loop {
                    done.fetch_add(1, Ordering::Relaxed);
                    // Being thrown out is what is expected.
                    let _ = once(attack, client, &target, &done).await;
                    sleep(AGAIN).await;
                }
            });
        }
    }
    stop.cancelled().await;
    clients.shutdown().await;
    done.load(Ordering::Relaxed)
}

async fn once(
    attack: Attack,
    client: usize,
    target: &Target,
    done: &AtomicUsize,
) -> anyhow::Result<()> {
    match attack {
        Attack::Loris => drip(target).await,
        Attack::Crowd => idle(target).await,
        Attack::Bodies => body(client, target).await,
        Attack::Floods => flood(client, target, done).await,
        Attack::SlowReaders => read_slowly(client, target).await,
    }
}

async fn drip(target: &Target) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(&target.address).await?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ").await?;
    loop {
        sleep(DRIP).await;
        stream.write_all(b"a").await?;
    }
}

async fn idle(target: &Target) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(&target.address).await?;
    // Nothing is ever answered: this ends when the server has had enough.
    stream.read_exact(&mut [0; 1]).await?;
    Ok(())
}

async fn body(client: usize, target: &Target) -> anyhow::Result<()> {
    let path = ["/check", "/files/extract", "/conversations"][client % 3];
    let is_chunked = client.is_multiple_of(2);
    let length = match is_chunked {
        true => "transfer-encoding: chunked".to_owned(),
        false => format!("content-length: {BODY_BYTES}"),
    };
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n{length}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(&target.address).await?;
    stream.write_all(head.as_bytes()).await?;
    let mut piece = Vec::new();
    if is_chunked {
        piece.extend_from_slice(format!("{PIECE_BYTES:x}\r\n").as_bytes());
    }
    piece.extend(std::iter::repeat_n(b'[', PIECE_BYTES));
    if is_chunked {
        piece.extend_from_slice(b"\r\n");
    }
    for _ in 0..BODY_BYTES / PIECE_BYTES {
        stream.write_all(&piece).await?;
    }
    stream.read_to_end(&mut Vec::new()).await?;
    Ok(())
}

async fn flood(client: usize, target: &Target, done: &AtomicUsize) -> anyhow::Result<()> {
    let stream = TcpStream::connect(&target.address).await?;
    let url = format!("ws://{}/ws", target.address);
    let (socket, _) = tokio_tungstenite::client_async(url, stream).await?;
    let message = match client % 4 {
        0 => Message::text(r#"{"action":"ping"}"#),
        1 => Message::text(json!({"action": "check", "text": &*target.text}).to_string()),
        2 => Message::Ping(vec![7; 125].into()),
        _ => Message::text("x".repeat(FORBIDDEN_BYTES)),
    };
    // Half of them never read.
    if client < Attack::Floods.clients() / 2 {
        pour(socket, &message, done).await
    } else {
        let (mut out, mut incoming) = socket.split();
        let pouring = async {
            loop {
                out.send(message.clone()).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
        };
        let reading = async {
            while incoming.next().await.transpose()?.is_some() {}
            Ok(())
        };
        tokio::select! {
            poured = pouring => poured,
            read = reading => read,
        }
    }
}

async fn pour(
    mut socket: WebSocketStream<TcpStream>,
    message: &Message,
    done: &AtomicUsize,
) -> anyhow::Result<()> {
    loop {
        socket.send(message.clone()).await?;
        done.fetch_add(1, Ordering::Relaxed);
    }
}

async fn read_slowly(client: usize, target: &Target) -> anyhow::Result<()> {
    let path = match client % 2 {
        0 => "/conversations/big".to_owned(),
        _ => format!("/turns/{}/events", target.turn),
    };
    let mut stream = TcpStream::connect(&target.address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    // A quarter takes a byte now and then, the others take nothing.
    if client.is_multiple_of(4) {
        loop {
            sleep(DRIP).await;
            stream.read_exact(&mut [0; 1]).await?;
        }
    }
    sleep(Duration::from_secs(3_600)).await;
    Ok(())
}
