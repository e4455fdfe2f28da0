//! Measures the functions as AWS would bill them: `bench PATH/TO/bootstrap` starts the program under
//! the tests' Runtime API and prints figures beside their bounds; with `stop` behind it only those of stops,
//! with `get` only those of a conversation that is read. Nothing passes or fails.

#![expect(clippy::unwrap_used, clippy::panic, reason = "it stands on the stand of the tests")]

#[path = "../../../stores/tests/contract/dynamodb/dynoxide.rs"]
mod dynoxide;
#[expect(dead_code, reason = "the tests look at more")]
#[path = "../../tests/functions/emulator.rs"]
mod emulator;
mod process;
#[expect(dead_code, reason = "the tests look at more")]
#[path = "../../tests/functions/stand.rs"]
mod stand;
mod stopping;
#[path = "../../../api/tests/api/tokens.rs"]
mod tokens;

use std::process::Command;
use std::time::{Duration, Instant};

use domain::article::ArticleMetadata;
use domain::conversation::{Conversation, Message, Speaker};
use domain::engine::Engine;
use domain::id::{ConversationId, MessageId, UserId};
use domain::ports::ConversationStore;
use domain::text::ArticleText;
use domain::time::Timestamp;
use providers::drill::Script;
use serde_json::{Value, json};

use emulator::Process;
use stand::{Stand, read, v1};

/// Starts of each function.
const STARTS: usize = 15;
/// Warm calls, of which the processor's time is taken together.
const CALLS: u32 = 1_000;
/// Conversations of one user, and the bytes of each.
const CONVERSATIONS: usize = 300;
const CONVERSATION_BYTES: usize = 27 * 1024;

#[tokio::main]
async fn main() {
    let program = std::env::args().nth(1).unwrap_or_else(|| panic!("which bootstrap?"));
    let stand = Stand::open(&program, Script::default()).await;
    let part = std::env::args().nth(2);
    match part.as_deref() {
        Some("stop") => return stopping::stopping(&stand).await,
        Some("get") => {}
        Some(_) | None => {
            size(&program);
            starting(&stand).await;
        }
    }
    let function = stand.function("handlers.api.conversation.handler").await;
    let token = stand.token("kim", &[]);
    fill(&stand).await;
    warm(&function, &token).await;
    if part.is_some() {
        return;
    }
    list(&function, &token).await;
    stopping::stopping(&stand).await;
}

/// One figure with the bound it is to keep.
fn figure(what: &str, value: f64, unit: &str, bound: &str) {
    println!("{what:64} {value:10.3} {unit:4} bound {bound}");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The program, and as it is uploaded.
fn size(program: &str) {
    let bytes = |path: &str| std::fs::metadata(path).unwrap().len() as f64 / 1e6;
    figure("bootstrap", bytes(program), "MB", "25");
    let zipped = std::env::temp_dir().join(format!("bootstrap-{}.zip", std::process::id()));
    let path = zipped.to_str().unwrap();
    match Command::new("zip").args(["-q", "-9", "-j", path, program]).status() {
        Ok(status) if status.success() => {
            figure("zip", bytes(path), "MB", "8");
            std::fs::remove_file(path).unwrap();
        }
        Ok(_) | Err(_) => println!("zip: there is no program `zip`"),
    }
}

/// An event of a socket.
fn socket(route: &str, frame: &Value) -> Value {
    json!({
        "requestContext": {
            "connectionId": "s1", "routeKey": route, "domainName": "ws.example", "stage": "prod"
        },
        "headers": {"Host": "ws.example"}, "body": frame.to_string(), "isBase64Encoded": false
    })
}

/// From the start of a process to its first answer, and the most memory it held until then; for the
/// function of messages and that of conversations also after a text was checked.
async fn starting(stand: &Stand) {
    let token = stand.token("kim", &[]);
    let mut come = socket("$connect", &json!({}));
    come["queryStringParameters"] = json!({"token": token});
    let check = json!({"action": "check", "text": "몇일 뒤 만나자."});
    let checked = check.to_string();
    let functions = [
        ("websocket.connect", come, None),
        (
            "websocket.message",
            socket("$default", &json!({"action": "ping"})),
            Some(socket("$default", &check)),
        ),
        (
            "api.conversation",
            v1("GET", "/conversations", &token, ""),
            Some(v1("POST", "/check", &token, &checked)),
        ),
        ("api.prompt", v1("GET", "/prompts/Basic", &token, ""), None),
        ("api.usage", v1("GET", "/usage/kim/Basic", &token, ""), None),
        ("websocket.disconnect", socket("$disconnect", &json!({})), None),
    ];
    for (name, event, then) in functions {
        let handler = format!("handlers.{name}.handler");
        let (mut took, mut memory, mut after) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let begun = Instant::now();
            let process = stand.function(&handler).await;
            let answer = process.answer(event.clone()).await;
            took.push(millis(begun.elapsed()));
            assert_eq!(answer["statusCode"], 200, "{name}");
            memory.push(process::peak_memory_mb(process.id()));
            if let Some(event) = &then {
                process.answer(event.clone()).await;
                after.push(process::peak_memory_mb(process.id()));
            }
        }
        figure(&format!("{name}: start to first answer"), median(took), "ms", "20");
        figure(&format!("{name}: peak memory after it"), median(memory), "MB", "20");
        if !after.is_empty() {
            figure(&format!("{name}: peak memory after a check"), median(after), "MB", "-");
        }
    }
}

/// What a year of work leaves: conversations with an article and its answer.
async fn fill(stand: &Stand) {
    let store = stand.store().await;
    let user = UserId::new("kim");
    for number in 0..CONVERSATIONS {
        let at = Timestamp::from_millis(1_764_000_000_000 + number as i64 * 1000);
        let conversation = Conversation {
            user_id: user.clone(),
            id: ConversationId::new(format!("c{number}")),
            engine: Engine::Basic,
            title: ArticleText::new("한국은행이 기준금리를 연 2.50%로 동결했다"),
            pinned: false,
            created_at: at,
            updated_at: at,
            article: ArticleMetadata::default(),
            client_metadata: None,
        };
        store.create(&conversation).await.unwrap();
        let message = |key: &str, speaker| Message {
            id: MessageId::new(format!("{number}-{key}")),
            speaker,
            kind: "text".into(),
            content: ArticleText::new("가".repeat(CONVERSATION_BYTES / 6)),
            at,
            answer: None,
            client_metadata: None,
        };
        let messages = [message("q", Speaker::User), message("a", Speaker::Assistant)];
        store.append_messages(&user, &conversation.id, &messages, at).await.unwrap();
    }
}

/// The processor's time of reading one conversation.
async fn warm(function: &Process, token: &str) {
    let event = v1("GET", "/conversations/c7", token, "");
    let call = async || {
        let (status, read) = read(&function.answer(event.clone()).await);
        assert_eq!((status, read["messages"].as_array().map(Vec::len)), (200, Some(2)));
    };
    for _ in 0..20 {
        call().await;
    }
    let before = process::cpu_ms(function.id());
    let begun = Instant::now();
    for _ in 0..CALLS {
        call().await;
    }
    let (took, after) = (millis(begun.elapsed()), process::cpu_ms(function.id()));
    let calls = f64::from(CALLS);
    figure("conversation get, 27 KB: processor time", (after - before) / calls, "ms", "0.5");
    figure("conversation get, 27 KB: from event to answer", took / calls, "ms", "-");
}

/// The first page of a list.
async fn list(function: &Process, token: &str) {
    let event = v1("GET", "/conversations", token, "");
    let mut took = Vec::new();
    let mut bytes = 0;
    for _ in 0..STARTS {
        let begun = Instant::now();
        let answer = function.answer(event.clone()).await;
        took.push(millis(begun.elapsed()));
        assert_eq!(read(&answer).1["count"], 100);
        bytes = answer["body"].as_str().unwrap().len();
    }
    let what = format!("list over {CONVERSATIONS} conversations of 27 KB");
    figure(&what, median(took), "ms", "50");
    figure(&what, bytes as f64 / 1e3, "kB", "100");
}
