//! Turns over REST: begun, followed as server-sent events from any place, stopped, and gone on with.

use axum::body::Body;
use axum::http::Request;
use domain::model::{FinishReason, ModelEvent};
use futures::StreamExt;
use providers::scripted::Answer;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tower::ServiceExt;

use crate::bench::{Service, service};

/// The frames of a turn after a place, read until the stream ends.
async fn frames(service: &Service, path: &str, last_id: Option<&str>) -> Vec<Value> {
    let mut request = Request::get(path).header("authorization", "Bearer kim");
    if let Some(id) = last_id {
        request = request.header("last-event-id", id);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = service.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let mut text = String::new();
    while let Some(bytes) = stream.next().await {
        text.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
    }
    let events = text.split("\n\n").filter(|event| !event.is_empty());
    let frame = |event: &str| {
        let (id, data) = event.split_once('\n').unwrap();
        let frame: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!(id, format!("id: {}", frame["seq"]));
        frame
    };
    events.map(frame).collect()
}

fn question(message: &str) -> String {
    json!({"action": "sendMessage", "message": message, "engineType": "Pro",
        "conversationId": "c"})
    .to_string()
}

async fn begin(service: &Service, body: &str) -> String {
    let begun = service.ok("kim", "POST", "/turns", body).await;
    assert_eq!(begun["conversationId"], "c");
    begun["turnId"].as_str().unwrap().to_owned()
}

fn text(text: &str) -> ModelEvent {
    ModelEvent::Text(text.into())
}

fn answer(pieces: &[&str], reason: FinishReason) -> Answer {
    let pieces = pieces.iter().map(|piece| Ok(text(piece)));
    Answer::Events(pieces.chain([Ok(ModelEvent::Finished(reason))]).collect())
}

fn chunks(frames: &[Value]) -> String {
    frames.iter().filter_map(|frame| frame["chunk"].as_str()).collect()
}

async fn contents(service: &Service) -> Vec<String> {
    let read = service.ok("kim", "GET", "/conversations/c", "").await;
    let messages = read["messages"].as_array().unwrap();
    messages.iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_turn_is_followed_from_any_place_as_events() {
    let service = service(Some(vec![answer(&["금리는 ", "동결 😀"], FinishReason::EndTurn)]));
    let turn = begin(&service, &question("금리는?")).await;
    let path = format!("/turns/{turn}/events");
    let all = frames(&service, &path, None).await;
    assert_eq!((&all[0]["type"], &all[0]["seq"]), (&json!("turn_started"), &json!(1)));
    assert_eq!(chunks(&all), "금리는 동결 😀");
    assert_eq!(all.last().unwrap()["type"], "chat_end");
    let last = all.last().unwrap()["seq"].as_u64().unwrap();
    let tail = frames(&service, &format!("{path}?after={}", last - 1), None).await;
    assert_eq!(tail, all[all.len() - 1..]);
    assert_eq!(frames(&service, &path, Some(&(last - 1).to_string())).await, tail);
    assert_eq!(service.refused("lee", "GET", &path, "").await, (404, "not_found".into()));
}

#[tokio::test]
async fn a_running_turn_can_be_watched_stopped_and_gone_on_with() {
    let (model, live) = mpsc::unbounded_channel();
    let rest = answer(&["다음은 ", "끝."], FinishReason::EndTurn);
    let service = service(Some(vec![Answer::Live(live), rest]));
    let turn = begin(&service, &question("왜?")).await;
    let again = service.call("kim", "POST", "/turns", &question("또")).await;
    assert_eq!((again.0.as_u16(), &again.1["runningTurnId"]), (409, &json!(turn)));
    model.send(Ok(text("먼저 "))).unwrap();
    let path = format!("/turns/{turn}/events");
    let watched = async {
        // What the model has said is there before the turn is stopped.
        let request = Request::get(&path).header("authorization", "Bearer kim");
        let request = request.body(Body::empty()).unwrap();
        let response = service.router.clone().oneshot(request).await.unwrap();
        let mut seen = String::new();
        let mut stream = response.into_body().into_data_stream();
        while let Some(bytes) = stream.next().await {
            seen.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
            if seen.contains("먼저") && !model.is_closed() {
                let stop = format!("/turns/{turn}/stop");
                service.ok("kim", "POST", &stop, "").await;
                model.closed().await;
            }
        }
        seen
    };
    assert!(watched.await.contains("turn_stopped"));
    let stop = format!("/turns/{turn}/stop");
    assert_eq!(service.refused("kim", "POST", &stop, "").await, (404, "not_found".into()));
    let next = begin(&service, &json!({"action": "continue", "turnId": turn}).to_string()).await;
    let rest = frames(&service, &format!("/turns/{next}/events"), None).await;
    assert_eq!(chunks(&rest), "다음은 끝.");
    assert_eq!(contents(&service).await, ["왜?", "먼저 ", "다음은 끝."]);
    let read = service.ok("kim", "GET", "/conversations/c", "").await;
    assert_eq!(read["messages"][2]["metadata"]["continues"], json!(turn));
    let over = json!({"action": "continue", "turnId": next}).to_string();
    let refused = service.refused("kim", "POST", "/turns", &over).await;
    assert_eq!(refused, (409, "nothing_to_continue".into()));
}

#[tokio::test]
async fn what_is_no_turn_is_refused() {
    let service = service(None);
    for (body, expected) in [
        ("{}", (400, "bad_json")),
        (r#"{"action":"dance"}"#, (400, "bad_json")),
        (r#"{"action":"proofread","text":" ","engineType":"Basic"}"#, (400, "empty_text")),
        (r#"{"action":"proofread","text":"가","engineType":"X"}"#, (400, "unknown_engine")),
        (r#"{"action":"continue","turnId":"none"}"#, (409, "nothing_to_continue")),
    ] {
        let (status, code) = service.refused("kim", "POST", "/turns", body).await;
        assert_eq!((status, code.as_str()), expected, "{body}");
    }
}
