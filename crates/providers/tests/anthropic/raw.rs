//! A server that answers connections with given bytes and keeps what it was asked.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Answers one after another, a connection each.
pub(crate) struct Raw {
    pub(crate) base_url: String,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Raw {
    pub(crate) async fn serve(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let kept = Arc::clone(&asked);
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { base_url, asked }
    }

    /// Heads and bodies of the requests so far.
    pub(crate) fn asked(&self) -> Vec<(String, Value)> {
        self.asked.lock().unwrap().clone()
    }
}

async fn read(stream: &mut TcpStream) -> (String, Value) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && let Ok(body) = serde_json::from_str(body)
        {
            return (head.to_ascii_lowercase(), body);
        }
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.unwrap();
        assert_ne!(count, 0, "the request is cut: {text}");
        bytes.extend_from_slice(&piece[..count]);
    }
}

/// A response with those events.
pub(crate) fn events(events: &[Value]) -> String {
    let data: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n{data}")
}

/// A response with that status and error.
pub(crate) fn error(status: u16, headers: &str, kind: &str, message: &str) -> String {
    let body = json!({"type": "error", "error": {"type": kind, "message": message}}).to_string();
    let length = body.len();
    format!(
        "HTTP/1.1 {status} No\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}

pub(crate) fn start(input_tokens: u64) -> Value {
    let usage = json!({"input_tokens": input_tokens, "output_tokens": 1});
    json!({"type": "message_start", "message": {"model": "m", "usage": usage}})
}

pub(crate) fn block(block: &Value) -> Value {
    json!({"type": "content_block_start", "index": 0, "content_block": block})
}

pub(crate) fn delta(delta: &Value) -> Value {
    json!({"type": "content_block_delta", "index": 0, "delta": delta})
}

pub(crate) fn stop() -> Value {
    json!({"type": "content_block_stop", "index": 0})
}

/// The two events that end a response.
pub(crate) fn end(reason: &str, output_tokens: u64, searches: u64) -> [Value; 2] {
    let usage = json!({"output_tokens": output_tokens,
        "server_tool_use": {"web_search_requests": searches}});
    let delta = json!({"stop_reason": reason});
    [
        json!({"type": "message_delta", "delta": delta, "usage": usage}),
        json!({"type": "message_stop"}),
    ]
}
