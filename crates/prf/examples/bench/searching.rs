//! Search over one user's 100,000 messages in SQLite: how long words of every kind take, and what the
//! index costs.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use domain::article::ArticleMetadata;
use domain::conversation::{Conversation, Draft, Message, Speaker, title_of};
use domain::engine::Engine;
use domain::id::{ConversationId, MessageId, UserId};
use domain::ports::{ConversationStore, SearchStore};
use domain::search::SearchQuery;
use domain::text::ArticleText;
use domain::time::Timestamp;
use stores::{SqliteOptions, SqliteStore};

use crate::figures::{figure, millis, percentile};
use crate::texts::{article, passages};

const CONVERSATIONS: usize = 5_000;
const MESSAGES: usize = 20;
/// A message has about 300 characters, a draft 1,000.
const MESSAGE_BYTES: usize = 700;
const DRAFT_BYTES: usize = 2_500;
/// Common and rare words, one letter, several words, initial consonants, and what is nowhere.
const QUERIES: [&str; 12] = [
    "금리",
    "정부",
    "기준금리",
    "이",
    "반도체 수출",
    "대통령은",
    "ㄱㅈㄱㄹ",
    "ㅈㅂ",
    "ㅎㄱㅇㅎ",
    "ㅋㅌㅋㅌ",
    "뷁",
    "쀍쀍",
];
const RUNS: usize = 9;

pub(crate) async fn measure(directory: &Path) -> anyhow::Result<()> {
    let path = directory.join("search.sqlite");
    let store = SqliteStore::open(&path, SqliteOptions::default())?;
    let began = Instant::now();
    let draft_ms = fill(&store).await?;
    let took = began.elapsed().as_secs_f64();
    println!("search: 100,000 messages and 5,000 drafts written in {took:29.1} s");
    figure("search: saving a draft of 1,000 characters, indexed, p95", draft_ms, "ms", "none");
    drop(store);
    sizes(&path)?;
    let store = SqliteStore::open(&path, SqliteOptions::default())?;
    let mut all = vec![first(&store, "the first of who has never listed, once").await?];
    drop(store);
    let store = SqliteStore::open(&path, SqliteOptions::default())?;
    all.push(first(&store, "the first after opening").await?);
    for words in QUERIES {
        let query = SearchQuery::new(words).context("no word")?;
        let (mut took, mut count) = (Vec::new(), 0);
        for _ in 0..RUNS {
            let begun = Instant::now();
            count = store.search(&user(), &query, 20).await?.len();
            took.push(millis(begun.elapsed()));
        }
        let what = format!("search: {words} ({count} found), slowest of {RUNS}");
        figure(&what, percentile(&took, 100), "ms", "50 ms");
        all.extend(took);
    }
    figure("search: all of them, p95", percentile(&all, 95), "ms", "50 ms");
    Ok(())
}

/// Milliseconds of the first search after the file was opened, with nothing of it read before.
async fn first(store: &SqliteStore, which: &str) -> anyhow::Result<f64> {
    let query = SearchQuery::new("금리").context("no word")?;
    let begun = Instant::now();
    store.search(&user(), &query, 20).await?;
    let took = millis(begun.elapsed());
    figure(&format!("search: {which}"), took, "ms", "50 ms");
    Ok(took)
}

fn user() -> UserId {
    UserId::new("reporter")
}

/// Writes everything; gives the p95 of saving a draft in milliseconds.
async fn fill(store: &SqliteStore) -> anyhow::Result<f64> {
    let passages = passages()?;
    let mut took = Vec::new();
    for number in 0..CONVERSATIONS {
        let at = Timestamp::from_millis(1_764_000_000_000).plus_millis(i64::try_from(number)?);
        let id = ConversationId::new(format!("c{number:05}"));
        let text = |place: usize, bytes: usize| {
            ArticleText::new(article(&passages, number * 37 + place * 11, bytes))
        };
        let draft = text(0, DRAFT_BYTES);
        store.create(&header(&id, &draft, at)).await?;
        let said: Vec<Message> =
            (0..MESSAGES).map(|place| message(place, text(place, MESSAGE_BYTES), at)).collect();
        store.append_messages(&user(), &id, &said, at).await?;
        let draft = Draft { text: draft, findings: Vec::new(), version: 1, updated_at: at };
        let begun = Instant::now();
        store.save_draft(&user(), &id, &draft).await?;
        took.push(millis(begun.elapsed()));
    }
    Ok(percentile(&took, 95))
}

fn header(id: &ConversationId, text: &ArticleText, at: Timestamp) -> Conversation {
    Conversation {
        user_id: user(),
        id: id.clone(),
        engine: Engine::Basic,
        title: title_of(text.as_str()),
        pinned: false,
        created_at: at,
        updated_at: at,
        article: ArticleMetadata::default(),
        client_metadata: None,
    }
}

fn message(place: usize, content: ArticleText, at: Timestamp) -> Message {
    Message {
        id: MessageId::new(format!("m{place}")),
        speaker: if place.is_multiple_of(2) { Speaker::User } else { Speaker::Assistant },
        kind: "text".into(),
        content,
        at,
        answer: None,
        client_metadata: None,
    }
}

/// Megabytes of rows and of the index, by SQLite's own count of pages.
fn sizes(path: &Path) -> anyhow::Result<()> {
    let file = rusqlite::Connection::open(path)?;
    let sum = |is_index: &str| -> rusqlite::Result<f64> {
        let sql = format!("SELECT sum(pgsize) / 1e6 FROM dbstat WHERE {is_index}");
        file.query_row(&sql, (), |row| row.get(0))
    };
    let rows = sum("name NOT LIKE '%search%'")?;
    let index = sum("name LIKE '%search%'")?;
    println!("search: rows {rows:50.1} MB, index {index:.1} MB");
    Ok(())
}
