//! Which part answers which path of the document, held against `parts.json`, by which the template of
//! the functions is tested too.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::{Part, router_of};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;
use stores::MemoryStore;
use tower::ServiceExt;

use crate::bench::{app_over, service};

/// Whether one of the routes has that path, whatever the method.
async fn has(router: &Router, path: &str) -> bool {
    // No route takes this method, so that none is run.
    let request = Request::builder().method("TRACE").uri(path).body(Body::empty()).unwrap();
    let status = router.clone().oneshot(request).await.unwrap().status();
    assert!([StatusCode::METHOD_NOT_ALLOWED, StatusCode::NOT_FOUND].contains(&status), "{path}");
    status == StatusCode::METHOD_NOT_ALLOWED
}

/// The path with `x` in place of each parameter.
fn filled(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "x".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_path_of_the_document_has_one_part() {
    let store = Arc::new(MemoryStore::default());
    let app = Arc::new(app_over(&store, store.clone(), None));
    let parts = [
        ("conversations", router_of(Part::Conversations, app.clone())),
        ("prompts", router_of(Part::Prompts, app.clone())),
        ("usage", router_of(Part::Usage, app)),
    ];
    let document = service(None).ok("kim", "GET", "/openapi.json", "").await;
    let mut seen = BTreeMap::new();
    for path in document["paths"].as_object().unwrap().keys() {
        let mut holders = Vec::new();
        for (name, router) in &parts {
            if has(router, &filled(path)).await {
                holders.push(*name);
            }
        }
        seen.insert(path.clone(), Value::from(holders.join(" and ")));
    }
    let expected: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("parts.json")).unwrap();
    assert_eq!(seen, expected);
}
