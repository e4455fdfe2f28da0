//! What the ledger promises.

use domain::engine::Engine;
use domain::id::TurnId;
use domain::ledger::{
    Attempt, Audit, EntryKind, LedgerEntry, Nanodollars, Price, Reservation, Spend,
};
use domain::model::{ProviderName, TokenUsage};
use domain::ports::{LedgerStore, OpenedTurn, TurnStore};
use domain::quota::{Limits, QuotaReached};
use domain::time::Timestamp;
use domain::turn::{Outcome, TurnKind};
use domain::usage::{UsageRow, UsageTotals};

use crate::sample::{at, holding, user};

fn reservation(turn: &str, tokens: u64, cost: u64) -> Reservation {
    Reservation {
        turn_id: TurnId::new(turn),
        user_id: user("kim"),
        at: at(0),
        held: Spend { tokens, cost: Nanodollars(cost) },
        limits: Limits {
            tokens: Some(1_000),
            cost: Some(Nanodollars(5_000_000)),
            ..Limits::default()
        },
    }
}

pub(crate) fn entry(turn: &str, input_tokens: u64, when: Timestamp) -> LedgerEntry {
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
        audit: Some(audit(input_tokens)),
    }
}

fn audit(input_tokens: u64) -> Audit {
    let price = Price {
        input: 5_000,
        output: 25_000,
        cache_write_5m: 6_250,
        cache_write_1h: 10_000,
        cache_read: 500,
        web_search: 10_000_000,
    };
    let none = TokenUsage::default();
    let attempt = |usage, price, is_complete| {
        let (provider, model) = (ProviderName::new("scripted"), Some("m".into()));
        Attempt::priced(provider, model, usage, price, is_complete)
    };
    Audit {
        kind: EntryKind::Turn(TurnKind::Proofread),
        attempts: vec![
            attempt(none, None, false),
            attempt(TokenUsage { input_tokens, ..none }, Some(price), true),
        ],
    }
}

async fn reserved(store: &dyn TurnStore, turn: &str, tokens: u64) -> OpenedTurn {
    store.open(&holding(reservation(turn, tokens, 0))).await.unwrap()
}

pub(crate) async fn a_reservation_counts_until_it_is_settled<S: LedgerStore + TurnStore>(
    store: &S,
) {
    assert_eq!(reserved(store, "t1", 600).await, OpenedTurn::New);
    let reached = |used| OpenedTurn::QuotaReached(QuotaReached::Tokens { used, limit: 1_000 });
    assert_eq!(reserved(store, "t2", 401).await, reached(600));
    assert_eq!(reserved(store, "t3", 400).await, OpenedTurn::New);
    store.settle(&entry("t1", 100, at(0))).await.unwrap();
    assert_eq!(reserved(store, "t4", 501).await, reached(500));
    store.settle(&entry("t3", 0, at(0))).await.unwrap();
    assert_eq!(reserved(store, "t4", 900).await, OpenedTurn::New);
    let other = Reservation { user_id: user("lee"), ..reservation("t5", 1_000, 0) };
    assert_eq!(store.open(&holding(other)).await.unwrap(), OpenedTurn::New);
    let month = at(0).seoul_month();
    assert_eq!(store.reserved(&user("kim"), &month).await.unwrap(), spend(900, 0));
    assert_eq!(store.reserved(&user("kim"), "2025-01").await.unwrap(), spend(0, 0));
}

fn spend(tokens: u64, cost: u64) -> Spend {
    Spend { tokens, cost: Nanodollars(cost) }
}

pub(crate) async fn money_is_limited_beside_tokens<S: LedgerStore + TurnStore>(store: &S) {
    let reserve =
        async |turn: &str, cost| store.open(&holding(reservation(turn, 1, cost))).await.unwrap();
    let reached = |used| {
        let (used, limit) = (Nanodollars(used), Nanodollars(5_000_000));
        OpenedTurn::QuotaReached(QuotaReached::Money { used, limit })
    };
    assert_eq!(reserve("t1", 3_000_000).await, OpenedTurn::New);
    assert_eq!(reserve("t2", 2_000_001).await, reached(3_000_000));
    assert_eq!(reserve("t2", 2_000_000).await, OpenedTurn::New);
    store.settle(&entry("t1", 700, at(0))).await.unwrap();
    assert_eq!(reserve("t3", 1).await, reached(3_500_000 + 2_000_000));
}

pub(crate) async fn what_passed_its_reservation_is_recorded_and_counts<S>(store: &S)
where
    S: LedgerStore + TurnStore,
{
    assert_eq!(reserved(store, "t1", 10).await, OpenedTurn::New);
    store.settle(&entry("t1", 2_000, at(0))).await.unwrap();
    let books = store.books(&user("kim")).await.unwrap();
    assert_eq!(books.entries, [entry("t1", 2_000, at(0))]);
    let reached = QuotaReached::Tokens { used: 2_000, limit: 1_000 };
    assert_eq!(reserved(store, "t2", 0).await, OpenedTurn::QuotaReached(reached));
}

pub(crate) async fn a_settled_turn_holds_nothing_and_its_row_never_changes(
    store: &dyn LedgerStore,
) {
    let first = entry("t1", 100, at(0));
    store.settle(&first).await.unwrap();
    store.settle(&entry("t1", 999, at(0))).await.unwrap();
    let month = at(0).seoul_month();
    assert_eq!(store.reserved(&user("kim"), &month).await.unwrap(), spend(0, 0));
    let books = store.books(&user("kim")).await.unwrap();
    assert_eq!((books.differences(), books.entries), (vec![], vec![first]));
}

pub(crate) async fn keeping_warm_is_paid_by_the_service<S: LedgerStore + TurnStore>(store: &S) {
    let attempt = audit(65_000).attempts.remove(1);
    let warm = LedgerEntry::keep_warm(TurnId::new("w"), Engine::Pro, at(0), attempt);
    store.settle(&warm).await.unwrap();
    store.settle(&LedgerEntry { audit: None, ..entry("t1", 1, at(0)) }).await.unwrap();
    let odd = user("a#b%23");
    store.settle(&LedgerEntry { user_id: odd.clone(), ..entry("t2", 1, at(0)) }).await.unwrap();
    let held = Reservation { user_id: user("lee"), ..reservation("t3", 1, 0) };
    assert_eq!(store.open(&holding(held)).await.unwrap(), OpenedTurn::New);
    // Who only holds something has no row yet.
    assert_eq!(store.users().await.unwrap(), [odd, user("kim"), user("system")]);
    let books = store.books(&user("system")).await.unwrap();
    let totals: Vec<_> = books.months.iter().map(|row| row.totals).collect();
    let expected = UsageTotals { usage: warm.usage, message_count: 0, cost: warm.cost };
    assert_eq!((books.differences(), totals), (vec![], vec![expected]));
    assert_eq!(books.entries, [warm]);
}

pub(crate) async fn an_opening_row_counts_its_messages(store: &dyn LedgerStore) {
    let usage = TokenUsage { input_tokens: 7, output_tokens: 2, ..TokenUsage::default() };
    let of = (user("kim"), Engine::Basic, at(0));
    let opening = LedgerEntry::imported(TurnId::new("imported-2025-11"), of, usage, 40);
    store.settle(&opening).await.unwrap();
    store.settle(&LedgerEntry { audit: None, ..entry("t1", 1, at(0)) }).await.unwrap();
    let books = store.books(&user("kim")).await.unwrap();
    let counts: Vec<_> = books.months.iter().map(|row| row.totals.message_count).collect();
    assert_eq!((books.differences(), counts), (vec![], vec![41]));
    assert!(books.entries.contains(&opening), "{:?}", books.entries);
}

pub(crate) async fn parallel_reservations_never_pass_the_limit(store: &dyn TurnStore) {
    let names: Vec<String> = (0..8).map(|number| format!("t{number}")).collect();
    let all = names.iter().map(|name| reserved(store, name, 300));
    let all = futures::future::join_all(all).await;
    assert_eq!(all.iter().filter(|one| **one == OpenedTurn::New).count(), 3);
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
    let totals = rows.iter().fold(UsageTotals::default(), UsageTotals::plus);
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
