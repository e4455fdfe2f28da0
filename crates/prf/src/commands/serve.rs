//! `prf serve`: the page and the API on one address, over one SQLite file.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use api::auth::Origins;
use api::{AnswerRoom, App, Figures, FileReader, Hub, LongChecks, Operations, SESSION_CHECK};
use checker::Checker;
use domain::check::Checks;
use domain::meter::Meter;
use domain::ports::Clock;
use domain::turn::Turns;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::args::ServeFlags;
use crate::config::Config;
use crate::extractor::ProcessExtractor;
use crate::front::{self, BodyRoom, Certificates, Front, FrontLimits, room_for};
use crate::identity;
use crate::metrics::Metrics;
use crate::packs::Packs;
use crate::page::{PageSettings, with_page};
use crate::retention::sweep_daily;
use crate::service;
use crate::telemetry::Telemetry;
use providers::setup::legs::{self, Legs};
use providers::setup::system::SystemClock;

/// So often it is looked for cached prompts that would end.
const WARM_EVERY: Duration = Duration::from_secs(60);

/// Memory for the bodies of requests that are being read or answered: six of the longest files.
const BODIES_BYTES: usize = 128 * 1024 * 1024;

/// Memory for long answers that clients have not taken yet.
const ANSWERS_BYTES: usize = 128 * 1024 * 1024;

/// So often packs and certificates are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub(crate) fn run(flags: &ServeFlags) -> anyhow::Result<ExitCode> {
    let config = Config::read(std::env::vars(), flags)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let telemetry = {
        let _inside = runtime.enter();
        Telemetry::start(&config)?
    };
    let served = runtime.block_on(serve(config));
    telemetry.end();
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let packs = config.packs.as_deref().map(Packs::open).transpose()?;
    let checker = packs.as_ref().map_or_else(Checker::new, Packs::checker);
    let states = packs.as_ref().map(Packs::states).unwrap_or_default();
    let metrics = Arc::new(Metrics::new(env!("CARGO_PKG_VERSION"), SystemClock.now()));
    let meter: Arc<dyn Meter> = metrics.clone();
    let checks = Checks::new(checker, states).measured_by(Arc::clone(&meter));
    let checks = Arc::new(checks);
    let listener = front::listen(config.listen);
    let listener = listener
        .with_context(|| format!("could not listen on {} (port_unavailable)", config.listen))?;
    let store = Arc::new(service::open_store(&config)?.measured_by(Arc::clone(&meter)));
    let identity = identity::open(&config, &store).await?;
    let Legs { provider, retirement } = legs::open(&config.turns, None, Arc::clone(&meter))?;
    let turns = service::turns(&config, &store, Arc::clone(&checks), provider, meter)?;
    let turns = Arc::new(turns);
    let recovered = turns.recover().await.context("could not close interrupted turns")?;
    let address = listener.local_addr()?;
    tracing::info!(event = "server.started", address = %address, recovered);
    if let Some(packs) = packs {
        tokio::spawn(watch(packs, checks));
    }
    if let Some(window) = config.turns.model.keep_warm {
        tokio::spawn(keep_warm(Arc::clone(&turns), window));
    }
    if !config.retention.keeps_all() {
        tokio::spawn(sweep_daily(Arc::clone(&store), config.retention));
    }
    let hub = Hub::default();
    let stopping = CancellationToken::new();
    let figures: Figures = Arc::new(move || metrics.text());
    let operations = Operations {
        stopping: stopping.clone(),
        figures: Some(figures),
        retirement,
        answers: AnswerRoom::of_bytes(ANSWERS_BYTES),
        long_checks: LongChecks::default(),
    };
    let page = PageSettings {
        is_behind_tls: config.auth.is_behind_tls,
        connect: identity.page_asks.clone(),
    };
    let app = App {
        turns,
        connections: store.clone(),
        authenticator: identity.authenticator,
        sign_in: identity.sign_in,
        session_check: SESSION_CHECK,
        audit: store.clone(),
        origins: Origins { loopback_only: identity.loopback_only, allowed: config.origins },
        hub: hub.clone(),
        files: Some(FileReader::new(Arc::new(ProcessExtractor::new()))),
        operations,
        version: env!("CARGO_PKG_VERSION"),
    };
    let router = with_page(api::router(Arc::new(app)), page);
    let certificates = config.front.tls.map(Certificates::open).transpose()?;
    let tls = certificates.as_ref().map(Certificates::acceptor).transpose()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    if let Some(certificates) = certificates {
        tokio::spawn(renew(certificates));
    }
    super::print(&format!("listening on {scheme}://{address}\n"))?;
    let limits = config.front.limits;
    let limits = FrontLimits { connections: room_for(limits.connections), ..limits };
    let front = Front { listener, router, limits, bodies: BodyRoom::of_bytes(BODIES_BYTES), tls };
    front.answer(stop(stopping, config.drain)).await;
    // What still runs saves what has come.
    hub.drain().await;
    Ok(())
}

/// Looks at the certificate's files until the server ends.
async fn renew(certificates: Arc<Certificates>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let certificates = Arc::clone(&certificates);
        if tokio::task::spawn_blocking(move || certificates.renew()).await.is_err() {
            return;
        }
    }
}

/// Puts changed packs in force until the server ends.
async fn watch(mut packs: Packs, checks: Arc<Checks>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let checks = Arc::clone(&checks);
        let looked = tokio::task::spawn_blocking(move || {
            packs.renew(&checks);
            packs
        });
        match looked.await {
            Ok(same) => packs = same,
            Err(_) => return,
        }
    }
}

/// Keeps the cached prompts of engines in use until the server ends.
async fn keep_warm(turns: Arc<Turns>, window: Duration) {
    let window_ms = i64::try_from(window.as_millis()).unwrap_or(i64::MAX);
    loop {
        tokio::time::sleep(WARM_EVERY).await;
        if let Err(error) = turns.keep_warm(window_ms).await {
            tracing::warn!(event = "cache.not_kept_warm", code = error.code());
        }
    }
}

/// Ends the server after Ctrl+C or the signal of service managers: `/readyz` says so at once, and for
/// that time everything still works, so that nobody sends anything more; a second signal ends it.
async fn stop(stopping: CancellationToken, after: Duration) {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    asked_to_stop(&mut terminate).await;
    stopping.cancel();
    tracing::info!(event = "server.stopping", after_ms = after.as_millis());
    let over = std::pin::pin!(tokio::time::sleep(after));
    futures::future::select(over, std::pin::pin!(asked_to_stop(&mut terminate))).await;
}

async fn asked_to_stop(terminate: &mut Signal) {
    let interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let terminated = std::pin::pin!(terminate.recv());
    futures::future::select(interrupted, terminated).await;
}
