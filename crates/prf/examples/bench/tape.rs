//! A recorded answer: its bytes as Anthropic sends them, piece by piece, each delta with the moment at
//! which it comes.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use futures::StreamExt;
use futures::stream::{BoxStream, unfold};
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

/// Plays an answer of so many deltas, 50 a second.
pub(crate) fn tape(deltas: usize) -> Play {
    let pieces = pieces(deltas);
    Arc::new(move || play(Arc::clone(&pieces)))
}

fn play(pieces: Arc<[Piece]>) -> BoxStream<'static, Bytes> {
    let begun = tokio::time::Instant::now();
    let next = move |at: usize| {
        let piece = pieces.get(at).cloned();
        async move {
            let piece = piece?;
            let after = Duration::from_millis(DELTA_MS) * u32::try_from(at).unwrap_or(u32::MAX);
            tokio::time::sleep_until(begun + after).await;
            let bytes = match piece {
                Piece::Written(bytes) => bytes,
                Piece::Delta => delta(),
            };
            Some((bytes, at + 1))
        }
    };
    unfold(0, next).boxed()
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
