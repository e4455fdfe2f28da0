//! Totals without rows become opening rows, and every sum stays the sum of its rows.

use domain::engine::Engine;
use domain::id::UserId;
use domain::ports::LedgerStore;
use proptest::prelude::*;
use stores::MemoryStore;
use stores::legacy::{Layout, OldTotals, Openings};

fn totals(layout: Layout, sort: &str, (input, output, messages): (u64, u64, u64)) -> OldTotals {
    OldTotals {
        layout,
        sort: sort.into(),
        user_id: UserId::new("kim"),
        engine: Engine::Basic,
        period: sort.split('#').find(|part| part.starts_with("20")).unwrap().into(),
        input_tokens: input,
        output_tokens: output,
        messages,
    }
}

/// Rows as `<id> <day> <messages> <input> <output>`, and contradictions.
fn check(all: &[OldTotals], expected: &[&str], contradictions: &[&str]) {
    let mut openings = Openings::default();
    all.iter().for_each(|one| openings.add(one.clone()));
    let (rows, found) = openings.rows();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let (day, usage) = (row.at.seoul_day(), row.usage);
            let (input, output) = (usage.input_tokens, usage.output_tokens);
            format!("{} {day} {} {input} {output}", row.turn_id, row.messages())
        })
        .collect();
    let found: Vec<_> = found.iter().map(|one| format!("{}: {}", one.period, one.what)).collect();
    assert_eq!(
        (rows, found),
        (
            expected.iter().map(ToString::to_string).collect(),
            contradictions.iter().map(ToString::to_string).collect(),
        )
    );
}

#[test]
fn a_month_leaves_over_what_its_days_do_not_explain() {
    use Layout::{DateEngines, Days, EngineMonths, Months};
    let month = totals(Months, "2026-11#Basic", (100, 10, 5));
    let day = totals(Days, "2026-11-23#Basic", (60, 10, 2));
    check(std::slice::from_ref(&month), &["imported-2026-11 2026-11-01 5 100 10"], &[]);
    check(&[month.clone(), month.clone()], &["imported-2026-11 2026-11-01 5 100 10"], &[]);
    let both = ["imported-2026-11-23 2026-11-23 2 60 10", "imported-2026-11 2026-11-01 3 40 0"];
    check(&[month.clone(), day.clone()], &both, &[]);
    check(std::slice::from_ref(&day), &both[..1], &[]);
    let lower = totals(Months, "2026-11#basic", (20, 0, 1));
    check(&[month.clone(), lower], &["imported-2026-11 2026-11-01 6 120 10"], &[]);
    let keyed = totals(EngineMonths, "engine#Basic#2026-11", (100, 10, 5));
    check(&[month.clone(), keyed], &["imported-2026-11 2026-11-01 5 100 10"], &[]);
    check(&[totals(Months, "2026-11#Basic", (0, 0, 0))], &[], &[]);
    check(
        &[totals(Months, "2026-11#Basic", (50, 10, 5)), day.clone()],
        &both[..1],
        &[
            "2026-11: the month says 5 messages, 50 in, 10 out, its days sum up to 2 messages, 60 in, \
           10 out; the days are taken",
        ],
    );
    check(
        &[month.clone(), totals(EngineMonths, "engine#Basic#2026-11", (1, 1, 1))],
        &[],
        &["2026-11: yearMonth says 5 messages, 100 in, 10 out, SK says 1 messages, 1 in, 1 out; \
           neither is taken"],
    );
    check(
        &[day.clone(), totals(Days, "2026-11-23#Basic", (61, 10, 2))],
        &both[..1],
        &["2026-11-23: one item says 2 messages, 60 in, 10 out, the same item again 2 messages, \
           61 in, 10 out; the first is taken"],
    );
    check(&[day, totals(DateEngines, "2026-11-23#Basic", (60, 10, 2))], &both[..1], &[]);
}

fn any() -> impl Strategy<Value = OldTotals> {
    const LAYOUTS: [Layout; 4] =
        [Layout::Months, Layout::EngineMonths, Layout::Days, Layout::DateEngines];
    let counts = (0..100_u64, 0..100_u64, 0..5_u64);
    let engine = prop::sample::select(&Engine::ALL[..]);
    let user = prop::sample::select(&["kim", "lee", "a#b"][..]);
    (prop::sample::select(&LAYOUTS[..]), 1..4_u32, user, engine, counts).prop_map(
        |(layout, number, user, engine, (input_tokens, output_tokens, messages))| {
            let is_month = matches!(layout, Layout::Months | Layout::EngineMonths);
            let period = if is_month { "2026-11".into() } else { format!("2026-11-0{number}") };
            let (user_id, sort) = (UserId::new(user), format!("{period}#{}", engine.name()));
            OldTotals {
                layout,
                sort,
                user_id,
                engine,
                period,
                input_tokens,
                output_tokens,
                messages,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_books_are_right_whatever_comes_and_however_often(all in prop::collection::vec(any(), 0..30)) {
        let mut openings = Openings::default();
        all.into_iter().for_each(|one| openings.add(one));
        let (rows, _) = openings.rows();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = MemoryStore::default();
            for row in rows.iter().chain(&rows) {
                store.settle(row).await.unwrap();
            }
            let mut kept = 0;
            for user in store.users().await.unwrap() {
                let books = store.books(&user).await.unwrap();
                assert_eq!(books.differences(), []);
                kept += books.entries.len();
            }
            assert_eq!(kept, rows.len());
        });
    }
}
