//! Whether the service takes work, who may see its figures, and how its providers stand.

use std::sync::Arc;
use std::time::Duration;

use api::Operations;
use axum::body::Body;
use axum::http::Request;
use domain::model::{ProviderError, Retirement};
use domain::time::Timestamp;
use providers::scripted::Answer;
use serde_json::json;
use stores::{MemoryStore, SqliteOptions, SqliteStore};
use tokio_util::sync::CancellationToken;

use crate::bench::{Service, operated, router_over, service};

async fn asked(service: &Service, path: &str) -> (u16, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let (status, json) = service.send(request).await;
    let word = json["code"].as_str().or(json["status"].as_str()).unwrap_or_default();
    (status.as_u16(), word.to_owned())
}

#[tokio::test]
async fn it_is_up_and_ready_until_it_is_to_stop() {
    let stopping = CancellationToken::new();
    let operations = Operations { stopping: stopping.clone(), ..Operations::default() };
    let service = operated(None, operations);
    assert_eq!(asked(&service, "/healthz").await, (200, "up".into()));
    assert_eq!(asked(&service, "/readyz").await, (200, "ready".into()));
    stopping.cancel();
    assert_eq!(asked(&service, "/healthz").await, (200, "up".into()));
    assert_eq!(asked(&service, "/readyz").await, (503, "stopping".into()));
}

#[tokio::test]
async fn a_store_that_is_held_by_another_is_not_ready() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let options = SqliteOptions { busy_timeout: Duration::ZERO, ..SqliteOptions::default() };
    let store = Arc::new(SqliteStore::open(&path, options).unwrap());
    let router = router_over(&store, None);
    let service = Service { router, store: Arc::new(MemoryStore::default()) };
    assert_eq!(asked(&service, "/readyz").await, (200, "ready".into()));
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(asked(&service, "/readyz").await, (503, "store_unavailable".into()));
    other.execute_batch("ROLLBACK").unwrap();
}

#[tokio::test]
async fn figures_are_only_for_administrators() {
    let figures: api::Figures = Arc::new(|| "prf_turns_total 1\n".into());
    let operations = Operations { figures: Some(figures), ..Operations::default() };
    let with_figures = operated(None, operations);
    assert_eq!(asked(&with_figures, "/metrics").await, (401, "unauthorised".into()));
    let refused = with_figures.refused("kim", "GET", "/metrics", "").await;
    assert_eq!(refused, (403, "forbidden".into()));
    let (headers, text) = with_figures.text("admin:kim", "/metrics").await;
    assert_eq!(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(text, "prf_turns_total 1\n");
    let refused = service(None).refused("admin:kim", "GET", "/metrics", "").await;
    assert_eq!(refused, (404, "not_found".into()));
}

#[tokio::test]
async fn an_administrator_sees_how_providers_stand_and_when_the_model_goes() {
    // The clock of these tests stands at 2026-11-24, 12:00 in Seoul.
    let retirement = Retirement {
        model: "scripted-1".into(),
        from: Timestamp::parse("2026-12-01T00:00:00+09:00").unwrap(),
        successor: Some("scripted-2".into()),
    };
    let operations = Operations { retirement: Some(retirement), ..Operations::default() };
    let unpaid = Answer::Refused(ProviderError::PaymentRequired);
    let service = operated(Some(vec![unpaid]), operations);
    let ai = |status: serde_json::Value| status["ai"].clone();
    let mut expected = json!({
        "configured": true, "provider": "scripted", "model": "scripted-1",
        "legs": [{"provider": "scripted", "model": "scripted-1", "standing": "asked"}],
        "retirement": {"model": "scripted-1", "day": "2026-12-01", "daysLeft": 7,
            "successor": "scripted-2"},
    });
    assert_eq!(ai(service.ok("admin:kim", "GET", "/status", "").await), expected);
    let reader = json!({"configured": true, "provider": "scripted", "model": "scripted-1"});
    assert_eq!(ai(service.ok("kim", "GET", "/status", "").await), reader);
    let question = json!({"action": "sendMessage", "message": "왜?", "engineType": "Basic"});
    let begun = service.ok("kim", "POST", "/turns", &question.to_string()).await;
    let events = format!("/turns/{}/events", begun["turnId"].as_str().unwrap());
    let (_, frames) = service.text("kim", &events).await;
    assert!(frames.contains("provider_payment_required"), "{frames}");
    let mut after = ai(service.ok("admin:kim", "GET", "/status", "").await);
    let for_ms = after["legs"][0]["forMs"].take().as_u64().unwrap();
    assert!((1..=30_000).contains(&for_ms), "{for_ms}");
    expected["legs"][0] = json!({"provider": "scripted", "model": "scripted-1",
        "standing": "left_out", "reason": "provider_payment_required", "forMs": null});
    assert_eq!(after, expected);
}
