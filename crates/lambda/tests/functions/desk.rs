//! Editors on sockets: they come, speak and go, each in an invocation of its own, as API Gateway hands
//! them over.

use std::time::Duration;

use domain::id::{ConversationId, UserId};
use domain::ledger::LedgerEntry;
use domain::ports::{ConversationStore, LedgerStore, MessageRange};
use providers::drill::{Script, Step};
use serde_json::{Value, json};
use stores::DynamoStore;
use tokio::sync::oneshot::Receiver;

use crate::PROGRAM;
use crate::emulator::{Outcome, Process};
use crate::stand::Stand;

const CONNECT: &str = "handlers.websocket.connect.handler";
const DISCONNECT: &str = "handlers.websocket.disconnect.handler";
const MESSAGE: &str = "handlers.websocket.message.handler";

/// The time AWS gives a message.
const LIMIT: Duration = Duration::from_secs(300);

/// What the model says in most cases, word by word.
pub(crate) const ANSWER: &str =
    "한국은행은 기준금리를 그대로 두었습니다 😀 다음 회의는 내년 1월입니다.";

/// A script whose answers take that long for each event, of which an answer has some fifteen.
pub(crate) fn slow(delay_ms: u64) -> Script {
    Script::always(Step { answer: ANSWER.into(), delay_ms, ..Step::default() })
}

/// Editors, their sockets and the function that takes their messages.
pub(crate) struct Desk {
    pub(crate) stand: Stand,
    pub(crate) message: Process,
}

/// An event of a socket.
pub(crate) fn event(socket: &str, route: &str, body: &Value) -> Value {
    json!({
        "requestContext": {
            "connectionId": socket, "routeKey": route, "domainName": "ws.example", "stage": "prod",
            "eventType": "MESSAGE", "requestId": "r", "apiId": "a"
        },
        "body": body, "isBase64Encoded": false
    })
}

/// A question in the conversation `c`, with more fields.
pub(crate) fn question(more: &Value) -> Value {
    let mut question = json!({
        "action": "sendMessage", "engineType": "Basic", "conversationId": "c",
        "message": "기준금리는?"
    });
    for (name, value) in more.as_object().unwrap() {
        question[name] = value.clone();
    }
    question
}

impl Desk {
    /// A desk whose model plays that script; kim's socket `s1` is open.
    pub(crate) async fn open(script: Script) -> Self {
        Self::with(script, &[]).await
    }

    /// The same with more settings.
    pub(crate) async fn with(script: Script, settings: &[(&str, &str)]) -> Self {
        let mut stand = Stand::open(PROGRAM, script).await;
        for (name, value) in settings {
            stand.environment.insert((*name).to_owned(), (*value).to_owned());
        }
        let message = stand.function(MESSAGE).await;
        let desk = Self { stand, message };
        let token = desk.stand.token("kim", &[]);
        assert_eq!(desk.connect("s1", &token).await["statusCode"], 200);
        desk
    }

    /// Another process of the message function.
    pub(crate) async fn another(&self) -> Process {
        self.stand.function(MESSAGE).await
    }

    /// A socket opens, with the token in its query.
    pub(crate) async fn connect(&self, socket: &str, token: &str) -> Value {
        let connect = self.stand.function(CONNECT).await;
        let mut come = event(socket, "$connect", &Value::Null);
        come["queryStringParameters"] = json!({"token": token});
        come["headers"] = json!({"Host": "ws.example"});
        connect.answer(come).await
    }

    /// A socket closes.
    pub(crate) async fn disconnect(&self, socket: &str) -> Value {
        let disconnect = self.stand.function(DISCONNECT).await;
        disconnect.answer(event(socket, "$disconnect", &Value::Null)).await
    }

    /// Hands a message of a socket over to a process, which has five minutes.
    pub(crate) fn say_to(process: &Process, socket: &str, frame: &Value) -> Receiver<Outcome> {
        process.invoke(event(socket, "sendMessage", &frame.to_string().into()), LIMIT)
    }

    /// Hands a message over and waits until the function is done with it.
    pub(crate) async fn say(&self, socket: &str, frame: &Value) {
        done(Self::say_to(&self.message, socket, frame)).await;
    }

    /// What is saved of kim's conversation `c`: who said what.
    pub(crate) async fn saved(&self) -> Vec<(String, String)> {
        let store = self.stand.store().await;
        let (user, id) = (UserId::new("kim"), ConversationId::new("c"));
        let messages = store.messages(&user, &id, &MessageRange::default()).await.unwrap();
        let line = |message: &domain::conversation::Message| {
            (message.kind.clone(), message.content.as_str().to_owned())
        };
        messages.iter().map(line).collect()
    }

    /// Kim's ledger rows.
    pub(crate) async fn ledger(&self) -> Vec<LedgerEntry> {
        let store: DynamoStore = self.stand.store().await;
        store.entries(&UserId::new("kim"), "2000-01-01", "2999-12-31").await.unwrap()
    }
}

/// Waits until a function has answered; the answer of a socket's function has no body.
pub(crate) async fn done(outcome: Receiver<Outcome>) {
    match outcome.await.unwrap() {
        Outcome::Answer(answer) => assert_eq!(answer, json!({"statusCode": 200})),
        Outcome::Failure(error) => panic!("the function failed: {error}"),
    }
}

/// The types of frames, neighbours of one type once.
pub(crate) fn kinds(frames: &[Value]) -> Vec<&str> {
    let mut kinds: Vec<&str> = frames.iter().map(|one| one["type"].as_str().unwrap()).collect();
    kinds.dedup();
    kinds
}

/// The answer as its pieces say it.
pub(crate) fn text(frames: &[Value]) -> String {
    frames.iter().filter_map(|frame| frame["chunk"].as_str()).collect()
}

/// The last frame of that type.
pub(crate) fn last<'f>(frames: &'f [Value], kind: &str) -> &'f Value {
    frames.iter().rfind(|frame| frame["type"] == kind).unwrap()
}
