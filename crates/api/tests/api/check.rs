//! `POST /check`.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::bench::service;

#[tokio::test]
async fn an_empty_and_a_strange_text_are_checked() {
    let service = service(None);
    for text in ["", "\u{0}", "\r\r", "\u{1112}\u{1161}\u{11ab} 😀", "<p>기사</p>"] {
        let body = json!({"text": text}).to_string();
        let found = service.ok("kim", "POST", "/check", &body).await;
        assert_eq!(found, json!({"suggestions": []}), "{text:?}");
    }
}

#[tokio::test]
async fn offsets_are_utf16_units_of_the_text_as_given() {
    let service = service(None);
    let body = json!({"text": "😀 그는 몇일 뒤 떠났다."}).to_string();
    let found = service.ok("kim", "POST", "/check", &body).await;
    let first = &found["suggestions"][0];
    assert_eq!((&first["start"], &first["end"]), (&json!(6), &json!(8)));
    assert_eq!((&first["original"], &first["replacements"]), (&json!("몇일"), &json!(["며칠"])));
    assert_eq!((&first["source"], &first["category"]), (&json!("rule"), &json!("spelling")));
}

#[tokio::test]
async fn what_cannot_be_checked_says_why() {
    let service = service(None);
    let long = json!({"text": "가".repeat(20_001)}).to_string();
    assert_eq!(
        service.refused("kim", "POST", "/check", &long).await,
        (413, "text_too_long".into())
    );
    let huge = format!("{{\"text\":\"{}\"}}", "a".repeat(5_000_000));
    assert_eq!(
        service.refused("kim", "POST", "/check", &huge).await,
        (413, "body_too_large".into())
    );
    for body in ["", "[]", "{\"text\":1}", "{\"text\":\"\\ud800\"}", "\u{feff}"] {
        let refused = service.refused("kim", "POST", "/check", body).await;
        assert_eq!(refused, (400, "bad_json".into()), "{body}");
    }
    let date = r#"{"text":"가","articleDate":"2026-13-01"}"#;
    assert_eq!(service.refused("kim", "POST", "/check", date).await, (400, "bad_value".into()));
}

#[tokio::test]
async fn packs_of_the_caller_the_desk_and_the_article_apply() {
    let service = service(None);
    let check = async |user: &str, more: Value| {
        let mut body = json!({"text": "😀 그는 몇일 뒤 떠났다."});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let found = service.ok(user, "POST", "/check", &body.to_string()).await;
        found["suggestions"].as_array().unwrap().len()
    };
    assert_eq!(check("kim", json!({})).await, 1);
    assert_eq!(check("lee", json!({})).await, 0);
    assert_eq!(check("kim", json!({"userId": "lee", "scopes": ["user:lee"]})).await, 1);
    assert_eq!(check("kim", json!({"desk": "economy"})).await, 0);
    assert_eq!(check("kim", json!({"desk": "sports"})).await, 1);
    assert_eq!(check("kim", json!({"conversationId": "poem"})).await, 0);
    assert_eq!(check("kim", json!({"ignoredWords": ["몇일"]})).await, 0);
    assert_eq!(check("kim", json!({"disabledRules": ["spelling/fixed-form"]})).await, 0);
    assert_eq!(check("kim", json!({"profile": "seoul", "hints": true})).await, 1);
}

#[tokio::test]
async fn a_desk_writes_in_its_own_house_style_unless_another_is_named() {
    let service = service(None);
    let check = async |user: &str, more: Value| {
        let mut body = json!({"text": "😀 표값은 12,000원이다."});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let found = service.ok(user, "POST", "/check", &body.to_string()).await;
        let all = found["suggestions"].as_array().unwrap();
        all.iter().map(|one| one["replacements"][0].clone()).collect::<Vec<_>>()
    };
    let nothing = Vec::<Value>::new();
    assert_eq!(check("kim", json!({})).await, nothing);
    assert_eq!(check("kim@sports", json!({})).await, [json!("1만2천원")]);
    assert_eq!(check("kim", json!({"desk": "sports"})).await, [json!("1만2천원")]);
    assert_eq!(check("kim@sports", json!({"desk": "economy"})).await, nothing);
    assert_eq!(check("kim@sports", json!({"profile": "standard"})).await, nothing);
    let form = "/v2/check?language=ko&text=%ED%91%9C%EA%B0%92%EC%9D%80%2012,000%EC%9B%90%EC%9D%B4%EB%8B%A4.";
    let matches = service.ok("kim@sports", "GET", form, "").await;
    assert_eq!(matches["matches"][0]["replacements"][0]["value"], "1만2천원");
}

#[tokio::test]
async fn options_that_are_none_are_refused() {
    let service = service(None);
    for (name, value) in
        [("profile", "tabloid"), ("desk", ""), ("desk", "\n"), ("articleDate", "어제")]
    {
        let body = json!({"text": "가", name: value}).to_string();
        let refused = service.refused("kim", "POST", "/check", &body).await;
        assert_eq!(refused, (400, "bad_value".into()), "{body}");
    }
}

/// What editors paste: marks of direction, half-width Hangul, HTML, decomposed text, an emoji.
const PASTED: &str = "\u{feff}\u{200f}<p class=\"a\">ﾡﾢ \u{202b}몇일\u{202c} 😀</p>\r\n<b>&nbsp;정부은</b> \u{1112}\u{1161}\u{11ab} 할수 있다";

#[tokio::test]
async fn pasted_text_keeps_its_places() {
    let service = service(None);
    let units: Vec<u16> = PASTED.encode_utf16().collect();
    let under = |start: &Value, end: &Value| {
        let place = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
        String::from_utf16(&units[place(start)..place(end)]).unwrap()
    };
    let body = json!({"text": PASTED}).to_string();
    let found = service.ok("kim", "POST", "/check", &body).await;
    let all = found["suggestions"].as_array().unwrap();
    let places: Vec<_> = all.iter().map(|one| under(&one["start"], &one["end"])).collect();
    // The tags are found as residue with what stands between them; the word is found once they are gone.
    assert_eq!(places, ["몇일", "<b>&nbsp;정부은</b>", "할수"]);
    let body = json!({"text": PASTED, "language": "ko-KR"}).to_string();
    let request = Request::post("/v2/check")
        .header("authorization", "Bearer kim")
        .header("content-type", "application/json");
    let (_, found) = service.send(request.body(Body::from(body)).unwrap()).await;
    let all = found["matches"].as_array().unwrap();
    let end =
        |one: &Value| json!(one["offset"].as_u64().unwrap() + one["length"].as_u64().unwrap());
    let places: Vec<_> = all.iter().map(|one| under(&one["offset"], &end(one))).collect();
    // The tags are found as residue with what stands between them; the word is found once they are gone.
    assert_eq!(places, ["몇일", "<b>&nbsp;정부은</b>", "할수"]);
}

#[tokio::test]
async fn half_a_surrogate_pair_is_said_in_words() {
    let service = service(None);
    let (status, json) = service.call("kim", "POST", "/check", r#"{"text":"\ud83d"}"#).await;
    assert_eq!((status.as_u16(), json["code"].as_str()), (400, Some("bad_json")));
    assert!(json["error"].as_str().unwrap().contains("서로게이트"), "{json}");
}
