//! The run of a turn: rules first, then the providers in order, then everything saved and settled.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::answer::{Growing, Parts};
use super::gathering::Gathering;
use super::journal::{Journal, log_failure};
use super::report::{TurnReport, span};
use super::{
    Notice, OpenTurn, Outcome, TurnEvent, TurnInput, TurnKind, TurnRecord, TurnSink, Turns,
    answer_message, ended, findings_summary,
};
use crate::anchor::Anchor;
use crate::conversation::Answer;
use crate::ledger::{Audit, EntryKind, LedgerEntry};
use crate::meter::Measurement;
use crate::model::{Mode, ModelEvent, ModelRequest, ProviderError};
use crate::prefix::{CacheForecast, Observed, PrefixDigest};
use crate::time::Timestamp;

/// How the model's part ended, and what its failure was when it failed.
struct Generated {
    outcome: Outcome,
    failure: Option<&'static str>,
}

impl Turns {
    /// Runs a turn to its end. It never fails: faults become events, and what came is saved.
    ///
    /// `stop` ends it early; what the provider has reported until then is billed.
    pub async fn run(
        &self,
        turn: OpenTurn,
        sink: &dyn TurnSink,
        stop: &CancellationToken,
    ) -> Outcome {
        let span = span(&turn.record);
        self.run_inside(turn, sink, stop).instrument(span).await
    }

    async fn run_inside(
        &self,
        turn: OpenTurn,
        sink: &dyn TurnSink,
        stop: &CancellationToken,
    ) -> Outcome {
        let record = &turn.record;
        let mut journal = Journal::new(&*self.turns, &*self.clock, sink, record, 0);
        let request = turn.request.as_deref();
        let first = self.provider.as_ref().filter(|_| request.is_some());
        let digest = request.map(PrefixDigest::of);
        let cache = request
            .zip(digest)
            .and_then(|(request, digest)| self.forecast(request, digest, record.started_at));
        journal.emit(TurnEvent::Started {
            conversation_id: record.conversation_id.clone(),
            provider: first.map(|provider| provider.name()),
            model: first.map(|provider| provider.model().id),
            cache,
            at: record.started_at,
        });
        let checker = self.checks.checker();
        let (anchor, categories) = match &turn.input {
            TurnInput::Proofread { text, categories, .. } => {
                for finding in &turn.findings {
                    journal.emit(TurnEvent::Finding(finding.clone()));
                }
                let anchor = Anchor::new(text.as_str(), &checker, &turn.settings, &turn.findings);
                (Some(anchor), categories.as_slice())
            }
            TurnInput::Chat { .. } => (None, [].as_slice()),
        };
        let mut growing = Growing::new(anchor, categories, record.started_at);
        let generated = self.generate(&turn, digest, &mut growing, &mut journal, stop).await;
        if growing.dropped_findings() > 0 {
            journal.emit(TurnEvent::Notice(Notice::FindingsDropped));
        }
        self.conclude(&turn, growing, &generated, &mut journal).await
    }

    /// Hears the provider out, until the answer is complete, stopped or failed.
    async fn generate(
        &self,
        turn: &OpenTurn,
        digest: Option<PrefixDigest>,
        growing: &mut Growing<'_>,
        journal: &mut Journal<'_>,
        stop: &CancellationToken,
    ) -> Generated {
        let (Some(request), Some(digest)) = (&turn.request, digest) else {
            journal.emit(TurnEvent::Notice(Notice::ModelEmbargoed));
            return without_model(turn, "embargoed");
        };
        if request.mode == Mode::Chat && !request.may_search {
            journal.emit(TurnEvent::Notice(Notice::SearchEmbargoed));
        }
        let Some(provider) = &self.provider else {
            journal.emit(TurnEvent::Notice(Notice::ModelNotConfigured));
            return without_model(turn, "model_not_configured");
        };
        let mut events =
            Gathering::new(provider.stream(Arc::clone(request)), Arc::clone(&self.beats));
        let mut stopped = pin!(stop.cancelled());
        loop {
            let Some(event) = heard(&mut events, journal, stopped.as_mut()).await else {
                for event in events.rest() {
                    growing.take(event, self.clock.now(), journal);
                }
                return Generated { outcome: Outcome::Stopped, failure: None };
            };
            match event {
                Ok(event) => {
                    let is_usage = matches!(event, ModelEvent::Usage(_));
                    let ended = growing.take(event, self.clock.now(), journal);
                    if is_usage {
                        self.observe(turn, growing, digest);
                    }
                    if let Some(outcome) = ended {
                        return Generated { outcome, failure: None };
                    }
                }
                Err(error) => return give_up(turn, growing, journal, &error),
            }
        }
    }

    pub(super) fn forecast(
        &self,
        request: &ModelRequest,
        digest: PrefixDigest,
        now: Timestamp,
    ) -> Option<CacheForecast> {
        let (prefixes, provider) = (self.prefixes.as_ref()?, self.provider.as_ref()?);
        let (name, card) = (provider.name(), provider.model());
        Some(prefixes.forecast(&name, &card, digest, request, now))
    }

    fn observe(&self, turn: &OpenTurn, growing: &Growing<'_>, digest: PrefixDigest) {
        let (Some(prefixes), Some((provider, card))) = (&self.prefixes, growing.attempt()) else {
            return;
        };
        prefixes.observe(Observed {
            provider,
            model: &card.id,
            digest,
            engine: turn.record.engine,
            usage: growing.attempt_usage(),
            is_asked: true,
            has_history: turn.request.as_ref().is_some_and(|sent| !sent.history.is_empty()),
            at: self.clock.now(),
        });
    }

    /// Settles the ledger, saves the answer and closes the turn; says so only after it is true.
    async fn conclude(
        &self,
        turn: &OpenTurn,
        mut growing: Growing<'_>,
        generated: &Generated,
        journal: &mut Journal<'_>,
    ) -> Outcome {
        growing.close_attempt();
        let (usage, cost) = growing.billed();
        journal.emit(TurnEvent::Usage { usage, cost });
        let (record, outcome) = (&turn.record, generated.outcome);
        let mut parts = growing.into_parts();
        let report = TurnReport::of(record, &parts);
        let entry = entry_of(record, outcome, &mut parts);
        let mut last = Vec::new();
        let mut answer = None;
        if outcome == Outcome::Failed {
            last.push(TurnEvent::Failed {
                code: generated.failure.unwrap_or("model_failed").into(),
            });
        } else {
            let now = self.clock.now();
            let content = match record.kind {
                TurnKind::Proofread => findings_summary(&parts.findings),
                TurnKind::Chat => parts.text.clone(),
            };
            if !parts.sources.is_empty() {
                let (message, sources) = (content.clone(), parts.sources.clone());
                last.push(TurnEvent::Sources { message, sources, at: now });
            }
            last.push(ended(record, outcome, content.clone(), parts.pieces, now));
            answer = Some(answer_message(record, content, answer_of(turn, outcome, parts), now));
        }
        match journal.conclude(last, outcome, entry, answer, &self.unsaved).await {
            Ok(()) => self.save_all_unsaved().await,
            Err(error) => {
                log_failure(record, &error);
                // The turn stays open with its whole answer in the journal, from which a start
                // recovers it unless this process can save its end before.
                let last = TurnEvent::Failed { code: error.code().into() };
                if let Err(error) = journal.leave_open(last).await {
                    log_failure(record, &error);
                }
            }
        }
        let report = report.ended(&turn.record, outcome, generated.failure, self.clock.now());
        self.meter.take(Measurement::Turn(&report));
        outcome
    }
}

/// Without a model the rules are the whole of a proofreading turn.
fn without_model(turn: &OpenTurn, why: &'static str) -> Generated {
    let outcome = match turn.record.kind {
        TurnKind::Proofread => Outcome::Completed,
        TurnKind::Chat => Outcome::Failed,
    };
    Generated { outcome, failure: Some(why) }
}

/// The row of a turn that has ended.
fn entry_of(record: &TurnRecord, outcome: Outcome, parts: &mut Parts) -> LedgerEntry {
    let attempts = std::mem::take(&mut parts.attempts);
    LedgerEntry {
        turn_id: record.id.clone(),
        user_id: record.user_id.clone(),
        engine: record.engine,
        at: record.started_at,
        provider: parts.provider.clone(),
        model: parts.model.clone(),
        usage: parts.usage,
        cost: parts.cost,
        outcome,
        audit: Some(Audit { kind: EntryKind::Turn(record.kind), attempts }),
    }
}

fn answer_of(turn: &OpenTurn, outcome: Outcome, parts: Parts) -> Answer {
    Answer {
        turn_id: turn.record.id.clone(),
        provider: parts.provider,
        model: parts.model,
        continues: turn.record.continues.clone(),
        prompt_version: turn.prompt_version,
        outcome,
        usage: parts.usage,
        findings: parts.findings,
        sources: parts.sources,
        verbatim: parts.verbatim,
    }
}

/// The next event of the answer, while the journal keeps the ones before; none when the turn is
/// to stop.
async fn heard(
    events: &mut Gathering,
    journal: &mut Journal<'_>,
    mut stopped: Pin<&mut impl Future<Output = ()>>,
) -> Option<Result<ModelEvent, ProviderError>> {
    poll_fn(|context| {
        loop {
            if stopped.as_mut().poll(context).is_ready() {
                return Poll::Ready(None);
            }
            let is_behind = journal.is_behind();
            // What is there already is heard first, so that what it asks to be kept is one batch.
            let is_heard_first = !journal.is_full();
            let mut event = Poll::Pending;
            if is_heard_first {
                event = events.poll_next(context);
            }
            if event.is_pending() {
                if journal.poll_progress(context).is_ready() {
                    continue;
                }
                if !is_heard_first && !is_behind {
                    event = events.poll_next(context);
                }
            }
            return event.map(Some);
        }
    })
    .await
}

/// Ends a turn whose providers have all failed.
fn give_up(
    turn: &OpenTurn,
    growing: &Growing<'_>,
    journal: &mut Journal<'_>,
    error: &ProviderError,
) -> Generated {
    tracing::warn!(
        event = "turn.model_failed",
        turn_id = turn.record.id.as_str(),
        code = error.code(),
        error = error as &dyn std::error::Error,
    );
    let is_over = matches!(error, ProviderError::TimedOut { stage: "total" });
    let notice = match matches!(error, ProviderError::TooLong) {
        true => Notice::RequestTooLong,
        false if is_over => Notice::TimeUp,
        false => Notice::ModelUnavailable,
    };
    journal.emit(TurnEvent::Notice(notice));
    let outcome = match (turn.record.kind, growing.has_content()) {
        (TurnKind::Chat, false) => Outcome::Failed,
        (TurnKind::Proofread, _) | (TurnKind::Chat, true) => Outcome::Interrupted,
    };
    Generated { outcome, failure: Some(error.code()) }
}
