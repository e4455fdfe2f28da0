//! How much processor time warm reads take in this process, 1,000 times against dynoxide: a
//! conversation with 20 messages of 2.2 KB, and a page of the list. Prints figures beside bounds.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a measurement that cannot go on stops")]

#[path = "../tests/contract/dynamodb/server.rs"]
mod server;

use std::time::Instant;

use domain::article::ArticleMetadata;
use domain::conversation::{Conversation, Message, Speaker};
use domain::engine::Engine;
use domain::id::{ConversationId, MessageId, UserId};
use domain::ports::{ConversationStore, ListFilter, MessageRange};
use domain::text::ArticleText;
use domain::time::Timestamp;
use stores::DynamoStore;
use stores::dynamodb::schema::create_tables;

const ROUNDS: u32 = 1_000;
const BOUND_MS: f64 = 0.5;
/// The kernel counts processor time in hundredths of a second.
const TICK_MS: f64 = 10.0;

/// Processor time of this process in user and kernel mode, in milliseconds.
fn processor_ms() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks = |place: usize| fields[place].parse::<f64>().unwrap() * TICK_MS;
    (ticks(11), ticks(12))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let server = server::Server::start();
    let config = server.config().await;
    create_tables(&stores::dynamodb::client(&config), "bench-").await.unwrap();
    let store = DynamoStore::open(&config, "bench-");
    let (user, id) = (UserId::new("kim"), ConversationId::new("a"));
    let at = Timestamp::from_millis(1_764_000_000_000);
    let conversation = Conversation {
        user_id: user.clone(),
        id: id.clone(),
        engine: Engine::Basic,
        title: ArticleText::new("한은 기준금리 동결"),
        pinned: false,
        created_at: at,
        updated_at: at,
        article: ArticleMetadata::default(),
        client_metadata: None,
    };
    store.create(&conversation).await.unwrap();
    let message = |number: u32| Message {
        id: MessageId::new(format!("m{number}")),
        speaker: if number.is_multiple_of(2) { Speaker::User } else { Speaker::Assistant },
        kind: "text".into(),
        content: ArticleText::new("한국은행이 기준금리를 연 2.50%로 동결했다. ".repeat(40)),
        at,
        answer: None,
        client_metadata: None,
    };
    let messages: Vec<Message> = (0..20).map(message).collect();
    store.append_messages(&user, &id, &messages, at).await.unwrap();
    measure("conversation get, header and 20 messages", BOUND_MS, async || {
        store.header(&user, &id).await.unwrap().unwrap();
        let read = store.messages(&user, &id, &MessageRange::default()).await.unwrap();
        assert_eq!(read.len(), 20);
    })
    .await;
    for number in 0..299 {
        let id = ConversationId::new(format!("c{number:03}"));
        store.create(&Conversation { id, ..conversation.clone() }).await.unwrap();
    }
    let filter = ListFilter { limit: 50, ..ListFilter::default() };
    measure("page of 50 of 300 conversations", BOUND_MS * 4.0, async || {
        assert_eq!(store.list(&user, &filter).await.unwrap().rows.len(), 50);
    })
    .await;
}

async fn measure(what: &str, bound_ms: f64, work: impl AsyncFn()) {
    for _ in 0..50 {
        work().await;
    }
    let (before, began) = (processor_ms(), Instant::now());
    for _ in 0..ROUNDS {
        work().await;
    }
    let (after, took) = (processor_ms(), began.elapsed());
    let each = |after: f64, before: f64| (after - before) / f64::from(ROUNDS);
    println!(
        "{what}: {:.3} ms user (bound {bound_ms}), {:.3} ms kernel, {:.2} ms elapsed",
        each(after.0, before.0),
        each(after.1, before.1),
        took.as_secs_f64() * 1_000.0 / f64::from(ROUNDS)
    );
}
