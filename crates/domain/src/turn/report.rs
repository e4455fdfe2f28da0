//! What a turn was, in figures, for whoever meters it; and its span in a trace.

use std::collections::BTreeMap;

use checker::Category;

use super::answer::Parts;
use super::{Outcome, TurnKind, TurnRecord};
use crate::engine::Engine;
use crate::finding::{Finding, FindingSource};
use crate::ledger::{Attempt, Nanodollars};
use crate::meter::SPANS;
use crate::model::{ProviderName, TokenUsage};
use crate::time::Timestamp;

/// A turn once it has ended, without text and without who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnReport {
    /// With which engine.
    pub engine: Engine,
    /// What kind.
    pub kind: TurnKind,
    /// How it ended.
    pub outcome: Outcome,
    /// The stable code of what the model's part failed by; none where it did not.
    pub failure: Option<&'static str>,
    /// Who answered last; none where only rules ran.
    pub provider: Option<ProviderName>,
    /// The model as the provider named it.
    pub model: Option<String>,
    /// From the beginning to the model's first word or finding; none where none came.
    pub first_content_ms: Option<u64>,
    /// From the beginning until everything was saved.
    pub duration_ms: u64,
    /// Requests to providers.
    pub attempts: u64,
    /// How often another provider took over.
    pub failovers: u64,
    /// As the providers reported it.
    pub usage: TokenUsage,
    /// At the price of the day.
    pub cost: Nanodollars,
    /// How many findings were shown, by category and finder.
    pub findings: BTreeMap<(Category, FindingSource), u64>,
}

impl TurnReport {
    /// The report but for its end: how it ended, and when.
    pub(super) fn of(record: &TurnRecord, parts: &Parts) -> Self {
        Self {
            engine: record.engine,
            kind: record.kind,
            outcome: Outcome::Completed,
            failure: None,
            provider: parts.provider.clone(),
            model: parts.model.clone(),
            first_content_ms: parts.content_at.map(|at| since(record.started_at, at)),
            duration_ms: 0,
            attempts: u64::try_from(parts.attempts.len()).unwrap_or(u64::MAX),
            failovers: failovers(&parts.attempts),
            usage: parts.usage,
            cost: parts.cost,
            findings: counted(&parts.findings),
        }
    }

    /// The whole report; also said in the turn's span.
    pub(super) fn ended(
        self,
        record: &TurnRecord,
        outcome: Outcome,
        failure: Option<&'static str>,
        at: Timestamp,
    ) -> Self {
        // Without a model the rules are the whole of a proofreading turn, and no fault.
        let failure = failure.filter(|_| outcome != Outcome::Completed);
        let span = tracing::Span::current();
        span.record("prf.outcome", outcome.name());
        if let Some(code) = failure {
            span.record("error.type", code);
        }
        Self { outcome, failure, duration_ms: since(record.started_at, at), ..self }
    }
}

/// The span of a turn; nothing where nobody receives traces.
pub(super) fn span(record: &TurnRecord) -> tracing::Span {
    tracing::info_span!(
        target: SPANS,
        "turn",
        prf.turn.id = record.id.as_str(),
        prf.engine = record.engine.name(),
        prf.mode = record.kind.name(),
        prf.outcome = tracing::field::Empty,
        error.type = tracing::field::Empty,
    )
}

/// A clock that was set back makes no negative time.
fn since(began: Timestamp, at: Timestamp) -> u64 {
    u64::try_from(at.millis().saturating_sub(began.millis())).unwrap_or(0)
}

fn failovers(attempts: &[Attempt]) -> u64 {
    let next = attempts.iter().skip(1);
    attempts.iter().zip(next).filter(|(one, next)| one.provider != next.provider).map(|_| 1).sum()
}

fn counted(findings: &[Finding]) -> BTreeMap<(Category, FindingSource), u64> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry((finding.category, finding.source)).or_default() += 1;
    }
    counts
}
