//! Answers on the wire of both providers, and what breaks them.

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::BytesMut;
use providers::drill::{Script, State};
use serde_json::{Value, json};

use crate::{Rehearsal, anthropic_body, bedrock_body, body, until_broken};

/// What a Bedrock client reads out of these bytes, pushed in pieces of that size.
fn decoded(bytes: &[u8], piece: usize) -> Vec<Value> {
    let mut decoder = MessageFrameDecoder::new();
    let mut buffer = BytesMut::new();
    let mut events = Vec::new();
    for piece in bytes.chunks(piece) {
        buffer.extend_from_slice(piece);
        while let DecodedFrame::Complete(message) = decoder.decode_frame(&mut buffer).unwrap() {
            let payload: Value = serde_json::from_slice(message.payload()).unwrap();
            let inside = STANDARD.decode(payload["bytes"].as_str().unwrap()).unwrap();
            events.push(serde_json::from_slice(&inside).unwrap());
        }
    }
    events
}

#[tokio::test]
async fn bedrock_sends_the_same_events_in_frames() {
    let script = json!({"default": {"answer": "하나 둘 😀", "piece_bytes": 5}});
    let rehearsal = Rehearsal::of(script).await;
    let response = rehearsal.bedrock(&bedrock_body()).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/vnd.amazon.eventstream");
    let bytes = body(response).await;
    let mut events = decoded(&bytes, bytes.len());
    for piece in 1..bytes.len() {
        assert_eq!(decoded(&bytes, piece), events, "{piece}");
    }
    let last = events.last_mut().unwrap().as_object_mut().unwrap();
    let metrics = last.remove("amazon-bedrock-invocationMetrics").unwrap();
    assert_eq!((&metrics["inputTokenCount"], &metrics["outputTokenCount"]), (&json!(1), &json!(3)));
    let plain = body(rehearsal.anthropic(&anthropic_body()).send().await.unwrap()).await;
    let plain = String::from_utf8(plain).unwrap();
    let mut sent: Vec<Value> = plain
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    sent[0]["message"]["id"] = events[0]["message"]["id"].clone();
    assert_eq!(events, sent);
}

#[tokio::test]
async fn a_cut_stream_breaks_at_its_byte_and_reports_what_was_whole() {
    let rehearsal = Rehearsal::of(json!({})).await;
    let whole = body(rehearsal.anthropic(&anthropic_body()).send().await.unwrap()).await;
    let start = whole.windows(2).position(|two| two == b"\n\n").unwrap() + 2;
    for at in (0..=whole.len()).step_by(37).chain([start - 1, start, whole.len()]) {
        rehearsal.drill.forget();
        let cut = json!({"default": {"faults": [{"cut": {"after_bytes": at}}]}});
        rehearsal.drill.play(Script::from_json(&cut.to_string()).unwrap());
        let sent = rehearsal.anthropic(&anthropic_body()).send().await;
        let (bytes, is_broken) = match sent {
            Ok(response) => until_broken(response).await,
            Err(_) => (Vec::new(), true),
        };
        // The ids differ, their lengths do not.
        assert_eq!((bytes.len(), is_broken), (at, true));
        let seen = rehearsal.drill.requests().remove(0);
        assert_eq!(seen.state, State::Failed);
        let is_reported = at >= start;
        assert_eq!(seen.usage.input_tokens, u64::from(is_reported), "{at}");
        assert_eq!(rehearsal.drill.sums().len(), usize::from(is_reported));
    }
}

#[tokio::test]
async fn a_connection_can_end_before_the_response_begins() {
    let rehearsal = Rehearsal::of(json!({"default": {"faults": [{"cut": {}}]}})).await;
    let error = rehearsal.anthropic(&anthropic_body()).send().await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    assert_eq!(rehearsal.drill.requests()[0].state, State::Failed);
}

#[tokio::test]
async fn a_client_that_leaves_a_silent_connection_is_noticed() {
    for stall in [json!({}), json!({"after_bytes": 0}), json!({"after_bytes": 900})] {
        let rehearsal = Rehearsal::of(json!({"default": {"faults": [{"stall": stall}]}})).await;
        let (base, client) = (rehearsal.base.clone(), rehearsal.client.clone());
        let sent = tokio::spawn(async move {
            let request =
                client.post(format!("{base}/v1/messages")).body(anthropic_body().to_string());
            let request =
                request.header("x-api-key", "k").header("anthropic-version", "2023-06-01");
            until_broken(request.send().await.unwrap()).await
        });
        while rehearsal.drill.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(rehearsal.drill.requests()[0].state, State::Running);
        sent.abort();
        assert_eq!(rehearsal.until_over().await, State::Cancelled, "{stall}");
    }
}
