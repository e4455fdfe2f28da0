//! A store moves from SQLite to DynamoDB and back, and nothing of it changes.

use std::sync::Arc;

use domain::article::ArticleState;
use domain::conversation::Draft;
use domain::engine::Engine;
use domain::id::{ConnectionId, FileId, TurnId};
use domain::ledger::{LedgerEntry, Nanodollars, Reservation, Spend};
use domain::model::TokenUsage;
use domain::ports::{
    Connection, ConnectionStore, ConversationChange, ConversationStore, LedgerStore, PromptStore,
    StoreError, TurnStore,
};
use domain::principal::{Principal, Role};
use domain::prompt::{PromptChange, PromptFile};
use domain::quota::Limits;
use domain::text::ArticleText;
use domain::turn::{Outcome, SequencedEvent, TurnEvent};
use futures::{TryStreamExt, stream};
use stores::transfer::{Importer, Reader, Stamp, Taken, export};
use stores::{Bulk, Row, SqliteStore, Store};

use crate::sample::{
    at, conclusion, conversation, decision, finding, holding, id, message, opening, turn, user,
};

/// Every kind of row there is.
async fn fill(store: &SqliteStore) {
    let kim = user("kim");
    for number in 0..3 {
        let key = format!("c#{number}");
        store.create(&conversation("kim", &key, number)).await.unwrap();
        let messages: Vec<_> = (0..40).map(|number| message(&format!("m{number}"))).collect();
        store.append_messages(&kim, &id(&key), &messages, at(5)).await.unwrap();
    }
    fill_archive(store).await;
    let open = turn("t1", "c#0");
    TurnStore::open(store, &opening(&open)).await.unwrap();
    let finding =
        TurnEvent::Finding(domain::finding::Finding { confidence: Some(1.0), ..finding("f") });
    let notes = [Arc::new(SequencedEvent { sequence: 1, event: finding })];
    store.append_events(&open, &notes).await.unwrap();
    let closed = turn("t2", "c#1");
    TurnStore::open(store, &opening(&closed)).await.unwrap();
    store.conclude(&conclusion(&closed, Outcome::Completed)).await.unwrap();
    let change = PromptChange {
        instruction: Some(ArticleText::new("교열하라 😀")),
        description: None,
    };
    for _ in 0..2 {
        store.save_prompt(Engine::Pro, &change, None, &kim, at(1)).await.unwrap();
    }
    let content = ArticleText::new("표기 \u{1112}\u{1161}\u{11ab} ".repeat(60_000));
    let name = "표기.txt".to_owned();
    let file =
        PromptFile { engine: Engine::Pro, id: FileId::new("f"), name, content, created_at: at(2) };
    store.add_file(&file).await.unwrap();
    fill_ledger(store).await;
    let socket = ConnectionId::new("s");
    let who = Principal { user_id: kim, role: Role::User };
    let socket = Connection { id: socket, who, connected_at: at(0), expires_at: at(1_000) };
    ConnectionStore::open(store, &socket).await.unwrap();
}

/// What is kept of an article beside its messages.
async fn fill_archive(store: &SqliteStore) {
    let (kim, key) = (user("kim"), id("c#0"));
    let change = ConversationChange {
        state: Some(ArticleState::Review),
        desk: Some(ArticleText::new("경제")),
        ..ConversationChange::default()
    };
    store.update(&kim, &key, &change).await.unwrap();
    let text = ArticleText::new("기사 \u{1112}\u{1161}\u{11ab} 😀 ".repeat(15_000));
    let draft = Draft { text, findings: Vec::new(), version: 1, updated_at: at(3) };
    store.save_draft(&kim, &key, &draft).await.unwrap();
    store.add_decisions(&kim, &key, &[decision("d1"), decision("d2")]).await.unwrap();
}

async fn fill_ledger(store: &SqliteStore) {
    for number in 0..30_u64 {
        let entry = LedgerEntry {
            turn_id: TurnId::new(format!("t{number}")),
            user_id: user(&format!("reporter {}#", number % 10)),
            engine: Engine::ALL[usize::from(number % 2 == 0)],
            at: at(0),
            provider: None,
            model: None,
            usage: TokenUsage { input_tokens: number, ..TokenUsage::default() },
            cost: Nanodollars(u64::MAX / 100 + number),
            outcome: Outcome::Completed,
            audit: None,
        };
        store.settle(&entry).await.unwrap();
    }
    let reservation = Reservation {
        turn_id: TurnId::new("t99"),
        user_id: user("kim"),
        at: at(0),
        held: Spend { tokens: 5, cost: Nanodollars(7) },
        limits: Limits::default(),
    };
    TurnStore::open(store, &holding(reservation)).await.unwrap();
}

async fn exported<B: Bulk>(store: &Store<B>) -> Vec<u8> {
    let mut out = Vec::new();
    let stamp = Stamp { program: "0.1.0".into(), at: at(0) };
    export(store.dump(), &stamp, &mut out).await.unwrap();
    out
}

async fn imported<B: Bulk>(store: &Store<B>, file: &[u8]) -> Taken {
    let rows = || {
        let rows = Reader::open(file).unwrap().1;
        stream::iter(rows.map(|row| row.map_err(|error| StoreError::Failed(error.into()))))
    };
    let seen = Importer::look(store).take_all(rows()).await.unwrap();
    Importer::again(store, &seen, true).take_all(rows()).await.unwrap()
}

/// New, same, different and held rows together.
fn sums(taken: &Taken) -> (u64, u64, u64, u64) {
    taken.tallies.values().fold((0, 0, 0, 0), |sum, one| {
        (sum.0 + one.new, sum.1 + one.same, sum.2 + one.different, sum.3 + one.held)
    })
}

/// Rows by key with their fields by name; `1.0` comes back from DynamoDB as `1`.
async fn rows<B: Bulk>(store: &Store<B>) -> Vec<Row> {
    let mut all = store.dump().try_concat().await.unwrap();
    for row in &mut all {
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&row.body) {
            row.body = value.to_string().replace("\"confidence\":1.0", "\"confidence\":1");
        }
    }
    all.sort_by(|a, b| (a.table, &a.partition, &a.sort).cmp(&(b.table, &b.partition, &b.sort)));
    all
}

#[tokio::test]
async fn a_store_goes_to_dynamodb_and_comes_back() {
    let (first, _one) = crate::sqlite();
    fill(&first).await;
    let file = exported(&first).await;
    let (there, _server) = crate::dynamodb::open().await;
    let count: u64 = first.counts().await.unwrap().values().sum();
    assert_eq!(sums(&imported(&there, &file).await), (count, 0, 0, 0));
    assert_eq!(sums(&imported(&there, &file).await), (0, count, 0, 0));
    assert_eq!(there.counts().await.unwrap(), first.counts().await.unwrap());
    for user in there.users().await.unwrap() {
        assert_eq!(there.books(&user).await.unwrap(), first.books(&user).await.unwrap());
    }
    let (back, _two) = crate::sqlite();
    assert_eq!(sums(&imported(&back, &exported(&there).await).await), (count, 0, 0, 0));
    assert_eq!(rows(&back).await, rows(&first).await);
    assert_eq!(sums(&imported(&back, &file).await), (0, count, 0, 0));
    assert_eq!(back.open_turns().await.unwrap(), first.open_turns().await.unwrap());
    assert_eq!(back.files(Engine::Pro).await.unwrap(), first.files(Engine::Pro).await.unwrap());
}
