//! Whole stores: reading every row, and adding rows without overwriting any.

use std::collections::BTreeMap;

use domain::ports::StoreError;
use futures::TryStreamExt;
use serde_json::{Map, Number, Value};

use super::Store;
use crate::bulk::{Bulk, Counts, Pages, Row};
use crate::table::{Rows, Table};

/// What stands under a row's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Nothing.
    New,
    /// The same: equal text, or JSON that says the same. The order of fields, `1` for `1.0`, and
    /// whether the row's own keys stand among its fields are no difference: DynamoDB keeps neither.
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
            let mut asked: BTreeMap<(Table, &str), Vec<String>> = BTreeMap::new();
            for (row, _) in &rows {
                asked.entry((row.table, &row.partition)).or_default().push(row.sort.clone());
            }
            for ((table, partition), sorts) in &asked {
                stored.prefetch(*table, partition, sorts)?;
            }
            rows.iter().map(|(row, may_write)| add_row(stored, row, *may_write)).collect()
        })
        .await
    }
}

fn add_row(stored: &mut dyn Rows, row: &Row, may_write: bool) -> Result<Presence, StoreError> {
    let Row { table, partition, sort, body } = row;
    if let Some(there) = stored.get(*table, partition, sort)? {
        let is_same = there == *body || says_the_same(row, &there);
        return Ok(if is_same { Presence::Same } else { Presence::Different });
    }
    if may_write {
        stored.put(*table, partition, sort, body)?;
    }
    Ok(Presence::New)
}

fn says_the_same(row: &Row, there: &str) -> bool {
    let fields = |text| -> Option<Map<String, Value>> {
        let mut fields: Map<String, Value> = serde_json::from_str(text).ok()?;
        let keys = [(row.table.partition_key(), &row.partition), (row.table.sort_key(), &row.sort)];
        fields.retain(|name, value| !keys.iter().any(|(key, own)| name == key && value == *own));
        Some(fields)
    };
    let both = fields(&row.body).zip(fields(there));
    both.is_some_and(|(one, other)| is_equal(&one.into(), &other.into()))
}

fn is_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || (!is_whole(one) || !is_whole(other)) && one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has = |(name, value)| other.get(name).is_some_and(|other| is_equal(value, other));
            one.len() == other.len() && one.iter().all(has)
        }
        (Value::Null | Value::Bool(_) | Value::String(_), _)
        | (Value::Number(_) | Value::Array(_) | Value::Object(_), _) => one == other,
    }
}

fn is_whole(number: &Number) -> bool {
    number.is_u64() || number.is_i64()
}

#[cfg(test)]
mod tests {
    use super::says_the_same;
    use crate::bulk::Row;
    use crate::table::Table;

    #[test]
    fn how_it_is_written_is_no_difference() {
        let (partition, sort) = ("kim".to_owned(), "2026-11#Basic".to_owned());
        for (body, there, expected) in [
            ("{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}", true),
            ("{\"a\":1}", "{\"a\":2}", false),
            ("{\"a\":1.0}", "{\"a\":1}", true),
            ("{\"a\":9007199254740993}", "{\"a\":9007199254740992}", false),
            ("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1,\"c\":1}}", false),
            ("{\"a\":[1]}", "{\"a\":[1,1]}", false),
            ("{\"a\":1}", "{\"a\":1,\"userId\":\"kim\"}", true),
            ("{\"a\":1}", "{\"a\":1,\"userId\":\"lee\"}", false),
            ("{\"a\":1,\"yearMonth\":\"2026-11#Basic\"}", "{\"a\":1}", true),
            ("{\"a\":\"한\"}", "{\"a\":\"\u{1112}\u{1161}\u{11ab}\"}", false),
            ("t1", "t2", false),
            ("12", "12.0", false),
        ] {
            let (partition, sort) = (partition.clone(), sort.clone());
            let row = Row { table: Table::Usage, partition, sort, body: body.into() };
            assert_eq!(says_the_same(&row, there), expected, "{body} {there}");
        }
    }
}
