//! The turn: a request of an editor becomes findings, an answer and one ledger row.

mod event;

pub use event::{Notice, Outcome, SequencedEvent, TurnEvent, TurnKind, TurnRecord};
