//! What every route answers to a stranger, a wrong method and an unknown path.

use axum::body::Body;
use axum::http::Request;

use std::sync::Arc;
use std::time::Duration;

use stores::{MemoryStore, SqliteOptions, SqliteStore};

use api::{AnswerRoom, App, Operations};
use tower::ServiceExt;

use crate::bench::{Service, made, operated, router_over, service};

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
async fn a_stranger_is_told_no_version_and_every_answer_names_its_request() {
    let service = made(None, |_, app| App { version: "7.8.9-secret", ..app });
    let open = ["/healthz", "/readyz", "/session", "/openapi.json", "/status", "/nowhere"];
    for path in open {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = service.router.clone().oneshot(request).await.unwrap();
        let headers = response.headers().clone();
        let id = headers["x-request-id"].to_str().unwrap().to_owned();
        let bytes = axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(!format!("{headers:?}{text}").contains("7.8.9"), "{path}");
        let body: serde_json::Value = serde_json::from_str(&text).unwrap();
        if body["error"].is_string() {
            assert_eq!(body["requestId"], id, "{path}");
        }
        if path == "/openapi.json" {
            // The interface's own, which says nothing of the program's.
            assert_eq!(body["info"]["version"], "1");
        }
    }
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
            "/audit",
            "/audit/export",
            "/check",
            "/conversations",
            "/conversations/{id}",
            "/conversations/{id}/decisions",
            "/conversations/{id}/draft",
            "/conversations/{id}/versions",
            "/conversations/{id}/versions/{version}",
            "/dictionary",
            "/dictionary/export",
            "/dictionary/import",
            "/dictionary/{id}",
            "/files/docx",
            "/files/extract",
            "/healthz",
            "/metrics",
            "/prompts",
            "/prompts/{engine}",
            "/prompts/{engine}/cache",
            "/prompts/{engine}/files",
            "/prompts/{engine}/files/{fileId}",
            "/prompts/{engine}/trial",
            "/prompts/{engine}/versions",
            "/prompts/{engine}/versions/{version}",
            "/quotas",
            "/quotas/mine",
            "/readyz",
            "/rules",
            "/search",
            "/session",
            "/session/password",
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

#[tokio::test]
async fn an_address_that_cannot_be_read_is_an_error_like_every_other() {
    let service = service(None);
    for path in [
        "/conversations?limit=many",
        "/conversations/%FF",
        "/dictionary?limit=-1",
        "/prompts/%FF/versions/1",
        "/rules?limit=x",
        "/turns/a/events?after=-1",
    ] {
        let refused = service.refused("admin:kim", "GET", path, "").await;
        assert_eq!(refused, (400, "bad_value".into()), "{path}");
    }
}

/// What a route answers to a body that fails in that way after a few bytes.
async fn answered(service: &Service, path: &str, fault: axum::BoxError) -> (u16, String) {
    let parts = [Ok(axum::body::Bytes::from_static(b"{")), Err(fault)];
    let body = Body::from_stream(futures::stream::iter(parts));
    let request = Request::post(path).header("authorization", "Bearer kim");
    let (status, json) = service.send(request.body(body).unwrap()).await;
    (status.as_u16(), json["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_body_that_is_slow_or_has_no_room_is_said_by_every_route_that_reads_one() {
    let service = service(None);
    for path in ["/check", "/v2/check", "/dictionary/import?scope=me", "/conversations"] {
        let slow = answered(&service, path, "slow".into()).await;
        assert_eq!(slow, (408, "body_too_slow".into()), "{path}");
        let no_room = answered(&service, path, api::NoRoom.into()).await;
        assert_eq!(no_room, (503, "busy".into()), "{path}");
    }
}

#[tokio::test]
async fn the_document_names_what_the_door_and_the_sign_in_answer() {
    let service = service(None);
    let document = service.ok("kim", "GET", "/openapi.json", "").await;
    let statuses = |path: &str, method: &str| -> Vec<String> {
        let responses = &document["paths"][path][method]["responses"];
        responses.as_object().unwrap().keys().cloned().collect()
    };
    let check = ["200", "400", "401", "403", "408", "413", "414", "431", "500", "503", "507"];
    assert_eq!(statuses("/check", "post"), check);
    assert_eq!(statuses("/healthz", "get"), ["200", "403", "414", "431", "500"]);
    let stop = ["202", "400", "401", "403", "404", "414", "431", "500", "503", "507"];
    assert_eq!(statuses("/turns/{id}/stop", "post"), stop);
    let slow = &document["components"]["responses"]["BodyTooSlow"]["content"]["application/json"];
    assert_eq!(slow["schema"]["$ref"], "#/components/schemas/ErrorBody");
    let form = &document["paths"]["/v2/check"]["post"]["responses"]["413"]["content"];
    let kinds: Vec<_> = form.as_object().unwrap().keys().collect();
    assert_eq!(kinds, ["application/json", "text/plain"]);
}

#[tokio::test]
async fn long_answers_that_nobody_takes_leave_no_room_for_more() {
    let operations = Operations { answers: AnswerRoom::of_bytes(150_000), ..Operations::default() };
    let service = operated(None, operations);
    let content = "가".repeat(30_000);
    let saved = serde_json::json!({"conversationId": "c", "engineType": "Basic", "title": "긴 글",
        "messages": [{"id": "m", "role": "user", "content": content}]});
    service.ok("kim", "POST", "/conversations", &saved.to_string()).await;
    let ask = |path: &'static str| {
        let request = Request::get(path).header("authorization", "Bearer kim");
        service.router.clone().oneshot(request.body(Body::empty()).unwrap())
    };
    let untaken = ask("/conversations/c").await.unwrap();
    assert_eq!(untaken.status(), 200);
    let refused = service.refused("kim", "GET", "/conversations/c", "").await;
    assert_eq!(refused, (503, "busy".into()));
    // Short answers need none.
    service.ok("kim", "GET", "/conversations", "").await;
    let length: usize = untaken.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let taken = axum::body::to_bytes(untaken.into_body(), usize::MAX).await.unwrap();
    assert_eq!(taken.len(), length);
    let read = service.ok("kim", "GET", "/conversations/c", "").await;
    assert_eq!(read["messages"][0]["content"].as_str(), Some(content.as_str()));
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
