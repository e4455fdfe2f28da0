//! A local server that speaks Anthropic's streaming API by a script: for browser tests and demos,
//! so that they run the real client.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the server answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// Findings, sent for those originals that stand in the last message.
    pub findings: Vec<Value>,
    /// The answer to a question, sent word by word.
    pub answer: String,
    /// Tokens it reports: input, output, cache write (1 h) and cache read.
    pub usage: [u64; 4],
    /// Waits so long before each event.
    pub delay_ms: u64,
    /// Answers with this status instead.
    pub fail_status: Option<u16>,
    /// Sends an error event after so many events.
    pub error_after: Option<usize>,
    /// Cuts the connection after so many events.
    pub cut_after: Option<usize>,
    /// Sends the bytes in pieces of this size; 0 sends each event whole.
    pub piece_bytes: usize,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            findings: Vec::new(),
            answer: "확인했습니다.".into(),
            usage: [1200, 80, 300, 65_000],
            delay_ms: 0,
            fail_status: None,
            error_after: None,
            cut_after: None,
            piece_bytes: 0,
        }
    }
}

/// One request as the server saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The model asked for.
    pub model: String,
    /// `running`, `completed`, or `cancelled` when the client went away first.
    pub state: &'static str,
    /// Whether it was asked for findings.
    pub is_proofread: bool,
    /// Bytes of the request's body.
    pub body_bytes: usize,
}

#[derive(Clone)]
struct Server {
    script: Arc<Script>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// The server's routes: `POST /v1/messages` and `GET /_requests`.
pub fn router(script: Script) -> Router {
    let server = Server { script: Arc::new(script), seen: Arc::default() };
    Router::new()
        .route("/v1/messages", post(answer))
        .route("/_requests", get(requests))
        .with_state(server)
}

async fn requests(State(server): State<Server>) -> Json<Vec<Seen>> {
    Json(server.seen.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

async fn answer(State(server): State<Server>, headers: HeaderMap, body: Bytes) -> Response {
    let has = |name: &str| headers.get(name).is_some_and(|value| !value.is_empty());
    if !has("x-api-key") {
        return failure(StatusCode::UNAUTHORIZED, "authentication_error");
    }
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    if !has("anthropic-version") || request["stream"] != true || !request["max_tokens"].is_u64() {
        return failure(StatusCode::BAD_REQUEST, "invalid_request_error");
    }
    if let Some(status) = server.script.fail_status {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        return failure(status, "api_error");
    }
    let last = request["messages"].as_array().and_then(|all| all.last()).cloned();
    let text = last.unwrap_or_default()["content"][0]["text"].as_str().unwrap_or("").to_owned();
    let is_proofread = text.contains("\"original\"");
    let model = request["model"].as_str().unwrap_or_default().to_owned();
    let number = {
        let mut seen = server.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let body_bytes = body.len();
        seen.push(Seen { model: model.clone(), state: "running", is_proofread, body_bytes });
        seen.len() - 1
    };
    let events = events(&server.script, &model, is_proofread, &text);
    let watch = Watch { seen: Arc::clone(&server.seen), number };
    stream(&server.script, &events, watch)
}

fn failure(status: StatusCode, kind: &str) -> Response {
    let body = json!({"type": "error", "error": {"type": kind, "message": "scripted"}});
    (status, Json(body)).into_response()
}

/// Marks a request as cancelled when its answer is dropped unfinished.
struct Watch {
    seen: Arc<Mutex<Vec<Seen>>>,
    number: usize,
}

impl Watch {
    fn end(&self, state: &'static str) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = seen.get_mut(self.number).filter(|seen| seen.state == "running") {
            seen.state = state;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.end("cancelled");
    }
}

fn events(script: &Script, model: &str, is_proofread: bool, text: &str) -> Vec<Value> {
    let [input, output, written, read] = script.usage;
    let usage = json!({
        "input_tokens": input, "output_tokens": 1, "cache_read_input_tokens": read,
        "cache_creation_input_tokens": written,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": written},
    });
    let mut events = vec![
        json!({"type": "message_start", "message": {"id": "msg", "model": model, "usage": usage}}),
        json!({"type": "content_block_start", "index": 0,
            "content_block": {"type": "text", "text": ""}}),
        json!({"type": "ping"}),
    ];
    let pieces: Vec<String> = if is_proofread {
        let article = text.split_once("<article-").map_or(text, |(_, article)| article);
        let stands = |finding: &&Value| {
            finding["original"].as_str().is_some_and(|original| article.contains(original))
        };
        script.findings.iter().filter(stands).map(|finding| format!("{finding}\n")).collect()
    } else {
        script.answer.split_inclusive(' ').map(str::to_owned).collect()
    };
    events.extend(pieces.iter().map(|piece| {
        json!({"type": "content_block_delta", "index": 0,
            "delta": {"type": "text_delta", "text": piece}})
    }));
    events.push(json!({"type": "content_block_stop", "index": 0}));
    events.push(json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"},
        "usage": {"output_tokens": output}}));
    events.push(json!({"type": "message_stop"}));
    if let Some(count) = script.error_after {
        events.truncate(count);
        events.push(json!({"type": "error", "error": {"type": "overloaded_error"}}));
    }
    events.truncate(script.cut_after.unwrap_or(usize::MAX));
    events
}

fn stream(script: &Script, events: &[Value], watch: Watch) -> Response {
    let frame = |event: &Value| {
        format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap_or_default())
    };
    let pieces: Vec<Vec<u8>> = match script.piece_bytes {
        0 => events.iter().map(|event| frame(event).into_bytes()).collect(),
        size => {
            let all: String = events.iter().map(frame).collect();
            all.as_bytes().chunks(size).map(<[u8]>::to_vec).collect()
        }
    };
    let delay = Duration::from_millis(script.delay_ms);
    let next = move |(mut left, watch): (std::vec::IntoIter<Vec<u8>>, Watch)| async move {
        let Some(piece) = left.next() else {
            watch.end("completed");
            return None;
        };
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        Some((Ok::<_, std::convert::Infallible>(piece), (left, watch)))
    };
    let body = Body::from_stream(futures::stream::unfold((pieces.into_iter(), watch), next));
    ([("content-type", "text/event-stream")], body).into_response()
}
