//! Keeping a prefix warm: once shortly before its end, at the service's cost, and only where it is
//! in use.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::engine::Engine;
use domain::id::UserId;
use domain::ledger::{EntryKind, SYSTEM_USER};
use domain::model::{FinishReason, ModelEvent, ProviderError, TokenUsage};
use domain::ports::{Clock, LedgerStore, PromptStore};
use domain::prompt::PromptChange;
use domain::text::ArticleText;
use domain::time::Timestamp;
use providers::Failover;
use providers::scripted::{Answer, Scripted};

use crate::desk::{Desk, Event, card, chat, desk, end, kim, text};

/// A clock that is set.
struct Set(AtomicI64);

impl Clock for Set {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_764_000_000_000 + self.0.load(Ordering::Relaxed) * 60_000)
    }
}

const HOUR_MS: i64 = 60 * 60 * 1000;

fn cached(written: u64, read: u64) -> Event {
    Ok(ModelEvent::Usage(TokenUsage {
        cache_write_1h_tokens: written,
        cache_read_tokens: read,
        output_tokens: 1,
        ..TokenUsage::default()
    }))
}

fn desk_at(answers: Vec<Answer>) -> (Desk, Arc<Scripted>, Arc<Set>) {
    let mut desk = desk(vec![]);
    let (clock, scripted) =
        (Arc::new(Set(AtomicI64::new(0))), Arc::new(Scripted::new(card(), answers)));
    desk.turns.clock = clock.clone();
    desk.turns.provider = Some(Arc::new(Failover::new(scripted.clone(), Vec::new())));
    (desk, scripted, clock)
}

fn renewal() -> Answer {
    Answer::Events(vec![cached(0, 300), Ok(ModelEvent::Finished(FinishReason::MaxTokens))])
}

#[tokio::test]
async fn a_prefix_in_use_is_renewed_once_and_the_service_pays() {
    let turn = Answer::Events(vec![cached(300, 0), text("답"), end()]);
    let (desk, scripted, clock) = desk_at(vec![turn, renewal(), renewal(), renewal()]);
    desk.run(chat("질문")).await;
    let mut renewed = Vec::new();
    for minute in [30, 56, 57, 112, 168, 240] {
        clock.0.store(minute, Ordering::Relaxed);
        renewed.push(desk.turns.keep_warm(2 * HOUR_MS).await.unwrap());
    }
    // Two hours after the last turn nobody pays for it any more.
    assert_eq!(renewed, [0, 1, 0, 1, 0, 0]);
    let requests = scripted.requests();
    assert_eq!(requests[1].system, requests[0].system);
    assert_eq!((requests[1].max_tokens, requests[1].user.as_str()), (1, "."));
    let system = UserId::new(SYSTEM_USER);
    let rows = desk.store.entries(&system, "2025-01-01", "2026-12-31").await.unwrap();
    let cost = 300 + 100;
    let row = |row: &domain::ledger::LedgerEntry| (row.cost.0, row.audit.as_ref().unwrap().kind);
    let paid = (cost, EntryKind::KeepWarm);
    assert_eq!(rows.iter().map(row).collect::<Vec<_>>(), [paid, paid]);
    assert_eq!(desk.store.books(&system).await.unwrap().differences(), []);
    assert_eq!(desk.billed().await.len(), 1);
}

#[tokio::test]
async fn a_changed_prompt_is_left_to_end_and_a_failure_is_tried_again() {
    let turn = Answer::Events(vec![cached(300, 0), text("답"), end()]);
    let failed = Answer::Refused(ProviderError::PaymentRequired);
    let (desk, scripted, clock) = desk_at(vec![turn, failed, renewal()]);
    desk.run(chat("질문")).await;
    clock.0.store(56, Ordering::Relaxed);
    assert_eq!(desk.turns.keep_warm(HOUR_MS).await.unwrap(), 0);
    let change = PromptChange { instruction: Some(ArticleText::new("새")), ..Default::default() };
    let by = kim().user_id;
    let at = desk.turns.clock.now();
    desk.store.save_prompt(Engine::Basic, &change, None, &by, at).await.unwrap();
    assert_eq!(desk.turns.keep_warm(HOUR_MS).await.unwrap(), 0);
    assert_eq!(scripted.requests().len(), 2);
}
