//! What a turn costs apart from the network: the whole service in this process over its SQLite file,
//! asked without a socket, its provider a recorded answer; what playing that answer costs is left out.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use api::auth::{LocalAdmin, Origins, SignIn};
use api::{App, Hub, Operations};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use checker::Checker;
use domain::check::Checks;
use domain::meter::Unmetered;
use domain::text::Secret;
use futures::StreamExt;
use providers::drill::{Play, Recorded};
use providers::setup::TurnSettings;
use providers::setup::reader::Reader;
use providers::{AnthropicConfig, Failover, Models};
use serde::Deserialize;
use serde_json::json;
use stores::{SqliteOptions, SqliteStore};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::figures::{as_number, figure, line, median, percentile};
use crate::server::cpu_ms;
use crate::tape::{age_ms, length_of, tape};
use crate::turn_cost::prompt;

const RUNS: usize = 3;
/// Turns at the same time, as many as stream in the newsroom at its busiest.
const PARALLEL: usize = 200;
/// Deltas of an answer, and how many turns of it are run.
const LENGTHS: [(usize, usize); 3] = [(0, 2000), (50, 1000), (200, 600)];
const PROMPT_CHARS: usize = 8_000;
const QUESTION: &str =
    r#"{"action": "sendMessage", "message": "이 문장은 맞나요?", "engineType": "Basic"}"#;

/// The answer to it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Begun {
    turn_id: String,
}

pub(crate) async fn measure(directory: &Path) -> anyhow::Result<()> {
    let (mut fixed, mut slope) = (Vec::new(), Vec::new());
    let mut costs = [const { Vec::new() }; LENGTHS.len()];
    let mut delays = [const { Vec::new() }; 2];
    for run in 0..RUNS {
        let mut points = Vec::new();
        let mut delay = Vec::new();
        for ((deltas, turns), costs) in LENGTHS.into_iter().zip(&mut costs) {
            let tape = tape(deltas);
            let data = directory.join(format!("work-{run}-{deltas}"));
            let router = service(&data, tape.clone())?;
            put_prompt(&router).await?;
            turns_of(&router, PARALLEL, deltas).await?;
            let (played, ()) = cpu(turns, play(&tape, turns, deltas)).await?;
            let (whole, heard) = cpu(turns, turns_of(&router, turns, deltas)).await?;
            costs.push(whole - played);
            points.push((as_number(deltas), whole - played));
            delay = heard;
        }
        let (at_zero, per_delta) = line(&points);
        fixed.push(at_zero);
        slope.push(per_delta);
        for (delays, share) in delays.iter_mut().zip([50, 99]) {
            delays.push(percentile(&delay, share));
        }
    }
    let what = format!("turn: CPU apart from the network, prompt of {PROMPT_CHARS} characters");
    figure(&what, median(&fixed), "ms", "0.3 ms");
    figure("turn: CPU of each delta apart from the network", median(&slope) * 1e3, "us", "10 us");
    for ((deltas, turns), costs) in LENGTHS.into_iter().zip(&costs) {
        println!(
            "turn: CPU of {deltas:3} deltas apart from the network {:.3} ms ({turns} turns)",
            median(costs)
        );
    }
    for ((what, bound), delays) in [("median", "none"), ("p99", "1 ms")].into_iter().zip(&delays) {
        let what = format!("delay: first delta apart from the network, {PARALLEL} streams, {what}");
        figure(&what, median(delays), "ms", bound);
    }
    Ok(())
}

/// Milliseconds of CPU that one of so many pieces of work takes.
async fn cpu<T>(
    count: usize,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<(f64, T)> {
    let spent = || cpu_ms(std::process::id()).map(|[user, system]| user + system);
    let before = spent()?;
    let done = work.await?;
    // The last turns are closed after their last frame.
    tokio::time::sleep(Duration::from_millis(100)).await;
    Ok(((spent()? - before) / as_number(count), done))
}

/// The service as `prf serve` puts it together, without listening.
fn service(data: &Path, tape: Play) -> anyhow::Result<Router> {
    std::fs::create_dir_all(data)?;
    let store = SqliteStore::open(&data.join("prf.sqlite"), SqliteOptions::default())?;
    let store = Arc::new(store);
    let environment = [("ANTHROPIC_API_KEY".to_owned(), "recorded".to_owned())];
    let settings = TurnSettings::read(&mut Reader::new(environment), false)?;
    let models = Models::built_in()?;
    let model = (*models.line(&settings.model.id)?.first().context("no model")?).clone();
    let config = AnthropicConfig {
        base_url: String::new(),
        key: Arc::new(Secret::new("recorded")),
        model,
        temperature: settings.model.temperature,
        web_search: settings.model.web_search.clone(),
        prompt_caching: true,
    };
    let provider = Failover::new(Arc::new(Recorded::new(&config, tape)), Vec::new());
    let checks = Arc::new(Checks::new(Checker::new(), Vec::new()));
    let turns = settings.turns(&store, checks, Some(Arc::new(provider)), Arc::new(Unmetered))?;
    Ok(api::router(Arc::new(App {
        turns: Arc::new(turns),
        audit: store.clone(),
        connections: store,
        authenticator: Arc::new(LocalAdmin),
        sign_in: SignIn::Nobody,
        session_check: Duration::from_secs(60),
        origins: Origins { loopback_only: true, allowed: Vec::new() },
        files: None,
        hub: Hub::default(),
        operations: Operations::default(),
        version: "bench",
    })))
}

async fn put_prompt(router: &Router) -> anyhow::Result<()> {
    let body = json!({ "instruction": prompt(PROMPT_CHARS)? }).to_string();
    let (status, _, _) = ask(router, Method::PUT, "/prompts/Basic", body).await?;
    anyhow::ensure!(status == StatusCode::OK, "the prompt was not saved: {status}");
    Ok(())
}

/// So many turns, some at the same time, each heard to its end; gives how long each first delta took.
async fn turns_of(router: &Router, count: usize, deltas: usize) -> anyhow::Result<Vec<f64>> {
    let mut clients = JoinSet::new();
    for client in 0..PARALLEL {
        let router = router.clone();
        clients.spawn(async move {
            tokio::time::sleep(start_of(client, deltas)).await;
            let mut delays = Vec::new();
            for _ in 0..count / PARALLEL {
                delays.extend(turn(&router).await?);
            }
            anyhow::Ok(delays)
        });
    }
    let mut delays = Vec::new();
    while let Some(done) = clients.join_next().await {
        delays.extend(done??);
    }
    Ok(delays)
}

/// Streams do not begin at once: each a little later than the one before, over the time of one turn.
fn start_of(client: usize, deltas: usize) -> Duration {
    let [client, parallel] = [client, PARALLEL].map(|count| u32::try_from(count).unwrap_or(1));
    length_of(deltas) * client / parallel
}

/// Gives how long the first delta took; none where there is none.
async fn turn(router: &Router) -> anyhow::Result<Option<f64>> {
    let (status, begun, _) = ask(router, Method::POST, "/turns", QUESTION).await?;
    anyhow::ensure!(status == StatusCode::ACCEPTED, "the turn did not begin: {begun:?}");
    let Begun { turn_id } = serde_json::from_slice(&begun)?;
    let (_, events, delay) =
        ask(router, Method::GET, &format!("/turns/{turn_id}/events"), "").await?;
    anyhow::ensure!(events.windows(8).any(|part| part == b"chat_end"), "the turn did not end");
    Ok(delay)
}

/// Status and body of an answer, and how old the first delta was when it came.
async fn ask(
    router: &Router,
    method: Method,
    path: &str,
    body: impl Into<Body>,
) -> anyhow::Result<(StatusCode, Vec<u8>, Option<f64>)> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1")
        .header("content-type", "application/json")
        .body(body.into())?;
    let response = router.clone().oneshot(request).await?;
    let status = response.status();
    let mut parts = response.into_body().into_data_stream();
    let (mut whole, mut delay) = (Vec::new(), None);
    while let Some(part) = parts.next().await {
        let part = part?;
        if delay.is_none() {
            delay = age_ms(&part);
        }
        whole.extend_from_slice(&part);
    }
    Ok((status, whole, delay))
}

/// The same answers, heard by nobody before they are over.
async fn play(tape: &Play, count: usize, deltas: usize) -> anyhow::Result<()> {
    let mut players = JoinSet::new();
    for player in 0..PARALLEL {
        let tape = Arc::clone(tape);
        players.spawn(async move {
            tokio::time::sleep(start_of(player, deltas)).await;
            for _ in 0..count / PARALLEL {
                let answer = tape();
                tokio::time::sleep(length_of(deltas)).await;
                answer.for_each(|_| async {}).await;
            }
        });
    }
    while let Some(done) = players.join_next().await {
        done?;
    }
    Ok(())
}
