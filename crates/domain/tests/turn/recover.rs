//! What a kill between any two steps of a turn's end leaves behind, and what the next start makes of
//! it: one end, the same in message, journal, ledger and row.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::conversation::{Answer, Message, Speaker};
use domain::id::IdempotencyKey;
use domain::ledger::{LedgerEntry, Nanodollars, Spend};
use domain::ports::{ConversationStore, LedgerStore, TurnStore};
use domain::text::ArticleText;
use domain::turn::{
    Outcome, SequencedEvent, TurnError, TurnEvent, TurnRecord, TurnRequest, TurnSink,
};
use providers::scripted::Answer as Script;
use stores::MemoryStore;
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, chat, desk, end, kim, month_quota, text, usage};

/// The steps of a turn's end, in their order.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Step {
    Streamed,
    Journaled,
    Settled,
    Saved,
    Announced,
}

fn answer_of(record: &TurnRecord, outcome: Outcome) -> Message {
    Message {
        id: record.answer_id(),
        speaker: Speaker::Assistant,
        kind: "text".into(),
        content: ArticleText::new("하나 둘"),
        at: record.started_at,
        answer: Some(Answer {
            turn_id: record.id.clone(),
            provider: None,
            model: None,
            continues: None,
            prompt_version: 0,
            outcome,
            usage: usage(7, 2),
            findings: Vec::new(),
            sources: Vec::new(),
            verbatim: None,
        }),
        client_metadata: None,
    }
}

fn row_of(record: &TurnRecord, outcome: Outcome) -> LedgerEntry {
    LedgerEntry {
        turn_id: record.id.clone(),
        user_id: record.user_id.clone(),
        engine: record.engine,
        at: record.started_at,
        provider: None,
        model: None,
        usage: usage(7, 2),
        cost: Nanodollars(270),
        outcome,
        audit: None,
    }
}

fn journal_of(record: &TurnRecord) -> Vec<TurnEvent> {
    let piece = |piece: &str, index| TurnEvent::Text {
        text: ArticleText::new(piece),
        index,
        at: record.started_at,
    };
    vec![
        piece("하나 ", 0),
        piece("둘", 1),
        TurnEvent::Usage { usage: usage(7, 2), cost: Nanodollars(270) },
    ]
}

async fn journal(desk: &Desk, record: &TurnRecord, events: Vec<TurnEvent>) {
    let numbered = (1..).zip(events);
    let events: Vec<_> =
        numbered.map(|(sequence, event)| SequencedEvent { sequence, event }).collect();
    desk.store.append_events(record, &events).await.unwrap();
}

/// A turn that came as far as that step towards that end.
async fn killed_after(step: Step, outcome: Outcome) -> (Desk, TurnRecord) {
    let desk = desk(vec![]);
    let record = desk.begin(chat("질문")).await.record().clone();
    let mut events = journal_of(&record);
    if step == Step::Streamed {
        events.truncate(1);
    }
    if step >= Step::Announced {
        events.push(TurnEvent::Ended {
            outcome,
            engine: record.engine,
            conversation_id: record.conversation_id.clone(),
            message_id: record.answer_id(),
            message: ArticleText::new("하나 둘"),
            pieces: 2,
            at: record.started_at,
        });
    }
    journal(&desk, &record, events).await;
    if step >= Step::Settled {
        desk.store.settle(&row_of(&record, outcome)).await.unwrap();
    }
    if step >= Step::Saved {
        let answer = [answer_of(&record, outcome)];
        let (user, id) = (&record.user_id, &record.conversation_id);
        desk.store.append_messages(user, id, &answer, record.started_at).await.unwrap();
    }
    (desk, record)
}

async fn ends(desk: &Desk, record: &TurnRecord) -> Vec<Outcome> {
    let events = desk.store.events_after(record, 0).await.unwrap();
    let end = |event: SequencedEvent| match event.event {
        TurnEvent::Ended { outcome, .. } => Some(outcome),
        TurnEvent::Failed { .. } => Some(Outcome::Failed),
        _ => None,
    };
    events.into_iter().filter_map(end).collect()
}

#[tokio::test]
async fn a_turn_has_one_end_wherever_it_is_killed() {
    use Outcome::{Completed, Interrupted, Stopped, Truncated};
    for reached in [Completed, Stopped, Truncated] {
        for (step, content, expected) in [
            (Step::Streamed, "하나 ", Interrupted),
            (Step::Journaled, "하나 둘", Interrupted),
            (Step::Settled, "하나 둘", reached),
            (Step::Saved, "하나 둘", reached),
            (Step::Announced, "하나 둘", reached),
        ] {
            let (desk, record) = killed_after(step, reached).await;
            assert_eq!(desk.turns.recover().await.unwrap(), 1);
            assert_eq!(desk.contents().await, ["질문", content]);
            assert_eq!(ends(&desk, &record).await, [expected]);
            let billed: Vec<_> = desk.billed().await.into_iter().map(|row| row.2).collect();
            assert_eq!(billed, [expected]);
            let closed = desk.store.find(&kim().user_id, &record.id).await.unwrap().unwrap();
            assert_eq!(closed.outcome, Some(expected));
        }
    }
}

#[tokio::test]
async fn a_failure_is_said_once() {
    let desk = desk(vec![]);
    let record = desk.begin(chat("질문")).await.record().clone();
    journal(&desk, &record, vec![TurnEvent::Failed { code: "interrupted".into() }]).await;
    assert_eq!(desk.turns.recover().await.unwrap(), 1);
    assert_eq!(ends(&desk, &record).await, [Outcome::Failed]);
}

#[tokio::test]
async fn what_a_turn_has_used_is_billed_when_its_conversation_was_removed_meanwhile() {
    let desk = desk(vec![]);
    let record = desk.begin(chat("질문")).await.record().clone();
    desk.turns.conversations.delete(&record.user_id, &record.conversation_id).await.unwrap();
    journal(&desk, &record, journal_of(&record)).await;
    assert_eq!(desk.turns.recover().await.unwrap(), 1);
    assert_eq!(desk.billed().await, [(usage(7, 2), 270, Outcome::Interrupted)]);
    assert_eq!(desk.store.open_turns().await.unwrap(), []);
}

/// Looks into the store at the moment a client hears the end.
struct Looking {
    store: Arc<MemoryStore>,
    record: TurnRecord,
    found: Mutex<Option<(Option<Outcome>, Option<SequencedEvent>)>>,
}

#[async_trait]
impl TurnSink for Looking {
    async fn send(&self, event: &SequencedEvent) {
        if event.event.is_last() {
            let turn = self.store.find(&self.record.user_id, &self.record.id).await.unwrap();
            let events = self.store.events_after(&self.record, 0).await.unwrap();
            let found = (turn.unwrap().outcome, events.last().cloned());
            *self.found.lock().unwrap() = Some(found);
        }
    }
}

#[tokio::test]
async fn whoever_hears_the_end_can_ask_anew_and_no_kill_changes_it() {
    let desk = desk(vec![Script::Events(vec![text("답"), end()])]);
    let turn = desk.begin(chat("질문")).await;
    let (store, record) = (desk.store.clone(), turn.record().clone());
    let sink = Looking { store, record, found: Mutex::default() };
    desk.turns.run(turn, &sink, &CancellationToken::new()).await;
    let (outcome, last) = sink.found.into_inner().unwrap().unwrap();
    assert_eq!(outcome, Some(Outcome::Completed));
    assert!(last.unwrap().event.is_last());
}

#[tokio::test]
async fn a_request_that_never_began_can_be_sent_again_under_its_key() {
    let keyed =
        || TurnRequest { idempotency_key: Some(IdempotencyKey::new("k")), ..chat("질문") };
    let mut desk = desk(vec![Script::Events(vec![text("답"), end()])]);
    // Refused, and then killed between its row and its question.
    desk.turns.limits.quotas = month_quota(Some(10), None);
    for _ in 0..2 {
        let refused = desk.turns.begin(&kim(), keyed()).await;
        assert!(matches!(refused, Err(TurnError::QuotaReached(_))), "{refused:?}");
    }
    desk.turns.limits.quotas = month_quota(None, None);
    let record = desk.begin(keyed()).await.record().clone();
    desk.turns.conversations.delete(&kim().user_id, &record.conversation_id).await.unwrap();
    assert_eq!(desk.turns.recover().await.unwrap(), 1);
    assert_eq!(desk.store.open_turns().await.unwrap(), []);
    let held = desk.store.reserved(&kim().user_id, &record.started_at.seoul_month()).await;
    assert_eq!((held.unwrap(), desk.billed().await), (Spend::default(), vec![]));
    assert_eq!(desk.run(keyed()).await.0, Outcome::Completed);
    assert_eq!(desk.contents().await, ["질문", "답"]);
}
