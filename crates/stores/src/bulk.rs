//! A whole store at once: its rows in pages as of one instant, whatever they say.

use std::collections::BTreeMap;
use std::fmt;

use domain::ports::StoreError;
use futures::stream::BoxStream;

use crate::table::{Backend, Table};

/// One row as it is stored: text, in most rows a JSON object, under two keys.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Where.
    pub table: Table,
    /// Partition key.
    pub partition: String,
    /// Sort key; empty in tables without one.
    pub sort: String,
    /// What stands there.
    pub body: String,
}

/// Keys and size only: a body may hold article text.
impl fmt::Debug for Row {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, length) = (self.table.name(), self.body.len());
        write!(out, "{name} {:?} {:?} ({length} bytes)", self.partition, self.sort)
    }
}

/// Rows of each table.
pub type Counts = BTreeMap<Table, u64>;

/// Every row once, in pages; an error is the last item.
pub type Pages = BoxStream<'static, Result<Vec<Row>, StoreError>>;

/// A page holds at most so many rows.
pub(crate) const PAGE_ROWS: usize = 500;
/// A page ends after the row that takes it past so many bytes.
#[cfg(feature = "sqlite")]
pub(crate) const PAGE_BYTES: usize = 1 << 20;

/// What a backend offers besides transactions, so that whole stores can be moved.
pub trait Bulk: Backend {
    /// Rows that one transaction may read and write at most.
    const TRANSACTION_ROWS: usize;

    /// Every row of every table. SQLite and memory give them as of one instant, ascending by table,
    /// partition and sort key (bytes of UTF-8); where the rows lie spread over machines, in any
    /// order and while others write.
    fn dump(&self) -> Pages;
}
