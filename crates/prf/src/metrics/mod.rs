//! The figures of the running server, added up in memory and written in Prometheus' text format.
//! What each means stands in `docs/OBSERVABILITY.md`.

mod labels;
mod process;

use std::time::{Duration, Instant};

use checker::Category;
use domain::engine::Engine;
use domain::finding::FindingSource;
use domain::ledger::Nanodollars;
use domain::meter::{AttemptReport, Measurement, Meter};
use domain::model::TokenUsage;
use domain::time::Timestamp;
use domain::turn::{Outcome, TurnKind, TurnReport};
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use labels::{
    Answered, Asked, Attempted, Build, Ended, OfCategory, OfCode, OfEngine, OfRoute, Shown, Spent,
    Tokens,
};
use process::Process;

type Counts<L> = Family<L, Counter>;
type Times<L> = Family<L, Histogram, fn() -> Histogram>;

/// Codes of [`domain::ports::StoreError`]: each is there from the start, so that a first failure is
/// seen as a rise.
const STORE_CODES: [&str; 5] =
    ["conflict", "store_full", "store_unavailable", "store_corrupt", "store_failed"];

/// All figures of one process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    began: Instant,
    turns: Counts<Ended>,
    first_token: Times<Asked>,
    turn_time: Times<Asked>,
    failovers: Counts<OfEngine>,
    tokens: Counts<Tokens>,
    cost: Counts<Spent>,
    shown: Counts<Shown>,
    attempts: Counts<Attempted>,
    check_time: Histogram,
    found: Counts<OfCategory>,
    requests: Counts<Answered>,
    request_time: Times<OfRoute>,
    sockets: Gauge,
    store_errors: Counts<OfCode>,
}

impl Metrics {
    /// Nothing counted yet; `now` is the start of the process.
    pub(crate) fn new(version: &'static str, now: Timestamp) -> Self {
        let metrics = Self {
            registry: Registry::default(),
            began: Instant::now(),
            turns: Family::default(),
            first_token: Family::new_with_constructor(seconds_to_a_word),
            turn_time: Family::new_with_constructor(seconds_of_a_turn),
            failovers: Family::default(),
            tokens: Family::default(),
            cost: Family::default(),
            shown: Family::default(),
            attempts: Family::default(),
            check_time: seconds_of_a_check(),
            found: Family::default(),
            requests: Family::default(),
            request_time: Family::new_with_constructor(seconds_of_a_request),
            sockets: Gauge::default(),
            store_errors: Family::default(),
        };
        metrics.start_at_zero();
        let registry = metrics.registered(version, now);
        Self { registry, ..metrics }
    }

    /// Everything in Prometheus' text format.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            // A `String` takes whatever is written.
            Err(std::fmt::Error) => String::new(),
        }
    }

    /// Makes the series whose labels are known, so that a first event is seen as a rise.
    fn start_at_zero(&self) {
        for engine in Engine::ALL.map(Engine::name) {
            drop(self.failovers.get_or_create(&OfEngine { engine }));
            for mode in [TurnKind::Proofread, TurnKind::Chat].map(TurnKind::name) {
                drop(self.first_token.get_or_create(&Asked { engine, mode }));
                drop(self.turn_time.get_or_create(&Asked { engine, mode }));
                for outcome in Outcome::ALL.map(Outcome::name) {
                    drop(self.turns.get_or_create(&Ended { engine, mode, outcome }));
                }
            }
            self.add_tokens(engine, TokenUsage::default());
            for purpose in ["turn", "keep-warm"] {
                self.add_cost(engine, purpose, Nanodollars::default());
            }
        }
        for category in Category::ALL.map(Category::name) {
            drop(self.found.get_or_create(&OfCategory { category }));
        }
        for code in STORE_CODES {
            drop(self.store_errors.get_or_create(&OfCode { code }));
        }
    }

    fn registered(&self, version: &'static str, now: Timestamp) -> Registry {
        let mut all = Registry::default();
        all.register("prf_turns", "Turns that have ended", self.turns.clone());
        all.register(
            "prf_first_token_seconds",
            "From the beginning of a turn to the model's first word or finding",
            self.first_token.clone(),
        );
        let help = "From the beginning of a turn until everything was saved";
        all.register("prf_turn_seconds", help, self.turn_time.clone());
        let help = "Turns of an answer from one provider to the next";
        all.register("prf_failovers", help, self.failovers.clone());
        let help = "Tokens and searches as providers reported them";
        all.register("prf_tokens", help, self.tokens.clone());
        let help = "Billionths of a dollar, at the price of the day";
        all.register("prf_cost_nanodollars", help, self.cost.clone());
        let help = "Findings that turns have shown";
        all.register("prf_turn_findings", help, self.shown.clone());
        let help = "Requests to providers that have ended";
        all.register("prf_provider_attempts", help, self.attempts.clone());
        let help = "How long the rules read a text";
        all.register("prf_check_seconds", help, self.check_time.clone());
        let help = "Findings of the rules, of every check";
        all.register("prf_check_findings", help, self.found.clone());
        let help = "Requests to the API";
        all.register("prf_http_requests", help, self.requests.clone());
        let help = "From a request until its answer begins";
        all.register("prf_http_request_seconds", help, self.request_time.clone());
        all.register("prf_sockets_open", "Open sockets", self.sockets.clone());
        let help = "Store calls that failed";
        all.register("prf_store_errors", help, self.store_errors.clone());
        let build = Family::<Build, Gauge>::default();
        build.get_or_create(&Build { version }).set(1);
        all.register("prf_build_info", "The version that runs", build);
        all.register_collector(Box::new(Process { started_s: seconds(now.millis()) }));
        all
    }

    fn add_turn(&self, report: &TurnReport) {
        let (engine, mode) = (report.engine.name(), report.kind.name());
        let outcome = report.outcome.name();
        self.turns.get_or_create(&Ended { engine, mode, outcome }).inc();
        let asked = Asked { engine, mode };
        if let Some(ms) = report.first_content_ms {
            self.first_token.get_or_create(&asked).observe(from_ms(ms));
        }
        self.turn_time.get_or_create(&asked).observe(from_ms(report.duration_ms));
        self.failovers.get_or_create(&OfEngine { engine }).inc_by(report.failovers);
        self.add_tokens(engine, report.usage);
        self.add_cost(engine, "turn", report.cost);
        for ((category, source), count) in &report.findings {
            let shown = Shown { category: category.name(), source: FindingSource::name(*source) };
            self.shown.get_or_create(&shown).inc_by(*count);
        }
    }

    fn add_tokens(&self, engine: &'static str, usage: TokenUsage) {
        let all = [
            ("input", usage.input_tokens),
            ("output", usage.output_tokens),
            ("cache_read", usage.cache_read_tokens),
            ("cache_write_5m", usage.cache_write_5m_tokens),
            ("cache_write_1h", usage.cache_write_1h_tokens),
            ("web_search", usage.web_searches),
        ];
        for (kind, count) in all {
            self.tokens.get_or_create(&Tokens { engine, kind }).inc_by(count);
        }
    }

    fn add_cost(&self, engine: &'static str, purpose: &'static str, cost: Nanodollars) {
        self.cost.get_or_create(&Spent { engine, purpose }).inc_by(cost.0);
    }

    fn add_attempt(&self, report: &AttemptReport) {
        let provider = report.provider.as_str().to_owned();
        self.attempts.get_or_create(&Attempted { provider, outcome: report.outcome }).inc();
    }
}

impl Meter for Metrics {
    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn take(&self, measurement: Measurement<'_>) {
        match measurement {
            Measurement::Turn(report) => self.add_turn(report),
            Measurement::Attempt(report) => self.add_attempt(report),
            Measurement::KeptWarm { engine, attempt } => {
                self.add_tokens(engine.name(), attempt.usage);
                self.add_cost(engine.name(), "keep-warm", attempt.cost);
            }
            Measurement::Check { took, findings } => {
                self.check_time.observe(took.as_secs_f64());
                for (category, count) in findings {
                    let category = category.name();
                    self.found.get_or_create(&OfCategory { category }).inc_by(count);
                }
            }
            Measurement::Request { route, method, status, took } => {
                let route = route.to_owned();
                let answered = Answered { route: route.clone(), method, status };
                self.requests.get_or_create(&answered).inc();
                let time = self.request_time.get_or_create(&OfRoute { route, method });
                time.observe(took.as_secs_f64());
            }
            Measurement::SocketOpened => {
                self.sockets.inc();
            }
            Measurement::SocketClosed => {
                self.sockets.dec();
            }
            Measurement::StoreFailed { code } => {
                self.store_errors.get_or_create(&OfCode { code }).inc();
            }
        }
    }
}

fn seconds_to_a_word() -> Histogram {
    Histogram::new([0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 30.0, 60.0])
}

fn seconds_of_a_turn() -> Histogram {
    Histogram::new([0.05, 0.25, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 60.0, 120.0, 280.0])
}

fn seconds_of_a_check() -> Histogram {
    Histogram::new([0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5])
}

fn seconds_of_a_request() -> Histogram {
    Histogram::new([0.001, 0.005, 0.025, 0.1, 0.5, 2.0, 10.0])
}

fn from_ms(ms: u64) -> f64 {
    seconds(i64::try_from(ms).unwrap_or(i64::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 milliseconds")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}
