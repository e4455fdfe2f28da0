//! The simulator's routes and its connections, on loopback only.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State as Shared};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use super::player::{self, Watch};
use super::refusal::Refusal;
use super::request::Provider;
use super::scenario;
use super::script::{Fault, Script, ScriptError};
use super::simulator::{Drill, Incoming};
use super::tape::{State, tape};
use super::wire;

/// The API takes no larger body.
const BODY_LIMIT_BYTES: usize = 32 * 1024 * 1024;

/// Marks a response in whose place the connection is dropped.
#[derive(Debug, Clone, Copy)]
struct Dropped;

/// Serves until the task ends or the listener fails.
///
/// # Errors
///
/// A listener that is not on loopback, or one that fails.
pub async fn serve(listener: TcpListener, drill: Drill) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        let what = format!("{address} is no loopback address");
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, what));
    }
    let router = router(drill);
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        // Pieces are to arrive as they are sent.
        stream.set_nodelay(true)?;
        let router = router.clone();
        let service = hyper::service::service_fn(move |request| {
            let answered = router.clone().oneshot(request);
            async move {
                let response = answered.await.unwrap_or_else(|never| match never {});
                match response.extensions().get::<Dropped>() {
                    Some(Dropped) => {
                        Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted))
                    }
                    None => Ok(response),
                }
            }
        });
        let connection = hyper::server::conn::http1::Builder::new();
        connections.spawn(connection.serve_connection(TokioIo::new(stream), service));
        while connections.try_join_next().is_some() {}
    }
}

/// Starts a simulator on a free port and gives its address; it ends with the runtime.
///
/// # Errors
///
/// No free port.
pub async fn start(drill: Drill) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(serve(listener, drill));
    Ok(address)
}

fn router(drill: Drill) -> Router {
    Router::new()
        .route("/v1/messages", post(messages))
        .route("/v1/messages/count_tokens", post(count_tokens))
        .route("/model/{model}/invoke-with-response-stream", post(invoke))
        .route("/_drill/requests", get(requests).delete(forget))
        .route("/_drill/sums", get(sums))
        .route("/_drill/script", put(script))
        .route("/_drill/scenario/{name}", put(scenario_by_name))
        .route("/_drill/clock", post(clock))
        .layer(DefaultBodyLimit::disable())
        .with_state(drill)
}

async fn requests(Shared(drill): Shared<Drill>) -> Response {
    Json(drill.requests()).into_response()
}

async fn forget(Shared(drill): Shared<Drill>) -> StatusCode {
    drill.forget();
    StatusCode::NO_CONTENT
}

async fn sums(Shared(drill): Shared<Drill>) -> Response {
    Json(drill.sums()).into_response()
}

async fn script(Shared(drill): Shared<Drill>, text: String) -> Response {
    played(&drill, Script::from_json(&text))
}

async fn scenario_by_name(Shared(drill): Shared<Drill>, Path(name): Path<String>) -> Response {
    played(&drill, scenario::find(&name).map(|scenario| scenario.script))
}

fn played(drill: &Drill, script: Result<Script, ScriptError>) -> Response {
    match script {
        Ok(script) => {
            drill.play(script);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            let text = format!("{error}{}\n", cause.unwrap_or_default());
            (StatusCode::BAD_REQUEST, text).into_response()
        }
    }
}

/// A leap of the simulator's time.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Leap {
    advance_ms: i64,
}

async fn clock(Shared(drill): Shared<Drill>, Json(leap): Json<Leap>) -> StatusCode {
    drill.advance(leap.advance_ms);
    StatusCode::NO_CONTENT
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty())
}

fn key(headers: &HeaderMap) -> Result<&str, Refusal> {
    let key = header(headers, "x-api-key")
        .ok_or_else(|| Refusal::new(401, "x-api-key header is required"))?;
    match header(headers, "anthropic-version") {
        Some("2023-06-01" | "2023-01-01") => Ok(key),
        Some(other) => {
            Err(Refusal::invalid(format!("anthropic-version: \"{other}\" is not a valid version")))
        }
        None => Err(Refusal::invalid("anthropic-version: header is required")),
    }
}

fn size(body: &Bytes) -> Result<(), Refusal> {
    if body.len() > BODY_LIMIT_BYTES {
        return Err(Refusal::new(413, "Request exceeds the maximum size"));
    }
    Ok(())
}

async fn count_tokens(Shared(drill): Shared<Drill>, headers: HeaderMap, body: Bytes) -> Response {
    let counted = key(&headers).and_then(|_| size(&body)).and_then(|()| drill.count(&body));
    match counted {
        Ok(tokens) => Json(serde_json::json!({"input_tokens": tokens})).into_response(),
        Err(refusal) => refusal.response(Provider::Anthropic, "req_drill_count"),
    }
}

async fn messages(Shared(drill): Shared<Drill>, headers: HeaderMap, body: Bytes) -> Response {
    let key = key(&headers);
    let provider = Provider::Anthropic;
    let incoming = Incoming { provider, key: "", model: None, body: &body };
    answer(&drill, incoming, key).await
}

async fn invoke(
    Shared(drill): Shared<Drill>,
    Path(model): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let missing = || Refusal {
        kind: Some("MissingAuthenticationTokenException".into()),
        ..Refusal::new(403, "Missing Authentication Token")
    };
    // Signatures change with the time; whose they are does not.
    let key = header(&headers, "authorization").ok_or_else(missing);
    let key = key.map(|value| value.split('/').next().unwrap_or_default());
    let provider = Provider::Bedrock;
    let incoming = Incoming { provider, key: "", model: Some(&model), body: &body };
    answer(&drill, incoming, key).await
}

async fn answer(drill: &Drill, incoming: Incoming<'_>, key: Result<&str, Refusal>) -> Response {
    let provider = incoming.provider;
    let number = drill.arrive(&incoming);
    let watch = Watch::new(drill, number);
    let request_id = format!("req_drill_{number:06}");
    let accepted = key.and_then(|key| drill.accept(number, &Incoming { key, ..incoming }));
    let accepted = match accepted {
        Ok(accepted) => accepted,
        Err(refusal) => {
            drill.note(number, |seen| seen.refusal = Some(refusal.message.clone()));
            watch.end(State::Failed);
            return refusal.response(provider, &request_id);
        }
    };
    if accepted.step.first_byte_ms > 0 {
        tokio::time::sleep(Duration::from_millis(accepted.step.first_byte_ms)).await;
    }
    for fault in &accepted.step.faults {
        match fault {
            Fault::Cut { after_bytes: None, .. } => {
                watch.end(State::Failed);
                let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
                response.extensions_mut().insert(Dropped);
                return response;
            }
            // Until the client goes away.
            Fault::Stall { after_bytes: None, .. } => std::future::pending().await,
            _ => {}
        }
    }
    let acts = tape(provider, &accepted.events, &accepted.step);
    let id_name = match provider {
        Provider::Anthropic => HeaderName::from_static("request-id"),
        Provider::Bedrock => HeaderName::from_static("x-amzn-requestid"),
    };
    let headers = [
        (HeaderName::from_static("content-type"), wire::content_type(provider).to_owned()),
        (id_name, request_id),
    ];
    (headers, player::body(acts, accepted, watch)).into_response()
}
