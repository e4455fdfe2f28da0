//! `/conversations/{id}/draft` and `/decisions`.

use serde_json::{Value, json};

use crate::bench::service;

fn suggestion(start: usize, end: usize) -> Value {
    json!({"id": "r-1", "start": start, "end": end, "original": "몇일", "replacements": ["며칠"],
        "category": "spelling", "ruleId": "spelling/fixed-form", "source": "rule",
        "severity": "error", "message": "이유", "safe": true, "state": "rejected"})
}

#[tokio::test]
async fn a_draft_comes_back_as_it_was_saved() {
    let service = service(None);
    let body = r#"{"conversationId":"c","engineType":"Basic"}"#;
    service.ok("kim", "POST", "/conversations", body).await;
    let path = "/conversations/c/draft";
    assert_eq!(service.refused("kim", "GET", path, "").await, (404, "not_found".into()));
    let draft = json!({"text": "😀 몇일", "suggestions": [suggestion(3, 5)], "version": 0});
    let saved = service.ok("kim", "PUT", path, &draft.to_string()).await;
    assert_eq!(saved["version"], 1);
    let read = service.ok("kim", "GET", path, "").await;
    assert_eq!((&read["text"], &read["suggestions"]), (&draft["text"], &draft["suggestions"]));
    let stale = service.refused("kim", "PUT", path, &draft.to_string()).await;
    assert_eq!(stale, (409, "draft_conflict".into()));
    let other = service.refused("lee", "PUT", path, &draft.to_string()).await;
    assert_eq!(other, (404, "not_found".into()));
    for (start, end) in [(1, 5), (3, 9), (5, 3)] {
        let bad = json!({"text": "😀 몇일", "suggestions": [suggestion(start, end)], "version": 1});
        let refused = service.refused("kim", "PUT", path, &bad.to_string()).await;
        assert_eq!(refused, (400, "bad_value".into()), "{start}..{end}");
    }
}

#[tokio::test]
async fn decisions_are_counted_once() {
    let service = service(None);
    let body = r#"{"conversationId":"c","engineType":"Basic"}"#;
    service.ok("kim", "POST", "/conversations", body).await;
    let decision = json!({"id": "d-1", "suggestionId": "r-1", "action": "accepted",
        "replacement": "며칠", "original": "몇일", "ruleId": null, "category": "spelling",
        "source": "ai", "promptVersion": 7, "provider": "anthropic_api",
        "by": "kim", "at": "2026-11-24T03:00:00.000Z"});
    let path = "/conversations/c/decisions";
    let log = json!({"decisions": [decision]});
    let (status, added) = service.call("kim", "POST", path, &log.to_string()).await;
    assert_eq!((status.as_u16(), added), (201, json!({"count": 1})));
    let (_, again) = service.call("kim", "POST", path, &log.to_string()).await;
    assert_eq!(again, json!({"count": 0}));
    assert_eq!(service.ok("kim", "GET", path, "").await, log);
    assert_eq!(service.refused("lee", "POST", path, &log.to_string()).await.0, 404);
}
