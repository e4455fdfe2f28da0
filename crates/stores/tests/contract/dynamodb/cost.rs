//! What a turn and a page of the list cost, in requests and capacity units: the figures of
//! `docs/DYNAMODB.md`.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::engine::Engine;
use domain::id::{IdempotencyKey, TurnId};
use domain::ledger::{Nanodollars, Reservation, Spend};
use domain::ports::{
    Basis, Conclusion, ConversationStore, LedgerStore, ListFilter, MessageRange, OpenedTurn,
    Opening, TurnStore,
};
use domain::quota::Limits;
use domain::text::ArticleText;
use domain::turn::{Outcome, SequencedEvent, TurnEvent, TurnRecord};
use stores::DynamoStore;

use super::proxy::{Counts, Fate, Proxy};
use super::server::config;
use super::{PREFIX, tables};
use crate::ledger::entry;
use crate::sample::{at, conclusion, conversation, id, message, opening, turn, user};

fn requests(counts: &Counts) -> BTreeMap<&str, u32> {
    counts.iter().map(|(operation, (count, _))| (operation.as_str(), *count)).collect()
}

/// Units read and written; a transaction and a put or removal write, all else reads.
fn units(counts: &Counts) -> (f64, f64) {
    let writes =
        |operation: &str| matches!(operation, "PutItem" | "DeleteItem" | "TransactWriteItems");
    let sum = |wanted: bool| {
        let own = counts.iter().filter(|(operation, _)| writes(operation) == wanted);
        own.map(|(_, (_, units))| units).sum()
    };
    (sum(false), sum(true))
}

fn events(from: u64, count: u64) -> Vec<Arc<SequencedEvent>> {
    let text = ArticleText::new("가나다라마바사아자차 ".repeat(6));
    let event = |sequence| SequencedEvent {
        sequence,
        event: TurnEvent::Text { text: text.clone(), index: sequence, at: at(1) },
    };
    (from..from + count).map(event).map(Arc::new).collect()
}

#[tokio::test]
async fn a_turn_costs_what_the_page_says() {
    let (server, _) = tables().await;
    let proxy = Proxy::start(server.port, |_, _| Fate::Forward).await;
    let store = DynamoStore::open(&config(proxy.port).await, PREFIX);
    let kim = user("kim");
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    store.settle(&entry("earlier", 7, at(0))).await.unwrap();
    proxy.take();
    let mut parts = Vec::new();
    store.header(&kim, &id("a")).await.unwrap();
    parts.push(("embargo", proxy.take()));
    let record = TurnRecord {
        idempotency_key: Some(IdempotencyKey::new("k")),
        engine: Engine::Basic,
        ..turn("t", "a")
    };
    let reservation = Reservation {
        turn_id: TurnId::new("t"),
        user_id: kim.clone(),
        at: at(0),
        held: Spend { tokens: 1, cost: Nanodollars(1) },
        limits: Limits { tokens: Some(1_000), ..Limits::default() },
    };
    let open = Opening {
        reservation: Some(reservation),
        question: Some((conversation("kim", "a", 0), message("q"))),
        basis: Basis::MessagesUpTo(None),
        ..opening(&record)
    };
    assert_eq!(store.open(&open).await.unwrap(), OpenedTurn::New);
    parts.push(("open", proxy.take()));
    for batch in 0..10 {
        store.append_events(&record, &events(1 + batch * 20, 20)).await.unwrap();
    }
    parts.push(("journal", proxy.take()));
    let end = Conclusion {
        answer: Some(message("a")),
        events: events(201, 3),
        ..conclusion(&record, Outcome::Completed)
    };
    store.conclude(&end).await.unwrap();
    parts.push(("conclude", proxy.take()));
    let costs: Vec<_> = parts.iter().map(|(name, counts)| (*name, units(counts))).collect();
    let expected = [
        ("embargo", (1.0, 0.0)),
        ("open", (8.0, 28.0)),
        ("journal", (0.0, 40.0)),
        ("conclude", (8.0, 36.0)),
    ];
    assert_eq!(costs, expected);
    // A transaction at either end; the journal needs a put a batch.
    let sent: BTreeMap<String, u32> = parts.iter().flat_map(|(_, counts)| counts).fold(
        BTreeMap::new(),
        |mut sum, (operation, (count, _))| {
            *sum.entry(operation.clone()).or_default() += count;
            sum
        },
    );
    let expected = [
        ("BatchGetItem", 2),
        ("GetItem", 11),
        ("PutItem", 10),
        ("Query", 2),
        ("TransactWriteItems", 2),
    ];
    assert_eq!(sent, expected.map(|(name, count)| (name.to_owned(), count)).into());
}

#[tokio::test]
async fn reading_costs_what_the_page_says() {
    let (server, _) = tables().await;
    let proxy = Proxy::start(server.port, |_, _| Fate::Forward).await;
    let store = DynamoStore::open(&config(proxy.port).await, PREFIX);
    let kim = user("kim");
    for number in 0..100 {
        store.create(&conversation("kim", &format!("c{number}"), number)).await.unwrap();
    }
    let filter = ListFilter { limit: 50, ..ListFilter::default() };
    store.list(&kim, &filter).await.unwrap();
    let messages: Vec<_> = (0..20).map(|number| message(&format!("m{number}"))).collect();
    store.append_messages(&kim, &id("c1"), &messages, at(1)).await.unwrap();
    proxy.take();
    store.list(&kim, &filter).await.unwrap();
    let list = proxy.take();
    assert_eq!(units(&list).0, 52.0);
    assert_eq!(requests(&list), BTreeMap::from([("BatchGetItem", 1), ("Query", 1)]));
    store.header(&kim, &id("c1")).await.unwrap();
    store.messages(&kim, &id("c1"), &MessageRange::default()).await.unwrap();
    let get = proxy.take();
    assert_eq!(units(&get).0, 2.0);
    assert_eq!(requests(&get), BTreeMap::from([("GetItem", 1), ("Query", 1)]));
}
