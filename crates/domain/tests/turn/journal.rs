//! The journal beside the stream: a store that is slow or fails holds up no word, and what was
//! billed is kept at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::id::{TurnId, UserId};
use domain::model::ModelEvent;
use domain::ports::{Conclusion, OpenedTurn, Opening, StoreError, TurnStore};
use domain::turn::{Outcome, SequencedEvent, TurnEvent, TurnRecord};
use providers::scripted::Answer;
use stores::MemoryStore;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::desk::{Heard, chat, desk, end, text, usage};

/// A memory store that keeps events only as often as it is let, or never.
pub(crate) struct Gated {
    inner: Arc<MemoryStore>,
    gate: Semaphore,
    is_broken: bool,
    /// No turn can be ended.
    is_full: bool,
    calls: AtomicUsize,
}

#[async_trait]
impl TurnStore for Gated {
    async fn open(&self, opening: &Opening) -> Result<OpenedTurn, StoreError> {
        self.inner.open(opening).await
    }

    async fn find(&self, user: &UserId, turn: &TurnId) -> Result<Option<TurnRecord>, StoreError> {
        self.inner.find(user, turn).await
    }

    async fn append_events(
        &self,
        turn: &TurnRecord,
        events: &[Arc<SequencedEvent>],
    ) -> Result<(), StoreError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.is_broken {
            return Err(StoreError::Conflict);
        }
        self.gate.acquire().await.unwrap().forget();
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
        if self.is_full {
            return Err(StoreError::Full("no room".into()));
        }
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

fn gated(inner: &Arc<MemoryStore>, permits: usize, is_broken: bool) -> Arc<Gated> {
    let (inner, gate) = (Arc::clone(inner), Semaphore::new(permits));
    Arc::new(Gated { inner, gate, is_broken, is_full: false, calls: AtomicUsize::new(0) })
}

/// A store in which no turn can be ended.
pub(crate) fn full(inner: &Arc<MemoryStore>) -> Arc<Gated> {
    let (inner, gate) = (Arc::clone(inner), Semaphore::new(100));
    Arc::new(Gated { inner, gate, is_broken: false, is_full: true, calls: AtomicUsize::new(0) })
}

fn pieces(heard: &Heard) -> usize {
    let events = heard.0.lock().unwrap();
    events.iter().filter(|event| matches!(event, TurnEvent::Text { .. })).count()
}

#[tokio::test(start_paused = true)]
async fn a_slow_store_holds_up_no_word_of_the_answer() {
    let (model, answer) = tokio::sync::mpsc::unbounded_channel();
    let mut desk = desk(vec![Answer::Live(answer)]);
    let store = gated(&desk.store, 0, false);
    desk.turns.turns = store.clone();
    let turn = desk.begin(chat("질문")).await;
    let record = turn.record().clone();
    let (heard, stop) = (Heard::default(), CancellationToken::new());
    let mut running = Box::pin(desk.turns.run(turn, &heard, &stop));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for count in 1..=20 {
        model.send(text("금리 ")).unwrap();
        assert!(running.as_mut().poll(&mut context).is_pending());
        assert_eq!(pieces(&heard), count);
        // What comes sooner is gathered.
        tokio::time::advance(Duration::from_millis(50)).await;
    }
    assert_eq!(store.calls.load(Ordering::Relaxed), 1, "one batch is on its way");
    store.gate.add_permits(100);
    model.send(end()).unwrap();
    assert_eq!(running.await, Outcome::Completed);
    let kept = desk.store.events_after(&record, 0).await.unwrap();
    let heard = heard.0.into_inner().unwrap();
    assert_eq!(kept.into_iter().map(|event| event.event).collect::<Vec<_>>(), heard);
}

#[tokio::test]
async fn an_answer_waits_for_a_store_that_is_far_behind() {
    let piece = "가".repeat(2_000);
    let events = (0..10).map(|_| text(&piece)).chain([end()]).collect();
    let mut desk = desk(vec![Answer::Events(events)]);
    let store = gated(&desk.store, 0, false);
    desk.turns.turns = store.clone();
    let turn = desk.begin(chat("질문")).await;
    let (heard, stop) = (Heard::default(), CancellationToken::new());
    let mut running = Box::pin(desk.turns.run(turn, &heard, &stop));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(running.as_mut().poll(&mut context).is_pending());
    // The clock makes the first batch due at once; 8 KB more are said, and no word after them.
    assert_eq!(pieces(&heard), 2);
    store.gate.add_permits(100);
    assert_eq!(running.await, Outcome::Completed);
    // Two at a time are 8 KB.
    assert_eq!(pieces(&heard), 5);
}

#[tokio::test]
async fn a_store_that_fails_is_asked_again_only_when_time_has_passed() {
    let long = "가".repeat(4_000);
    let events = (0..50).map(|_| text(&long)).chain([end()]).collect();
    let mut desk = desk(vec![Answer::Events(events)]);
    let store = gated(&desk.store, 0, true);
    desk.turns.turns = store.clone();
    let (outcome, events) = desk.run(chat("질문")).await;
    assert_eq!(outcome, Outcome::Completed);
    // The answer is saved all the same; the clock goes on by 400 ms a look.
    assert_eq!(desk.contents().await, ["질문".to_owned(), long.repeat(50)]);
    assert!(matches!(events.last(), Some(TurnEvent::Ended { .. })));
    let calls = store.calls.load(Ordering::Relaxed);
    assert!((2..60).contains(&calls), "{calls} calls");
}

#[tokio::test]
async fn what_the_provider_wants_paid_survives_a_kill_at_once() {
    let (model, answer) = tokio::sync::mpsc::unbounded_channel();
    let desk = desk(vec![Answer::Live(answer)]);
    let turn = desk.begin(chat("질문")).await;
    let (heard, stop) = (Heard::default(), CancellationToken::new());
    let mut running = Box::pin(desk.turns.run(turn, &heard, &stop));
    model.send(Ok(ModelEvent::Usage(usage(65_000, 1)))).unwrap();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..3 {
        assert!(running.as_mut().poll(&mut context).is_pending());
    }
    drop(running);
    assert_eq!(desk.turns.recover().await.unwrap(), 1);
    assert_eq!(desk.billed().await, [(usage(65_000, 1), 650_100, Outcome::Failed)]);
}
