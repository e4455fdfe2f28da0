//! Many turns at once against one quota: nothing is overspent, no row is lost, nothing stays held.

use std::sync::Arc;

use domain::engine::Engine;
use domain::id::{TurnId, UserId};
use domain::ledger::{LedgerEntry, Nanodollars, Reservation, Spend};
use domain::model::TokenUsage;
use domain::ports::{LedgerStore, OpenedTurn, TurnStore};
use domain::quota::Limits;
use domain::turn::Outcome;

use crate::sample::{at, holding};

/// What turns and their rows are kept in.
trait Ledger: LedgerStore + TurnStore {}

impl<S: LedgerStore + TurnStore> Ledger for S {}

/// What every turn holds, and at most uses.
const HELD: Spend = Spend { tokens: 1_000, cost: Nanodollars(5_000_000) };

fn kim() -> UserId {
    UserId::new("kim")
}

/// Uses between nothing and everything that is held.
fn entry(number: u64) -> LedgerEntry {
    let input_tokens = number * 37 % (HELD.tokens + 1);
    LedgerEntry {
        turn_id: TurnId::new(format!("t{number:04}")),
        user_id: kim(),
        engine: Engine::ALL[usize::from(number.is_multiple_of(2))],
        at: at(0),
        provider: None,
        model: None,
        usage: TokenUsage { input_tokens, ..TokenUsage::default() },
        cost: Nanodollars(input_tokens * 5_000),
        outcome: Outcome::Completed,
        audit: None,
    }
}

/// One turn from its reservation to its row; twice, as after a repeated settle. Gives its row.
async fn turn(store: Arc<dyn Ledger>, limits: Limits, number: u64) -> Option<LedgerEntry> {
    let entry = entry(number);
    let reservation = Reservation {
        turn_id: entry.turn_id.clone(),
        user_id: kim(),
        at: entry.at,
        held: HELD,
        limits,
    };
    match store.open(&holding(reservation)).await.unwrap() {
        OpenedTurn::New => {
            tokio::task::yield_now().await;
            store.settle(&entry).await.unwrap();
            store.settle(&entry).await.unwrap();
            Some(entry)
        }
        OpenedTurn::QuotaReached(_) => None,
        other => panic!("{other:?}"),
    }
}

async fn check(store: Arc<dyn Ledger>, turns: u64, limits: Limits) {
    let running: Vec<_> =
        (0..turns).map(|number| tokio::spawn(turn(Arc::clone(&store), limits, number))).collect();
    let mut ran = Vec::new();
    for one in running {
        ran.extend(one.await.unwrap());
    }
    ran.sort_by_key(|entry| (entry.engine.name(), entry.turn_id.clone()));
    let books = store.books(&kim()).await.unwrap();
    assert_eq!((books.differences(), &books.entries), (vec![], &ran));
    let spent = ran.iter().fold(Spend::default(), |sum, entry| sum.plus(entry.spend()));
    assert_eq!(limits.reached(spent, Spend::default()), None, "{spent:?} of {limits:?}");
    assert!(!ran.is_empty());
    let month = at(0).seoul_month();
    assert_eq!(store.reserved(&kim(), &month).await.unwrap(), Spend::default());
    // Only a turn that would have passed the limit was refused, and now there is room again.
    if limits.reached(spent, HELD).is_none() {
        assert!(turn(Arc::clone(&store), limits, turns).await.is_some());
    }
}

fn tokens(limit: u64) -> Limits {
    Limits { tokens: Some(limit), ..Limits::default() }
}

fn money(limit: u64) -> Limits {
    Limits { cost: Some(Nanodollars(limit)), ..Limits::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory() {
    for turns in [100, 1_000] {
        for limits in [tokens(turns * 300), money(turns * 1_500_000), Limits::default()] {
            check(Arc::new(crate::memory()), turns, limits).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite() {
    for (turns, limits) in
        [(100, tokens(30_000)), (100, money(150_000_000)), (1_000, tokens(300_000))]
    {
        let (store, _directory) = crate::sqlite();
        check(Arc::new(store), turns, limits).await;
    }
}

#[cfg(feature = "dynamodb")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dynamodb() {
    for (turns, limits) in [(100, tokens(30_000)), (100, money(150_000_000))] {
        let (store, _server) = crate::dynamodb::open().await;
        check(Arc::new(store), turns, limits).await;
    }
}

/// Two stores over one file, as of two processes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_doors_of_one_file_share_the_quota() {
    let directory = tempfile::tempdir().unwrap();
    let open = || {
        let path = directory.path().join("prf.sqlite");
        stores::SqliteStore::open(&path, stores::SqliteOptions::default()).unwrap()
    };
    let doors: [Arc<dyn Ledger>; 2] = [Arc::new(open()), Arc::new(open())];
    let running: Vec<_> = (0..100)
        .map(|number| {
            let door = &doors[usize::from(number % 2 == 0)];
            tokio::spawn(turn(Arc::clone(door), tokens(30_000), number))
        })
        .collect();
    let mut ran = 0;
    for one in running {
        ran += u64::from(one.await.unwrap().is_some());
    }
    let [one, two] = doors;
    let books = one.books(&kim()).await.unwrap();
    assert_eq!(books, two.books(&kim()).await.unwrap());
    assert_eq!((books.differences(), books.entries.len() as u64), (vec![], ran));
    let spent: u64 = books.entries.iter().map(|entry| entry.spend().tokens).sum();
    assert!(spent <= 30_000, "{spent}");
}
