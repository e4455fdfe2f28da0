//! Turns that a kill left open are closed, with everything the journal kept saved: all at a start, or
//! one when it is met after its process must be dead.

use async_trait::async_trait;

use super::journal::Journal;
use super::{
    Outcome, SequencedEvent, TurnEvent, TurnKind, TurnRecord, TurnSink, Turns, answer_message,
    findings_summary,
};
use crate::conversation::{Answer, Message};
use crate::finding::Finding;
use crate::id::{TurnId, UserId};
use crate::ledger::{Attempt, Audit, EntryKind, LedgerEntry, Nanodollars, Price};
use crate::model::{ProviderName, Source, TokenUsage};
use crate::ports::{MessageRange, StoreError};
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
    last_sequence: u64,
    outcome: Option<Outcome>,
    has_failed: bool,
    /// As every journal does whose turn has come to its end.
    ends_with_usage: bool,
}

impl Turns {
    /// Closes the turns a kill has left open, takes back those that never ran, and gives their number. Running it
    /// twice is running it once; it must run before new turns begin.
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

    /// The turn, when it is that user's; one whose process must be dead by now is closed first.
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

    /// Closes an open turn whose process must be dead by now; false when it may still run.
    pub(super) async fn close_dead(&self, record: &TurnRecord) -> Result<bool, StoreError> {
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
        let kept = read(self.turns.events_after(record, 0).await?);
        let (user, id) = (&record.user_id, &record.conversation_id);
        let messages = self.conversations.messages(user, id, &MessageRange::default()).await?;
        let has_question = messages.iter().any(|message| message.id == record.question_id());
        // Killed before its question was saved: nobody was told of it, and no provider asked. One that
        // ran has said something, also where its conversation was removed meanwhile.
        let has_run = kept.last_sequence > 0;
        if !has_question && !has_run && record.continues.is_none() {
            return self.withdraw(record).await;
        }
        let saved = messages.into_iter().find(|message| message.id == record.answer_id());
        let outcome = match saved.as_ref().and_then(|message| message.answer.as_ref()) {
            Some(answer) => answer.outcome,
            None => self.reached(record, &kept).await?,
        };
        self.ledger.settle(&self.entry(record, &kept, outcome)).await?;
        let has_failed = outcome == Outcome::Failed;
        if kept.outcome.is_some() || (has_failed && kept.has_failed) {
            return self.turns.close(record, outcome).await;
        }
        let last_sequence = kept.last_sequence + ROOM_FOR_UNKEPT;
        let last = match has_failed {
            true => TurnEvent::Failed { code: "interrupted".into() },
            false => self.save_kept(record, kept, outcome, saved).await?,
        };
        let mut journal = Journal::new(&*self.turns, &*self.clock, &Nobody, record, last_sequence);
        journal.end(last, Some(outcome)).await
    }

    /// How far a turn came whose answer is not saved. One that was settled already came to its end,
    /// and its whole answer was kept before that.
    async fn reached(&self, record: &TurnRecord, kept: &Kept) -> Result<Outcome, StoreError> {
        if let Some(outcome) = kept.outcome {
            return Ok(outcome);
        }
        let day = record.started_at.seoul_day();
        let rows = self.ledger.entries(&record.user_id, &day, &day).await?;
        let is_whole = |row: &LedgerEntry| kept.ends_with_usage && row.usage == kept.usage;
        let settled = rows.into_iter().find(|row| row.turn_id == record.id);
        if let Some(row) = settled.filter(|row| row.outcome == Outcome::Failed || is_whole(row)) {
            return Ok(row.outcome);
        }
        let has_content = !kept.text.is_empty() || !kept.findings.is_empty();
        Ok(if has_content { Outcome::Interrupted } else { Outcome::Failed })
    }

    /// Saves what was kept, unless the answer is `saved` already.
    async fn save_kept(
        &self,
        record: &TurnRecord,
        kept: Kept,
        outcome: Outcome,
        saved: Option<Message>,
    ) -> Result<TurnEvent, StoreError> {
        let (now, pieces) = (self.clock.now(), kept.pieces);
        let (user, id) = (&record.user_id, &record.conversation_id);
        let message = match saved {
            Some(message) => message.content,
            None => {
                let message = kept_message(record, kept, outcome, now);
                let content = message.content.clone();
                self.conversations.append_messages(user, id, &[message], now).await?;
                content
            }
        };
        Ok(TurnEvent::Ended {
            outcome,
            engine: record.engine,
            conversation_id: id.clone(),
            message_id: record.answer_id(),
            message,
            pieces,
            at: now,
        })
    }

    fn entry(&self, record: &TurnRecord, kept: &Kept, outcome: Outcome) -> LedgerEntry {
        let attempts = kept.provider.clone().map(|provider| Attempt {
            provider,
            model: kept.model.clone(),
            usage: kept.usage,
            cost: kept.cost,
            price: self.price_of(record, kept),
            is_complete: matches!(
                kept.outcome,
                Some(Outcome::Completed | Outcome::Truncated | Outcome::Refused)
            ),
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

    /// The journal keeps cost but no price: that price of the day which gives the cost.
    fn price_of(&self, record: &TurnRecord, kept: &Kept) -> Option<Price> {
        let cards = self.provider.iter().flat_map(|provider| provider.models());
        let mut prices = cards.filter_map(|card| card.price_at(record.started_at));
        prices.find(|price| price.cost(kept.usage) == kept.cost)
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
        // An answer that could not be saved ends with that failure after its usage.
        kept.ends_with_usage = matches!(event, TurnEvent::Usage { .. })
            || (kept.ends_with_usage && matches!(event, TurnEvent::Failed { .. }));
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
                kept.pieces += 1;
            }
            TurnEvent::Sources { sources, .. } => kept.sources = sources,
            TurnEvent::Usage { usage, cost } => (kept.usage, kept.cost) = (usage, cost),
            TurnEvent::Ended { outcome, .. } => kept.outcome = Some(outcome),
            // What could not be saved then is saved now.
            TurnEvent::Failed { .. } => kept.has_failed = true,
            TurnEvent::AnswerStarted { .. } | TurnEvent::Notice(_) => {}
        }
    }
    kept.findings.sort_by_key(|finding| finding.span);
    kept
}

/// After a start nobody listens yet; whoever resumes reads the journal.
struct Nobody;

#[async_trait]
impl TurnSink for Nobody {
    async fn send(&self, _event: &SequencedEvent) {}
}
