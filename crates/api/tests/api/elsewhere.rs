//! Two processes over one store, in virtual time: what one asks, the other does within its next look.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use domain::model::ModelEvent;
use providers::scripted::Answer;
use serde_json::{Value, json};
use stores::MemoryStore;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use tower::ServiceExt;

use crate::bench::one_of_several;

async fn post(router: &Router, path: &str, body: String) -> (u16, Value) {
    let request = Request::post(path).header("authorization", "Bearer kim");
    let response = router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

/// Asks for a stop so long after the turn has begun, in a process that does not run it; gives the
/// milliseconds from there until the request to the model is given up.
async fn stopped_after(asked_ms: u64) -> u128 {
    let store = Arc::new(MemoryStore::default());
    let (model, live) = mpsc::unbounded_channel();
    let (running, other) =
        (one_of_several(&store, Some(vec![Answer::Live(live)])), one_of_several(&store, None));
    let question = json!({"action": "sendMessage", "message": "?", "engineType": "Pro",
        "conversationId": "c"});
    let (status, begun) = post(&running, "/turns", question.to_string()).await;
    assert_eq!(status, 202, "{begun}");
    model.send(Ok(ModelEvent::Text("답".into()))).unwrap();
    sleep(Duration::from_millis(asked_ms)).await;
    let asked = Instant::now();
    let path = format!("/turns/{}/stop", begun["turnId"].as_str().unwrap());
    let (status, _) = post(&other, &path, String::new()).await;
    assert_eq!(status, 202);
    model.closed().await;
    asked.elapsed().as_millis()
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_request_to_the_model_at_the_next_look() {
    let mut took = Vec::new();
    for asked_ms in [1, 100, 399, 401, 1_000, 5_999] {
        took.push(stopped_after(asked_ms).await);
    }
    // A turn looks every 400 ms, so the other 600 of a second are for the ways there and back.
    assert_eq!(took, [399, 300, 1, 399, 200, 1]);
}
