//! `/conversations/{id}/versions`, and what lists show of an article.

use serde_json::json;

use crate::bench::service;

#[tokio::test]
async fn versions_are_listed_read_and_kept() {
    let service = service(None);
    let body = r#"{"conversationId":"c","engineType":"Basic"}"#;
    service.ok("kim", "POST", "/conversations", body).await;
    let path = "/conversations/c/versions";
    let manual = r#"{"reason":"manual","label":"마감"}"#;
    assert_eq!(service.refused("kim", "POST", path, manual).await.0, 404);
    let suggestion = json!({"id": "r-1", "start": 3, "end": 5, "original": "몇일",
        "replacements": ["며칠"], "category": "spelling", "ruleId": "spelling/fixed-form",
        "source": "rule", "severity": "error", "message": "이유", "safe": true, "state": "open"});
    let draft = json!({"text": "😀 몇일", "suggestions": [suggestion], "version": 0});
    service.ok("kim", "PUT", "/conversations/c/draft", &draft.to_string()).await;
    let (status, same) = service.call("kim", "POST", path, manual).await;
    let note = json!({"version": 1, "createdAt": "2026-11-24T03:00:00.000Z", "author": "kim",
        "reason": "manual", "label": "마감", "characters": 4, "openSuggestions": 1});
    assert_eq!((status.as_u16(), &same), (200, &note));
    let draft = json!({"text": "며칠", "suggestions": [], "version": 1});
    service.ok("kim", "PUT", "/conversations/c/draft", &draft.to_string()).await;
    let (status, new) = service.call("kim", "POST", path, r#"{"reason":"restore"}"#).await;
    let second = json!({"version": 2, "createdAt": "2026-11-24T03:00:00.000Z", "author": "kim",
        "reason": "restore", "characters": 2, "openSuggestions": 0});
    assert_eq!((status.as_u16(), &new), (201, &second));
    let list = service.ok("kim", "GET", path, "").await;
    assert_eq!(list, json!({"versions": [second, note]}));
    let read = service.ok("kim", "GET", "/conversations/c/versions/1", "").await;
    let mut whole = note.clone();
    whole["text"] = "😀 몇일".into();
    whole["suggestions"] = json!([suggestion]);
    assert_eq!(read, whole);
    let bad = service.refused("kim", "POST", path, r#"{"reason":"why"}"#).await;
    assert_eq!(bad, (400, "bad_value".into()));
    for (user, method, path, body) in [
        ("lee", "GET", "/conversations/c/versions", ""),
        ("lee", "GET", "/conversations/c/versions/1", ""),
        ("lee", "POST", "/conversations/c/versions", manual),
        ("kim", "GET", "/conversations/c/versions/9", ""),
        ("kim", "GET", "/conversations/c/versions/x", ""),
    ] {
        assert_eq!(service.refused(user, method, path, body).await.0, 404, "{user} {path}");
    }
}

#[tokio::test]
async fn an_article_has_a_state_a_reporter_and_a_desk() {
    let service = service(None);
    for id in ["a", "b"] {
        let body = json!({"conversationId": id, "engineType": "Basic",
            "metadata": {"desk": "경제", "words": 3}});
        service.ok("kim", "POST", "/conversations", &body.to_string()).await;
    }
    let change =
        json!({"state": "done", "reporter": " 김 기자 ", "desk": "", "embargo": "no-search"});
    service.ok("kim", "PATCH", "/conversations/a", &change.to_string()).await;
    let list = service.ok("kim", "GET", "/conversations?state=done", "").await;
    let metadata = json!({"pinned": false, "state": "done", "reporter": "김 기자", "desk": null,
        "openSuggestions": 0, "embargo": "no-search", "words": 3});
    assert_eq!((&list["count"], &list["conversations"][0]["metadata"]), (&json!(1), &metadata));
    let waiting = service.ok("kim", "GET", "/conversations?state=waiting", "").await;
    assert_eq!(waiting["conversations"][0]["conversationId"], "b");
    for (method, path, body) in [
        ("PATCH", "/conversations/a", r#"{"state":"proofreading"}"#),
        ("PATCH", "/conversations/a", r#"{"state":"x"}"#),
        ("PATCH", "/conversations/a", r#"{"embargo":"x"}"#),
        ("GET", "/conversations?state=x", ""),
    ] {
        let refused = service.refused("kim", method, path, body).await;
        assert_eq!(refused, (400, "bad_value".into()), "{method} {body}");
    }
}
