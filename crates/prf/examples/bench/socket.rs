//! A client of the measured server: one socket.

use std::time::Instant;

use anyhow::Context;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Frames are small; thousands of sockets are to fit into this process.
const BUFFER_BYTES: usize = 4 * 1024;

/// A question as editors ask them.
const QUESTION: &str =
    "이 문장에서 ‘되’와 ‘돼’ 가운데 어느 쪽이 맞는지, 근거 규정과 함께 알려 주세요.";

pub(crate) struct Socket(WebSocketStream<TcpStream>);

/// A frame, and when it came.
pub(crate) struct Heard {
    pub(crate) at: Instant,
    pub(crate) frame: Value,
}

impl Heard {
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.frame["type"] == kind
    }

    /// The text of a piece of an answer; empty in any other frame.
    pub(crate) fn text(&self) -> &str {
        self.frame["chunk"].as_str().unwrap_or_default()
    }
}

impl Socket {
    pub(crate) async fn open(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default().read_buffer_size(BUFFER_BYTES);
        let url = format!("ws://{address}/ws");
        let opened = tokio_tungstenite::client_async_with_config(url, stream, Some(config));
        Ok(Self(opened.await?.0))
    }

    pub(crate) async fn say(&mut self, frame: &Value) -> anyhow::Result<()> {
        Ok(self.0.send(Message::text(frame.to_string())).await?)
    }

    /// Asks in a new conversation.
    pub(crate) async fn ask(&mut self) -> anyhow::Result<()> {
        let frame = json!({"action": "sendMessage", "message": QUESTION, "engineType": "Basic"});
        self.say(&frame).await
    }

    pub(crate) async fn hear(&mut self) -> anyhow::Result<Heard> {
        let message = self.0.next().await.context("the server has closed the socket")??;
        let at = Instant::now();
        let frame: Value = serde_json::from_str(message.to_text()?)?;
        anyhow::ensure!(frame["type"] != "error", "the server refuses: {frame}");
        Ok(Heard { at, frame })
    }

    /// Everything up to and with a frame of that type.
    pub(crate) async fn hear_until(&mut self, kind: &str) -> anyhow::Result<Vec<Heard>> {
        let mut heard = Vec::new();
        loop {
            heard.push(self.hear().await?);
            if heard.last().is_some_and(|last| last.is(kind)) {
                return Ok(heard);
            }
        }
    }
}
