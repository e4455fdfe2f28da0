//! Lambda's Runtime API on loopback, and the real bootstrap under it: events in, answers out, as AWS
//! hands them over to one process.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};

/// The version that stands before every path (AWS, "Using the Lambda runtime API").
const API: &str = "/2018-06-01/runtime";

/// What a function made of an event.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It answered.
    Answer(Value),
    /// It said that it failed.
    Failure(Value),
}

/// An event that waits for a process.
struct Event {
    id: String,
    payload: Value,
    limit: Duration,
    done: oneshot::Sender<Outcome>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Event>,
    running: HashMap<String, oneshot::Sender<Outcome>>,
    count: usize,
    /// What the process said of a start that failed.
    init_error: Option<Value>,
}

/// The Runtime API of one process.
#[derive(Clone, Default)]
struct RuntimeApi {
    queue: Arc<Mutex<Queue>>,
    news: Arc<Notify>,
}

impl RuntimeApi {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap()
    }

    fn router(self) -> Router {
        Router::new()
            .route(&format!("{API}/invocation/next"), get(next))
            .route(&format!("{API}/invocation/{{id}}/response"), post(answered))
            .route(&format!("{API}/invocation/{{id}}/error"), post(failed))
            .route(&format!("{API}/init/error"), post(not_started))
            .with_state(self)
    }

    fn done(&self, id: &str, outcome: Outcome) -> StatusCode {
        let done = self.queue().running.remove(id);
        // Whoever has given up waiting wants no answer.
        done.map_or(StatusCode::BAD_REQUEST, |done| {
            let _ = done.send(outcome);
            StatusCode::ACCEPTED
        })
    }
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

async fn next(State(api): State<RuntimeApi>) -> Response {
    loop {
        let news = api.news.notified();
        let event = api.queue().waiting.pop_front();
        if let Some(event) = event {
            let deadline = (since_epoch() + event.limit).as_millis();
            let mut headers = HeaderMap::new();
            let arn = "arn:aws:lambda:us-east-1:000000000000:function:test";
            for (name, value) in [
                ("lambda-runtime-aws-request-id", event.id.as_str()),
                ("lambda-runtime-deadline-ms", &deadline.to_string()),
                ("lambda-runtime-invoked-function-arn", arn),
            ] {
                headers.insert(name, HeaderValue::from_str(value).unwrap());
            }
            api.queue().running.insert(event.id, event.done);
            return (headers, axum::Json(event.payload)).into_response();
        }
        news.await;
    }
}

async fn answered(
    State(api): State<RuntimeApi>,
    Path(id): Path<String>,
    body: axum::body::Bytes,
) -> StatusCode {
    let answer = serde_json::from_slice(&body).unwrap_or_default();
    api.done(&id, Outcome::Answer(answer))
}

async fn failed(
    State(api): State<RuntimeApi>,
    Path(id): Path<String>,
    axum::Json(error): axum::Json<Value>,
) -> StatusCode {
    api.done(&id, Outcome::Failure(error))
}

async fn not_started(
    State(api): State<RuntimeApi>,
    axum::Json(error): axum::Json<Value>,
) -> StatusCode {
    api.queue().init_error = Some(error);
    StatusCode::ACCEPTED
}

/// One process of a function.
pub(crate) struct Process {
    api: RuntimeApi,
    child: Mutex<Child>,
    /// What it has written to its log.
    log: Arc<Mutex<String>>,
    reader: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Process {
    /// Starts that program as the function of a handler; everything else it is told stands in
    /// `environment`.
    pub(crate) async fn start(
        program: &str,
        handler: &str,
        environment: &BTreeMap<String, String>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let api = RuntimeApi::default();
        let router = api.clone().router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut child = Command::new(program)
            .env_clear()
            .envs(environment)
            .env("_HANDLER", handler)
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "test")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (lines, kept) = (BufReader::new(child.stdout.take().unwrap()).lines(), log.clone());
        let reader = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                *kept.lock().unwrap() += &(line + "\n");
            }
        });
        Self { api, child: Mutex::new(child), log, reader: Mutex::new(Some(reader)) }
    }

    /// What it has written to its log so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Hands an event over, for which the process has that long; gives what it will say.
    pub(crate) fn invoke(&self, payload: Value, limit: Duration) -> oneshot::Receiver<Outcome> {
        let (done, outcome) = oneshot::channel();
        let mut queue = self.api.queue();
        queue.count += 1;
        let id = format!("00000000-0000-0000-0000-{:012}", queue.count);
        queue.waiting.push_back(Event { id, payload, limit, done });
        drop(queue);
        self.api.news.notify_one();
        outcome
    }

    /// The same for an event that must be answered.
    pub(crate) async fn answer(&self, payload: Value) -> Value {
        match self.invoke(payload, Duration::from_secs(30)).await.unwrap() {
            Outcome::Answer(answer) => answer,
            Outcome::Failure(error) => {
                panic!("process {} failed: {error}\n{}", self.id(), self.log())
            }
        }
    }

    /// Waits for it to end by itself; gives what it said of a start that failed.
    pub(crate) fn failed_start(&self) -> Option<Value> {
        tokio::task::block_in_place(|| self.child.lock().unwrap().wait().unwrap());
        self.api.queue().init_error.take()
    }

    /// Its id.
    pub(crate) fn id(&self) -> u32 {
        self.child.lock().unwrap().id()
    }

    /// Ends it at once, in the middle of whatever it does.
    pub(crate) fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        // One that has ended already cannot be killed.
        let _ = child.kill();
        child.wait().unwrap();
        if let Some(reader) = self.reader.lock().unwrap().take() {
            reader.join().unwrap();
        }
    }
}
