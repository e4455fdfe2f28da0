//! Every port over any backend: one file a port, and the keys they share.

mod accounts;
mod audit;
mod bulk;
mod connections;
mod conversations;
mod dictionary;
mod erasure;
mod known;
mod ledger;
pub(crate) mod prompts;
mod quotas;
mod turns;

use std::sync::Arc;
use std::time::Duration;

pub use bulk::Presence;
pub(crate) use dictionary::DICTIONARIES;
use domain::id::{ConversationId, UserId};
use domain::meter::{Measurement, Meter, Unmetered};
use domain::ports::StoreError;

use crate::table::{Backend, Range, Rows, SettingsMark, Table, key_part};

/// All six store ports over one backend.
#[derive(Debug)]
pub struct Store<B> {
    backend: B,
    meter: Arc<dyn Meter>,
    known: known::Known,
}

impl<B: Default> Default for Store<B> {
    fn default() -> Self {
        Self { backend: B::default(), meter: Arc::new(Unmetered), known: known::Known::default() }
    }
}

impl<B: Backend> Store<B> {
    /// A store over that backend.
    pub fn new(backend: B) -> Self {
        Self { backend, meter: Arc::new(Unmetered), known: known::Known::default() }
    }

    /// The same, with every failure counted.
    #[must_use]
    pub fn measured_by(self, meter: Arc<dyn Meter>) -> Self {
        Self { meter, ..self }
    }

    /// Where the rows lie.
    #[cfg(any(feature = "dynamodb", feature = "sqlite"))]
    pub(crate) fn backend(&self) -> &B {
        &self.backend
    }

    /// Runs work in one transaction.
    pub(crate) async fn transact<T: Send + 'static>(
        &self,
        work: impl Fn(&mut dyn Rows) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.counted(self.backend.transact(Box::new(work)).await)
    }

    /// Runs work in one transaction that others may share, for whom it waits at most so long.
    async fn transact_within<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl Fn(&mut dyn Rows) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.counted(self.backend.transact_within(Box::new(work), patience).await)
    }

    /// Runs work that only reads, as of one instant.
    async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&mut dyn Rows) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.counted(self.backend.read(Box::new(work)).await)
    }

    /// Runs work that reads the few rows a turn waits for, as of one instant.
    async fn glance<T: Send + 'static>(
        &self,
        work: impl Fn(&mut dyn Rows) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.counted(self.backend.glance(Box::new(work)).await)
    }

    /// The state that prompts, files and quotas are in, where it can be told without reading them.
    fn settings_mark(&self) -> Result<Option<SettingsMark>, StoreError> {
        self.counted(self.backend.settings_mark())
    }

    fn counted<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &done {
            self.meter.take(Measurement::StoreFailed { code: error.code() });
        }
        done
    }
}

/// The last sort key a prefix can have is before this.
fn end_of(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

/// Numbers in keys are padded so that they sort as numbers.
fn numbered(prefix: &str, number: u64) -> String {
    format!("{prefix}{number:012}")
}

/// The partition of a conversation's own rows.
fn partition_of(user: &UserId, id: &ConversationId) -> String {
    format!("{}#{}", key_part(user.as_str()), key_part(id.as_str()))
}

/// Takes the next number of a counter row, from 1.
fn next_number(rows: &mut dyn Rows, partition: &str, counter: &str) -> Result<u64, StoreError> {
    let body = rows.get(Table::Conversations, partition, counter)?;
    let last: u64 = match body {
        Some(body) => crate::rows::read("counter", &body)?,
        None => 0,
    };
    rows.put(Table::Conversations, partition, counter, &(last + 1).to_string())?;
    Ok(last + 1)
}

/// Every row under a prefix of the sort key, ascending.
fn with_prefix(
    rows: &mut dyn Rows,
    table: Table,
    partition: &str,
    prefix: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    let end = end_of(prefix);
    rows.range(table, partition, Range::between(prefix, &end))
}
