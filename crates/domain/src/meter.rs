//! What is counted and timed while the service works, as a port: each home adds it up in its own
//! form. A measurement holds no text and nobody's id, and every name in it is of a bounded set.

use std::fmt::Debug;
use std::time::Duration;

use checker::{Category, Suggestion};

use crate::engine::Engine;
use crate::ledger::Attempt;
use crate::model::{ProviderName, TokenUsage};
use crate::turn::TurnReport;

/// The target of every span: only a receiver of traces listens to it, the log never does.
pub const SPANS: &str = "prf_spans";

/// Adds up what was measured.
pub trait Meter: Debug + Send + Sync {
    /// Time since some instant; only the difference of two readings means anything.
    fn elapsed(&self) -> Duration;
    /// Takes one measurement; quick, and it cannot fail.
    fn take(&self, measurement: Measurement<'_>);
}

/// One thing that was measured.
#[derive(Debug, Clone, Copy)]
pub enum Measurement<'a> {
    /// A turn has ended.
    Turn(&'a TurnReport),
    /// A request to a provider has ended.
    Attempt(&'a AttemptReport),
    /// An engine's cached prompt was kept from ending, at that cost.
    KeptWarm {
        /// Whose prompt.
        engine: Engine,
        /// What it took.
        attempt: &'a Attempt,
    },
    /// The rules have read a text.
    Check {
        /// For so long.
        took: Duration,
        /// How many findings each category has.
        findings: [(Category, u64); 14],
    },
    /// A request to the API was answered; a stream counts once its answer begins.
    Request {
        /// The route's template, as `/conversations/{id}`; `none` where no route matched.
        route: &'a str,
        /// Its method.
        method: &'static str,
        /// HTTP status.
        status: u16,
        /// Until the answer began.
        took: Duration,
    },
    /// A socket was opened.
    SocketOpened,
    /// A socket has gone.
    SocketClosed,
    /// A store did not do what it was asked.
    StoreFailed {
        /// The stable code of [`crate::ports::StoreError`].
        code: &'static str,
    },
}

/// One request to a provider, once it has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptReport {
    /// Who was asked.
    pub provider: ProviderName,
    /// For which model.
    pub model: String,
    /// `completed`, `abandoned` where the turn was stopped, or the stable code of the failure.
    pub outcome: &'static str,
    /// From the request to the first word or finding; none where none came.
    pub first_content: Option<Duration>,
    /// From the request to its end.
    pub took: Duration,
    /// As the provider reported it.
    pub usage: TokenUsage,
}

/// How many of these suggestions each category has.
#[must_use]
pub fn by_category(suggestions: &[Suggestion]) -> [(Category, u64); 14] {
    Category::ALL.map(|category| {
        let of_it = suggestions.iter().filter(|suggestion| suggestion.category == category);
        (category, of_it.map(|_| 1).sum())
    })
}

/// Adds nothing up: for commands that end at once, and for tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unmetered;

impl Meter for Unmetered {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn take(&self, _measurement: Measurement<'_>) {}
}
