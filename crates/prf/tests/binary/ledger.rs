//! `ledger verify` and `export usage`.

use std::path::Path;

use domain::engine::Engine;
use domain::id::{TurnId, UserId};
use domain::ledger::{LedgerEntry, Nanodollars};
use domain::model::TokenUsage;
use domain::ports::LedgerStore;
use domain::time::Timestamp;
use domain::turn::Outcome;
use stores::{SqliteOptions, SqliteStore};

use crate::running::{Server, run};

fn fill(data: &Path) {
    let store = SqliteStore::open(&data.join("prf.sqlite"), SqliteOptions::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (turn, user) in [("t1", "kim"), ("t2", "kim"), ("t3", "lee")] {
        let entry = LedgerEntry {
            turn_id: TurnId::new(turn),
            user_id: UserId::new(user),
            engine: Engine::Basic,
            at: Timestamp::parse("2026-11-23T15:00:00Z").unwrap(),
            provider: None,
            model: None,
            usage: TokenUsage { input_tokens: 10, ..TokenUsage::default() },
            cost: Nanodollars(50_000),
            outcome: Outcome::Completed,
            audit: None,
        };
        runtime.block_on(store.settle(&entry)).unwrap();
    }
}

#[test]
fn verify_finds_totals_that_are_not_their_rows() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let (code, out, error) = run(&["ledger", "verify", "--data", data]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.contains("no_database"), "{error}");
    assert!(!directory.path().join("prf.sqlite").exists());
    fill(directory.path());
    let (code, out, _) = run(&["ledger", "verify", "--data", data]);
    assert_eq!((code, out.as_str()), (0, "2 users, 3 rows, 0 differences\n"));
    let connection = rusqlite::Connection::open(directory.path().join("prf.sqlite")).unwrap();
    let sql = "UPDATE usage SET body = replace(body, '\"inputTokens\":20', '\"inputTokens\":21')";
    assert_eq!(connection.execute(sql, ()).unwrap(), 2);
    let (code, out, _) = run(&["ledger", "verify", "--data", data]);
    let same = "out, 0 and 0 written to the cache (5 min, 1 h), 0 read, 0 searches, $0.0001";
    assert_eq!(code, 1);
    assert_eq!(
        out,
        format!(
            "kim 2026-11 Basic: the totals say 2 messages, 21 in, 0 {same}; \
             the rows sum up to 2 messages, 20 in, 0 {same}\n2 users, 3 rows, 1 differences\n"
        )
    );
}

#[test]
fn export_writes_what_the_server_gives() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    fill(directory.path());
    let (from, to) = ("2026-11-24", "2026-11-24");
    let asked = ["export", "usage", "--from", from, "--to", to, "--data", data];
    let (code, rows, _) = run(&asked);
    let starts: Vec<_> = rows.lines().filter_map(|line| line.get(..24)).collect();
    assert_eq!(code, 0);
    assert_eq!(
        starts,
        [
            "userId,day,engineType,tu",
            "kim,2026-11-24,Basic,t1,",
            "kim,2026-11-24,Basic,t2,",
            "lee,2026-11-24,Basic,t3,"
        ]
    );
    let server = Server::start(directory.path(), &[]);
    let path = format!("/usage/export?from={from}&to={to}");
    let answer = server.ask("GET", &path, "", "");
    assert!(answer.contains("content-type: text/csv"), "{answer}");
    for line in rows.lines() {
        assert!(answer.contains(line), "{answer}");
    }
    // The server runs meanwhile.
    let (code, totals, _) = run(&[&asked[..], &["--totals", "day", "--format", "json"]].concat());
    assert_eq!(code, 0);
    assert_eq!(
        totals.lines().next(),
        Some(
            "{\"userId\":\"kim\",\"period\":\"2026-11-24\",\"engineType\":\"Basic\",\
             \"inputTokens\":20,\"outputTokens\":0,\"cacheWrite5mTokens\":0,\
             \"cacheWrite1hTokens\":0,\"cacheReadTokens\":0,\"webSearches\":0,\
             \"totalTokens\":20,\"messageCount\":2,\"cost\":\"0.0001\"}"
        )
    );
    let (code, out, error) = run(&["export", "usage", "--from", "2026-11-31", "--to", to]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.contains("from and to must be days"), "{error}");
}
