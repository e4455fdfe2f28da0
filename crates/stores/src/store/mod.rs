//! Every port over any backend: one file a port, and the keys they share.

mod connections;
mod conversations;
mod ledger;
mod prompts;
mod turns;

use domain::id::{ConversationId, UserId};
use domain::ports::StoreError;

use crate::table::{Backend, Range, Rows, Table, key_part};

/// All five store ports over one backend.
#[derive(Debug, Default)]
pub struct Store<B> {
    backend: B,
}

impl<B: Backend> Store<B> {
    /// A store over that backend.
    pub fn new(backend: B) -> Self {
        Self { backend }
    }

    /// Where the rows lie.
    #[cfg(feature = "dynamodb")]
    pub(crate) fn backend(&self) -> &B {
        &self.backend
    }

    /// Runs work in one transaction.
    async fn transact<T: Send + 'static>(
        &self,
        work: impl Fn(&mut dyn Rows) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.backend.transact(Box::new(work)).await
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
