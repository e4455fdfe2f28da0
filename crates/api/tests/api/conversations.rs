//! `/conversations`.

use serde_json::json;

use crate::bench::service;

#[tokio::test]
async fn saving_keeps_the_id_and_appends_what_is_new() {
    let service = service(None);
    let message = |id: &str| json!({"id": id, "role": "user", "content": id});
    let body = |messages: Vec<serde_json::Value>| {
        json!({"conversationId": "c-1", "engineType": "Basic", "title": "제목",
            "messages": messages, "metadata": {"desk": "경제"}})
        .to_string()
    };
    let first = body(vec![message("m1"), message("m2")]);
    let (status, saved) = service.call("kim", "POST", "/conversations", &first).await;
    assert_eq!((status.as_u16(), &saved["conversationId"]), (201, &json!("c-1")));
    let second = body(vec![message("m2"), message("m3")]);
    let (status, _) = service.call("kim", "POST", "/conversations", &second).await;
    assert_eq!(status.as_u16(), 200);
    let read = service.ok("kim", "GET", "/conversations/c-1", "").await;
    let ids: Vec<_> = read["messages"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["m1", "m2", "m3"]);
    let metadata = json!({"desk": "경제", "pinned": false, "state": "waiting", "reporter": null,
        "openSuggestions": 0, "embargo": "none"});
    assert_eq!(read["metadata"], metadata);
    let page = service.ok("kim", "GET", "/conversations/c-1?before=m3&limit=1", "").await;
    assert_eq!(page["messages"][0]["id"], "m2");
}

#[tokio::test]
async fn messages_without_ids_are_saved_once() {
    let service = service(None);
    let body = r#"{"conversationId":"c","engineType":"Pro","userId":"kim","messages":[
        {"role":"user","content":"가","timestamp":1764000000000},
        {"role":"assistant","content":"나","type":"ai","timestamp":"2026-11-24T12:00:00+09:00"}]}"#;
    service.ok("kim", "POST", "/conversations", body).await;
    service.ok("kim", "POST", "/conversations", body).await;
    let read = service.ok("kim", "GET", "/conversations/c", "").await;
    let messages = read["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1]["timestamp"], "2026-11-24T03:00:00.000Z");
    assert_eq!(messages[1]["type"], "ai");
}

#[tokio::test]
async fn the_list_carries_no_messages() {
    let service = service(None);
    for (id, engine) in [("a", "Basic"), ("b", "Pro"), ("c", "Basic")] {
        let body = json!({"conversationId": id, "engineType": engine, "title": format!("{id} 금리"),
            "messages": [{"role": "user", "content": "길다"}]});
        service.ok("kim", "POST", "/conversations", &body.to_string()).await;
    }
    let list = service.ok("kim", "GET", "/conversations?engineType=Basic&limit=1", "").await;
    assert_eq!((&list["count"], &list["conversations"][0]["messages"]), (&json!(1), &json!([])));
    assert_eq!(list["conversations"][0]["conversationId"], "c");
    let cursor = list["nextCursor"].as_str().unwrap().replace('#', "%23");
    let path = format!("/conversations?engine=Basic&limit=5&cursor={cursor}");
    let next = service.ok("kim", "GET", &path, "").await;
    assert_eq!((&next["count"], next["nextCursor"].is_null()), (&json!(1), true));
    assert_eq!(next["conversations"][0]["conversationId"], "a");
    let found = service.ok("kim", "GET", "/conversations?q=b%20", "").await;
    assert_eq!(found["conversations"][0]["conversationId"], "b");
    let nobody = service.ok("lee", "GET", "/conversations", "").await;
    assert_eq!(nobody, json!({"conversations": [], "count": 0}));
}

#[tokio::test]
async fn what_is_not_ones_own_is_not_there() {
    let service = service(None);
    let body = r#"{"conversationId":"c","engineType":"Basic"}"#;
    service.ok("kim", "POST", "/conversations", body).await;
    for (method, body) in [("GET", ""), ("PATCH", r#"{"title":"x"}"#), ("DELETE", "")] {
        for (user, path) in [("lee", "/conversations/c"), ("kim", "/conversations/none")] {
            let refused = service.refused(user, method, path, body).await;
            assert_eq!(refused, (404, "not_found".into()), "{user} {method} {path}");
        }
    }
    let renamed = service.ok("kim", "PATCH", "/conversations/c", r#"{"title":"새"}"#).await;
    assert_eq!(renamed, json!({"message": "바꾸었습니다."}));
    assert_eq!(service.ok("kim", "GET", "/conversations/c", "").await["title"], "새");
    service.ok("kim", "DELETE", "/conversations/c", "").await;
    service.refused("kim", "GET", "/conversations/c", "").await;
}

#[tokio::test]
async fn what_cannot_be_saved_says_why() {
    let service = service(None);
    for (body, expected) in [
        (r#"{"engineType":"Premium"}"#, (400, "unknown_engine")),
        (r#"{}"#, (400, "bad_json")),
        (r#"{"engineType":"Basic","conversationId":""}"#, (400, "bad_id")),
        (r#"{"engineType":"Basic","userId":"lee"}"#, (403, "forbidden")),
        (r#"{"engineType":"Basic","messages":[{"role":"root","content":""}]}"#, (400, "bad_value")),
    ] {
        let (status, code) = service.refused("kim", "POST", "/conversations", body).await;
        assert_eq!((status, code.as_str()), expected, "{body}");
    }
    let list = service.refused("kim", "GET", "/conversations?engineType=x", "").await;
    assert_eq!(list, (400, "unknown_engine".into()));
}
