//! The schedule asks the function of messages to erase what is over.

use domain::article::ArticleMetadata;
use domain::audit::AuditAction;
use domain::conversation::Conversation;
use domain::engine::Engine;
use domain::id::{ConversationId, UserId};
use domain::ports::{AuditStore, Clock, ConversationStore, ListFilter};
use domain::text::ArticleText;
use domain::time::Timestamp;
use providers::drill::Script;
use providers::setup::system::SystemClock;
use serde_json::json;

use crate::desk::{Desk, kinds, question};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn article(id: &str, desk: Option<&str>, at: Timestamp) -> Conversation {
    let desk = desk.map(ArticleText::new);
    Conversation {
        user_id: UserId::new("lee"),
        id: ConversationId::new(id),
        engine: Engine::Basic,
        title: ArticleText::new("제목"),
        pinned: false,
        created_at: at,
        updated_at: at,
        article: ArticleMetadata { desk, ..ArticleMetadata::default() },
        client_metadata: None,
    }
}

/// The ids that are left of a desk's articles, and how often the audit log says that one was erased.
async fn left(settings: &[(&str, &str)]) -> (Vec<String>, usize) {
    let desk = Desk::with(Script::default(), settings).await;
    let store = desk.stand.store().await;
    let now = SystemClock.now();
    let old = now.plus_millis(-40 * DAY_MS);
    for number in 0..30 {
        store.create(&article(&format!("old-{number:02}"), None, old)).await.unwrap();
    }
    store.create(&article("kept", Some("문화"), old)).await.unwrap();
    store.create(&article("young", None, now)).await.unwrap();
    let answer = desk.message.answer(json!({"sweep": "retention"})).await;
    assert_eq!(answer, json!({"statusCode": 200}));
    let filter = ListFilter { limit: 100, ..ListFilter::default() };
    let page = store.list(&UserId::new("lee"), &filter).await.unwrap();
    let mut ids: Vec<String> = page.rows.iter().map(|row| row.id.as_str().to_owned()).collect();
    ids.sort();
    let entries = store.entries_after(0, 100).await.unwrap();
    let erased = entries.iter().filter(|entry| {
        let event = &entry.event;
        event.action == AuditAction::ConversationErased && event.actor == "retention"
    });
    (ids, erased.count())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_goes_and_what_a_desk_keeps_stays() {
    let settings = [("PRF_RETENTION_DAYS", "30"), ("PRF_RETENTION_DESKS", "문화=0")];
    assert_eq!(left(&settings).await, (vec!["kept".to_owned(), "young".to_owned()], 30));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_setting_nothing_goes() {
    let (ids, erased) = left(&[]).await;
    assert_eq!((ids.len(), erased), (32, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_cannot_ask_for_it() {
    let desk = Desk::with(Script::default(), &[("PRF_RETENTION_DAYS", "30")]).await;
    let store = desk.stand.store().await;
    let old = SystemClock.now().plus_millis(-40 * DAY_MS);
    store.create(&article("old", None, old)).await.unwrap();
    desk.say("s1", &json!({"sweep": "retention"})).await;
    let mut both = question(&json!({}));
    both["sweep"] = json!("retention");
    desk.say("s1", &both).await;
    assert_eq!(kinds(&desk.stand.frames("s1"))[0], "error");
    let lee = UserId::new("lee");
    assert!(store.header(&lee, &ConversationId::new("old")).await.unwrap().is_some());
}
