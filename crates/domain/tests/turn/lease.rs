//! Turns of processes that died, met by others: one end within the lease, none before it.

use std::sync::Arc;

use domain::article::{ArticleMetadata, Embargo};
use domain::conversation::{Conversation, Message, Speaker};
use domain::id::TurnId;
use domain::ports::{Basis, OpenedTurn, Opening, TurnStore};
use domain::text::ArticleText;
use domain::turn::{Begun, Outcome, SequencedEvent, TurnError, TurnEvent, TurnRecord};
use providers::scripted::Answer;

use crate::desk::{Desk, chat, desk, end, kim, text, usage};

/// The desk's clock goes on by 400 ms whenever it is asked.
const LEASE_MS: i64 = 60_000;

/// A turn that began that long ago and has said one word.
async fn left_open(lease_ms: Option<i64>, began_ms_ago: i64) -> (Desk, TurnRecord) {
    let begun = desk(vec![]).begin(chat("질문")).await.record().clone();
    let mut desk = desk(vec![Answer::Events(vec![text("다음"), end()])]);
    desk.turns.limits.lease_ms = lease_ms;
    let started_at = begun.started_at.plus_millis(-began_ms_ago);
    let id = TurnId::new(format!("{}-dead", begun.id));
    let record = TurnRecord { id, started_at, ..begun };
    let opening = Opening {
        record: record.clone(),
        reservation: None,
        question: Some(question(&record)),
        basis: Basis::Nothing,
        embargo: Embargo::None,
    };
    assert_eq!(desk.store.open(&opening).await.unwrap(), OpenedTurn::New);
    let piece = TurnEvent::Text { text: ArticleText::new("하나 "), index: 0, at: started_at };
    let event = Arc::new(SequencedEvent { sequence: 1, event: piece });
    desk.store.append_events(&record, &[event]).await.unwrap();
    (desk, record)
}

/// What the turn was asked, and the header of its conversation.
fn question(record: &TurnRecord) -> (Conversation, Message) {
    let header = Conversation {
        user_id: record.user_id.clone(),
        id: record.conversation_id.clone(),
        engine: record.engine,
        title: ArticleText::new("질문"),
        pinned: false,
        created_at: record.started_at,
        updated_at: record.started_at,
        article: ArticleMetadata::default(),
        client_metadata: None,
    };
    let message = Message {
        id: record.question_id(),
        speaker: Speaker::User,
        kind: "text".into(),
        content: ArticleText::new("질문"),
        at: record.started_at,
        answer: None,
        client_metadata: None,
    };
    (header, message)
}

async fn outcome(desk: &Desk, record: &TurnRecord) -> Option<Outcome> {
    desk.turns.find(&kim().user_id, &record.id).await.unwrap().unwrap().outcome
}

#[tokio::test]
async fn a_turn_is_closed_when_it_is_found_after_its_lease_and_not_before() {
    for (lease_ms, ago_ms, expected) in [
        (Some(LEASE_MS), LEASE_MS, Some(Outcome::Interrupted)),
        (Some(LEASE_MS), 0, None),
        (None, LEASE_MS * 1000, None),
    ] {
        let (desk, record) = left_open(lease_ms, ago_ms).await;
        assert_eq!(outcome(&desk, &record).await, expected, "{lease_ms:?} {ago_ms}");
        let saved = if expected.is_some() { vec!["질문", "하나 "] } else { vec!["질문"] };
        assert_eq!(desk.contents().await, saved);
        let rows = if expected.is_some() { vec![Outcome::Interrupted] } else { vec![] };
        let billed: Vec<_> = desk.billed().await.into_iter().map(|(_, _, end)| end).collect();
        assert_eq!(billed, rows);
    }
}

#[tokio::test]
async fn a_dead_turn_neither_locks_its_conversation_nor_ends_twice() {
    let (desk, record) = left_open(Some(LEASE_MS), LEASE_MS).await;
    assert_eq!(desk.run(chat("다음 질문")).await.0, Outcome::Completed);
    assert_eq!(outcome(&desk, &record).await, Some(Outcome::Interrupted));
    assert_eq!(desk.contents().await, ["질문", "하나 ", "다음 질문", "다음"]);
    let ends = desk.billed().await;
    assert_eq!(ends.len(), 2);
    assert!(ends.contains(&(usage(0, 0), 0, Outcome::Interrupted)));
}

#[tokio::test]
async fn a_dead_turn_goes_on_and_a_living_one_does_not() {
    let (desk, record) = left_open(Some(LEASE_MS), 0).await;
    let refused = desk.turns.go_on(&kim(), &record.id, None).await.unwrap_err();
    assert!(matches!(refused, TurnError::Busy { turn_id } if turn_id == record.id));
    let (desk, record) = left_open(Some(LEASE_MS), LEASE_MS).await;
    match desk.turns.go_on(&kim(), &record.id, None).await.unwrap() {
        Begun::New(turn) => assert_eq!(turn.record().continues, Some(record.id)),
        Begun::Attached(earlier) => panic!("attached to {earlier:?}"),
    }
}
