//! Clients that work as a newsroom does: they check a text and list their articles, each time over a
//! connection of their own.

use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::texts::{article, passages};

/// Clients, each of which asks so often.
const CLIENTS: usize = 4;
const EVERY: Duration = Duration::from_millis(50);
const TEXT_CHARS: usize = 2_000;

/// How long answers took.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) check: Vec<Duration>,
    pub(super) list: Vec<Duration>,
}

/// Asks for that long.
pub(super) async fn ask_for(address: &str, lasting: Duration) -> anyhow::Result<Seen> {
    let text: String = article(&passages()?, 3, TEXT_CHARS * 3).chars().take(TEXT_CHARS).collect();
    let body = json!({ "text": text }).to_string();
    let until = Instant::now() + lasting;
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (address, body) = (address.to_owned(), body.clone());
        clients.spawn(async move {
            let mut seen = Seen::default();
            let mut every = tokio::time::interval(EVERY);
            tokio::time::sleep(EVERY * u32::try_from(client)? / 4).await;
            while Instant::now() < until {
                every.tick().await;
                seen.check.push(timed(&address, "POST /check", &body).await?);
                every.tick().await;
                seen.list.push(timed(&address, "GET /conversations", "").await?);
            }
            anyhow::Ok(seen)
        });
    }
    let mut all = Seen::default();
    while let Some(seen) = clients.join_next().await {
        let seen = seen??;
        all.check.extend(seen.check);
        all.list.extend(seen.list);
    }
    Ok(all)
}

async fn timed(address: &str, what: &str, body: &str) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    ask(address, what, body).await?;
    Ok(begun.elapsed())
}

/// The body of an answer with a status of success.
pub(super) async fn ask(address: &str, what: &str, body: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let length = body.len();
    let request = format!(
        "{what} HTTP/1.0\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.context("an honest client was cut off")?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no whole head")?;
    let first = head.lines().next().unwrap_or_default();
    anyhow::ensure!(first.contains(" 20"), "an honest client was refused: {first}: {body:.300}");
    Ok(body.to_owned())
}
