//! The service on AWS Lambda: which of the six functions this process is, how events of API Gateway
//! become requests for the router and back, and everything a function needs around them.

mod aws;
mod config;
mod deadline;
mod emf;
mod figures;
pub mod function;
mod functions;
mod keys;
mod post;
pub mod proxy;
mod rest;
mod runtime;
mod secrets;
mod socket;
mod sweep;
mod wiring;

use anyhow::Context;
use tokio::runtime::{Builder, LocalOptions, LocalRuntime};
use tokio::task::spawn_local;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use config::Config;
use runtime::RuntimeApiError;

/// Libraries that would write events and requests, with tokens and articles in them, at finer levels.
const KEPT_QUIET: &str = "aws=info,hyper=info,h2=info,reqwest=info,tower=info";

/// Runs the function that the environment names, until AWS ends the process.
///
/// # Errors
///
/// Settings that cannot be used, or a runtime that cannot be reached.
pub fn run() -> anyhow::Result<()> {
    let runtime_api = config::runtime_api(std::env::vars())?;
    // One invocation at a time, on less than two processors: more threads would only wait.
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().build_local(LocalOptions::default())?;
    let ended = start(&runtime);
    if let Err(error) = &ended
        && !error.is::<RuntimeApiError>()
    {
        // The process ends with its own error, whether AWS has heard of it or not.
        let _ = runtime.block_on(runtime::report_start(&runtime_api, error));
    }
    ended
}

fn start(runtime: &LocalRuntime) -> anyhow::Result<()> {
    let config = Config::read(std::env::vars())?;
    // Nobody receives traces here, and a line of the log names its ids itself.
    let spans = domain::meter::SPANS;
    let filter = format!("{},{KEPT_QUIET},{spans}=off", config.log);
    let filter: Targets = filter.parse().context("PRF_LOG")?;
    let lines = tracing_subscriber::fmt::layer().json().with_span_list(false);
    tracing_subscriber::registry().with(lines).with(filter).init();
    let function = config.function;
    // What wakes a task is a place in a queue; what wakes the runtime itself is a call of the system.
    let ended = runtime.block_on(async { spawn_local(functions::run(config)).await? });
    ended.with_context(|| format!("function {} ended", function.handler()))
}
