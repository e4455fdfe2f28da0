//! Turns that a kill left open are closed, with everything the journal kept saved: all at a start, or
//! one when it is met after its process must be dead.

use std::sync::Arc;

use super::answer::Output;
use super::journal::Journal;
use super::{
    Outcome, SequencedEvent, TurnEvent, TurnKind, TurnRecord, TurnSink, Turns, UnsavedEnds,
    answer_message, ended, findings_summary,
};
use crate::conversation::{Answer, Message};
use crate::finding::Finding;
use crate::id::{TurnId, UserId};
use crate::ledger::{Attempt, Audit, EntryKind, LedgerEntry, Nanodollars, Price};
use crate::model::{ProviderName, Source, TokenCount, TokenUsage};
use crate::ports::StoreError;
use crate::text::ArticleText;
use crate::time::Timestamp;

/// Clients may have seen events that were sent but not kept: the end of a recovered turn is numbered
/// so far behind the kept ones that it comes after those too.
const ROOM_FOR_UNKEPT: u64 = 100_000;

/// What the journal of a turn tells.
#[derive(Default)]
struct Kept {
    text: String,
    pieces: u64,
    findings: Vec<Finding>,
    sources: Vec<Source>,
    provider: Option<ProviderName>,
    model: Option<String>,
    usage: TokenUsage,
    cost: Nanodollars,
    /// What was written, reported or not.
    output: Output,
    last_sequence: u64,
    has_failed: bool,
}

impl Turns {
    /// Closes the turns a kill has left open, and gives their number. Running it twice is running it
    /// once; it must run before new turns begin.
    ///
    /// # Errors
    ///
    /// A failed store; turns closed until then stay closed.
    pub async fn recover(&self) -> Result<usize, StoreError> {
        let open = self.turns.open_turns().await?;
        for record in &open {
            self.recover_turn(record).await?;
        }
        Ok(open.len())
    }

    /// The turn, when it is that user's; one whose process must be dead by now, or whose end could
    /// not be saved until now, is closed first.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub async fn find(
        &self,
        user: &UserId,
        turn: &TurnId,
    ) -> Result<Option<TurnRecord>, StoreError> {
        let found = self.turns.find(user, turn).await?;
        match &found {
            Some(record) if self.close_dead(record).await? => self.turns.find(user, turn).await,
            Some(_) | None => Ok(found),
        }
    }

    /// Closes an open turn whose process must be dead by now, or whose end this process could not
    /// save until now; false when it may still run.
    pub(super) async fn close_dead(&self, record: &TurnRecord) -> Result<bool, StoreError> {
        if record.outcome.is_none() && self.save_unsaved(record).await? {
            return Ok(true);
        }
        let open_ms = self.clock.now().millis() - record.started_at.millis();
        let is_dead = self.limits.lease_ms.is_some_and(|lease_ms| open_ms >= lease_ms);
        if record.outcome.is_some() || !is_dead {
            return Ok(false);
        }
        tracing::warn!(event = "turn.found_dead", turn_id = record.id.as_str(), open_ms);
        self.recover_turn(record).await?;
        Ok(true)
    }

    async fn recover_turn(&self, record: &TurnRecord) -> Result<(), StoreError> {
        let mut kept = read(self.turns.events_after(record, 0).await?);
        let price = self.price_of(record, &kept);
        bill_unreported(&mut kept, price);
        let now = self.clock.now();
        let has_content = !kept.text.is_empty() || !kept.findings.is_empty();
        let outcome = if has_content { Outcome::Interrupted } else { Outcome::Failed };
        let entry = entry_of(record, &kept, price, outcome);
        let (has_failed, pieces) = (kept.has_failed, kept.pieces);
        let last_sequence = kept.last_sequence + ROOM_FOR_UNKEPT;
        let answer = has_content.then(|| kept_message(record, kept, outcome, now));
        let last = match &answer {
            Some(answer) => Some(ended(record, outcome, answer.content.clone(), pieces, now)),
            None if has_failed => None,
            None => Some(TurnEvent::Failed { code: "interrupted".into() }),
        };
        let mut journal = Journal::new(&*self.turns, &*self.clock, &Nobody, record, last_sequence);
        let last = last.into_iter().collect();
        journal.conclude(last, outcome, entry, answer, &UnsavedEnds::default()).await
    }

    /// The journal keeps cost but no price: that price of the day which gives the cost.
    fn price_of(&self, record: &TurnRecord, kept: &Kept) -> Option<Price> {
        let cards = self.provider.iter().flat_map(|provider| provider.models());
        let mut prices = cards.filter_map(|card| card.price_at(record.started_at));
        prices.find(|price| price.cost(kept.usage) == kept.cost)
    }
}

/// The provider bills what it has written, also what it did not come to report.
fn bill_unreported(kept: &mut Kept, price: Option<Price>) {
    if kept.usage == TokenUsage::default() {
        return;
    }
    kept.usage.output_tokens = kept.usage.output_tokens.max(kept.output.tokens());
    kept.cost = price.map_or(kept.cost, |price| price.cost(kept.usage));
}

fn entry_of(
    record: &TurnRecord,
    kept: &Kept,
    price: Option<Price>,
    outcome: Outcome,
) -> LedgerEntry {
    let attempts = kept.provider.clone().map(|provider| Attempt {
        provider,
        model: kept.model.clone(),
        usage: kept.usage,
        cost: kept.cost,
        price,
        is_complete: false,
    });
    let kind = EntryKind::Turn(record.kind);
    LedgerEntry {
        turn_id: record.id.clone(),
        user_id: record.user_id.clone(),
        engine: record.engine,
        at: record.started_at,
        provider: kept.provider.clone(),
        model: kept.model.clone(),
        usage: kept.usage,
        cost: kept.cost,
        outcome,
        audit: Some(Audit { kind, attempts: attempts.into_iter().collect() }),
    }
}

fn kept_message(record: &TurnRecord, kept: Kept, outcome: Outcome, now: Timestamp) -> Message {
    let content = match record.kind {
        TurnKind::Proofread => findings_summary(&kept.findings),
        TurnKind::Chat => ArticleText::new(kept.text),
    };
    let answer = Answer {
        turn_id: record.id.clone(),
        provider: kept.provider,
        model: kept.model,
        continues: record.continues.clone(),
        prompt_version: 0,
        outcome,
        usage: kept.usage,
        findings: kept.findings,
        sources: kept.sources,
        verbatim: None,
    };
    answer_message(record, content, answer, now)
}

fn read(events: Vec<SequencedEvent>) -> Kept {
    let mut kept = Kept::default();
    for SequencedEvent { sequence, event } in events {
        kept.last_sequence = sequence;
        match event {
            TurnEvent::Started { provider, model, .. } => {
                (kept.provider, kept.model) = (provider, model);
            }
            TurnEvent::Switched { provider, model } => {
                (kept.provider, kept.model) = (Some(provider), Some(model));
            }
            TurnEvent::Finding(finding) => {
                kept.findings.retain(|known| known.id != finding.id);
                kept.findings.push(finding);
            }
            TurnEvent::Text { text, .. } => {
                kept.text.push_str(text.as_str());
                kept.output.grow(TokenCount::of(text.as_str()));
                kept.pieces += 1;
            }
            TurnEvent::Sources { sources, .. } => kept.sources = sources,
            TurnEvent::Usage { usage, cost } => {
                (kept.usage, kept.cost) = (usage, cost);
                kept.output.report(usage.output_tokens);
            }
            // What could not be saved then is saved now.
            TurnEvent::Failed { .. } => kept.has_failed = true,
            TurnEvent::AnswerStarted { .. } | TurnEvent::Notice(_) | TurnEvent::Ended { .. } => {}
        }
    }
    kept.findings.sort_by_key(|finding| finding.span);
    kept
}

/// After a start nobody listens yet; whoever resumes reads the journal.
struct Nobody;

impl TurnSink for Nobody {
    fn send(&self, _event: &Arc<SequencedEvent>) {}
}
