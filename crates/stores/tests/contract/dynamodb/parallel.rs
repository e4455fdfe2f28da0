//! Many processes at one row: a store each, over the same tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::id::TurnId;
use domain::ledger::{Nanodollars, Reservation, Spend};
use domain::ports::{ConversationStore, LedgerStore, MessageRange, OpenedTurn, TurnStore};
use domain::quota::Limits;
use futures::future::join_all;
use stores::DynamoStore;

use super::server::Server;
use super::{PREFIX, tables};
use crate::ledger::entry;
use crate::sample::{at, conversation, holding, id, message, user};

const DOORS: usize = 8;

async fn doors() -> (Vec<Arc<DynamoStore>>, Server) {
    let (server, _) = tables().await;
    let config = server.config().await;
    let doors = (0..DOORS).map(|_| Arc::new(DynamoStore::open(&config, PREFIX))).collect();
    (doors, server)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reservations_never_pass_the_limit_together() {
    let (doors, _server) = doors().await;
    let reservation = |number: usize| Reservation {
        turn_id: TurnId::new(format!("t{number}")),
        user_id: user("kim"),
        at: at(0),
        held: Spend { tokens: 100, cost: Nanodollars(1) },
        limits: Limits { tokens: Some(1_000), ..Limits::default() },
    };
    let all = (0..40).map(|number| {
        let (door, reservation) = (Arc::clone(&doors[number % DOORS]), reservation(number));
        tokio::spawn(async move { door.open(&holding(reservation)).await.unwrap() })
    });
    let all = join_all(all).await;
    let granted = all.iter().filter(|one| matches!(one, Ok(OpenedTurn::New)));
    assert_eq!(granted.count(), 10);
    let held = doors[0].reserved(&user("kim"), &at(0).seoul_month()).await.unwrap();
    assert_eq!(held, Spend { tokens: 1_000, cost: Nanodollars(10) });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_additions_add_up() {
    let (doors, _server) = doors().await;
    let running = doors.iter().enumerate().map(|(number, door)| {
        let door = Arc::clone(door);
        tokio::spawn(async move {
            for turn in 0..25 {
                let tokens = number as u64 * 100 + turn;
                door.settle(&entry(&format!("t{number}-{turn}"), tokens, at(0))).await.unwrap();
            }
        })
    });
    for one in join_all(running).await {
        one.unwrap();
    }
    let books = doors[0].books(&user("kim")).await.unwrap();
    assert_eq!((books.differences(), books.entries.len()), (vec![], 200));
    let tokens: u64 = (0..8).flat_map(|door| (0..25).map(move |turn| door * 100 + turn)).sum();
    let totals = books.months[0].totals;
    assert_eq!((totals.usage.input_tokens, totals.message_count), (tokens, 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_appends_to_one_conversation_are_in_one_order() {
    let (doors, _server) = doors().await;
    let (kim, a) = (user("kim"), id("a"));
    doors[0].create(&conversation("kim", "a", 0)).await.unwrap();
    let running = doors.iter().enumerate().map(|(number, door)| {
        let (door, kim, a) = (Arc::clone(door), kim.clone(), a.clone());
        tokio::spawn(async move {
            let pair = [message(&format!("q{number}")), message(&format!("a{number}"))];
            door.append_messages(&kim, &a, &pair, at(1)).await.unwrap()
        })
    });
    for one in join_all(running).await {
        assert_eq!(one.unwrap(), Some(2));
    }
    let all = doors[0].messages(&kim, &a, &MessageRange::default()).await.unwrap();
    let ids: BTreeSet<&str> = all.iter().map(|message| message.id.as_str()).collect();
    assert_eq!((all.len(), ids.len()), (16, 16));
    for pair in all.chunks(2) {
        assert_eq!(pair[0].id.as_str().replace('q', "a"), pair[1].id.as_str());
    }
    // A page that ends before the ninth holds the first eight: numbers have no gaps.
    let range = MessageRange { before: Some(all[8].id.clone()), limit: None };
    assert_eq!(doors[1].messages(&kim, &a, &range).await.unwrap(), all[..8]);
}
