//! How long a text may be, by who sends it: refused for one, taken of another, by every way there is.

use axum::body::Body;
use axum::http::Request;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tower::ServiceExt;

use crate::bench::{Service, served, service};

/// As long as kim may write: five characters, of which one takes two units of UTF-16.
const FITTING: &str = "그는 😀.";
/// One character too many.
const LONG: &str = "그는 😀.!";

/// A service in which kim may send five characters and everybody else what the service takes.
async fn narrow() -> Service {
    let service = service(None);
    let row = json!({"subject": {"kind": "user", "name": "kim"}, "textChars": 5}).to_string();
    service.ok("admin:choi", "PUT", "/quotas", &row).await;
    service
}

/// Whether the same request is taken of lee, and of kim with a text of five characters only.
async fn check(service: &Service, method: &str, path: &str, body: impl Fn(&str) -> Value) {
    let (long, fitting) = (body(LONG).to_string(), body(FITTING).to_string());
    let (status, refused) = service.call("kim", method, path, &long).await;
    let message = "글이 너무 깁니다. 한 번에 5자까지 보낼 수 있으니 나누어 보내 주세요.";
    let said = (status.as_u16(), &refused["code"], &refused["limitChars"], &refused["error"]);
    assert_eq!(said, (413, &json!("text_too_long"), &json!(5), &json!(message)), "{path}");
    service.ok("kim", method, path, &fitting).await;
    service.ok("lee", method, path, &long).await;
}

#[tokio::test]
async fn every_route_that_takes_a_text_keeps_to_the_callers_own_limit() {
    let service = narrow().await;
    check(&service, "POST", "/check", |text| json!({"text": text})).await;
    check(&service, "POST", "/turns", |text| {
        json!({"action": "proofread", "text": text, "engineType": "Basic", "conversationId": "p"})
    })
    .await;
    check(&service, "POST", "/turns", |text| {
        json!({"action": "sendMessage", "message": text, "engineType": "Basic",
            "conversationId": "m"})
    })
    .await;
    for user in ["kim", "lee"] {
        let body = r#"{"conversationId":"c","engineType":"Basic"}"#;
        service.ok(user, "POST", "/conversations", body).await;
    }
    check(
        &service,
        "PUT",
        "/conversations/c/draft",
        |text| json!({"text": text, "suggestions": [], "version": 0}),
    )
    .await;
}

#[tokio::test]
async fn both_texts_of_a_document_keep_to_it() {
    let service = narrow().await;
    for (before, after) in [(LONG, ""), ("", LONG)] {
        let body = json!({"title": "", "before": before, "after": after}).to_string();
        let refused = service.refused("kim", "POST", "/files/docx", &body).await;
        assert_eq!(refused, (413, "text_too_long".into()));
        let request = Request::post("/files/docx").header("authorization", "Bearer lee");
        let request = request.header("content-type", "application/json");
        let response = service.router.clone().oneshot(request.body(Body::from(body)).unwrap());
        assert_ne!(response.await.unwrap().status().as_u16(), 413);
    }
}

#[tokio::test]
async fn clients_of_languagetool_are_told_the_limit_in_its_words() {
    let service = narrow().await;
    let path = |text: &str| {
        let text = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
        format!("/v2/check?language=ko&text={text}")
    };
    let (_, said) = service.text("kim", &path(LONG)).await;
    assert_eq!(
        said,
        "Error: Your text exceeds the limit of 5 characters (it's 6 characters). Please submit a \
         shorter text."
    );
    service.ok("kim", "GET", &path(FITTING), "").await;
    service.ok("lee", "GET", &path(LONG), "").await;
}

#[tokio::test]
async fn frames_of_a_socket_keep_to_it() {
    let address = served(&narrow().await).await;
    for (user, text, expected) in [
        ("kim", LONG, ["error", "error", "error"]),
        ("kim", FITTING, ["check_end", "turn_started", "turn_started"]),
        ("lee", LONG, ["check_end", "turn_started", "turn_started"]),
    ] {
        let url = format!("ws://{address}/ws?token={user}");
        let (mut socket, _) = connect_async(url).await.unwrap();
        let proofread = json!({"action": "proofread", "text": text, "engineType": "Basic"});
        let question = json!({"action": "sendMessage", "message": text, "engineType": "Basic"});
        let frames = [json!({"action": "check", "text": text}), proofread, question];
        for (frame, kind) in frames.into_iter().zip(expected) {
            socket.send(Message::text(frame.to_string())).await.unwrap();
            let heard = loop {
                let message = socket.next().await.unwrap().unwrap();
                let heard: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
                // What the turn before still says is not about this frame.
                if heard["turnId"].is_null() || heard["type"] == "turn_started" {
                    break heard;
                }
            };
            assert_eq!(heard["type"], kind, "{user} {frame}: {heard}");
            if kind == "error" {
                let said = (&heard["code"], &heard["status"], &heard["limitChars"]);
                assert_eq!(said, (&json!("text_too_long"), &json!(413), &json!(5)));
            }
        }
    }
}

#[tokio::test]
async fn a_page_learns_the_limit_before_it_sends() {
    let service = narrow().await;
    let desk = json!({"subject": {"kind": "desk", "name": "sports"}, "textChars": 700}).to_string();
    service.ok("admin:choi", "PUT", "/quotas", &desk).await;
    let told = async |user: &str| {
        let status = service.ok(user, "GET", "/status", "").await;
        let mine = service.ok(user, "GET", "/quotas/mine", "").await;
        assert_eq!(status["limits"]["maxTextChars"], mine["textChars"]);
        mine["textChars"].clone()
    };
    assert_eq!(told("kim").await, 5);
    assert_eq!(told("lee@sports").await, 20_000, "a person's own row stands above the desk's");
    assert_eq!(told("park@sports").await, 700);
    assert_eq!(told("park").await, 20_000);
    service.ok("admin:choi", "DELETE", "/quotas?kind=user&name=kim", "").await;
    assert_eq!(told("kim").await, 20_000);
    // What the service takes from nobody cannot be promised to anybody.
    let wide = json!({"subject": {"kind": "all"}, "textChars": 20_001}).to_string();
    let refused = service.refused("admin:choi", "PUT", "/quotas", &wide).await;
    assert_eq!(refused, (400, "bad_value".into()));
}
