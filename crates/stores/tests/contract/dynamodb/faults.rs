//! What the store makes of throttling, of lost answers, and of nobody answering.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::conversation::Draft;
use domain::engine::Engine;
use domain::id::FileId;
use domain::ports::{
    ConversationStore, Created, LedgerStore, MessageRange, PromptStore, StoreError,
};
use domain::prompt::PromptFile;
use domain::text::ArticleText;
use stores::DynamoStore;

use super::proxy::{Fate, Proxy};
use super::server::{Server, config};
use super::{PREFIX, tables};
use crate::ledger::entry;
use crate::sample::{at, conversation, id, message, user};

async fn behind(
    fate: impl Fn(&str, u32) -> Fate + Send + Sync + 'static,
) -> (DynamoStore, Proxy, Server) {
    let (server, _) = tables().await;
    let proxy = Proxy::start(server.port, fate).await;
    let store = DynamoStore::open(&config(proxy.port).await, PREFIX);
    (store, proxy, server)
}

#[tokio::test]
async fn a_throttled_table_loses_nothing() {
    let throttles = |operation: &str, before| match (operation, before) {
        ("TransactWriteItems", 0 | 1) | ("Query", 0) => Fate::Throttle,
        _ => Fate::Forward,
    };
    let (store, proxy, _server) = behind(throttles).await;
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let messages = [message("m1"), message("m2")];
    assert_eq!(store.append_messages(&kim, &a, &messages, at(1)).await.unwrap(), Some(2));
    let read = store.messages(&kim, &a, &MessageRange::default()).await.unwrap();
    assert_eq!(read, messages);
    let operations: BTreeSet<String> = proxy.take().into_keys().collect();
    let expected = ["BatchGetItem", "GetItem", "Query", "TransactWriteItems"];
    assert_eq!(operations, expected.map(str::to_owned).into());
}

/// A read goes past the SDK's layers once the SDK has found the way; what does not come is the SDK's to
/// ask for, and all that follows.
#[tokio::test]
async fn a_read_that_does_not_come_is_the_sdks_to_ask_for() {
    let is_armed = Arc::new(AtomicBool::new(false));
    let armed = Arc::clone(&is_armed);
    let faults = move |operation: &str, before| match (operation, before) {
        ("Query", 1 | 2) if armed.load(Ordering::Relaxed) => Fate::Throttle,
        ("GetItem", 2) if armed.load(Ordering::Relaxed) => Fate::Lose,
        _ => Fate::Forward,
    };
    let (store, proxy, _server) = behind(faults).await;
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    store.append_messages(&kim, &a, &[message("m1")], at(1)).await.unwrap();
    proxy.take();
    proxy.senders();
    is_armed.store(true, Ordering::Relaxed);
    let read = async || {
        assert!(store.header(&kim, &a).await.unwrap().is_some());
        let read = store.messages(&kim, &a, &MessageRange::default()).await.unwrap();
        assert_eq!(read, [message("m1")]);
        proxy.senders()
    };
    assert_eq!(read().await, ["GetItem", "Query"]);
    assert_eq!(read().await, ["GetItem", "Query", "Query+", "Query+"]);
    assert_eq!(read().await, ["GetItem+", "GetItem+", "Query+"]);
}

#[tokio::test]
async fn a_table_throttled_for_good_is_unavailable() {
    let (store, _proxy, _server) = behind(|_, _| Fate::Throttle).await;
    let read = store.header(&user("kim"), &id("a")).await;
    assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
}

#[tokio::test]
async fn nobody_answering_is_unavailable() {
    let server = Server::start();
    let store = DynamoStore::open(&server.config().await, PREFIX);
    drop(server);
    assert!(matches!(store.warm().await, Err(StoreError::Unavailable(_))));
    let read = store.header(&user("kim"), &id("a")).await;
    assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
}

#[tokio::test]
async fn tables_that_are_missing_are_a_failure_though_the_connection_is_warm() {
    let server = Server::start();
    let store = DynamoStore::open(&server.config().await, PREFIX);
    store.warm().await.unwrap();
    let read = store.header(&user("kim"), &id("a")).await;
    assert!(matches!(read, Err(StoreError::Failed(_))), "{read:?}");
}

/// Every first answer to a write is lost after the write was done.
#[tokio::test]
async fn a_write_whose_answer_is_lost_happens_once() {
    let loses = |operation: &str, before: u32| {
        let is_write = matches!(operation, "PutItem" | "DeleteItem" | "TransactWriteItems");
        if is_write && before.is_multiple_of(2) { Fate::Lose } else { Fate::Forward }
    };
    let (store, proxy, _server) = behind(loses).await;
    let (kim, a) = (user("kim"), id("a"));
    assert_eq!(store.create(&conversation("kim", "a", 0)).await.unwrap(), Created::New);
    let appended = store.append_messages(&kim, &a, &[message("m")], at(1)).await.unwrap();
    assert_eq!(appended, Some(1));
    let read = store.messages(&kim, &a, &MessageRange::default()).await.unwrap();
    assert_eq!(read, [message("m")]);
    let draft =
        Draft {
            text: ArticleText::new("글"), findings: Vec::new(), version: 1, updated_at: at(2)
        };
    assert!(store.save_draft(&kim, &a, &draft).await.unwrap());
    store.settle(&entry("t", 7, at(0))).await.unwrap();
    let books = store.books(&kim).await.unwrap();
    assert_eq!((books.differences(), books.entries), (vec![], vec![entry("t", 7, at(0))]));
    // One put alone, refused by its own item when it is sent again.
    let file = PromptFile {
        engine: Engine::Pro,
        id: FileId::new("f"),
        name: "f.txt".into(),
        content: ArticleText::new("나"),
        created_at: at(0),
    };
    store.add_file(&file).await.unwrap();
    assert!(store.delete_file(Engine::Pro, &file.id).await.unwrap());
    assert_eq!(store.files(Engine::Pro).await.unwrap(), []);
    let sent = proxy.take();
    assert_eq!((sent["PutItem"].0, sent["TransactWriteItems"].0), (2, 10));
}
