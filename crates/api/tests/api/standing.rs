//! Sockets of clients whose token ends, is refreshed, or is another's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use api::App;
use api::auth::jwt::{JwtAuthenticator, JwtSettings};
use api::auth::{JwksSource, OidcPlace, SignIn};
use async_trait::async_trait;
use domain::model::{FinishReason, ModelEvent};
use domain::ports::{AuditStore, Clock};
use domain::time::Timestamp;
use futures::{SinkExt, StreamExt};
use providers::scripted::Answer;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::bench::{Service, made, served};
use crate::tokens::{CLIENT, ISSUER, KID, Signer, access};

/// The second the tests begin at.
pub(crate) const NOW: i64 = 1_800_000_000;

/// An identity provider with a clock that is set.
pub(crate) struct Issuer {
    pub(crate) signer: Signer,
    pub(crate) now_s: AtomicI64,
}

impl Issuer {
    pub(crate) fn open() -> Arc<Self> {
        Arc::new(Self { signer: Signer::new(), now_s: AtomicI64::new(NOW) })
    }

    /// A token of that person for so many seconds.
    pub(crate) fn token(&self, user: &str, groups: &[&str], seconds: i64) -> String {
        self.signer.token(&access(user, groups, NOW + seconds))
    }

    /// A service that takes its tokens.
    pub(crate) fn service(self: &Arc<Self>, answers: Option<Vec<Answer>>) -> Service {
        let settings = JwtSettings {
            issuer: ISSUER.into(),
            audiences: vec![CLIENT.into()],
            roles_claim: "cognito:groups".into(),
            desk_claim: "custom:desk".into(),
        };
        let jwt = JwtAuthenticator::new(settings, self.clone(), self.clone());
        let place = OidcPlace {
            issuer: ISSUER.into(),
            client_id: CLIENT.into(),
            authorization_endpoint: Some(format!("{ISSUER}/authorize")),
            token_endpoint: None,
            scopes: "openid".into(),
        };
        made(answers, |_, app| App {
            authenticator: Arc::new(jwt),
            sign_in: SignIn::Oidc(place),
            session_check: Duration::from_millis(5),
            ..app
        })
    }
}

#[async_trait]
impl JwksSource for Issuer {
    async fn fetch(&self) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.signer.jwks(KID).into_bytes())
    }
}

impl Clock for Issuer {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now_s.load(Ordering::Relaxed) * 1000)
    }
}

/// An open socket.
pub(crate) struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub(crate) async fn open(address: &str, token: &str) -> Self {
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        let pair = format!("bearer, {token}");
        request.headers_mut().insert("sec-websocket-protocol", pair.parse().unwrap());
        let (socket, response) = connect_async(request).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "bearer");
        Self(socket)
    }

    pub(crate) async fn say(&mut self, frame: &Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next frame, or the code that closes the socket.
    pub(crate) async fn hear(&mut self) -> Result<Value, u16> {
        match self.0.next().await.unwrap().unwrap() {
            Message::Close(frame) => Err(frame.map_or(0, |frame| frame.code.into())),
            message => Ok(serde_json::from_str(message.to_text().unwrap()).unwrap()),
        }
    }
}

#[tokio::test]
async fn an_ended_token_closes_the_socket_and_leaves_its_turn_running() {
    let issuer = Issuer::open();
    let (model, live) = mpsc::unbounded_channel();
    let service = issuer.service(Some(vec![Answer::Live(live)]));
    let address = served(&service).await;
    let mut client = Client::open(&address, &issuer.token("kim", &[], 10)).await;
    let question = json!({"action": "sendMessage", "message": "?", "engineType": "Pro",
        "conversationId": "c"});
    client.say(&question).await;
    let turn = client.hear().await.unwrap()["turnId"].clone();
    // With its leeway the token has ended now.
    issuer.now_s.store(NOW + 70, Ordering::Relaxed);
    assert_eq!(client.hear().await, Err(4401));
    model.send(Ok(ModelEvent::Text("답".into()))).unwrap();
    model.send(Ok(ModelEvent::Finished(FinishReason::EndTurn))).unwrap();
    let mut again = Client::open(&address, &issuer.token("kim", &[], 600)).await;
    again.say(&json!({"action": "resume", "turnId": turn, "afterSeq": 0})).await;
    let end = loop {
        let frame = again.hear().await.unwrap();
        if frame["type"] == "chat_end" {
            break frame;
        }
    };
    assert_eq!(end["message"], "답");
}

#[tokio::test]
async fn a_new_token_of_the_same_person_prolongs_the_socket() {
    let issuer = Issuer::open();
    let service = issuer.service(None);
    let address = served(&service).await;
    let mut client = Client::open(&address, &issuer.token("kim", &[], 10)).await;
    let longer = issuer.token("kim", &["admin"], 600);
    client.say(&json!({"action": "refresh", "token": longer})).await;
    let refreshed = client.hear().await.unwrap();
    let expires_at = Timestamp::from_millis((NOW + 660) * 1000).rfc3339();
    assert_eq!(refreshed, json!({"type": "refreshed", "expiresAt": expires_at}));
    issuer.now_s.store(NOW + 70, Ordering::Relaxed);
    client.say(&json!({"action": "ping"})).await;
    assert_eq!(client.hear().await, Ok(json!({"type": "pong"})));
    issuer.now_s.store(NOW + 660, Ordering::Relaxed);
    assert_eq!(client.hear().await, Err(4401));
}

#[tokio::test]
async fn a_token_of_another_or_of_nobody_closes_the_socket() {
    let issuer = Issuer::open();
    let service = issuer.service(None);
    let address = served(&service).await;
    for (token, code, number) in [
        (issuer.token("lee", &["admin"], 600), "forbidden", 4403),
        (issuer.token("kim", &[], -60), "unauthorised", 4401),
        ("broken".into(), "unauthorised", 4401),
    ] {
        let mut client = Client::open(&address, &issuer.token("kim", &[], 10)).await;
        client.say(&json!({"action": "refresh", "token": token})).await;
        assert_eq!(client.hear().await.unwrap()["code"], code);
        assert_eq!(client.hear().await, Err(number));
    }
    let written = service.store.entries_after(0, 10).await.unwrap();
    let written: Vec<_> = written
        .iter()
        .map(|entry| (entry.event.actor.as_str(), entry.event.subject.as_str()))
        .collect();
    assert_eq!(written, [("kim", "refresh")]);
}

#[tokio::test]
async fn a_page_is_told_where_to_sign_in() {
    let issuer = Issuer::open();
    let service = issuer.service(None);
    let token = issuer.token("kim", &["desk"], 10);
    let oidc = json!({"issuer": ISSUER, "clientId": CLIENT, "scopes": "openid",
        "authorizationEndpoint": format!("{ISSUER}/authorize")});
    let mut expected = json!({"user": {"id": "kim", "role": "desk"}, "auth": "oidc", "oidc": oidc});
    assert_eq!(service.ok(&token, "GET", "/session", "").await, expected);
    expected["user"] = Value::Null;
    assert_eq!(service.ok("broken", "GET", "/session", "").await, expected);
}
