//! Rows in a map behind a lock; a failed transaction is rolled back from a copy of what it touched.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, PoisonError};

use domain::ports::StoreError;
use futures::{StreamExt, stream};

use crate::bulk::{Bulk, PAGE_ROWS, Pages, Row};
use crate::table::{Backend, Order, Range, Rows, Table, Work};

type Key = (Table, String, String);

/// The rows of a memory store.
#[derive(Debug, Default)]
pub struct Memory {
    rows: Mutex<BTreeMap<Key, String>>,
}

struct Transaction<'a> {
    rows: &'a mut BTreeMap<Key, String>,
    /// What stood under each touched key before, latest first.
    undo: Vec<(Key, Option<String>)>,
}

impl Transaction<'_> {
    fn replace(&mut self, key: Key, body: Option<String>) {
        let before = match body {
            Some(body) => self.rows.insert(key.clone(), body),
            None => self.rows.remove(&key),
        };
        self.undo.push((key, before));
    }

    fn roll_back(self) {
        for (key, before) in self.undo.into_iter().rev() {
            match before {
                Some(body) => self.rows.insert(key, body),
                None => self.rows.remove(&key),
            };
        }
    }
}

fn key(table: Table, partition: &str, sort: &str) -> Key {
    (table, partition.to_owned(), sort.to_owned())
}

impl Rows for Transaction<'_> {
    fn get(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
    ) -> Result<Option<String>, StoreError> {
        Ok(self.rows.get(&key(table, partition, sort)).cloned())
    }

    fn put(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        self.replace(key(table, partition, sort), Some(body.to_owned()));
        Ok(())
    }

    fn delete(&mut self, table: Table, partition: &str, sort: &str) -> Result<(), StoreError> {
        self.replace(key(table, partition, sort), None);
        Ok(())
    }

    fn range(
        &mut self,
        table: Table,
        partition: &str,
        range: Range<'_>,
    ) -> Result<Vec<(String, String)>, StoreError> {
        if range.from >= range.before {
            return Ok(Vec::new());
        }
        let from = Bound::Included(key(table, partition, range.from));
        let before = Bound::Excluded(key(table, partition, range.before));
        let rows = self.rows.range((from, before));
        let copy = |(key, body): (&Key, &String)| (key.2.clone(), body.clone());
        Ok(match range.order {
            Order::Ascending => rows.take(range.limit).map(copy).collect(),
            Order::Descending => rows.rev().take(range.limit).map(copy).collect(),
        })
    }

    fn partitions(&mut self, table: Table) -> Result<Vec<String>, StoreError> {
        let own = self.rows.keys().filter(|key| key.0 == table);
        let mut keys: Vec<String> = own.map(|key| key.1.clone()).collect();
        keys.dedup();
        Ok(keys)
    }
}

#[async_trait::async_trait]
impl Backend for Memory {
    async fn transact<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        // A panic inside work is a fault of this crate; what it left is still consistent enough
        // for the tests and demos this store is for.
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let mut transaction = Transaction { rows: &mut rows, undo: Vec::new() };
        let done = work(&mut transaction);
        if done.is_err() {
            transaction.roll_back();
        }
        done
    }
}

impl Bulk for Memory {
    const TRANSACTION_ROWS: usize = 1_000;

    fn dump(&self) -> Pages {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let copy = |((table, partition, sort), body): (&Key, &String)| Row {
            table: *table,
            partition: partition.clone(),
            sort: sort.clone(),
            body: body.clone(),
        };
        let all: Vec<Row> = rows.iter().map(copy).collect();
        let pages: Vec<_> = all.chunks(PAGE_ROWS).map(|page| Ok(page.to_vec())).collect();
        stream::iter(pages).boxed()
    }
}
