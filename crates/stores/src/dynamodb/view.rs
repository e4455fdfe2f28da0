//! The rows as one try of a transaction sees them: what was read, with what it writes on top.
//!
//! Nothing is read here. Work that asks for a row that is not here yet fails, the row is fetched,
//! and the work runs again from its beginning over what is known by then.

use std::collections::{BTreeMap, BTreeSet};

use domain::ports::StoreError;

use super::key::{self, Key};
use crate::table::{Order, Range, Rows, Table};

/// A row that is there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) body: String,
    /// None where another program wrote the row.
    pub(super) revision: Option<String>,
    /// How many parts the body lies in.
    pub(super) parts: usize,
}

/// A range of sort keys that is read at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    pub(super) table: Table,
    pub(super) partition: String,
    pub(super) from: String,
    pub(super) before: String,
    pub(super) is_descending: bool,
    pub(super) limit: usize,
}

impl Stretch {
    /// The range as DynamoDB takes it. Where it has a lower end both ends are in, and the upper one is
    /// taken out again.
    pub(super) fn condition(&self) -> &'static str {
        if self.from.is_empty() {
            "#p = :p AND #s < :b"
        } else {
            "#p = :p AND #s BETWEEN :f AND :b"
        }
    }

    /// Whether a row that a request found is one of the range's.
    pub(super) fn keeps(&self, key: &Key) -> bool {
        key.sort < self.before && !key.is_seal()
    }

    fn holds(&self, key: &Key) -> bool {
        self.table == key.table
            && self.partition == key.partition
            && (self.from.as_str()..self.before.as_str()).contains(&key.sort.as_str())
    }
}

/// What work asked for and did not find.
#[derive(Debug, PartialEq)]
pub(super) enum Wanted {
    Rows(Vec<Key>),
    Stretch(Stretch),
    Partitions(Table),
}

#[derive(Debug, thiserror::Error)]
#[error("the row is not read yet")]
struct NotRead;

/// What was read and what is to be written.
#[derive(Debug, Default)]
pub(super) struct View {
    /// Rows as they were first read; none where there was none.
    pub(super) seen: BTreeMap<Key, Option<Found>>,
    /// Sort keys of ranges, in the order asked for.
    pub(super) stretches: BTreeMap<Stretch, Vec<String>>,
    pub(super) partitions: BTreeMap<Table, Vec<String>>,
    /// Revisions of seals before anything they watch over was read.
    pub(super) seals: BTreeMap<Key, Option<String>>,
    /// How many requests read what seals watch over.
    pub(super) sealed_reads: usize,
    /// Rows the outcome depends on.
    pub(super) asserted: BTreeSet<Key>,
    /// What is to stand under a key; none deletes.
    pub(super) writes: BTreeMap<Key, Option<String>>,
    wanted: Option<Wanted>,
}

impl View {
    /// Forgets what the work did, and keeps what was read.
    pub(super) fn restart(&mut self) {
        self.writes.clear();
        self.asserted.clear();
        self.wanted = None;
    }

    /// What the work lacked, if it lacked anything.
    pub(super) fn take_wanted(&mut self) -> Option<Wanted> {
        self.wanted.take()
    }

    /// Whether the row, or that there is none, is known; none where it is not.
    pub(super) fn known(&self, key: &Key) -> Option<Option<&Found>> {
        if let Some(seen) = self.seen.get(key) {
            return Some(seen.as_ref());
        }
        let mut whole =
            self.stretches.iter().filter(|(stretch, found)| found.len() < stretch.limit);
        whole.any(|(stretch, _)| stretch.holds(key)).then_some(None)
    }

    fn want(&mut self, wanted: Wanted) -> StoreError {
        self.wanted.get_or_insert(wanted);
        StoreError::Unavailable(Box::new(NotRead))
    }

    fn own_in(&self, stretch: &Stretch) -> BTreeMap<String, Option<String>> {
        let own = self.writes.iter().filter(|(key, _)| stretch.holds(key));
        own.map(|(key, body)| (key.sort.clone(), body.clone())).collect()
    }

    fn row_of(&self, stretch: &Stretch, sort: &str) -> Option<(String, String)> {
        let found = self.seen.get(&Key::new(stretch.table, &stretch.partition, sort))?.as_ref()?;
        Some((sort.to_owned(), found.body.clone()))
    }
}

impl Rows for View {
    fn get(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
    ) -> Result<Option<String>, StoreError> {
        let key = Key::new(table, partition, sort);
        if let Some(own) = self.writes.get(&key) {
            return Ok(own.clone());
        }
        let Some(known) = self.known(&key) else {
            return Err(self.want(Wanted::Rows(vec![key])));
        };
        let body = known.map(|found| found.body.clone());
        self.asserted.insert(key);
        Ok(body)
    }

    fn prefetch(
        &mut self,
        table: Table,
        partition: &str,
        sorts: &[String],
    ) -> Result<(), StoreError> {
        let keys: BTreeSet<Key> =
            sorts.iter().map(|sort| Key::new(table, partition, sort)).collect();
        let unknown: Vec<Key> = keys.into_iter().filter(|key| self.known(key).is_none()).collect();
        if unknown.is_empty() { Ok(()) } else { Err(self.want(Wanted::Rows(unknown))) }
    }

    fn put(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        self.writes.insert(Key::new(table, partition, sort), Some(body.to_owned()));
        Ok(())
    }

    fn delete(&mut self, table: Table, partition: &str, sort: &str) -> Result<(), StoreError> {
        self.writes.insert(Key::new(table, partition, sort), None);
        Ok(())
    }

    fn range(
        &mut self,
        table: Table,
        partition: &str,
        range: Range<'_>,
    ) -> Result<Vec<(String, String)>, StoreError> {
        if range.from >= range.before || range.limit == 0 {
            return Ok(Vec::new());
        }
        let mut stretch = Stretch {
            table,
            partition: key::short(partition),
            from: key::short(range.from),
            before: key::short(range.before),
            is_descending: range.order == Order::Descending,
            limit: range.limit,
        };
        let own = self.own_in(&stretch);
        if !own.is_empty() {
            // What was deleted makes room for rows beyond the limit.
            stretch.limit = usize::MAX;
        }
        let Some(sorts) = self.stretches.get(&stretch) else {
            return Err(self.want(Wanted::Stretch(stretch)));
        };
        if own.is_empty() {
            return Ok(sorts.iter().filter_map(|sort| self.row_of(&stretch, sort)).collect());
        }
        let mut rows: BTreeMap<String, String> =
            sorts.iter().filter_map(|sort| self.row_of(&stretch, sort)).collect();
        for (sort, body) in own {
            match body {
                Some(body) => rows.insert(sort, body),
                None => rows.remove(&sort),
            };
        }
        let rows = rows.into_iter();
        Ok(match range.order {
            Order::Ascending => rows.take(range.limit).collect(),
            Order::Descending => rows.rev().take(range.limit).collect(),
        })
    }

    fn partitions(&mut self, table: Table) -> Result<Vec<String>, StoreError> {
        match self.partitions.get(&table) {
            Some(partitions) => Ok(partitions.clone()),
            None => Err(self.want(Wanted::Partitions(table))),
        }
    }
}
