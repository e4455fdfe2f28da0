//! Whole stores: reading every row, and adding rows without overwriting any.

use domain::ports::StoreError;
use futures::TryStreamExt;
use serde_json::Value;

use super::Store;
use crate::bulk::{Bulk, Counts, Pages, Row};
use crate::table::{Rows, Table};

/// What stands under a row's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Nothing.
    New,
    /// The same: equal text, or equal JSON however its fields are ordered.
    Same,
    /// Something else.
    Different,
}

impl<B: Bulk> Store<B> {
    /// Every row; call it within a Tokio runtime.
    pub fn dump(&self) -> Pages {
        self.backend.dump()
    }

    /// Rows of each table.
    ///
    /// # Errors
    ///
    /// What the backend says.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let none: Counts = Table::ALL.into_iter().map(|table| (table, 0)).collect();
        let add = |mut counts: Counts, page: Vec<Row>| async move {
            for row in page {
                *counts.entry(row.table).or_default() += 1;
            }
            Ok(counts)
        };
        self.dump().try_fold(none, add).await
    }

    /// Looks at what stands under the keys of some rows, at most [`Bulk::TRANSACTION_ROWS`], and
    /// writes those that are new and may be written, all in one transaction.
    ///
    /// # Errors
    ///
    /// What the backend says; then nothing was written.
    pub async fn add(&self, rows: Vec<(Row, bool)>) -> Result<Vec<Presence>, StoreError> {
        self.transact(move |stored| {
            rows.iter().map(|(row, may_write)| add_row(stored, row, *may_write)).collect()
        })
        .await
    }
}

fn add_row(stored: &mut dyn Rows, row: &Row, may_write: bool) -> Result<Presence, StoreError> {
    let Row { table, partition, sort, body } = row;
    if let Some(there) = stored.get(*table, partition, sort)? {
        let is_same = is_same(&there, body);
        return Ok(if is_same { Presence::Same } else { Presence::Different });
    }
    if may_write {
        stored.put(*table, partition, sort, body)?;
    }
    Ok(Presence::New)
}

fn is_same(one: &str, other: &str) -> bool {
    let value = |text| serde_json::from_str::<Value>(text).ok();
    one == other || value(one).is_some_and(|one| value(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn the_order_of_fields_is_no_difference() {
        for (one, other, expected) in [
            ("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true),
            ("{\"a\":1}", "{\"a\":2}", false),
            ("한 😀", "한 😀", true),
            ("한", "\u{1112}\u{1161}\u{11ab}", false),
            ("t1", "t2", false),
            ("12", "12", true),
        ] {
            assert_eq!(is_same(one, other), expected, "{one} {other}");
        }
    }
}
