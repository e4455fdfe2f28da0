//! Items at the size limit, transactions of many rows, and answers of several pages.

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use domain::conversation::{Draft, Message};
use domain::engine::Engine;
use domain::id::FileId;
use domain::ports::{ConversationStore, ListFilter, MessageRange, PromptStore, TurnStore};
use domain::prompt::{PromptChange, PromptFile};
use domain::text::ArticleText;
use domain::turn::{SequencedEvent, TurnEvent};
use stores::DynamoStore;

use super::server::Server;
use super::{PREFIX, tables};
use crate::sample::{at, conversation, decision, id, message, opening, turn, user};

async fn open() -> (DynamoStore, Client, Server) {
    let (server, client) = tables().await;
    (DynamoStore::open(&server.config().await, PREFIX), client, server)
}

/// How many items a table has.
async fn items(client: &Client, table: &str) -> usize {
    let mut pages = client.scan().table_name(format!("{PREFIX}{table}")).into_paginator().send();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        count += page.unwrap().items().len();
    }
    count
}

fn sized(key: &str, letter: &str, bytes: usize) -> Message {
    let content = ArticleText::new(letter.repeat(bytes / letter.len()));
    Message { content, ..message(key) }
}

#[tokio::test]
async fn rows_on_both_sides_of_every_limit_come_back() {
    let (store, _, _server) = open().await;
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let sizes = [299_000, 300_000, 301_000, 409_600, 1_300_000];
    let messages: Vec<Message> = sizes
        .iter()
        .flat_map(|bytes| ["a", "가", "😀", "\""].map(|letter| (letter, *bytes)))
        .map(|(letter, bytes)| sized(&format!("{letter}{bytes}"), letter, bytes))
        .collect();
    for message in &messages {
        let one = std::slice::from_ref(message);
        assert_eq!(store.append_messages(&kim, &a, one, at(1)).await.unwrap(), Some(1));
    }
    let read = store.messages(&kim, &a, &MessageRange::default()).await.unwrap();
    assert!(read == messages);
    let last = MessageRange { before: None, limit: Some(3) };
    assert!(store.messages(&kim, &a, &last).await.unwrap() == messages[messages.len() - 3..]);
}

#[tokio::test]
async fn drafts_prompts_and_events_may_be_as_large() {
    let (store, client, _server) = open().await;
    let (kim, a, large) = (user("kim"), id("a"), ArticleText::new("가".repeat(250_000)));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let draft =
        |version| Draft { text: large.clone(), findings: Vec::new(), version, updated_at: at(2) };
    for version in 1..=3 {
        assert!(store.save_draft(&kim, &a, &draft(version)).await.unwrap());
    }
    assert!(store.draft(&kim, &a).await.unwrap() == Some(draft(3)));
    let change = PromptChange { description: None, instruction: Some(large.clone()) };
    store.save_prompt(Engine::Pro, &change, None, &kim, at(1)).await.unwrap();
    let prompt = store.prompt(Engine::Pro).await.unwrap();
    assert!(prompt.instruction == large);
    assert!(store.prompt_versions(Engine::Pro).await.unwrap() == [prompt]);
    let event = |sequence| SequencedEvent {
        sequence,
        event: TurnEvent::Text { text: large.clone(), index: sequence, at: at(1) },
    };
    let (record, events) = (turn("t", "a"), [event(1), event(2)]);
    store.append_events(&record, &events.clone().map(Arc::new)).await.unwrap();
    assert!(store.events_after(&record, 0).await.unwrap() == events);
    // Header, place in the list, draft with three parts, journal with five, and the first draft as a
    // version: note, number, text with three parts; parts of earlier drafts are gone.
    let version = 1 + 1 + (1 + 3);
    assert_eq!(items(&client, "conversations").await, 1 + 1 + (1 + 3) + (1 + 6) + version);
}

#[tokio::test]
async fn a_smaller_file_leaves_no_part_of_the_larger() {
    let (store, client, _server) = open().await;
    let file = |bytes: usize| PromptFile {
        engine: Engine::Pro,
        id: FileId::new("f#1"),
        name: "f.txt".into(),
        content: ArticleText::new("a".repeat(bytes)),
        created_at: at(0),
    };
    store.add_file(&file(6_000_000)).await.unwrap();
    assert_eq!(items(&client, "files").await, 1 + 21);
    assert!(store.files(Engine::Pro).await.unwrap() == [file(6_000_000)]);
    let content = file(500_000).content;
    let id = FileId::new("f#1");
    assert!(store.update_file(Engine::Pro, &id, None, Some(&content)).await.unwrap());
    assert!(store.files(Engine::Pro).await.unwrap() == [file(500_000)]);
    assert_eq!(items(&client, "files").await, 1 + 2);
    assert!(store.delete_file(Engine::Pro, &id).await.unwrap());
    assert_eq!(items(&client, "files").await, 0);
}

#[tokio::test]
async fn hundreds_of_rows_are_written_read_and_removed() {
    let (store, client, _server) = open().await;
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    assert_eq!(store.list(&kim, &page(10)).await.unwrap().rows.len(), 1);
    let messages: Vec<Message> = (0..250).map(|number| message(&format!("m{number}"))).collect();
    assert_eq!(store.append_messages(&kim, &a, &messages, at(1)).await.unwrap(), Some(250));
    assert_eq!(store.append_messages(&kim, &a, &messages, at(1)).await.unwrap(), Some(0));
    assert_eq!(store.messages(&kim, &a, &MessageRange::default()).await.unwrap(), messages);
    let decisions: Vec<_> = (0..120).map(|number| decision(&format!("d{number}"))).collect();
    assert_eq!(store.add_decisions(&kim, &a, &decisions).await.unwrap(), Some(120));
    assert_eq!(store.decisions(&kim, &a).await.unwrap(), decisions);
    store.open(&opening(&turn("t", "a"))).await.unwrap();
    let event =
        |sequence| SequencedEvent { sequence, event: TurnEvent::AnswerStarted { at: at(1) } };
    let events: Vec<SequencedEvent> = (1..=300).map(event).collect();
    let shared: Vec<_> = events.iter().cloned().map(Arc::new).collect();
    store.append_events(&turn("t", "a"), &shared).await.unwrap();
    assert_eq!(store.events_after(&turn("t", "a"), 0).await.unwrap(), events);
    assert!(store.delete(&kim, &a).await.unwrap());
    assert_eq!(store.open_turns().await.unwrap(), []);
    // What is left says that the list knows every header.
    assert_eq!(items(&client, "conversations").await, 1);
}

#[tokio::test]
async fn a_transaction_too_large_as_a_whole_puts_its_largest_rows_in_parts() {
    let (store, client, _server) = open().await;
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let messages: Vec<Message> =
        (0..20).map(|number| sized(&format!("m{number}"), "a", 280_000 + number)).collect();
    assert_eq!(store.append_messages(&kim, &a, &messages, at(1)).await.unwrap(), Some(20));
    assert!(store.messages(&kim, &a, &MessageRange::default()).await.unwrap() == messages);
    assert!(store.delete(&kim, &a).await.unwrap());
    assert_eq!(items(&client, "conversations").await, 0);
}

fn page(limit: usize) -> ListFilter {
    ListFilter { limit, ..ListFilter::default() }
}

#[tokio::test]
async fn answers_of_several_pages_are_read_to_the_end() {
    let (store, _, _server) = open().await;
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let messages: Vec<Message> =
        (0..40).map(|number| sized(&format!("m{number}"), "가", 90_000)).collect();
    assert_eq!(store.append_messages(&kim, &a, &messages, at(1)).await.unwrap(), Some(40));
    assert!(store.messages(&kim, &a, &MessageRange::default()).await.unwrap() == messages);
    let range = MessageRange { before: Some(messages[30].id.clone()), limit: Some(25) };
    assert!(store.messages(&kim, &a, &range).await.unwrap() == messages[5..30]);
}
