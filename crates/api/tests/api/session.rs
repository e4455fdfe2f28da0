//! Accounts over REST: the cookie, the token beside it, lock-out, and sockets by cookie.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use api::App;
use api::auth::SignIn;
use api::auth::local::{LocalSignIn, SessionAuthenticator};
use api::auth::password::Argon2id;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use domain::account::SessionRules;
use domain::ports::Clock;
use domain::principal::Role;
use domain::sign_in::Accounts;
use domain::text::Secret;
use domain::time::Timestamp;
use futures::StreamExt;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tower::ServiceExt;

use crate::bench::{Service, made, served, service};

const PASSWORD: &str = "충분히 기다란 암호입니다";

#[derive(Default)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

struct Desk {
    service: Service,
    accounts: Arc<Accounts>,
    clock: Arc<SetClock>,
}

/// Status, headers and body of an answer.
type Answered = (u16, HeaderMap, Value);

impl Desk {
    async fn open(is_behind_tls: bool) -> Self {
        let clock = Arc::new(SetClock::default());
        // The time the routes have too.
        clock.0.store(1_795_489_200_000, Ordering::Relaxed);
        let mut made_accounts = None;
        let service = made(None, |store, app| {
            let accounts = Arc::new(Accounts {
                store: store.clone(),
                passwords: Arc::new(Argon2id::with_memory(8)),
                audit: store.clone(),
                clock: clock.clone(),
                rules: SessionRules { idle_ms: 60_000, absolute_ms: 600_000 },
            });
            made_accounts = Some(Arc::clone(&accounts));
            App {
                authenticator: Arc::new(SessionAuthenticator(Arc::clone(&accounts))),
                sign_in: SignIn::Local(LocalSignIn { accounts, is_behind_tls }),
                session_check: Duration::from_millis(5),
                ..app
            }
        });
        let accounts = made_accounts.unwrap();
        let desk = Some("경제부".into());
        accounts.add("kim", Role::Desk, desk, &Secret::new(PASSWORD)).await.unwrap();
        Self { service, accounts, clock }
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answered {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.service.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 100_000).await.unwrap();
        (status, headers, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn sign_in(&self, name: &str, password: &str) -> Answered {
        let body = json!({"name": name, "password": password}).to_string();
        self.ask("POST", "/session", &[], &body).await
    }

    /// The pair of the cookie, and the token to send beside it.
    async fn session(&self) -> (String, String) {
        let (status, headers, body) = self.sign_in("kim", PASSWORD).await;
        assert_eq!(status, 200, "{body}");
        let cookie = headers["set-cookie"].to_str().unwrap();
        let pair = cookie.split_once(';').unwrap().0.to_owned();
        (pair, body["csrfToken"].as_str().unwrap().to_owned())
    }
}

const NEW: &str = r#"{"conversationId":"c","engineType":"Basic"}"#;

#[tokio::test]
async fn a_session_begins_with_a_cookie_and_ends_with_it() {
    let desk = Desk::open(false).await;
    let nobody = desk.ask("GET", "/session", &[], "").await.2;
    assert_eq!(nobody, json!({"user": null, "auth": "local"}));
    let (status, headers, body) = desk.sign_in("kim", PASSWORD).await;
    assert_eq!(status, 200);
    let cookie = headers["set-cookie"].to_str().unwrap();
    let (pair, flags) = cookie.split_once(';').unwrap();
    assert_eq!(flags, " Path=/; HttpOnly; SameSite=Strict");
    assert_eq!(pair.strip_prefix("prf_session=").unwrap().len(), 64);
    let user = json!({"id": "kim", "role": "desk", "desk": "경제부"});
    let csrf = body["csrfToken"].as_str().unwrap();
    assert_eq!(body, json!({"user": user, "auth": "local", "csrfToken": csrf}));
    let read = desk.ask("GET", "/session", &[("cookie", pair)], "").await;
    assert_eq!((read.0, &read.2), (200, &body));
    assert_eq!(desk.ask("GET", "/conversations", &[("cookie", pair)], "").await.0, 200);
    // Without the token beside it, or with another, nothing is changed.
    for headers in [vec![("cookie", pair)], vec![("cookie", pair), ("x-csrf-token", "0")]] {
        let (status, _, body) = desk.ask("POST", "/conversations", &headers, NEW).await;
        assert_eq!((status, &body["code"]), (403, &json!("csrf")));
    }
    let both = [("cookie", pair), ("x-csrf-token", csrf)];
    assert_eq!(desk.ask("POST", "/conversations", &both, NEW).await.0, 201);
    let (status, headers, _) = desk.ask("DELETE", "/session", &both, "").await;
    assert_eq!(status, 204);
    let gone = "prf_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0";
    assert_eq!(headers["set-cookie"], gone);
    assert_eq!(desk.ask("GET", "/conversations", &both, "").await.0, 401);
    assert_eq!(desk.ask("GET", "/session", &both, "").await.2["user"], Value::Null);
}

#[tokio::test]
async fn behind_tls_the_cookie_is_for_this_host_and_tls_alone() {
    let desk = Desk::open(true).await;
    let (_, headers, _) = desk.sign_in("kim", PASSWORD).await;
    let cookie = headers["set-cookie"].to_str().unwrap();
    let (pair, flags) = cookie.split_once(';').unwrap();
    assert!(pair.starts_with("__Host-prf_session="));
    assert_eq!(flags, " Path=/; HttpOnly; SameSite=Strict; Secure");
    assert_eq!(desk.ask("GET", "/conversations", &[("cookie", pair)], "").await.0, 200);
}

#[tokio::test]
async fn wrong_passwords_wait_and_say_for_how_long() {
    let desk = Desk::open(false).await;
    for name in ["kim", "nobody"] {
        for _ in 0..5 {
            let (status, _, body) = desk.sign_in(name, "wrong").await;
            assert_eq!((status, &body["code"]), (401, &json!("bad_credentials")));
        }
        let (status, headers, body) = desk.sign_in(name, PASSWORD).await;
        assert_eq!((status, &body["code"]), (429, &json!("locked_out")));
        assert_eq!(headers["retry-after"], "30");
        assert_eq!(body["resetsAt"], "2026-11-24T03:00:30.000Z");
    }
    desk.clock.0.fetch_add(30_000, Ordering::Relaxed);
    assert_eq!(desk.sign_in("kim", PASSWORD).await.0, 200);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    let desk = Desk::open(false).await;
    let (pair, csrf) = desk.session().await;
    let both = [("cookie", pair.as_str()), ("x-csrf-token", csrf.as_str())];
    let change = async |old: &str, new: &str| {
        let body = json!({"old": old, "new": new}).to_string();
        let (status, _, body) = desk.ask("POST", "/session/password", &both, &body).await;
        (status, body["code"].as_str().unwrap_or_default().to_owned())
    };
    let new = "새로 정한 긴 암호이다";
    assert_eq!(change(PASSWORD, "짧은 암호").await, (400, "password_short".into()));
    assert_eq!(change(PASSWORD, "kimkimkimkim").await, (400, "password_like_name".into()));
    assert_eq!(change("wrong", new).await, (401, "bad_credentials".into()));
    assert_eq!(change(PASSWORD, new).await, (204, String::new()));
    assert_eq!(desk.ask("GET", "/conversations", &both, "").await.0, 200);
    assert_eq!(desk.sign_in("kim", PASSWORD).await.0, 401);
    assert_eq!(desk.sign_in("kim", new).await.0, 200);
}

#[tokio::test]
async fn a_server_without_accounts_says_so() {
    let service = service(None);
    let session = service.ok("kim", "GET", "/session", "").await;
    assert_eq!(session, json!({"user": {"id": "kim", "role": "user"}, "auth": "none"}));
    let body = r#"{"name":"kim","password":"x"}"#;
    let refused = (404, "no_accounts".to_owned());
    assert_eq!(service.refused("kim", "POST", "/session", body).await, refused);
    assert_eq!(service.refused("kim", "DELETE", "/session", "").await, refused);
    let body = r#"{"old":"x","new":"y"}"#;
    assert_eq!(service.refused("kim", "POST", "/session/password", body).await, refused);
}

#[tokio::test]
async fn a_socket_by_cookie_needs_a_page_and_closes_when_the_account_is_disabled() {
    let desk = Desk::open(false).await;
    let (pair, _) = desk.session().await;
    let address = served(&desk.service).await;
    let open = async |origin: Option<String>| {
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        request.headers_mut().insert("cookie", pair.parse().unwrap());
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        connect_async(request).await
    };
    for origin in [None, Some("http://evil.example".to_owned())] {
        let error = open(origin).await.unwrap_err().to_string();
        assert!(error.contains("403"), "{error}");
    }
    let mut socket = open(Some(format!("http://{address}"))).await.unwrap().0;
    desk.accounts.set_disabled("kim", true).await.unwrap();
    let closed = socket.next().await.unwrap().unwrap();
    let tokio_tungstenite::tungstenite::Message::Close(Some(frame)) = closed else {
        unreachable!("{closed:?}")
    };
    assert_eq!(u16::from(frame.code), 4401);
    assert!(open(Some(format!("http://{address}"))).await.is_err());
}
