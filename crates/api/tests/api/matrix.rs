//! Every route of the OpenAPI document and who may use it: one table, and a route without a row fails.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use providers::scripted::Answer;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tower::ServiceExt;

use crate::bench::Service;
use crate::standing::{Issuer, NOW};
use crate::tokens::{CLIENT, ISSUER, KID, access};

/// What the route answers to whoever shows no valid token.
#[derive(Clone, Copy)]
enum Door {
    /// 401.
    Shut,
    /// The same as to everybody.
    Open(u16),
}

use Door::{Open, Shut};

/// Method and path, a body, who comes in without a token, and the answers to another user, the owner
/// (kim), a desk chief and an admin, in this order and one after the other.
type Row = (&'static str, &'static str, Door, [u16; 4]);

// Decisions of a conversation that is not there are none: an empty list names nothing of anybody's.
const TABLE: &[Row] = &[
    ("GET /audit", "", Shut, [403, 403, 403, 200]),
    ("GET /audit/export", "", Shut, [403, 403, 403, 200]),
    ("POST /check", r#"{"text":"가"}"#, Shut, [200, 200, 200, 200]),
    ("GET /conversations", "", Shut, [200, 200, 200, 200]),
    ("POST /conversations", r#"{"engineType":"Basic","userId":"kim"}"#, Shut, [403, 201, 403, 201]),
    ("GET /conversations/{id}", "", Shut, [404, 200, 404, 404]),
    ("PATCH /conversations/{id}", r#"{"title":"x"}"#, Shut, [404, 200, 404, 404]),
    ("DELETE /conversations/{id}", "", Shut, [404, 200, 404, 404]),
    ("GET /conversations/{id}/draft", "", Shut, [404, 404, 404, 404]),
    ("PUT /conversations/{id}/draft", DRAFT, Shut, [404, 200, 404, 404]),
    ("GET /conversations/{id}/decisions", "", Shut, [200, 200, 200, 200]),
    ("POST /conversations/{id}/decisions", r#"{"decisions":[]}"#, Shut, [404, 201, 404, 404]),
    ("GET /healthz", "", Open(200), [200, 200, 200, 200]),
    ("GET /metrics", "", Shut, [403, 403, 403, 404]),
    ("GET /prompts", "", Shut, [200, 200, 200, 200]),
    ("GET /prompts/{engine}", "", Shut, [200, 200, 200, 200]),
    ("PUT /prompts/{engine}", r#"{"instruction":"x"}"#, Shut, [403, 403, 403, 200]),
    ("GET /prompts/{engine}/files", "", Shut, [200, 200, 200, 200]),
    ("POST /prompts/{engine}/files", FILE, Shut, [403, 403, 403, 201]),
    ("PUT /prompts/{engine}/files/{fileId}", FILE, Shut, [403, 403, 403, 404]),
    ("DELETE /prompts/{engine}/files/{fileId}", "", Shut, [403, 403, 403, 404]),
    ("GET /quotas", "", Shut, [403, 403, 403, 200]),
    ("PUT /quotas", r#"{"subject":{"kind":"all"}}"#, Shut, [403, 403, 403, 200]),
    ("DELETE /quotas?kind=all", "", Shut, [403, 403, 403, 404]),
    ("GET /quotas/mine", "", Shut, [200, 200, 200, 200]),
    ("GET /readyz", "", Open(200), [200, 200, 200, 200]),
    ("GET /session", "", Open(200), [200, 200, 200, 200]),
    ("POST /session", r#"{"name":"kim","password":"x"}"#, Open(404), [404, 404, 404, 404]),
    ("DELETE /session", "", Shut, [404, 404, 404, 404]),
    ("POST /session/password", r#"{"old":"x","new":"y"}"#, Shut, [404, 404, 404, 404]),
    ("GET /status", "", Shut, [200, 200, 200, 200]),
    ("POST /turns", PROOFREAD, Shut, [202, 202, 202, 202]),
    ("GET /turns/{turn}/events", "", Shut, [404, 200, 404, 404]),
    ("POST /turns/{turn}/stop", "", Shut, [404, 202, 404, 404]),
    ("GET /usage/export?from=2026-11-01&to=2026-11-30", "", Shut, [403, 403, 403, 200]),
    ("POST /usage/update", r#"{"engineType":"Pro","userId":"kim"}"#, Shut, [403, 200, 403, 200]),
    ("GET /usage/{userId}/{engineType}", "", Shut, [404, 200, 404, 200]),
    ("GET /v2/check?language=ko&text=가", "", Shut, [200, 200, 200, 200]),
    ("POST /v2/check", "language=ko&text=x", Shut, [200, 200, 200, 200]),
    ("GET /v2/languages", "", Shut, [200, 200, 200, 200]),
];

const DRAFT: &str = r#"{"text":"가","suggestions":[],"version":0}"#;
const FILE: &str = r#"{"fileName":"x","fileContent":"y"}"#;
const PROOFREAD: &str = r#"{"action":"proofread","text":"가","engineType":"Basic"}"#;

/// Tokens that name nobody: broken, expired, of another issuer, for another client, unsigned.
pub(crate) fn invalid(issuer: &Issuer) -> [String; 5] {
    let with = |name: &str, value: &str| {
        let mut claims = access("kim", &["admin"], NOW + 600);
        claims[name] = json!(value);
        issuer.signer.token(&claims)
    };
    let unsigned = json!({"alg": "none", "kid": KID, "typ": "JWT"});
    [
        issuer.token("kim", &["admin"], 600).replace('.', "x."),
        issuer.token("kim", &["admin"], -60),
        with("iss", &format!("{ISSUER}/other")),
        with("client_id", &format!("{CLIENT}2")),
        issuer.signer.signed(&unsigned, &access("kim", &["admin"], NOW + 600)),
    ]
}

/// Tokens of another user, the owner, a desk chief and an admin.
pub(crate) fn valid(issuer: &Issuer) -> [String; 4] {
    [("han", None), ("kim", None), ("park", Some("desk")), ("choi", Some("admin"))]
        .map(|(name, group)| issuer.token(name, group.as_slice(), 600))
}

/// A service where kim has a conversation and a turn that runs for as long as the model is kept.
pub(crate) async fn furnished(
    issuer: &std::sync::Arc<Issuer>,
) -> (Service, String, impl Drop + use<>) {
    let (model, live) = mpsc::unbounded_channel();
    let service = issuer.service(Some(vec![Answer::Live(live)]));
    let kim = issuer.token("kim", &[], 600);
    let body =
        r#"{"action":"sendMessage","message":"?","engineType":"Basic","conversationId":"c"}"#;
    let turn =
        service.ok(&kim, "POST", "/turns", body).await["turnId"].as_str().unwrap().to_owned();
    let body = r#"{"conversationId":"d","engineType":"Basic"}"#;
    service.ok(&kim, "POST", "/conversations", body).await;
    struct Kept<T>(Option<T>);
    impl<T> Drop for Kept<T> {
        fn drop(&mut self) {
            self.0.take();
        }
    }
    (service, turn, Kept(Some(model)))
}

async fn status(service: &Service, token: Option<&str>, row: &Row, turn: &str) -> u16 {
    let (method, path) = row.0.split_once(' ').unwrap();
    let path = [
        ("{id}", "d"),
        ("{turn}", turn),
        ("{engine}", "Basic"),
        ("{fileId}", "f"),
        ("{userId}", "kim"),
        ("{engineType}", "Basic"),
        ("가", "%EA%B0%80"),
    ]
    .iter()
    .fold(path.to_owned(), |path, (place, value)| path.replace(place, value));
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if row.1.starts_with("language") {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    let request = request.body(Body::from(row.1)).unwrap();
    service.router.clone().oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn every_route_lets_in_whom_it_should() {
    let issuer = Issuer::open();
    let mut wrong = Vec::new();
    for row in TABLE {
        let (service, turn, _model) = furnished(&issuer).await;
        let door = match row.2 {
            Shut => 401,
            Open(status) => status,
        };
        let mut found = vec![status(&service, None, row, &turn).await];
        for token in invalid(&issuer) {
            found.push(status(&service, Some(&token), row, &turn).await);
        }
        for token in valid(&issuer) {
            found.push(status(&service, Some(&token), row, &turn).await);
        }
        let expected = [[door; 6].as_slice(), row.3.as_slice()].concat();
        if found != expected {
            wrong.push(format!("{}: {found:?} in place of {expected:?}", row.0));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A route as the document names it.
fn named(row: &Row) -> String {
    let path = row.0.split('?').next().unwrap_or_default();
    path.replace("{turn}", "{id}")
}

#[tokio::test]
async fn every_route_of_the_document_has_a_row() {
    let document: Value = serde_json::from_str(&api::document()).unwrap();
    let mut routes = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            routes.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let rows: BTreeSet<String> = TABLE.iter().map(named).collect();
    let missing: Vec<_> = routes.difference(&rows).collect();
    let gone: Vec<_> = rows.difference(&routes).collect();
    assert!(missing.is_empty() && gone.is_empty(), "without a row: {missing:?}, gone: {gone:?}");
    assert_eq!(rows.len(), TABLE.len());
}
