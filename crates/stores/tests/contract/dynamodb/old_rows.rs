//! Rows that earlier programs of the service wrote, and how our own look beside them.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::conversation::Message;
use domain::engine::Engine;
use domain::id::{ConversationId, MessageId};
use domain::ports::{
    ConversationChange, ConversationStore, LedgerStore, ListFilter, MessageRange, TurnStore,
};
use domain::text::ArticleText;
use domain::usage::UsageTotals;
use stores::DynamoStore;

use super::server::Server;
use super::{PREFIX, tables};
use crate::ledger::entry;
use crate::sample::{at, conclusion, conversation, id, message, opening, turn, user};

type Item = HashMap<String, AttributeValue>;

async fn open() -> (DynamoStore, Client, Server) {
    let (server, client) = tables().await;
    (DynamoStore::open(&server.config().await, PREFIX), client, server)
}

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn item<const N: usize>(fields: [(&str, AttributeValue); N]) -> Item {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

async fn put(client: &Client, table: &str, item: Item) {
    let request = client.put_item().table_name(format!("{PREFIX}{table}"));
    request.set_item(Some(item)).send().await.unwrap();
}

fn old_message(message: &Message) -> AttributeValue {
    AttributeValue::M(item([
        ("id", text(message.id.as_str())),
        ("role", text(message.speaker.name())),
        ("type", text("text")),
        ("content", text(message.content.as_str())),
        ("timestamp", text(message.at.rfc3339())),
        ("metadata", AttributeValue::M(item([("words", number(3))]))),
    ]))
}

/// A header as the service's first program wrote it, and its messages as they are read.
async fn old_header(client: &Client, key: &str, count: usize) -> Vec<Message> {
    let messages: Vec<Message> = (0..count)
        .map(|number| Message {
            client_metadata: Some(r#"{"words":3}"#.into()),
            ..message(&format!("{key}-{number}"))
        })
        .collect();
    let header = item([
        ("userId", text("kim")),
        ("conversationId", text(key)),
        ("engineType", text("Basic")),
        ("title", text(format!("기사 {key}"))),
        ("createdAt", text(at(0).rfc3339().trim_end_matches('Z'))),
        ("updatedAt", text(at(5).rfc3339())),
        ("messages", AttributeValue::L(messages.iter().map(old_message).collect())),
        ("metadata", AttributeValue::M(item([("desk", text("economy"))]))),
    ]);
    put(client, "conversations", header).await;
    messages
}

async fn listed(store: &DynamoStore) -> Vec<String> {
    let filter = ListFilter { limit: 200, ..ListFilter::default() };
    let page = store.list(&user("kim"), &filter).await.unwrap();
    page.rows.iter().map(|row| row.id.as_str().to_owned()).collect()
}

async fn read(store: &DynamoStore, key: &str) -> Vec<Message> {
    store.messages(&user("kim"), &id(key), &MessageRange::default()).await.unwrap()
}

#[tokio::test]
async fn an_old_conversation_is_read_as_it_is_and_split_on_the_first_write() {
    let (store, client, _server) = open().await;
    // One that is split at once, and one that takes several steps.
    for (key, count) in [("a", 3), ("b", 130)] {
        let old = old_header(&client, key, count).await;
        let header = store.header(&user("kim"), &id(key)).await.unwrap().unwrap();
        assert_eq!(header, conversation("kim", key, 5));
        assert_eq!(read(&store, key).await, old);
        let range = MessageRange { before: Some(old[2].id.clone()), limit: Some(1) };
        let page = store.messages(&user("kim"), &id(key), &range).await.unwrap();
        assert_eq!(page, old[1..2]);
        let repeated = [old[0].clone(), message("new")];
        let appended = store.append_messages(&user("kim"), &id(key), &repeated, at(9)).await;
        assert_eq!(appended.unwrap(), Some(1));
        let all: Vec<Message> = old.iter().cloned().chain([message("new")]).collect();
        assert_eq!(read(&store, key).await, all);
        let page = store.messages(&user("kim"), &id(key), &range).await.unwrap();
        assert_eq!(page, old[1..2]);
        let stored = client.get_item().table_name(format!("{PREFIX}conversations"));
        let stored = stored.key("userId", text("kim")).key("conversationId", text(key));
        let stored = stored.send().await.unwrap().item.unwrap();
        assert_eq!((stored.get("messages"), &stored["updatedAt"]), (None, &text(at(9).rfc3339())));
    }
}

#[tokio::test]
async fn old_conversations_get_their_places_in_the_list_once() {
    let (store, client, _server) = open().await;
    for number in 0..100 {
        old_header(&client, &format!("c{number:03}"), 1).await;
    }
    store.create(&conversation("kim", "new", 6)).await.unwrap();
    // One that is renamed before anybody has asked for the list.
    let title = ConversationChange {
        title: Some(ArticleText::new("새 제목")),
        ..ConversationChange::default()
    };
    assert!(store.update(&user("kim"), &id("c050"), &title).await.unwrap());
    let mut expected: Vec<String> = (0..100).rev().map(|number| format!("c{number:03}")).collect();
    expected.insert(0, "new".into());
    assert_eq!(listed(&store).await, expected);
    assert_eq!(read(&store, "c050").await[0].id, MessageId::new("c050-0"));
    assert!(store.delete(&user("kim"), &id("c099")).await.unwrap());
    expected.remove(1);
    assert_eq!(listed(&store).await, expected);
}

#[tokio::test]
async fn what_was_counted_under_the_old_spelling_counts() {
    let (store, client, _server) = open().await;
    let month = at(0).seoul_month();
    let old = item([
        ("userId", text("kim")),
        ("yearMonth", text(format!("{month}#basic"))),
        ("engineType", text("basic")),
        ("totalTokens", number(30)),
        ("inputTokens", number(20)),
        ("outputTokens", number(10)),
        ("messageCount", number(2)),
        ("updatedAt", text("2025-11-24T10:00:00")),
    ]);
    put(&client, "usage", old).await;
    let months = async || store.months(&user("kim")).await.unwrap();
    let [row] = months().await.try_into().unwrap();
    assert_eq!((row.engine, row.period.clone()), (Engine::Basic, month));
    store.settle(&entry("t", 5, at(0))).await.unwrap();
    let [both] = months().await.try_into().unwrap();
    let more = UsageTotals::default().plus(&entry("t", 5, at(0)));
    assert_eq!(both.totals, row.totals.and(more));
    assert_eq!((both.totals.usage.input_tokens, both.totals.message_count), (25, 3));
}

async fn indexed(client: &Client, index: &str, name: &str, value: &str) -> BTreeSet<String> {
    let request = client.query().table_name(format!("{PREFIX}conversations")).index_name(index);
    let request = request
        .key_condition_expression("#p = :p")
        .expression_attribute_names("#p", name)
        .expression_attribute_values(":p", text(value));
    let found = request.send().await.unwrap().items.unwrap_or_default();
    found.iter().map(|item| item["conversationId"].as_s().unwrap().clone()).collect()
}

#[tokio::test]
async fn our_headers_look_like_the_services_own_and_nothing_else_is_indexed() {
    let (store, client, _server) = open().await;
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 5)).await.unwrap();
    store.append_messages(&kim, &a, &[message("m")], at(6)).await.unwrap();
    let draft = domain::conversation::Draft {
        text: ArticleText::new("글"),
        findings: Vec::new(),
        version: 1,
        updated_at: at(7),
    };
    store.save_draft(&kim, &a, &draft).await.unwrap();
    let record = domain::turn::TurnRecord {
        conversation_id: ConversationId::new("a"),
        engine: Engine::Basic,
        ..turn("t", "a")
    };
    store.open(&opening(&record)).await.unwrap();
    store.conclude(&conclusion(&record, domain::turn::Outcome::Completed)).await.unwrap();
    let scanned = client.scan().table_name(format!("{PREFIX}conversations")).send().await.unwrap();
    let has_index =
        |item: &&Item| item.contains_key("engineType") || item.contains_key("updatedAt");
    let carry: Vec<&Item> = scanned.items().iter().filter(has_index).collect();
    let [header] = carry.try_into().unwrap();
    let mut header = header.clone();
    assert!(header.remove("rev").is_some());
    let expected = item([
        ("userId", text("kim")),
        ("conversationId", text("a")),
        ("engineType", text("Basic")),
        ("title", text("기사 a")),
        ("pinned", AttributeValue::Bool(false)),
        ("createdAt", text(at(0).rfc3339())),
        ("updatedAt", text(at(7).rfc3339())),
        ("metadata", text(r#"{"desk":"economy"}"#)),
    ]);
    assert_eq!(header, expected);
    let only = BTreeSet::from(["a".to_owned()]);
    assert_eq!(indexed(&client, "engineType-index", "engineType", "Basic").await, only);
    assert_eq!(indexed(&client, "userId-updatedAt-index", "userId", "kim").await, only);
}
