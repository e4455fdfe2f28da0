//! The six tables, their keys, and the few operations every port is written with.
//!
//! | Table | Partition key | Sort key | Row |
//! |---|---|---|---|
//! | conversations | `<user>` | `<conversation>` | header |
//! | | `<user>##list` | `<pin><updated><conversation>`, `~adopted` | the order of the list, that it knows every header |
//! | | `<user>#<conversation>` | `m#<n>`, `i#<message>`, `n#messages` | message, its number, the next number |
//! | | | `x#<n>`, `y#<decision>`, `n#decisions` | decision, its number, the next number |
//! | | | `f#<finding>` | numbers of the decisions that stand on it |
//! | | | `v#<n>`, `w#<n>`, `n#versions` | version without its text, its text, the newest number |
//! | | | `d#draft`, `t#open`, `s#<turn>` | draft, the open turn, that it is to stop |
//! | | | `j#<turn>#<n>#<m>` | events of the journal from the mth to the nth |
//! | | | `n#split`, `z#removing` | how far an old header is split, that the rest is to be removed |
//! | | `<user>##turns` | `<turn>` | turn |
//! | | `<user>##keys` | `<idempotency key>` | its turn |
//! | | `##open` | `<turn>` | the user of an open turn |
//! | | `##accounts`, `##sessions`, `##attempts` | `<name>`, digests | account, session, tries to sign in |
//! | prompts | `<engine>`, `<engine>#v<n>` | – | live and earlier prompts |
//! | files | `<engine>` | `<file>` | file |
//! | | `##dictionary#<scope>` | `<entry>` | entry of a dictionary; scopes are `user:<user>`, `desk:<desk>`, `all` |
//! | | `##dictionary` | `<scope>` | version of a dictionary |
//! | usage | `<user>` | `2026-11#Basic` | month totals |
//! | | `##quotas` | `<kind>#<name>` | quota an admin has set |
//! | usage-tracking | `<user>` | `2026-11-23#Basic`, `2026-11-23#Basic#<turn>` | day totals, ledger row |
//! | | `<user>##reserved` | `2026-11#<turn>`, on DynamoDB `##seal` | what a turn holds, the seal of the ledger |
//! | | | `pace` | when the last turns began |
//! | | `##audit` | `e#<n>`, `head` | entry of the audit log, the last of them |
//! | | `<user>##acceptance` | `2026-11-23#Basic` | counted decisions of the day |
//! | | `##acceptance` | `<user>` | that the user has counted decisions |
//! | websocket-connections | `<connection>` | – | open socket |
//! | | `<connection>#parts`, `<connection>#part-<n>` | – | which parts of a message are there, part |
//!
//! `#` and `%` inside an id are written `%23` and `%25`, so no id can reach another's partition.

use std::collections::HashMap;
use std::time::Duration;

use domain::ports::StoreError;

/// One of the six tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Conversations with everything that belongs to them.
    Conversations,
    /// Prompts.
    Prompts,
    /// Files of prompts.
    Files,
    /// Month totals.
    Usage,
    /// Day totals, ledger rows and reservations.
    UsageTracking,
    /// Open sockets.
    Connections,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 6] = [
        Self::Conversations,
        Self::Prompts,
        Self::Files,
        Self::Usage,
        Self::UsageTracking,
        Self::Connections,
    ];

    /// Name without the environment's prefix.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Prompts => "prompts",
            Self::Files => "files",
            Self::Usage => "usage",
            Self::UsageTracking => "usage-tracking",
            Self::Connections => "websocket-connections",
        }
    }

    /// The table of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// Name of the partition key.
    #[must_use]
    pub fn partition_key(self) -> &'static str {
        match self {
            Self::Conversations | Self::Usage | Self::UsageTracking => "userId",
            Self::Prompts => "id",
            Self::Files => "promptId",
            Self::Connections => "connectionId",
        }
    }

    /// Name of the sort key; tables without one keep an empty string in a column of that name.
    #[must_use]
    pub fn sort_key(self) -> &'static str {
        match self {
            Self::Conversations => "conversationId",
            Self::Files => "fileId",
            Self::Usage => "yearMonth",
            Self::UsageTracking => "usageDate#engineType",
            Self::Prompts | Self::Connections => "none",
        }
    }
}

/// Which end of a range comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By ascending sort key.
    Ascending,
    /// By descending sort key.
    Descending,
}

/// A range of sort keys within one partition: from `from`, before `before`, at most `limit`.
#[derive(Debug, Clone, Copy)]
pub struct Range<'a> {
    /// First sort key, included.
    pub from: &'a str,
    /// End, excluded.
    pub before: &'a str,
    /// Which end comes first.
    pub order: Order,
    /// At most so many rows.
    pub limit: usize,
}

impl<'a> Range<'a> {
    /// Everything from `from` up to but without `before`, ascending.
    #[must_use]
    pub fn between(from: &'a str, before: &'a str) -> Self {
        Self { from, before, order: Order::Ascending, limit: usize::MAX }
    }
}

/// A row that was read before, read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// It is as it was.
    Same,
    /// It is there, and was not or was another.
    New(String),
    /// It is not there.
    Nothing,
}

impl Reading {
    /// What a row is, of which that is known.
    fn of(row: Option<String>, known: &str) -> Self {
        match row {
            Some(row) if row == known => Self::Same,
            Some(row) => Self::New(row),
            None => Self::Nothing,
        }
    }
}

/// A text of a conversation in which something can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextPlace {
    /// Its title, in its header.
    Title,
    /// Its draft.
    Draft,
    /// A message, by its number from 1.
    Message(u32),
}

/// Rows as one transaction sees them: JSON text under two keys.
pub trait Rows {
    /// The row.
    fn get(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
    ) -> Result<Option<String>, StoreError>;
    /// The row, unless it is still as it is known.
    fn get_unless(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
        known: &str,
    ) -> Result<Reading, StoreError> {
        Ok(Reading::of(self.get(table, partition, sort)?, known))
    }
    /// Says which rows of a partition are asked for next, so that a store far away reads them at
    /// once.
    fn prefetch(
        &mut self,
        _table: Table,
        _partition: &str,
        _sorts: &[String],
    ) -> Result<(), StoreError> {
        Ok(())
    }
    /// Writes the row over what is there.
    fn put(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
        body: &str,
    ) -> Result<(), StoreError>;
    /// Removes the row; none is no error.
    fn delete(&mut self, table: Table, partition: &str, sort: &str) -> Result<(), StoreError>;
    /// Sort keys and rows of a range. That nothing is added to it before the transaction is done is
    /// promised only for usage, usage-tracking and reservations.
    fn range(
        &mut self,
        table: Table,
        partition: &str,
        range: Range<'_>,
    ) -> Result<Vec<(String, String)>, StoreError>;
    /// Sort keys of a range, whose rows need not be read.
    fn keys(
        &mut self,
        table: Table,
        partition: &str,
        range: Range<'_>,
    ) -> Result<Vec<String>, StoreError> {
        let rows = self.range(table, partition, range)?;
        Ok(rows.into_iter().map(|(sort, _)| sort).collect())
    }
    /// Texts of a user's conversations that have all these grams, by the conversation's key, ascending.
    /// None where no index is kept, or it is not built yet.
    fn texts_with(
        &mut self,
        _user: &str,
        _grams: &[String],
    ) -> Result<Option<HashMap<String, Vec<TextPlace>>>, StoreError> {
        Ok(None)
    }
    /// The same of rows that were read before, by their sort keys; those that are gone are left out.
    fn range_unless<'k>(
        &mut self,
        table: Table,
        partition: &str,
        range: Range<'_>,
        known: &dyn Fn(&str) -> Option<&'k str>,
    ) -> Result<Vec<(String, Reading)>, StoreError> {
        let rows = self.range(table, partition, range)?;
        let again = |(sort, row): (String, String)| {
            let reading = Reading::of(Some(row), known(&sort).unwrap_or_default());
            (sort, reading)
        };
        Ok(rows.into_iter().map(again).collect())
    }
    /// Partition keys of a table that hold rows, ascending. Reads the whole table: not for a turn.
    fn partitions(&mut self, table: Table) -> Result<Vec<String>, StoreError>;
}

/// What a transaction does; it leaves nothing behind when it fails, and may be run again where
/// somebody else was faster.
pub type Work<T> = Box<dyn Fn(&mut dyn Rows) -> Result<T, StoreError> + Send>;

/// The partition of the quotas that admins have set. No person has such an id in a key: `#` of an id is
/// written `%23`.
pub(crate) const QUOTAS: &str = "##quotas";

/// Whether rows there are set by hand and asked for by every turn: prompts, files, quotas.
#[cfg(feature = "sqlite")]
pub(crate) fn is_setting(table: Table, partition: &str) -> bool {
    match table {
        Table::Prompts | Table::Files => true,
        Table::Usage => partition == QUOTAS,
        Table::Conversations | Table::UsageTracking | Table::Connections => false,
    }
}

/// Names a state of prompts, files and quotas: how often any of them has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingsMark(pub i64);

/// Where the rows lie.
#[async_trait::async_trait]
pub trait Backend: Send + Sync + 'static {
    /// How many rows one transaction reads and writes at most, besides a handful; what may concern
    /// more goes in steps.
    const ROWS_AT_ONCE: usize = usize::MAX;

    /// Runs the work alone against the rows, all of it or nothing.
    async fn transact<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError>;
    /// The same for work that may wait so long for other work, where that saves waits for the disk.
    async fn transact_within<T: Send + 'static>(
        &self,
        work: Work<T>,
        _patience: Duration,
    ) -> Result<T, StoreError> {
        self.transact(work).await
    }
    /// Runs work that writes nothing, as of one instant and beside what is being written.
    async fn read<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        self.transact(work).await
    }
    /// The same for a few rows that a turn waits for, without another thread's help.
    async fn glance<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        self.read(work).await
    }
    /// The state that prompts, files and quotas are in: what was read since it last was another need
    /// not be read again. None where only reading tells.
    fn settings_mark(&self) -> Result<Option<SettingsMark>, StoreError> {
        Ok(None)
    }
    /// Overwrites what was deleted before in the files of the store; nothing where it has none.
    async fn purge(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// An id as part of a key.
#[must_use]
pub fn key_part(id: &str) -> String {
    id.replace('%', "%25").replace('#', "%23")
}

/// The id of a key that is one id and nothing more.
pub(crate) fn id_of(key: &str) -> Option<String> {
    (!key.contains('#')).then(|| key.replace("%23", "#").replace("%25", "%"))
}

#[cfg(test)]
mod tests {
    use super::{id_of, key_part};

    #[test]
    fn an_id_comes_back_from_its_key() {
        for id in ["kim", "a#b", "a%23b", "%", "##", ""] {
            assert_eq!(id_of(&key_part(id)).as_deref(), Some(id));
        }
        assert_eq!(id_of("kim##reserved"), None);
    }
}
