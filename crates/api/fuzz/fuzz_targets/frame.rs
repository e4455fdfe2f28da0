//! Any messages on a socket, one a line: each is answered by frames of the agreed shape and size, and
//! what is no frame by its one error.

#![no_main]

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use api::App;
use api::gateway::{Outlet, Posted, connect, disconnect, message};
use api_fuzz::{Home, NOW_S, app, runtime};
use async_trait::async_trait;
use axum::http::HeaderMap;
use domain::id::ConnectionId;
use domain::ports::ConnectionStore;
use domain::time::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use stores::MemoryStore;
use tokio::runtime::Runtime;
use tokio::time::Instant;

/// So many lines of an input are said.
const LINES: usize = 8;
const FRAME_LIMIT_BYTES: usize = 32 * 1024;
const ACTIONS: [&str; 9] = [
    "sendMessage",
    "proofread",
    "check",
    "stop",
    "resume",
    "continue",
    "clearHistory",
    "refresh",
    "ping",
];
const KINDS: [&str; 15] = [
    "turn_started",
    "suggestion",
    "ai_start",
    "ai_chunk",
    "citation_update",
    "notice",
    "switched",
    "usage",
    "chat_end",
    "turn_stopped",
    "error",
    "history_cleared",
    "refreshed",
    "check_end",
    "pong",
];

static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);
static HOME: LazyLock<Mutex<Home<Service>>> = LazyLock::new(|| Mutex::new(Home::new(service)));

type Service = (Arc<MemoryStore>, Arc<App>);

fn service() -> Service {
    let store = Arc::new(MemoryStore::default());
    let app = app(&store);
    (store, app)
}

#[derive(Default)]
struct Posts(Mutex<Vec<String>>);

#[async_trait]
impl Outlet for Posts {
    async fn post(&self, frame: String) -> Posted {
        self.0.lock().unwrap().push(frame);
        Posted::Sent
    }
}

/// The text a message brings for checking.
fn text_of(asked: &Value) -> Vec<u16> {
    asked["text"].as_str().unwrap_or_default().encode_utf16().collect()
}

/// A finding lies in the text that was sent and quotes it.
fn fits(suggestion: &Value, text: &[u16]) {
    let at = |name: &str| usize::try_from(suggestion[name].as_u64().unwrap()).unwrap();
    let (start, end) = (at("start"), at("end"));
    let quoted: Vec<u16> = suggestion["original"].as_str().unwrap().encode_utf16().collect();
    assert_eq!(text.get(start..end), Some(quoted.as_slice()), "{suggestion}");
}

fn is_error(frames: &[Value], code: &str) {
    assert_eq!(frames.len(), 1, "{frames:?}");
    assert_eq!((&frames[0]["type"], &frames[0]["code"]), (&"error".into(), &code.into()));
}

fn check(line: &str, posted: &[String]) {
    let mut frames = Vec::new();
    for post in posted {
        assert!(post.len() <= FRAME_LIMIT_BYTES, "{} bytes", post.len());
        let frame: Value = serde_json::from_str(post).unwrap();
        let kind = frame["type"].as_str().unwrap();
        assert!(KINDS.contains(&kind), "{kind}");
        if kind == "error" {
            let code = frame["code"].as_str().unwrap();
            let is_ours =
                matches!(code, "internal" | "store_failed" | "store_corrupt" | "conflict");
            assert!(!is_ours, "{frame}");
        }
        frames.push(frame);
    }
    let Ok(asked) = serde_json::from_str::<Value>(line) else {
        return is_error(&frames, "bad_json");
    };
    match asked["action"].as_str() {
        Some("ping") => {
            assert_eq!(frames.len(), 1);
            assert_eq!(frames[0]["type"], "pong");
        }
        Some("check" | "proofread") => {
            let text = text_of(&asked);
            for frame in frames.iter().filter(|frame| frame["type"] == "suggestion") {
                fits(&frame["suggestion"], &text);
            }
            assert!(!frames.is_empty());
        }
        // A part of a message and a stop are answered by what comes of them.
        Some("sendMessage" | "stop") => {}
        Some(action) if ACTIONS.contains(&action) => assert!(!frames.is_empty()),
        Some(_) | None => is_error(&frames, "unknown_action"),
    }
    let places: Vec<u64> = frames.iter().filter_map(|frame| frame["seq"].as_u64()).collect();
    assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{places:?}");
}

fuzz_target!(|text: &str| {
    let mut home = HOME.lock().unwrap();
    let user = home.user();
    let (store, app) = home.service();
    RUNTIME.block_on(async {
        let id = ConnectionId::new(&user);
        connect(app, id.clone(), &HeaderMap::new(), &format!("token={user}")).await.unwrap();
        for line in text.lines().take(LINES) {
            let posts = Posts::default();
            message(app, &id, line, &posts, Instant::now() + Duration::from_secs(60)).await;
            check(line, &posts.0.into_inner().unwrap());
        }
        // Whatever was said, the socket is still that of whom it was opened for.
        let now = Timestamp::from_millis(NOW_S * 1000);
        let row = store.connection(&id, now).await.unwrap().unwrap();
        assert_eq!(row.who.user_id.as_str(), user);
        disconnect(app, &id).await.unwrap();
    });
});
