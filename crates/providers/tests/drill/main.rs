//! The simulator over real sockets: refusals in both shapes, faults byte by byte, cache and sums,
//! and the controls of a rehearsal.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod billing;
mod controls;
mod refusals;
mod streams;

use std::sync::Arc;
use std::time::Duration;

use domain::ports::Clock;
use domain::time::Timestamp;
use providers::Models;
use providers::drill::{self, Drill, Script, State};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

const MODEL: &str = "claude-opus-4-5-20251101";
const BEDROCK: &str =
    "/model/global.anthropic.claude-opus-4-5-20251101-v1%3A0/invoke-with-response-stream";

/// A clock that stands still; the simulator's own leaps move it.
#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::parse("2026-11-24T12:00:00+09:00").unwrap()
    }
}

struct Rehearsal {
    base: String,
    drill: Drill,
    client: reqwest::Client,
}

impl Rehearsal {
    async fn of(script: Value) -> Self {
        let script = Script::from_json(&script.to_string()).unwrap();
        let drill = Drill::new(script, Models::built_in().unwrap(), Arc::new(Noon));
        let base = format!("http://{}", drill::start(drill.clone()).await.unwrap());
        Self { base, drill, client: reqwest::Client::new() }
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.base)).body(body.to_string())
    }

    fn anthropic(&self, body: &Value) -> RequestBuilder {
        let request = self.post("/v1/messages", body);
        request.header("x-api-key", "k").header("anthropic-version", "2023-06-01")
    }

    fn bedrock(&self, body: &Value) -> RequestBuilder {
        let credentials =
            "AWS4-HMAC-SHA256 Credential=AKID/20261124/us-east-1/bedrock/aws4_request";
        self.post(BEDROCK, body).header("authorization", credentials)
    }

    async fn until_over(&self) -> State {
        let over = async {
            loop {
                let state = self.drill.requests()[0].state;
                if state != State::Running {
                    return state;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), over).await.unwrap()
    }
}

fn anthropic_body() -> Value {
    json!({"model": MODEL, "stream": true, "max_tokens": 100, "messages": [{"role": "user", "content": "물음"}]})
}

fn bedrock_body() -> Value {
    json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100,
        "messages": [{"role": "user", "content": "물음"}]})
}

async fn body(response: Response) -> Vec<u8> {
    response.bytes().await.unwrap().to_vec()
}

/// Everything until the stream ends or breaks, and whether it broke.
async fn until_broken(mut response: Response) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return (bytes, false),
            Err(_) => return (bytes, true),
        }
    }
}

/// Status, named header and JSON body of a refusal.
async fn refusal(response: Response, header: &str) -> (u16, String, Value) {
    let value = response.headers().get(header).map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    (status, value.unwrap_or_default(), serde_json::from_slice(&body(response).await).unwrap())
}
