//! What a kill leaves behind of a turn, and what the next start makes of it: one end, the same in
//! message, journal, ledger and row.

use std::sync::{Arc, Mutex};

use domain::id::{ConversationId, IdempotencyKey};
use domain::ledger::Nanodollars;
use domain::model::TokenCount;
use domain::ports::TurnStore;
use domain::text::ArticleText;
use domain::turn::{
    Outcome, SequencedEvent, TurnError, TurnEvent, TurnRecord, TurnRequest, TurnSink,
};
use futures::FutureExt;
use providers::scripted::Answer as Script;
use stores::MemoryStore;
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, Heard, chat, desk, end, kim, month_quota, text, usage};
use crate::journal::full;

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
        numbered.map(|(sequence, event)| Arc::new(SequencedEvent { sequence, event })).collect();
    desk.store.append_events(record, &events).await.unwrap();
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
async fn a_turn_has_one_end_however_much_of_it_was_kept() {
    let unsaved = TurnEvent::Failed { code: "store_full".into() };
    for (kept, has_failed, content) in
        [(1, false, "하나 "), (3, false, "하나 둘"), (3, true, "하나 둘")]
    {
        let desk = desk(vec![]);
        let record = desk.begin(chat("질문")).await.record().clone();
        let mut events = journal_of(&record);
        events.truncate(kept);
        events.extend(has_failed.then(|| unsaved.clone()));
        journal(&desk, &record, events).await;
        assert_eq!(desk.turns.recover().await.unwrap(), 1);
        assert_eq!(desk.turns.recover().await.unwrap(), 0);
        assert_eq!(desk.contents().await, ["질문", content]);
        assert_eq!(ends(&desk, &record).await.last(), Some(&Outcome::Interrupted));
        let billed: Vec<_> = desk.billed().await.into_iter().map(|row| row.2).collect();
        assert_eq!(billed, [Outcome::Interrupted]);
        let closed = desk.store.find(&kim().user_id, &record.id).await.unwrap().unwrap();
        assert_eq!(closed.outcome, Some(Outcome::Interrupted));
    }
}

#[tokio::test]
async fn what_a_kill_kept_from_being_reported_is_billed_as_written() {
    let [words, more] = ["기준금리는 오늘 동결됐다.", " 더 있다."];
    let written = TokenCount::of(words).plus(more).tokens();
    let report = |output: u64| TurnEvent::Usage {
        usage: usage(7, output),
        cost: Nanodollars(7 * 10 + output * 100),
    };
    for (reports, expected) in [([Some(1), None], written), ([Some(1), Some(90)], 90)] {
        // Nobody is asked again: the provider is there for its prices.
        let desk = desk(vec![Script::Events(vec![])]);
        let record = desk.begin(chat("질문")).await.record().clone();
        let piece = |piece: &str, index| TurnEvent::Text {
            text: ArticleText::new(piece),
            index,
            at: record.started_at,
        };
        let mut events = vec![piece(words, 0), piece(more, 1)];
        events.splice(0..0, reports[0].map(report));
        events.extend(reports[1].map(report));
        journal(&desk, &record, events).await;
        assert_eq!(desk.turns.recover().await.unwrap(), 1);
        let expected = (usage(7, expected), 7 * 10 + expected * 100, Outcome::Interrupted);
        assert_eq!(desk.billed().await, [expected]);
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

impl TurnSink for Looking {
    fn send(&self, event: &Arc<SequencedEvent>) {
        if event.event.is_last() {
            let turn = self.store.find(&self.record.user_id, &self.record.id);
            let turn = turn.now_or_never().unwrap().unwrap();
            let events = self.store.events_after(&self.record, 0);
            let events = events.now_or_never().unwrap().unwrap();
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
async fn whoever_hears_that_an_end_could_not_be_saved_finds_all_of_it_in_the_journal() {
    let mut desk = desk(vec![Script::Events(vec![text("답"), end()])]);
    desk.turns.turns = full(&desk.store);
    let turn = desk.begin(chat("질문")).await;
    let (store, record) = (desk.store.clone(), turn.record().clone());
    let sink = Looking { store, record, found: Mutex::default() };
    desk.turns.run(turn, &sink, &CancellationToken::new()).await;
    let (outcome, last) = sink.found.into_inner().unwrap().unwrap();
    let expected = TurnEvent::Failed { code: "store_full".into() };
    assert_eq!((outcome, last.map(|event| event.event)), (None, Some(expected)));
    desk.turns.turns = desk.store.clone();
    assert_eq!(desk.turns.recover().await.unwrap(), 1);
    assert_eq!(desk.contents().await, ["질문", "답"]);
}

#[tokio::test]
async fn an_end_that_could_not_be_saved_is_saved_whole_when_the_store_takes_it() {
    for meeting in ["looked for", "asked in its conversation", "after another turn"] {
        let answer = || Script::Events(vec![text("답"), end()]);
        let mut desk = desk(vec![answer()]);
        desk.turns.turns = full(&desk.store);
        let turn = desk.begin(chat("질문")).await;
        let record = turn.record().clone();
        desk.turns.run(turn, &Heard::default(), &CancellationToken::new()).await;
        // The store is full still: nothing is lost by trying.
        assert!(desk.turns.find(&kim().user_id, &record.id).await.is_err());
        desk.turns.turns = desk.store.clone();
        let another = |id: &str| TurnRequest {
            conversation_id: Some(ConversationId::new(id)),
            ..chat("다음")
        };
        match meeting {
            "looked for" => drop(desk.turns.find(&kim().user_id, &record.id).await.unwrap()),
            "asked in its conversation" => {
                desk.begin(another(record.conversation_id.as_str())).await;
            }
            _ => drop(desk.run(another("other")).await),
        }
        let found = desk.store.find(&kim().user_id, &record.id).await.unwrap().unwrap();
        assert_eq!(found.outcome, Some(Outcome::Completed), "{meeting}");
        assert_eq!(desk.contents().await[..2], ["질문", "답"], "{meeting}");
        // Whoever follows hears the failure first and then the end.
        assert_eq!(ends(&desk, &record).await, [Outcome::Failed, Outcome::Completed], "{meeting}");
        assert_eq!(desk.billed().await[0].2, Outcome::Completed, "{meeting}");
    }
}

#[tokio::test]
async fn a_refused_request_can_be_sent_again_under_its_key() {
    let keyed =
        || TurnRequest { idempotency_key: Some(IdempotencyKey::new("k")), ..chat("질문") };
    let mut desk = desk(vec![Script::Events(vec![text("답"), end()])]);
    desk.turns.limits.quotas = month_quota(Some(10), None);
    for _ in 0..2 {
        let refused = desk.turns.begin(&kim(), keyed()).await;
        assert!(matches!(refused, Err(TurnError::QuotaReached(_))), "{refused:?}");
    }
    desk.turns.limits.quotas = month_quota(None, None);
    assert_eq!(desk.run(keyed()).await.0, Outcome::Completed);
    assert_eq!(desk.contents().await, ["질문", "답"]);
}
