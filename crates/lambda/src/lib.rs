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
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use config::Config;

/// Libraries that would write events and requests, with tokens and articles in them, at finer levels.
const KEPT_QUIET: &str = "lambda_runtime=info,aws=info,hyper=info,h2=info,reqwest=info,tower=info";

/// Runs the function that the environment names, until AWS ends the process.
///
/// # Errors
///
/// Settings that cannot be used, or a runtime that cannot be reached.
pub fn run() -> anyhow::Result<()> {
    let config = Config::read(std::env::vars())?;
    // Nobody receives traces here, and a line of the log names its ids itself.
    let spans = domain::meter::SPANS;
    let filter = format!("{},{KEPT_QUIET},{spans}=off", config.log);
    let filter: Targets = filter.parse().context("PRF_LOG")?;
    let lines = tracing_subscriber::fmt::layer().json().with_span_list(false);
    tracing_subscriber::registry().with(lines).with(filter).init();
    // One invocation at a time, on less than two processors: more threads would only wait.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let function = config.function;
    let ended = runtime.block_on(functions::run(config));
    ended.with_context(|| format!("function {} ended", function.handler()))
}
