//! Any body of a request: forms, JSON, annotated text and CSV are read in one way or refused, and
//! never with a fault of ours. No route takes `multipart/form-data`.

#![no_main]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, LazyLock, Mutex};

use api::{App, router};
use api_fuzz::{Home, app, runtime};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use stores::MemoryStore;
use tokio::runtime::Runtime;
use tower::ServiceExt;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Routes that take JSON.
const ROUTES: [(&str, &str); 10] = [
    ("POST", "/check"),
    ("POST", "/conversations"),
    ("PUT", "/conversations/a/draft"),
    ("POST", "/conversations/a/decisions"),
    ("POST", "/conversations/a/versions"),
    ("PATCH", "/conversations/a"),
    ("POST", "/turns"),
    ("POST", "/dictionary"),
    ("POST", "/usage/update"),
    ("POST", "/session"),
];

static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);
static HOME: LazyLock<Mutex<Home<Service>>> = LazyLock::new(|| Mutex::new(Home::new(service)));

/// Its routes are made once.
type Service = (Arc<App>, Router);

fn service() -> Service {
    let app = app(&Arc::new(MemoryStore::default()));
    (app.clone(), router(app))
}

/// Somebody who is new to the service.
struct User(String);

impl User {
    fn new() -> Self {
        Self(HOME.lock().unwrap().user())
    }

    /// Status and text of an answer, which is never a fault of ours.
    fn ask(&self, method: &str, path: &str, kind: &str, body: Vec<u8>) -> (u16, String) {
        let home = HOME.lock().unwrap();
        let (app, router) = home.service();
        let request = Request::builder().method(method).uri(path).header("content-type", kind);
        let request = request.header("authorization", format!("Bearer {}", self.0));
        let request = request.body(Body::from(body)).unwrap();
        let (status, bytes) = RUNTIME.block_on(async {
            let response = router.clone().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            // A turn that began goes on until it has ended.
            app.hub.finish().await;
            (status, bytes)
        });
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(status < 500, "{status} {text}");
        (status, text)
    }
}

/// A side of a pair, written here a second time; none where it is not UTF-8.
fn decoded(side: &[u8]) -> Option<String> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let (mut bytes, mut at) = (Vec::new(), 0);
    while let Some(byte) = side.get(at) {
        let pair = (digit(side.get(at + 1)), digit(side.get(at + 2)));
        at += 1;
        match (byte, pair) {
            (b'%', (Some(high), Some(low))) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap());
                at += 2;
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}

fn pairs(form: &[u8]) -> Option<BTreeMap<String, String>> {
    let pairs = form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let sides = pairs.map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        Some((decoded(&pair[..at])?, decoded(pair.get(at + 1..).unwrap_or_default())?))
    });
    sides.collect()
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "%{byte:02X}").unwrap();
        out
    })
}

/// A form, the same written anew, and the same as JSON are answered alike.
fn form(body: &[u8]) {
    let user = User::new();
    let first = user.ask("POST", "/v2/check", FORM, body.to_vec());
    let Some(pairs) = pairs(body) else { return assert_eq!(first.0, 400) };
    let sides = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    let again = sides.collect::<Vec<_>>().join("&");
    assert_eq!(user.ask("POST", "/v2/check", FORM, again.into_bytes()), first);
    let fields: Map<String, Value> =
        pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let json = Value::Object(fields).to_string();
    assert_eq!(user.ask("POST", "/v2/check", JSON, json.into_bytes()), first);
    if let Some(text) = pairs.get("text").filter(|_| first.0 == 200) {
        lie_within(&first.1, text);
    }
}

/// Matches lie in the text as given, between whole characters.
fn lie_within(answer: &str, given: &str) {
    let answer: Value = serde_json::from_str(answer).unwrap();
    let units: Vec<u16> = given.encode_utf16().collect();
    for one in answer["matches"].as_array().unwrap() {
        let at = |name: &str| usize::try_from(one[name].as_u64().unwrap()).unwrap();
        let inside = units.get(at("offset")..at("offset") + at("length"));
        assert!(inside.is_some_and(|inside| String::from_utf16(inside).is_ok()), "{one}");
    }
}

/// Annotated text: what is found lies in the text and markup as they were sent.
fn annotated(body: &[u8]) {
    let Ok(data) = str::from_utf8(body) else { return };
    let form = format!("language=ko&level=picky&data={}", encoded(data));
    let (status, answer) = User::new().ask("POST", "/v2/check", FORM, form.into_bytes());
    if status == 200 {
        let data: Value = serde_json::from_str(data).unwrap();
        let parts = data["annotation"].as_array().map(Vec::as_slice).unwrap_or_default();
        let part = |part: &Value| {
            let text = part["text"].as_str().or(part["markup"].as_str());
            text.unwrap_or_default().to_owned()
        };
        let whole: String = parts.iter().map(part).collect();
        lie_within(&answer, data["text"].as_str().unwrap_or(&whole));
    }
}

/// A dictionary that was read and written is read again as the same.
fn csv(body: &[u8]) {
    let (import, export) = ("/dictionary/import?scope=me", "/dictionary/export?scope=me");
    let first = User::new();
    let (status, _) = first.ask("POST", import, "text/csv", body.to_vec());
    let (_, written) = first.ask("GET", export, "text/csv", Vec::new());
    if status == 200 {
        let second = User::new();
        let (status, said) = second.ask("POST", import, "text/csv", written.clone().into_bytes());
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!((status, &said["errors"]), (200, &json!([])), "{written}");
        assert_eq!(second.ask("GET", export, "text/csv", Vec::new()).1, written);
    }
}

/// A JSON body: refused by an error of the agreed shape, and never read when it is no JSON.
fn any_json(route: u8, body: &[u8]) {
    let (method, path) = ROUTES[usize::from(route) % ROUTES.len()];
    let (status, answer) = User::new().ask(method, path, JSON, body.to_vec());
    let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
    assert!(is_json || status >= 400, "{path} took {}", String::from_utf8_lossy(body));
    if status >= 400 {
        let error: Value = serde_json::from_str(&answer).unwrap();
        assert!(
            ["error", "code", "requestId"].iter().all(|name| error[name].is_string()),
            "{error}"
        );
    }
}

fuzz_target!(|bytes: &[u8]| {
    let [kind, body @ ..] = bytes else { return };
    match kind % 8 {
        0 | 1 => form(body),
        2 => annotated(body),
        3 => csv(body),
        _ => any_json(kind / 8, body),
    }
});
