//! A recorded answer: its bytes as Anthropic sends them, piece by piece, each delta with the moment at
//! which it comes.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedSender, unbounded};
use providers::drill::Play;
use serde_json::{Value, json};

use crate::upstream::DELTA_MS;

/// What moments are counted from.
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A piece of the answer: a delta is written when its time has come.
#[derive(Clone)]
enum Piece {
    Written(Bytes),
    Delta,
}

/// Plays an answer of so many deltas, 50 a second, by a task of its own, as a connection has one: what
/// it costs to be woken by it is the turn's.
pub(crate) fn tape(deltas: usize) -> Play {
    let pieces = pieces(deltas);
    Arc::new(move || {
        let (sender, receiver) = unbounded();
        tokio::spawn(play(Arc::clone(&pieces), sender));
        receiver.boxed()
    })
}

/// How long an answer of so many deltas is played.
pub(crate) fn length_of(deltas: usize) -> Duration {
    Duration::from_millis(DELTA_MS) * u32::try_from(deltas).unwrap_or(u32::MAX)
}

async fn play(pieces: Arc<[Piece]>, sender: UnboundedSender<Bytes>) {
    let begun = tokio::time::Instant::now();
    for (at, piece) in pieces.iter().enumerate() {
        tokio::time::sleep_until(begun + length_of(at)).await;
        let bytes = match piece {
            Piece::Written(bytes) => bytes.clone(),
            Piece::Delta => delta(),
        };
        if sender.unbounded_send(bytes).is_err() {
            return;
        }
    }
}

fn pieces(deltas: usize) -> Arc<[Piece]> {
    let usage = json!({"input_tokens": 20, "cache_read_input_tokens": 4000, "output_tokens": 1});
    let start = json!({"type": "message_start", "message": {"id": "msg_1", "type": "message",
        "role": "assistant", "model": "claude-opus-4-5-20251101", "content": [], "usage": usage}});
    let block = json!({"type": "content_block_start", "index": 0,
        "content_block": {"type": "text", "text": ""}});
    let end = [
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"},
            "usage": {"output_tokens": deltas * 4 + 1}}),
        json!({"type": "message_stop"}),
    ];
    let written = |event: Value| Piece::Written(written(&event));
    let begin = [start, block].into_iter().map(written);
    begin
        .chain(std::iter::repeat_n(Piece::Delta, deltas))
        .chain(end.into_iter().map(written))
        .collect()
}

fn written(event: &Value) -> Bytes {
    let name = event["type"].as_str().unwrap_or_default();
    Bytes::from(format!("event: {name}\ndata: {event}\n\n"))
}

/// A delta that says when it came.
fn delta() -> Bytes {
    let now = BEGUN.elapsed().as_micros();
    Bytes::from(format!(
        "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\
         \"delta\":{{\"type\":\"text_delta\",\"text\":\"문장은·{now} \"}}}}\n\n"
    ))
}

/// Milliseconds since the first delta came of which this text tells; none where it tells of none.
pub(crate) fn age_ms(text: &[u8]) -> Option<f64> {
    let marker = "문장은·".as_bytes();
    let at = text.windows(marker.len()).position(|part| part == marker)?;
    let digits = text.get(at + marker.len()..)?.iter().take_while(|byte| byte.is_ascii_digit());
    let came = digits.fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Some((BEGUN.elapsed().as_secs_f64() * 1e6 - f64::from(came)) / 1e3)
}
