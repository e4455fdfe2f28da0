//! Quotas over REST: set by admins, in force at once, and what a refused turn is told.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::model::{FinishReason, ModelEvent};
use providers::scripted::Answer;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tower::ServiceExt;

use crate::bench::{Service, service};

const TURN: &str = r#"{"action":"sendMessage","message":"?","engineType":"Pro"}"#;

/// Status, Retry-After and body of a turn that is asked for.
async fn asked(service: &Service) -> (StatusCode, Option<String>, Value) {
    let request = Request::post("/turns").header("authorization", "Bearer kim");
    let request = request.body(Body::from(TURN)).unwrap();
    let response = service.router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers());
    let wait = headers.get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    let bytes = axum::body::to_bytes(response.into_body(), 100_000).await.unwrap();
    (status, wait, serde_json::from_slice(&bytes).unwrap())
}

async fn refused(service: &Service) -> (u16, Option<String>, Value, Value) {
    let (status, wait, body) = asked(service).await;
    (status.as_u16(), wait, body["code"].clone(), body["resetsAt"].clone())
}

async fn set(service: &Service, row: Value) -> Value {
    service.ok("admin:choi", "PUT", "/quotas", &row.to_string()).await
}

#[tokio::test]
async fn admins_set_quotas_over_those_of_the_file() {
    let service = service(None);
    let row = json!({"subject": {"kind": "desk", "name": "경제부"}, "tokensPerMonth": 5,
        "costMicroUsdPerMonth": 1_500_000, "turnsPerMinute": 3, "concurrentTurns": 2, "textChars": 20_000});
    let mut expected = row.clone();
    expected["source"] = json!("admin");
    assert_eq!(set(&service, row).await, expected);
    let everybody = json!({"subject": {"kind": "all"}, "tokensPerMonth": 7});
    set(&service, everybody).await;
    let rows = service.ok("admin:choi", "GET", "/quotas", "").await;
    let file = json!({"subject": {"kind": "user", "name": "lee"}, "costMicroUsdPerMonth": 10_000,
        "source": "file"});
    let all = json!({"subject": {"kind": "all", "name": ""}, "tokensPerMonth": 7,
        "source": "admin"});
    assert_eq!(rows, json!({"rows": [file, all, expected]}));
    let mine = service.ok("kim", "GET", "/quotas/mine", "").await;
    let expected = json!({"tokensUsed": 0, "tokensLimit": 7, "costUsedMicroUsd": 0,
        "textChars": 20_000, "resetsAt": "2026-11-30T15:00:00.000Z"});
    assert_eq!(mine, expected);
    service.ok("admin:choi", "DELETE", "/quotas?kind=all", "").await;
    assert_eq!(service.ok("kim", "GET", "/quotas/mine", "").await["tokensLimit"], 10_000);
    let path = "/quotas?kind=user&name=lee";
    assert_eq!(service.refused("admin:choi", "DELETE", path, "").await.0, 404);
    for bad in [
        json!({"subject": {"kind": "role", "name": "chief"}}),
        json!({"subject": {"kind": "user", "name": ""}}),
        json!({"subject": {"kind": "user", "name": "x".repeat(257)}}),
        json!({"subject": {"kind": "all"}, "turnsPerMinute": 601}),
        json!({"subject": {"kind": "all"}, "costMicroUsdPerMonth": u64::MAX}),
    ] {
        let refused = service.refused("admin:choi", "PUT", "/quotas", &bad.to_string()).await;
        assert_eq!(refused, (400, "bad_value".into()), "{bad}");
    }
    let misspelt = json!({"subject": {"kind": "all"}, "tokens": 5}).to_string();
    let refused = service.refused("admin:choi", "PUT", "/quotas", &misspelt).await;
    assert_eq!(refused, (400, "bad_json".into()));
    for user in ["kim", "desk:park"] {
        let refused = service.refused(user, "GET", "/quotas", "").await;
        assert_eq!(refused, (403, "forbidden".into()));
    }
}

#[tokio::test]
async fn a_refused_turn_is_told_when_there_is_room_again() {
    let finished = || Answer::Events(vec![Ok(ModelEvent::Finished(FinishReason::EndTurn))]);
    let (_running, live) = mpsc::unbounded_channel();
    let service = service(Some(vec![finished(), Answer::Live(live)]));
    let user = json!({"kind": "user", "name": "kim"});
    set(&service, json!({"subject": user, "tokensPerMonth": 0})).await;
    let reset = json!("2026-11-30T15:00:00.000Z");
    // From noon in Seoul on the 24th until the month ends there.
    let wait = Some((6 * 86_400 + 12 * 3_600).to_string());
    assert_eq!(refused(&service).await, (429, wait, json!("quota_reached"), reset));
    set(&service, json!({"subject": user, "turnsPerMinute": 1})).await;
    assert_eq!(asked(&service).await.0, 202);
    let soon = json!("2026-11-24T03:01:00.000Z");
    let wait = Some("60".into());
    assert_eq!(refused(&service).await, (429, wait, json!("too_many_turns"), soon));
    set(&service, json!({"subject": user, "concurrentTurns": 1})).await;
    // The first may still be settling: whoever is told to wait asks again.
    while asked(&service).await.0 == 429 {
        tokio::task::yield_now().await;
    }
    let wait = Some("5".into());
    assert_eq!(refused(&service).await, (429, wait, json!("too_many_at_once"), Value::Null));
}
