//! Old conversations: ids, order and times are kept, and one bad message takes no other away.

use domain::engine::Engine;
use domain::ports::{ConversationStore, ListFilter, MessageRange};
use serde_json::{Value, json};
use stores::legacy::{Old, OldConversation, read, rows};
use stores::{Bulk, MemoryStore, SqliteOptions, SqliteStore, Store};

fn item(messages: &Value) -> Value {
    json!({"conversationId": "1764000000000", "userId": "kim@a.example", "engineType": "basic",
        "title": "한은, 금리 동결", "createdAt": "2026-11-01T00:00:00", "messages": messages,
        "updatedAt": "2026-11-02T00:00:00.5Z", "metadata": {"desk": "economy"}})
}

fn conversation(item: &Value) -> OldConversation {
    match read(item).unwrap() {
        Old::Conversation(conversation) => conversation,
        other => unreachable!("{other:?}"),
    }
}

fn message(id: &str, content: &str) -> Value {
    json!({"id": id, "role": "user", "type": "user", "content": content,
        "timestamp": "2026-11-01T00:00:01"})
}

/// Ids with contents, and remarks.
fn read_messages(messages: &Value) -> (Vec<String>, Vec<String>) {
    let read = conversation(&item(messages));
    let all = read.messages.iter();
    let all = all.map(|one| format!("{} {}", one.id, one.content.as_str())).collect();
    let remarks = read.remarks.iter().map(|(place, what)| format!("{place}: {what}"));
    (all, remarks.collect())
}

#[test]
fn nothing_is_lost_and_everything_odd_is_said() {
    let check = |messages: Value, expected: &[&str], remarks: &[&str]| {
        let (all, said) = read_messages(&messages);
        assert_eq!(
            (all, said),
            (
                expected.iter().map(ToString::to_string).collect(),
                remarks.iter().map(ToString::to_string).collect(),
            )
        );
    };
    let (a, b) = (message("a", "가"), message("b", "\u{1112}\u{1161}\u{11ab} 😀"));
    let b_read = "b \u{1112}\u{1161}\u{11ab} 😀";
    check(json!([a, b]), &["a 가", b_read], &[]);
    check(json!([b, a]), &[b_read, "a 가"], &[]);
    check(json!(json!([a]).to_string()), &["a 가"], &[]);
    check(json!([]), &[], &[]);
    check(
        json!([a, {"role": "user"}, "x", {"role": "robot", "content": "y"}, b]),
        &["a 가", b_read],
        &[
            "2: left out: content is missing",
            "3: left out: the message is not an object",
            "4: left out: role is not user or assistant",
        ],
    );
    check(json!([a, a]), &["a 가"], &["2: left out: the same message is there already"]);
    check(
        json!([a, message("a", "나")]),
        &["a 가", "a~2 나"],
        &["2: its id is taken by another message: it has a new one"],
    );
    let mut clock = message("a", "가");
    clock["id"] = json!(1_764_000_000_123_u64);
    let mut nameless = message("a", "나");
    nameless.as_object_mut().unwrap().remove("id");
    check(json!([clock, nameless]), &["1764000000123 가", "imported-2 나"], &[]);
    let mut timeless = message("c", "다");
    timeless["timestamp"] = Value::Null;
    let remark = "2: no timestamp: it has the time of what stands before it";
    check(json!([a, timeless]), &["a 가", "c 다"], &[remark]);
    let mut odd = message("a", "가");
    odd["metadata"] = json!("text");
    check(json!([odd]), &["a 가"], &["1: left out of it: metadata is no object"]);
    let error = read(&item(&json!(7))).unwrap_err().to_string();
    assert_eq!(error, "messages is not a list");
}

#[test]
fn a_header_takes_from_its_messages_what_it_lacks() {
    let mut bare = item(&json!([message("a", "첫 줄\n둘째 줄")]));
    for name in ["title", "createdAt", "updatedAt", "metadata"] {
        bare.as_object_mut().unwrap().remove(name);
    }
    let header = conversation(&bare).header;
    let times = (header.created_at.rfc3339(), header.updated_at.rfc3339());
    let expected = "2026-11-01T00:00:01.000Z".to_owned();
    assert_eq!((header.title.as_str(), times), ("첫 줄", (expected.clone(), expected)));
    assert_eq!((header.engine, header.client_metadata), (Engine::Basic, None));
    bare["messages"] = json!([]);
    assert_eq!(read(&bare).unwrap_err().to_string(), "createdAt is missing");
    let mut long = item(&json!([]));
    long["title"] = json!("가".repeat(300));
    let read = conversation(&long);
    assert_eq!(read.header.title.as_str().chars().count(), 200);
    assert_eq!(read.remarks, [(0, "the title is cut to 200 characters".to_owned())]);
}

async fn check_stored<B: Bulk>(store: &Store<B>) {
    let all: Vec<_> = (0..120).map(|n| message(&format!("m{n}"), &format!("글 {n}"))).collect();
    let old = conversation(&item(&json!(all)));
    let found = rows(&Old::Conversation(old.clone())).await.unwrap();
    store.add(found.into_iter().map(|row| (row, true)).collect()).await.unwrap();
    let (user, id) = (&old.header.user_id, &old.header.id);
    assert_eq!(store.header(user, id).await.unwrap(), Some(old.header.clone()));
    let list = store.list(user, &ListFilter { limit: 10, ..ListFilter::default() }).await.unwrap();
    assert_eq!(list.rows, std::slice::from_ref(&old.header));
    let messages = store.messages(user, id, &MessageRange::default()).await.unwrap();
    assert_eq!(messages, old.messages);
    // It goes on as if it had been written here.
    let next = domain::conversation::Message {
        id: domain::id::MessageId::new("next"),
        ..messages[0].clone()
    };
    let appended =
        store.append_messages(user, id, std::slice::from_ref(&next), old.header.updated_at).await;
    assert_eq!(appended.unwrap(), Some(1));
    let messages = store.messages(user, id, &MessageRange::default()).await.unwrap();
    assert_eq!((messages.len(), messages.last()), (121, Some(&next)));
}

#[tokio::test]
async fn it_is_there_and_goes_on() {
    check_stored(&MemoryStore::default()).await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    check_stored(&SqliteStore::open(&path, SqliteOptions::default()).unwrap()).await;
}
