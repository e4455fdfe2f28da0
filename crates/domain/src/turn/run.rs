//! The run of a turn: rules first, then the providers in order, then everything saved and settled.

use std::pin::pin;
use std::sync::Arc;

use futures::StreamExt;
use futures::future::{Either, select};
use tokio_util::sync::CancellationToken;

use super::answer::{Growing, Parts};
use super::begin::settings_for;
use super::journal::{Journal, log_failure};
use super::{
    Notice, OpenTurn, Outcome, TurnEvent, TurnInput, TurnKind, TurnRecord, TurnSink, Turns,
    answer_message, findings_summary,
};
use crate::anchor::Anchor;
use crate::conversation::Answer;
use crate::ledger::{Audit, EntryKind, LedgerEntry};
use crate::model::ProviderError;
use crate::ports::{Provider, StoreError};
use crate::text::ArticleText;

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
        let record = &turn.record;
        let mut journal = Journal::new(&*self.turns, &*self.clock, sink, record, 0);
        let first = self.providers.first();
        journal
            .emit(TurnEvent::Started {
                conversation_id: record.conversation_id.clone(),
                provider: first.map(|provider| provider.name()),
                model: first.map(|provider| provider.model().id),
                at: record.started_at,
            })
            .await;
        let settings = settings_for(record, &turn.input);
        let checker = self.checks.checker();
        let (anchor, categories) = match &turn.input {
            TurnInput::Proofread { text, categories, .. } => {
                for finding in &turn.findings {
                    journal.emit(TurnEvent::Finding(finding.clone())).await;
                }
                let anchor = Anchor::new(text.as_str(), &checker, &settings, &turn.findings);
                (Some(anchor), categories.as_slice())
            }
            TurnInput::Chat { .. } => (None, [].as_slice()),
        };
        let mut growing = Growing::new(anchor, categories);
        let generated = self.generate(&turn, &mut growing, &mut journal, stop).await;
        if growing.dropped_findings() > 0 {
            journal.emit(TurnEvent::Notice(Notice::FindingsDropped)).await;
        }
        self.conclude(&turn, growing, &generated, &mut journal).await
    }

    /// Asks the providers in order until one has answered or content was shown.
    async fn generate(
        &self,
        turn: &OpenTurn,
        growing: &mut Growing<'_>,
        journal: &mut Journal<'_>,
        stop: &CancellationToken,
    ) -> Generated {
        let mut failure = "model_not_configured";
        for (position, provider) in self.providers.iter().enumerate() {
            if position > 0 {
                journal.emit(TurnEvent::Notice(Notice::ProviderSwitched)).await;
            }
            let attempt = self.attempt(turn, provider, growing, journal, stop).await;
            growing.close_attempt(&provider.model(), turn.record.started_at);
            let error = match attempt {
                Ok(outcome) => return Generated { outcome, failure: None },
                Err(error) => error,
            };
            tracing::warn!(
                event = "turn.provider_failed",
                turn_id = turn.record.id.as_str(),
                provider = provider.name().as_str(),
                code = error.code(),
                error = &error as &dyn std::error::Error,
            );
            failure = error.code();
            if growing.has_content() || !error.is_worth_failing_over() {
                break;
            }
        }
        let notice = match self.providers.is_empty() {
            true => Notice::ModelNotConfigured,
            false => Notice::ModelUnavailable,
        };
        journal.emit(TurnEvent::Notice(notice)).await;
        let outcome = match (turn.record.kind, growing.has_content()) {
            // Without a model the rules are the whole of a proofreading turn.
            (TurnKind::Proofread, _) if self.providers.is_empty() => Outcome::Completed,
            (TurnKind::Chat, false) => Outcome::Failed,
            (TurnKind::Proofread, _) | (TurnKind::Chat, true) => Outcome::Interrupted,
        };
        Generated { outcome, failure: Some(failure) }
    }

    async fn attempt(
        &self,
        turn: &OpenTurn,
        provider: &Arc<dyn Provider>,
        growing: &mut Growing<'_>,
        journal: &mut Journal<'_>,
        stop: &CancellationToken,
    ) -> Result<Outcome, ProviderError> {
        growing.provider = Some(provider.name());
        let card = provider.model();
        growing.model = Some(card.id.clone());
        let stopped = pin!(stop.cancelled());
        let mut stream = match select(stopped, provider.stream(&turn.request)).await {
            Either::Left(_) => return Ok(Outcome::Stopped),
            Either::Right((stream, _)) => stream?,
        };
        loop {
            let stopped = pin!(stop.cancelled());
            let event = match select(stopped, stream.next()).await {
                Either::Left(_) => return Ok(Outcome::Stopped),
                Either::Right((event, _)) => event.ok_or(ProviderError::Cut)??,
            };
            let (started_at, now) = (turn.record.started_at, self.clock.now());
            let ended = growing.take(event, &card, started_at, now, journal).await;
            if let Some(outcome) = ended {
                return Ok(outcome);
            }
        }
    }

    /// Saves the answer, settles the ledger, closes the turn; says so only after it is true.
    async fn conclude(
        &self,
        turn: &OpenTurn,
        growing: Growing<'_>,
        generated: &Generated,
        journal: &mut Journal<'_>,
    ) -> Outcome {
        let (usage, cost) = growing.billed();
        journal.emit(TurnEvent::Usage { usage, cost }).await;
        let parts = growing.into_parts();
        let outcome = generated.outcome;
        let saved = self.save(turn, parts, outcome, journal).await;
        let last = match (saved, outcome) {
            (Err(error), _) => {
                log_failure(&turn.record, &error);
                TurnEvent::Failed { code: error.code().into() }
            }
            (Ok(_), Outcome::Failed) => {
                TurnEvent::Failed { code: generated.failure.unwrap_or("model_failed").into() }
            }
            (Ok((message, pieces)), _) => self.ended(&turn.record, outcome, message, pieces),
        };
        // A turn whose answer could not be saved stays open: its journal is recovered later.
        let is_saved = !matches!(&last, TurnEvent::Failed { .. }) || outcome == Outcome::Failed;
        journal.emit(last).await;
        let kept = journal.keep().await;
        let closed = match (kept, is_saved) {
            (Ok(()), true) => self.turns.close(&turn.record, outcome).await,
            (kept, _) => kept,
        };
        if let Err(error) = closed {
            log_failure(&turn.record, &error);
        }
        outcome
    }

    async fn save(
        &self,
        turn: &OpenTurn,
        parts: Parts,
        outcome: Outcome,
        journal: &mut Journal<'_>,
    ) -> Result<(ArticleText, u64), StoreError> {
        let record = &turn.record;
        let entry = LedgerEntry {
            turn_id: record.id.clone(),
            user_id: record.user_id.clone(),
            engine: record.engine,
            at: record.started_at,
            provider: parts.provider.clone(),
            model: parts.model.clone(),
            usage: parts.usage,
            cost: parts.cost,
            outcome,
            audit: Some(Audit { kind: EntryKind::Turn(record.kind), attempts: parts.attempts }),
        };
        self.ledger.settle(&entry).await?;
        let content = match record.kind {
            TurnKind::Proofread => findings_summary(&parts.findings),
            TurnKind::Chat => parts.text,
        };
        if outcome == Outcome::Failed {
            return Ok((content, parts.pieces));
        }
        let answer = Answer {
            turn_id: record.id.clone(),
            provider: parts.provider,
            model: parts.model,
            prompt_version: turn.prompt_version,
            outcome,
            usage: parts.usage,
            findings: parts.findings,
            sources: parts.sources.clone(),
        };
        let now = self.clock.now();
        let message = answer_message(record, content.clone(), answer, now);
        let (user, id) = (&record.user_id, &record.conversation_id);
        self.conversations.append_messages(user, id, &[message], now).await?;
        if !parts.sources.is_empty() {
            let (message, sources) = (content.clone(), parts.sources);
            journal.emit(TurnEvent::Sources { message, sources, at: now }).await;
        }
        Ok((content, parts.pieces))
    }

    fn ended(
        &self,
        record: &TurnRecord,
        outcome: Outcome,
        message: ArticleText,
        pieces: u64,
    ) -> TurnEvent {
        TurnEvent::Ended {
            outcome,
            engine: record.engine,
            conversation_id: record.conversation_id.clone(),
            message_id: record.answer_id(),
            message,
            pieces,
            at: self.clock.now(),
        }
    }
}
