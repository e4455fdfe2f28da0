//! What a turn asks of its store: its beginning and its end, each written at once, and the journal
//! between them.

use std::sync::Arc;

use async_trait::async_trait;

use super::StoreError;
use crate::article::Embargo;
use crate::conversation::{Conversation, Message};
use crate::id::{MessageId, TurnId, UserId};
use crate::ledger::{LedgerEntry, Reservation};
use crate::quota::QuotaReached;
use crate::time::Timestamp;
use crate::turn::{Outcome, SequencedEvent, TurnRecord};

/// Everything that stands behind a turn before it runs, written at once or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// The turn.
    pub record: TurnRecord,
    /// What it may cost; none where no model is asked.
    pub reservation: Option<Reservation>,
    /// The question, and the header for a conversation that is not there yet; none where the
    /// question is saved already.
    pub question: Option<(Conversation, Message)>,
    /// What the request was built from.
    pub basis: Basis,
    /// The embargo the request keeps to.
    pub embargo: Embargo,
}

/// What of a conversation a request was built from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// Nothing.
    Nothing,
    /// All messages up to this one; none where there was no message.
    MessagesUpTo(Option<MessageId>),
}

/// What `open` found; nothing was written unless the turn is new.
#[derive(Debug, Clone, PartialEq)]
pub enum OpenedTurn {
    /// The turn is recorded and open.
    New,
    /// The same user sent the same key less than 24 hours ago.
    Repeated(TurnRecord),
    /// Another turn of the conversation is open.
    Busy(TurnRecord),
    /// The month's limit would be passed.
    QuotaReached(QuotaReached),
    /// The conversation holds other messages than the request was built from, or a stricter embargo:
    /// build it again.
    Outdated,
}

/// The end of a turn, written at once or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Conclusion {
    /// The turn.
    pub record: TurnRecord,
    /// How it ended.
    pub outcome: Outcome,
    /// Its row in the ledger.
    pub entry: LedgerEntry,
    /// The answer; none where there is nothing to save.
    pub answer: Option<Message>,
    /// The events that are not kept yet, the last among them.
    pub events: Vec<Arc<SequencedEvent>>,
    /// When.
    pub at: Timestamp,
}

/// The journal: every turn with everything it has sent so far.
#[async_trait]
pub trait TurnStore: Send + Sync {
    /// Records a turn as open, holds what it may cost and saves its question. One open turn a
    /// conversation, one turn a key within 24 hours, and never more held than the limits allow. The
    /// embargo of the question's header is put on a conversation that has a milder one.
    async fn open(&self, opening: &Opening) -> Result<OpenedTurn, StoreError>;
    /// The turn, when it is that user's.
    async fn find(&self, user: &UserId, turn: &TurnId) -> Result<Option<TurnRecord>, StoreError>;
    /// Keeps events; one whose sequence number is there already is passed over.
    async fn append_events(
        &self,
        turn: &TurnRecord,
        events: &[Arc<SequencedEvent>],
    ) -> Result<(), StoreError>;
    /// Events with a greater sequence number, ascending.
    async fn events_after(
        &self,
        turn: &TurnRecord,
        sequence: u64,
    ) -> Result<Vec<SequencedEvent>, StoreError>;
    /// Settles the ledger, saves the answer, keeps the events and marks the turn as ended. A turn
    /// that has ended already, or whose conversation was removed meanwhile, is only settled, and what
    /// it has kept since then is removed; one that was settled is not settled again.
    async fn conclude(&self, conclusion: &Conclusion) -> Result<(), StoreError>;
    /// Asks whoever runs the turn to stop it; false when that user has no such open turn.
    async fn ask_stop(&self, user: &UserId, turn: &TurnId) -> Result<bool, StoreError>;
    /// Whether the open turn was asked to stop.
    async fn stop_asked(&self, turn: &TurnRecord) -> Result<bool, StoreError>;
    /// Turns that are open: after a start, those a kill has left behind.
    async fn open_turns(&self) -> Result<Vec<TurnRecord>, StoreError>;
}
