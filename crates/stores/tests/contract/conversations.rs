//! What the conversation port promises.

use std::sync::Arc;

use domain::conversation::{Answer, Draft, Message};
use domain::engine::Engine;
use domain::finding::{FindingState, TrackedFinding};
use domain::id::{MessageId, TurnId};
use domain::model::{ProviderName, Source, TokenUsage, Verbatim};
use domain::ports::{
    ConversationChange, ConversationStore, Created, ListFilter, MessageRange, StoreError, TurnStore,
};
use domain::text::ArticleText;
use domain::turn::Outcome;

use crate::sample::{
    at, conclusion, conversation, decision, finding, id, message, opening, turn, user,
};

async fn ids(store: &dyn ConversationStore, filter: &ListFilter) -> Vec<String> {
    let page = store.list(&user("kim"), filter).await.unwrap();
    page.rows.into_iter().map(|row| row.id.as_str().to_owned()).collect()
}

fn limit(limit: usize) -> ListFilter {
    ListFilter { limit, ..ListFilter::default() }
}

pub(crate) async fn a_new_header_is_kept_and_an_existing_one_left(store: &dyn ConversationStore) {
    let first = conversation("kim", "a", 0);
    assert_eq!(store.create(&first).await.unwrap(), Created::New);
    let other = domain::conversation::Conversation {
        title: ArticleText::new("다른 제목"),
        ..conversation("kim", "a", 9)
    };
    assert_eq!(store.create(&other).await.unwrap(), Created::Existing(first.clone()));
    assert_eq!(store.header(&user("kim"), &id("a")).await.unwrap(), Some(first));
    assert_eq!(store.header(&user("kim"), &id("b")).await.unwrap(), None);
}

pub(crate) async fn the_list_shows_pinned_then_newest_page_by_page(store: &dyn ConversationStore) {
    for number in 0..250 {
        let row = conversation("kim", &format!("c{number:03}"), number);
        store.create(&row).await.unwrap();
    }
    let pin = ConversationChange { pinned: Some(true), ..ConversationChange::default() };
    assert!(store.update(&user("kim"), &id("c007"), &pin).await.unwrap());
    let mut expected: Vec<String> =
        (0..250).rev().filter(|one| *one != 7).map(|one| format!("c{one:03}")).collect();
    expected.insert(0, "c007".into());
    let mut seen = Vec::new();
    let mut filter = limit(100);
    loop {
        let page = store.list(&user("kim"), &filter).await.unwrap();
        seen.extend(page.rows.iter().map(|row| row.id.as_str().to_owned()));
        match page.next {
            Some(next) => filter.cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, expected);
    store.append_messages(&user("kim"), &id("c003"), &[message("m")], at(999)).await.unwrap();
    assert_eq!(ids(store, &limit(2)).await, ["c007", "c003"]);
}

pub(crate) async fn the_list_filters_by_engine_and_title(store: &dyn ConversationStore) {
    for (key, engine, title) in [
        ("a", Engine::Basic, "한은 기준금리 100% 동결"),
        ("b", Engine::Pro, "국회 본회의"),
        ("c", Engine::Pro, "FED_금리"),
    ] {
        let title = ArticleText::new(title);
        let row =
            domain::conversation::Conversation { engine, title, ..conversation("kim", key, 0) };
        store.create(&row).await.unwrap();
    }
    let pro = ListFilter { engine: Some(Engine::Pro), ..limit(10) };
    assert_eq!(ids(store, &pro).await, ["c", "b"]);
    for (wanted, expected) in
        [("금리", vec!["c", "a"]), ("fed_", vec!["c"]), ("%", vec!["a"]), ("없음", vec![])]
    {
        let filter = ListFilter { title_contains: Some(wanted.into()), ..limit(10) };
        assert_eq!(ids(store, &filter).await, expected, "{wanted}");
    }
}

pub(crate) async fn an_update_changes_one_thing_and_makes_no_ghost(store: &dyn ConversationStore) {
    let title = ConversationChange {
        title: Some(ArticleText::new("새 제목")),
        ..ConversationChange::default()
    };
    assert!(!store.update(&user("kim"), &id("a"), &title).await.unwrap());
    assert_eq!(store.header(&user("kim"), &id("a")).await.unwrap(), None);
    let row = conversation("kim", "a", 5);
    store.create(&row).await.unwrap();
    assert!(store.update(&user("kim"), &id("a"), &title).await.unwrap());
    let expected =
        domain::conversation::Conversation { title: ArticleText::new("새 제목"), ..row };
    assert_eq!(store.header(&user("kim"), &id("a")).await.unwrap(), Some(expected));
    assert_eq!(ids(store, &limit(10)).await, ["a"]);
}

pub(crate) async fn messages_are_appended_once_in_order(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    let first = [message("m1"), message("m2")];
    assert_eq!(store.append_messages(&kim, &a, &first, at(1)).await.unwrap(), None);
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    assert_eq!(store.append_messages(&kim, &a, &first, at(1)).await.unwrap(), Some(2));
    let again = [message("m2"), message("m3"), message("m1")];
    assert_eq!(store.append_messages(&kim, &a, &again, at(2)).await.unwrap(), Some(1));
    let all = store.messages(&kim, &a, &MessageRange::default()).await.unwrap();
    assert_eq!(all, [message("m1"), message("m2"), message("m3")]);
    assert_eq!(store.header(&kim, &a).await.unwrap().unwrap().updated_at, at(2));
}

pub(crate) async fn parallel_appends_lose_nothing(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let pairs: Vec<[Message; 2]> = (0..8)
        .map(|number| [message(&format!("q{number}")), message(&format!("a{number}"))])
        .collect();
    let appends = pairs.iter().map(|pair| store.append_messages(&kim, &a, pair, at(1)));
    for appended in futures::future::join_all(appends).await {
        assert_eq!(appended.unwrap(), Some(2));
    }
    let all = store.messages(&kim, &a, &MessageRange::default()).await.unwrap();
    assert_eq!(all.len(), 16);
    for pair in all.chunks(2) {
        assert_eq!(pair[0].id.as_str().replace('q', "a"), pair[1].id.as_str());
    }
}

pub(crate) async fn a_page_of_messages_ends_before_the_named_one(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let all: Vec<_> = (0..12).map(|number| message(&format!("m{number}"))).collect();
    store.append_messages(&kim, &a, &all, at(1)).await.unwrap();
    let page = |before: Option<&str>, limit| MessageRange {
        before: before.map(MessageId::new),
        limit: Some(limit),
    };
    assert_eq!(store.messages(&kim, &a, &page(None, 2)).await.unwrap(), all[10..]);
    assert_eq!(store.messages(&kim, &a, &page(Some("m10"), 3)).await.unwrap(), all[7..10]);
    assert_eq!(store.messages(&kim, &a, &page(Some("m1"), 3)).await.unwrap(), all[..1]);
    assert_eq!(store.messages(&kim, &a, &page(Some("x"), 3)).await.unwrap(), []);
}

pub(crate) async fn an_answer_is_kept_whole(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let answer = Answer {
        turn_id: TurnId::new("t"),
        provider: Some(ProviderName::new("anthropic_api")),
        model: Some("claude".into()),
        continues: Some(TurnId::new("earlier")),
        prompt_version: 3,
        outcome: Outcome::Truncated,
        usage: TokenUsage { input_tokens: 1, cache_write_1h_tokens: 2, ..TokenUsage::default() },
        findings: vec![finding("f")],
        sources: vec![Source {
            url: "https://a".into(),
            title: "가".into(),
            quote: None,
            changed: Some("April 30, 2025".into()),
        }],
        verbatim: Some(Verbatim {
            provider: ProviderName::new("anthropic_api"),
            blocks: ArticleText::new("[]"),
        }),
    };
    let saved = Message { answer: Some(answer), ..message("m") };
    store.append_messages(&kim, &a, std::slice::from_ref(&saved), at(1)).await.unwrap();
    assert_eq!(store.messages(&kim, &a, &MessageRange::default()).await.unwrap(), [saved]);
}

fn draft(version: u64) -> Draft {
    let tracked = TrackedFinding { finding: finding("f"), state: FindingState::Rejected };
    Draft {
        text: ArticleText::new("글 몇일"), findings: vec![tracked], version, updated_at: at(7)
    }
}

pub(crate) async fn a_draft_is_saved_by_compare_and_set(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    assert!(!store.save_draft(&kim, &a, &draft(1)).await.unwrap());
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    assert_eq!(store.draft(&kim, &a).await.unwrap(), None);
    let conflicts = |saved: Result<bool, StoreError>| matches!(saved, Err(StoreError::Conflict));
    assert!(conflicts(store.save_draft(&kim, &a, &draft(2)).await));
    assert!(store.save_draft(&kim, &a, &draft(1)).await.unwrap());
    assert!(conflicts(store.save_draft(&kim, &a, &draft(1)).await));
    assert!(store.save_draft(&kim, &a, &draft(2)).await.unwrap());
    assert_eq!(store.draft(&kim, &a).await.unwrap(), Some(draft(2)));
    assert_eq!(store.header(&kim, &a).await.unwrap().unwrap().updated_at, at(7));
}

pub(crate) async fn decisions_are_logged_once(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    assert_eq!(store.add_decisions(&kim, &a, &[decision("d1")]).await.unwrap(), None);
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let both = [decision("d2"), decision("d1")];
    assert_eq!(store.add_decisions(&kim, &a, &both).await.unwrap(), Some(2));
    assert_eq!(store.add_decisions(&kim, &a, &[decision("d1")]).await.unwrap(), Some(0));
    assert_eq!(store.decisions(&kim, &a).await.unwrap(), both);
}

pub(crate) async fn a_deleted_conversation_leaves_nothing<S: ConversationStore + TurnStore>(
    store: &S,
) {
    let (kim, a) = (user("kim"), id("a"));
    assert!(!store.delete(&kim, &a).await.unwrap());
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    store.create(&conversation("kim", "b", 0)).await.unwrap();
    store.append_messages(&kim, &a, &[message("m")], at(1)).await.unwrap();
    store.save_draft(&kim, &a, &draft(1)).await.unwrap();
    store.add_decisions(&kim, &a, &[decision("d")]).await.unwrap();
    let running = turn("t", "a");
    store.open(&opening(&running)).await.unwrap();
    let event = domain::turn::TurnEvent::AnswerStarted { at: at(1) };
    let event = Arc::new(domain::turn::SequencedEvent { sequence: 1, event });
    store.append_events(&running, &[Arc::clone(&event)]).await.unwrap();
    assert!(store.delete(&kim, &a).await.unwrap());
    // What runs still does not know yet, and leaves nothing when it ends.
    store.append_events(&running, &[event]).await.unwrap();
    store.conclude(&conclusion(&running, Outcome::Completed)).await.unwrap();
    assert_eq!(ids(store, &limit(10)).await, ["b"]);
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    assert_eq!(store.messages(&kim, &a, &MessageRange::default()).await.unwrap(), []);
    assert_eq!(store.draft(&kim, &a).await.unwrap(), None);
    assert_eq!(store.decisions(&kim, &a).await.unwrap(), []);
    assert_eq!(store.events_after(&running, 0).await.unwrap(), []);
    assert_eq!(store.open_turns().await.unwrap(), []);
}

pub(crate) async fn nobody_reaches_anothers_rows(store: &dyn ConversationStore) {
    let owner = conversation("kim", "lee#x", 0);
    store.create(&owner).await.unwrap();
    store.append_messages(&user("kim"), &id("lee#x"), &[message("m")], at(1)).await.unwrap();
    for (stranger, key) in [("lee", "lee#x"), ("kim#lee", "x"), ("kim", "lee%23x"), ("", "lee#x")] {
        let (stranger, key) = (user(stranger), id(key));
        assert_eq!(store.header(&stranger, &key).await.unwrap(), None);
        let read = store.messages(&stranger, &key, &MessageRange::default()).await.unwrap();
        assert_eq!(read, []);
        assert!(!store.delete(&stranger, &key).await.unwrap());
    }
}
