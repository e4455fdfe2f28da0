//! Adding rows to a store: nothing is overwritten, and what would stand wrongly beside something
//! that differs is held back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::ports::StoreError;
use futures::{Stream, StreamExt};

use super::unit::unit;
use crate::bulk::{Bulk, Row};
use crate::store::{Presence, Store};
use crate::table::Table;

/// A batch ends after the row that takes it past so many bytes.
const BATCH_BYTES: usize = 1 << 20;

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey {
    /// Table.
    pub table: Table,
    /// Partition key.
    pub partition: String,
    /// Sort key.
    pub sort: String,
}

impl fmt::Display for RowKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {:?} {:?}", self.table.name(), self.partition, self.sort)
    }
}

/// Rows of one table by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Not there before.
    pub new: u64,
    /// There already.
    pub same: u64,
    /// There with something else, and left.
    pub different: u64,
    /// Not there before, and not added: a row it belongs to differs.
    pub held: u64,
}

/// What became of every row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taken {
    /// By table; tables without a row are left out.
    pub tallies: BTreeMap<Table, Tally>,
    /// Rows that differ.
    pub different: Vec<RowKey>,
    units: BTreeSet<String>,
}

/// Takes rows in batches. A first pass that writes nothing finds what differs; only a second pass
/// over the same rows, which knows it, may write.
pub struct Importer<'a, B> {
    store: &'a Store<B>,
    held: BTreeSet<String>,
    may_write: bool,
    batch: Vec<(Row, bool)>,
    batch_bytes: usize,
    taken: Taken,
}

impl<'a, B: Bulk> Importer<'a, B> {
    /// A first pass: looks and writes nothing. Its tallies hold nothing back yet.
    #[must_use]
    pub fn look(store: &'a Store<B>) -> Self {
        Self::new(store, BTreeSet::new(), false)
    }

    /// A second pass over the same rows, which writes when it may.
    #[must_use]
    pub fn again(store: &'a Store<B>, seen: &Taken, may_write: bool) -> Self {
        Self::new(store, seen.units.clone(), may_write)
    }

    fn new(store: &'a Store<B>, held: BTreeSet<String>, may_write: bool) -> Self {
        let (batch, taken) = (Vec::new(), Taken::default());
        Self { store, held, may_write, batch, batch_bytes: 0, taken }
    }

    /// Takes every row of a stream.
    ///
    /// # Errors
    ///
    /// What the stream or the store says. Batches before it are written; the same pass again
    /// finds them and goes on.
    pub async fn take_all<E: From<StoreError>>(
        mut self,
        rows: impl Stream<Item = Result<Row, E>>,
    ) -> Result<Taken, E> {
        let mut rows = std::pin::pin!(rows);
        while let Some(row) = rows.next().await {
            self.take(row?).await?;
        }
        Ok(self.finish().await?)
    }

    /// Takes the rows that still wait, and says what became of all.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn finish(mut self) -> Result<Taken, StoreError> {
        self.write_batch().await?;
        Ok(self.taken)
    }

    /// Takes a row, in a batch with others.
    ///
    /// # Errors
    ///
    /// What the store says; batches before are written.
    pub async fn take(&mut self, row: Row) -> Result<(), StoreError> {
        self.batch_bytes += row.body.len();
        let is_held = self.held.contains(&unit(&row));
        self.batch.push((row, self.may_write && !is_held));
        if self.batch.len() < B::TRANSACTION_ROWS && self.batch_bytes < BATCH_BYTES {
            return Ok(());
        }
        self.write_batch().await
    }

    async fn write_batch(&mut self) -> Result<(), StoreError> {
        let batch = std::mem::take(&mut self.batch);
        self.batch_bytes = 0;
        if batch.is_empty() {
            return Ok(());
        }
        let found = self.store.add(batch.clone()).await?;
        for ((row, _), presence) in batch.into_iter().zip(found) {
            self.count(row, presence);
        }
        Ok(())
    }

    fn count(&mut self, row: Row, presence: Presence) {
        let unit = unit(&row);
        let is_held = self.held.contains(&unit);
        let tally = self.taken.tallies.entry(row.table).or_default();
        match presence {
            Presence::New if is_held => tally.held += 1,
            Presence::New => tally.new += 1,
            Presence::Same => tally.same += 1,
            Presence::Different => {
                tally.different += 1;
                let Row { table, partition, sort, .. } = row;
                self.taken.different.push(RowKey { table, partition, sort });
                self.taken.units.insert(unit);
            }
        }
    }
}
