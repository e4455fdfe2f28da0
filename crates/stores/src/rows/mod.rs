//! What stands in a row: serde shapes of the domain's types, used by every store.

mod acceptance;
mod article;
mod connection;
mod conversation;
mod decision;
mod finding;
mod ledger;
mod old;
mod prompt;
mod turn;
mod usage;
mod version;

use domain::ports::StoreError;
use domain::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use acceptance::AcceptanceDayRow;
pub(crate) use connection::{ConnectionRow, JoiningRow, PartRow};
pub(crate) use conversation::{ConversationRow, DraftRow, MessageRow};
pub(crate) use decision::DecisionRow;
pub(crate) use ledger::LedgerRow;
pub(crate) use old::old_messages;
pub(crate) use prompt::{FileRow, PromptRow};
pub(crate) use turn::{JournalRow, TurnRow};
pub(crate) use usage::{ReservationRow, TotalsRow};
pub(crate) use version::{VersionNoteRow, VersionTextRow};

/// A row as JSON text.
pub(crate) fn write<T: Serialize>(what: &'static str, row: &T) -> Result<String, StoreError> {
    serde_json::to_string(row).map_err(|error| corrupt(what, Some(error)))
}

/// A row from JSON text.
pub(crate) fn read<T: DeserializeOwned>(what: &'static str, body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|error| corrupt(what, Some(error)))
}

/// A row that cannot be what it says it is; names the field, never its content.
pub(crate) fn corrupt(what: &'static str, source: Option<serde_json::Error>) -> StoreError {
    StoreError::Corrupt {
        what: what.to_owned(),
        // serde's message may quote the row; its place is enough.
        source: source.map(|error| {
            let place = format!("line {} column {}", error.line(), error.column());
            Box::<dyn std::error::Error + Send + Sync>::from(place)
        }),
    }
}

/// A value read by its name.
pub(crate) fn named<T>(what: &'static str, value: Option<T>) -> Result<T, StoreError> {
    value.ok_or_else(|| corrupt(what, None))
}

/// A time as RFC 3339. An earlier program left the zone out, and meant UTC.
pub(crate) fn time(text: &str) -> Result<Timestamp, StoreError> {
    named("time", Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}Z"))))
}
