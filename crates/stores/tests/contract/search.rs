//! What the search port promises.

use domain::conversation::{Conversation, Draft, Message};
use domain::id::MessageId;
use domain::ports::{ConversationChange, ConversationStore};
use domain::search::SearchQuery;
use domain::text::ArticleText;

use crate::sample::{at, conversation, id, message, user};

async fn write(
    store: &dyn ConversationStore,
    (owner, key, millis): (&str, &str, i64),
    title: &str,
    draft: &str,
    messages: &[(&str, &str)],
) {
    let title = ArticleText::new(title);
    let header = Conversation { title, ..conversation(owner, key, millis) };
    store.create(&header).await.unwrap();
    let messages: Vec<Message> = (0..)
        .zip(messages)
        .map(|(number, (kind, text))| Message {
            kind: (*kind).into(),
            content: ArticleText::new(*text),
            ..message(&format!("m{number}"))
        })
        .collect();
    store.append_messages(&user(owner), &id(key), &messages, at(millis)).await.unwrap();
    if !draft.is_empty() {
        let text = ArticleText::new(draft);
        let draft = Draft { text, findings: vec![], version: 1, updated_at: at(millis) };
        store.save_draft(&user(owner), &id(key), &draft).await.unwrap();
    }
}

/// Conversation, place and snippet of everything that is found.
async fn found(store: &dyn ConversationStore, query: &str, limit: usize) -> Vec<[String; 3]> {
    let query = SearchQuery::new(query).unwrap();
    let hits = store.search(&user("kim"), &query, limit).await.unwrap();
    let parts = hits.into_iter().map(|hit| {
        let id = hit.conversation.id.as_str().to_owned();
        [id, hit.place.name().into(), hit.snippet.text]
    });
    parts.collect()
}

fn hit(id: &str, place: &str, text: &str) -> [String; 3] {
    [id, place, text].map(str::to_owned)
}

pub(crate) async fn words_are_found_wherever_they_stand(store: &dyn ConversationStore) {
    write(store, ("kim", "a", 1), "한은, 기준금리를 동결", "", &[]).await;
    write(store, ("kim", "b", 2), "회의", "금리를 3.5%로 올렸다", &[("text", "금리란")]).await;
    write(store, ("kim", "c", 3), "질문", "", &[("text", "금리가 뭔가"), ("text", "금리는 값")])
        .await;
    write(store, ("kim", "d", 4), "기사", "", &[("article", "금\u{1105}\u{1175} 인상 😀")]).await;
    write(store, ("lee", "e", 5), "금리", "금리", &[("text", "금리")]).await;
    let all = [
        hit("a", "title", "한은, 기준금리를 동결"),
        hit("d", "article", "금리 인상 😀"),
        hit("c", "message", "금리는 값"),
        hit("b", "article", "금리를 3.5%로 올렸다"),
    ];
    assert_eq!(found(store, "금리", 9).await, all);
    assert_eq!(found(store, "금리", 2).await, all[..2]);
    assert_eq!(found(store, "ㄱㅈㄱㄹ", 9).await, all[..1]);
    assert_eq!(found(store, "ㄱㄹ", 9).await, all);
    assert_eq!(found(store, "3.5% 금", 9).await, all[3..]);
    assert_eq!(found(store, "금", 9).await, all);
    assert_eq!(found(store, "뭔가", 9).await, [hit("c", "message", "금리가 뭔가")]);
    // All words in one text, not one here and one there.
    assert_eq!(found(store, "금리 회의", 9).await, Vec::<[String; 3]>::new());
    assert_eq!(found(store, "금리인상", 9).await, Vec::<[String; 3]>::new());
}

pub(crate) async fn what_changed_or_went_is_found_no_more(store: &dyn ConversationStore) {
    let (kim, none) = (user("kim"), Vec::<[String; 3]>::new());
    write(store, ("kim", "a", 1), "환율", "물가가 올랐다", &[("text", "실업률")]).await;
    assert_eq!(found(store, "물가", 9).await, [hit("a", "article", "물가가 올랐다")]);
    let text = ArticleText::new("성장률이 낮다");
    let draft = Draft { text, findings: vec![], version: 2, updated_at: at(2) };
    store.save_draft(&kim, &id("a"), &draft).await.unwrap();
    assert_eq!(found(store, "물가", 9).await, none);
    assert_eq!(found(store, "성장", 9).await, [hit("a", "article", "성장률이 낮다")]);
    let title =
        ConversationChange { title: Some(ArticleText::new("수출")), ..Default::default() };
    store.update(&kim, &id("a"), &title).await.unwrap();
    assert_eq!(found(store, "환율", 9).await, none);
    assert_eq!(found(store, "수출", 9).await, [hit("a", "title", "수출")]);
    store.delete(&kim, &id("a")).await.unwrap();
    for word in ["수출", "성장", "실업"] {
        assert_eq!(found(store, word, 9).await, none);
    }
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    assert_eq!(found(store, "실업", 9).await, none);
}

pub(crate) async fn the_order_is_that_of_activity(store: &dyn ConversationStore) {
    for (key, millis) in [("a", 1), ("b", 3), ("c", 2)] {
        write(store, ("kim", key, millis), "글", "금리", &[]).await;
    }
    let pin = ConversationChange { pinned: Some(true), ..Default::default() };
    store.update(&user("kim"), &id("a"), &pin).await.unwrap();
    let ids = |hits: Vec<[String; 3]>| hits.into_iter().map(|[id, ..]| id).collect::<String>();
    assert_eq!(ids(found(store, "금리", 9).await), "bca");
    let more = Message { id: MessageId::new("x"), ..message("x") };
    store.append_messages(&user("kim"), &id("c"), &[more], at(9)).await.unwrap();
    assert_eq!(ids(found(store, "금리", 9).await), "cba");
}
