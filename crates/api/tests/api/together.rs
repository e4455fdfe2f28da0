//! Requests that come at the same moment, over a store that keeps its callers waiting: none is left
//! without an answer, none runs twice, and none holds its conversation for ever.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use domain::id::{TurnId, UserId};
use domain::model::{FinishReason, ModelEvent};
use domain::ports::{Conclusion, OpenedTurn, Opening, StoreError, TurnStore};
use domain::turn::{SequencedEvent, TurnRecord};
use providers::scripted::Answer;
use serde_json::{Value, json};
use stores::MemoryStore;
use tokio::sync::Semaphore;
use tower::ServiceExt;

use crate::bench::{Service, router_with};

/// A journal behind a gate: a turn that begins waits here, after its row and before it runs.
struct Gate {
    inner: Arc<MemoryStore>,
    waiting: Semaphore,
    open: Semaphore,
}

#[async_trait]
impl TurnStore for Gate {
    async fn open(&self, opening: &Opening) -> Result<OpenedTurn, StoreError> {
        let opened = self.inner.open(opening).await?;
        if opened == OpenedTurn::New {
            self.waiting.add_permits(1);
            self.open.acquire().await.unwrap().forget();
        }
        Ok(opened)
    }

    async fn find(&self, user: &UserId, turn: &TurnId) -> Result<Option<TurnRecord>, StoreError> {
        self.inner.find(user, turn).await
    }

    async fn append_events(
        &self,
        turn: &TurnRecord,
        events: &[Arc<SequencedEvent>],
    ) -> Result<(), StoreError> {
        self.inner.append_events(turn, events).await
    }

    async fn events_after(
        &self,
        turn: &TurnRecord,
        sequence: u64,
    ) -> Result<Vec<SequencedEvent>, StoreError> {
        self.inner.events_after(turn, sequence).await
    }

    async fn conclude(&self, conclusion: &Conclusion) -> Result<(), StoreError> {
        self.inner.conclude(conclusion).await
    }

    async fn ask_stop(&self, user: &UserId, turn: &TurnId) -> Result<bool, StoreError> {
        self.inner.ask_stop(user, turn).await
    }

    async fn stop_asked(&self, turn: &TurnRecord) -> Result<bool, StoreError> {
        self.inner.stop_asked(turn).await
    }

    async fn open_turns(&self) -> Result<Vec<TurnRecord>, StoreError> {
        self.inner.open_turns().await
    }
}

fn gated() -> (Service, Arc<Gate>) {
    let store = Arc::new(MemoryStore::default());
    let (waiting, open) = (Semaphore::new(0), Semaphore::new(0));
    let gate = Arc::new(Gate { inner: store.clone(), waiting, open });
    let events =
        vec![Ok(ModelEvent::Text("답".into())), Ok(ModelEvent::Finished(FinishReason::EndTurn))];
    let answers = Some(vec![Answer::Events(events)]);
    (Service { router: router_with(&store, gate.clone(), answers), store }, gate)
}

fn question(key: &str) -> String {
    json!({"action": "sendMessage", "message": "?", "engineType": "Pro",
        "conversationId": "c", "idempotencyKey": key})
    .to_string()
}

/// Begins a turn and hears it to its end.
async fn ask(router: Router, key: &str) -> String {
    let request = |method: &str, path: &str, body: String| {
        let request = Request::builder().method(method).uri(path);
        request.header("authorization", "Bearer kim").body(Body::from(body)).unwrap()
    };
    let whole = |body: Body| async {
        let bytes = axum::body::to_bytes(body, 1_000_000).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    let begun = router.clone().oneshot(request("POST", "/turns", question(key))).await.unwrap();
    let begun: Value = serde_json::from_str(&whole(begun.into_body()).await).unwrap();
    let path = format!("/turns/{}/events", begun["turnId"].as_str().unwrap());
    let events = router.oneshot(request("GET", &path, String::new())).await.unwrap();
    whole(events.into_body()).await
}

#[tokio::test]
async fn the_same_request_sent_twice_at_once_is_heard_twice() {
    let (service, gate) = gated();
    let first = tokio::spawn(ask(service.router.clone(), "k"));
    gate.waiting.acquire().await.unwrap().forget();
    let mut second = Box::pin(ask(service.router.clone(), "k"));
    // As far as it can go while the first is between its row and its run.
    for _ in 0..20 {
        assert!(futures::poll!(second.as_mut()).is_pending());
        tokio::task::yield_now().await;
    }
    gate.open.add_permits(9);
    let (first, second) = (first.await.unwrap(), second.await);
    assert!(first.contains("chat_end"), "{first}");
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_turn_that_is_about_to_run_can_be_followed() {
    let (service, gate) = gated();
    let first = tokio::spawn(ask(service.router.clone(), "k"));
    gate.waiting.acquire().await.unwrap().forget();
    let (status, refused) = service.call("kim", "POST", "/turns", &question("other")).await;
    let turn = refused["runningTurnId"].as_str().unwrap();
    assert_eq!(status, 409);
    let path = format!("/turns/{turn}/events");
    let mut events = Box::pin(service.text("kim", &path));
    assert!(futures::poll!(events.as_mut()).is_pending());
    gate.open.add_permits(9);
    let (_, events) = events.await;
    assert_eq!((events.contains("chat_end"), first.await.unwrap()), (true, events));
}

#[tokio::test]
async fn a_client_that_hangs_up_in_between_leaves_no_turn_open() {
    let (service, gate) = gated();
    let first = tokio::spawn(ask(service.router.clone(), "k"));
    gate.waiting.acquire().await.unwrap().forget();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    gate.open.add_permits(9);
    let events = ask(service.router.clone(), "k").await;
    assert!(events.contains("chat_end"), "{events}");
    let read = service.ok("kim", "GET", "/conversations/c", "").await;
    assert_eq!(read["messages"].as_array().unwrap().len(), 2);
}
