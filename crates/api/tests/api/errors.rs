//! What every route answers to a stranger, a wrong method and an unknown path.

use axum::body::Body;
use axum::http::Request;

use std::sync::Arc;
use std::time::Duration;

use stores::{MemoryStore, SqliteOptions, SqliteStore};

use crate::bench::{Service, router_over, service};

#[tokio::test]
async fn strangers_wrong_methods_and_unknown_paths() {
    let service = service(None);
    for path in ["/conversations", "/prompts", "/status", "/usage/kim/all"] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (status, json) = service.send(request).await;
        assert_eq!((status.as_u16(), json["code"].as_str()), (401, Some("unauthorised")), "{path}");
    }
    let wrong = service.refused("kim", "PUT", "/check", "").await;
    assert_eq!(wrong, (405, "method_not_allowed".into()));
    let unknown = service.refused("kim", "GET", "/admin", "").await;
    assert_eq!(unknown, (404, "not_found".into()));
}

#[tokio::test]
async fn sentences_are_korean_unless_english_is_preferred() {
    let service = service(None);
    let ask = |language: &'static str| {
        let request = Request::get("/nowhere").header("accept-language", language);
        service.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(ask("ko,en;q=0.5").await.1["error"], "찾을 수 없습니다.");
    assert_eq!(ask("en-US,ko").await.1["error"], "Not found.");
}

#[tokio::test]
async fn another_sites_page_is_refused() {
    let service = service(None);
    let request = Request::get("/status")
        .header("host", "127.0.0.1:8080")
        .header("origin", "https://evil.example")
        .header("authorization", "Bearer kim");
    let (status, json) = service.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!((status.as_u16(), json["code"].as_str()), (403, Some("bad_origin")));
}

#[tokio::test]
async fn the_document_names_every_route_and_the_frames() {
    let service = service(None);
    let document = service.ok("kim", "GET", "/openapi.json", "").await;
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        paths,
        [
            "/check",
            "/conversations",
            "/conversations/{id}",
            "/conversations/{id}/decisions",
            "/conversations/{id}/draft",
            "/conversations/{id}/versions",
            "/conversations/{id}/versions/{version}",
            "/healthz",
            "/metrics",
            "/prompts",
            "/prompts/{engine}",
            "/prompts/{engine}/files",
            "/prompts/{engine}/files/{fileId}",
            "/readyz",
            "/search",
            "/status",
            "/turns",
            "/turns/{id}/events",
            "/turns/{id}/stop",
            "/usage/acceptance",
            "/usage/days",
            "/usage/export",
            "/usage/update",
            "/usage/{userId}/{engineType}",
            "/v2/check",
            "/v2/languages",
        ]
    );
    let schemas = document["components"]["schemas"].as_object().unwrap();
    assert!(schemas.contains_key("ClientFrame") && schemas.contains_key("ServerFrame"));
}

/// The routes over a database file with these limits; the memory store beside it stays empty.
fn over_file(path: &std::path::Path, max_pages: Option<u32>) -> Service {
    let options = SqliteOptions { busy_timeout: Duration::from_millis(10), max_pages };
    let store = Arc::new(SqliteStore::open(path, options).unwrap());
    Service { router: router_over(&store, None), store: Arc::new(MemoryStore::default()) }
}

#[tokio::test]
async fn a_full_and_a_locked_store_are_said_and_nothing_saved_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let service = over_file(&path, Some(64));
    let small = r#"{"conversationId":"c","engineType":"Basic","title":"남는 글"}"#;
    service.ok("kim", "POST", "/conversations", small).await;
    let content = "가".repeat(200_000);
    let large = serde_json::json!({"conversationId": "d", "engineType": "Basic",
        "messages": [{"role": "user", "content": content}]});
    let full = service.refused("kim", "POST", "/conversations", &large.to_string()).await;
    assert_eq!(full, (507, "store_full".into()));
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let locked = service.refused("kim", "PATCH", "/conversations/c", r#"{"pinned":true}"#).await;
    assert_eq!(locked, (503, "store_unavailable".into()));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(service.ok("kim", "GET", "/conversations/c", "").await["title"], "남는 글");
}
