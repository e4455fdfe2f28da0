//! What the ledger promises.

use domain::engine::Engine;
use domain::id::TurnId;
use domain::ledger::{LedgerEntry, Nanodollars, Reservation, Reserved};
use domain::model::{ProviderName, TokenUsage};
use domain::ports::LedgerStore;
use domain::time::Timestamp;
use domain::turn::Outcome;
use domain::usage::{UsageRow, UsageTotals};

use crate::sample::{at, user};

fn reservation(turn: &str, tokens: u64) -> Reservation {
    Reservation {
        turn_id: TurnId::new(turn),
        user_id: user("kim"),
        engine: Engine::Basic,
        at: at(0),
        tokens,
        month_limit_tokens: Some(1_000),
    }
}

fn entry(turn: &str, input_tokens: u64, when: Timestamp) -> LedgerEntry {
    LedgerEntry {
        turn_id: TurnId::new(turn),
        user_id: user("kim"),
        engine: Engine::Basic,
        at: when,
        provider: Some(ProviderName::new("scripted")),
        model: Some("m".into()),
        usage: TokenUsage { input_tokens, ..TokenUsage::default() },
        cost: Nanodollars(input_tokens * 5_000),
        outcome: Outcome::Completed,
    }
}

async fn reserved(store: &dyn LedgerStore, turn: &str, tokens: u64) -> Reserved {
    store.reserve(&reservation(turn, tokens)).await.unwrap()
}

pub(crate) async fn a_reservation_counts_until_it_is_settled_or_released(store: &dyn LedgerStore) {
    assert_eq!(reserved(store, "t1", 600).await, Reserved::Granted);
    assert_eq!(reserved(store, "t1", 600).await, Reserved::Granted);
    let reached = |used_tokens| Reserved::QuotaReached { used_tokens, limit_tokens: 1_000 };
    assert_eq!(reserved(store, "t2", 401).await, reached(600));
    assert_eq!(reserved(store, "t3", 400).await, Reserved::Granted);
    store.settle(&entry("t1", 100, at(0))).await.unwrap();
    assert_eq!(reserved(store, "t4", 501).await, reached(500));
    store.release(&user("kim"), &TurnId::new("t3"), at(0)).await.unwrap();
    store.release(&user("kim"), &TurnId::new("t3"), at(0)).await.unwrap();
    assert_eq!(reserved(store, "t4", 900).await, Reserved::Granted);
    let other = Reservation { user_id: user("lee"), ..reservation("t5", 1_000) };
    assert_eq!(store.reserve(&other).await.unwrap(), Reserved::Granted);
}

pub(crate) async fn parallel_reservations_never_pass_the_limit(store: &dyn LedgerStore) {
    let names: Vec<String> = (0..8).map(|number| format!("t{number}")).collect();
    let all = names.iter().map(|name| reserved(store, name, 300));
    let all = futures::future::join_all(all).await;
    assert_eq!(all.iter().filter(|one| **one == Reserved::Granted).count(), 3);
}

pub(crate) async fn totals_equal_their_rows(store: &dyn LedgerStore) {
    let all: Vec<LedgerEntry> =
        (0..5).map(|number| entry(&format!("t{number}"), 10 + number, at(0))).collect();
    let settles = all.iter().chain(&all).map(|entry| store.settle(entry));
    for settled in futures::future::join_all(settles).await {
        settled.unwrap();
    }
    let day = at(0).seoul_day();
    let rows = store.entries(&user("kim"), &day, &day).await.unwrap();
    assert_eq!(rows, all);
    let totals = rows.iter().fold(UsageTotals::default(), |sum, row| sum.plus(row.usage, row.cost));
    let row =
        |period: String| UsageRow { user_id: user("kim"), engine: Engine::Basic, period, totals };
    assert_eq!(store.days(&user("kim"), &day, &day).await.unwrap(), [row(day.clone())]);
    assert_eq!(store.months(&user("kim")).await.unwrap(), [row(at(0).seoul_month())]);
    assert_eq!(store.months(&user("lee")).await.unwrap(), []);
}

pub(crate) async fn days_and_months_are_those_of_seoul(store: &dyn LedgerStore) {
    let late = Timestamp::parse("2026-11-30T14:59:59Z").unwrap();
    let early = Timestamp::parse("2026-11-30T15:00:00Z").unwrap();
    store.settle(&entry("t1", 1, late)).await.unwrap();
    store.settle(&entry("t2", 2, early)).await.unwrap();
    let pro = LedgerEntry { engine: Engine::Pro, ..entry("t3", 3, early) };
    store.settle(&pro).await.unwrap();
    let periods = |rows: Vec<UsageRow>| {
        rows.into_iter()
            .map(|row| format!("{} {}", row.period, row.engine.name()))
            .collect::<Vec<_>>()
    };
    let months = store.months(&user("kim")).await.unwrap();
    assert_eq!(periods(months), ["2026-12 Basic", "2026-12 Pro", "2026-11 Basic"]);
    let days = store.days(&user("kim"), "2026-12-01", "2026-12-31").await.unwrap();
    assert_eq!(periods(days), ["2026-12-01 Basic", "2026-12-01 Pro"]);
    assert_eq!(store.entries(&user("kim"), "2026-12-01", "2026-12-01").await.unwrap().len(), 2);
}
