//! `/search`.

use serde_json::{Value, json};

use crate::bench::service;

#[tokio::test]
async fn ones_own_articles_are_found_and_marked() {
    let service = service(None);
    for (user, id, title, said) in [
        ("kim", "a", "😀 기준금리 동결", "무관"),
        ("kim", "b", "질문", "한은이 금리를, 금리만 올렸다"),
        ("lee", "c", "금리", "금리"),
    ] {
        let body = json!({"conversationId": id, "engineType": "Basic", "title": title,
            "messages": [{"role": "user", "content": said}]});
        service.ok(user, "POST", "/conversations", &body.to_string()).await;
    }
    let result = |id: &str, title: &str, place: &str, snippet: &str, marks: Value| {
        json!({"conversationId": id, "title": title, "engineType": "Basic",
            "updatedAt": "2026-11-24T03:00:00.000Z", "where": place, "snippet": snippet,
            "marks": marks})
    };
    let title = "😀 기준금리 동결";
    let first = result("a", title, "title", title, json!([[5, 7]]));
    let said = "한은이 금리를, 금리만 올렸다";
    let second = result("b", "질문", "message", said, json!([[4, 6], [9, 11]]));
    let words = "%EA%B8%88%EB%A6%AC";
    let found = service.ok("kim", "GET", &format!("/search?q={words}"), "").await;
    assert_eq!(found, json!({"results": [first, second]}));
    let one = service.ok("kim", "GET", &format!("/search?q={words}&limit=1"), "").await;
    assert_eq!(one, json!({"results": [first]}));
    // ㄱㅈㄱㄹ
    let initials = "%E3%84%B1%E3%85%88%E3%84%B1%E3%84%B9";
    let found = service.ok("kim", "GET", &format!("/search?q={initials}"), "").await;
    assert_eq!(found["results"][0]["marks"], json!([[3, 7]]));
    assert_eq!(service.ok("kim", "GET", "/search?q=%20", "").await, json!({"results": []}));
    for path in ["/search", "/search?q=a&limit=x"] {
        let refused = service.refused("kim", "GET", path, "").await;
        assert_eq!(refused, (400, "bad_value".into()), "{path}");
    }
}
