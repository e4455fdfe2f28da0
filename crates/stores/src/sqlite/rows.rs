//! The row operations as SQL, over a connection inside a transaction.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::ports::StoreError;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::search::{self, Place};
use super::settings;
use super::store_error;
use crate::table::{Order, Range, Reading, Rows, Table, TextPlace};

/// The statements of one table.
struct Statements {
    get: String,
    put: String,
    delete: String,
    ascending: String,
    descending: String,
    ascending_keys: String,
    descending_keys: String,
    partitions: String,
}

static STATEMENTS: LazyLock<Vec<Statements>> =
    LazyLock::new(|| Table::ALL.into_iter().map(Statements::of).collect());

impl Statements {
    fn of(table: Table) -> Self {
        let (name, pk, sk) = (table.name(), table.partition_key(), table.sort_key());
        let matching = format!("\"{name}\" WHERE \"{pk}\" = ?1 AND \"{sk}\" = ?2");
        let range = |columns: &str, order: &str| {
            format!(
                "SELECT {columns} FROM \"{name}\" WHERE \"{pk}\" = ?1 AND \"{sk}\" >= ?2 \
                 AND \"{sk}\" < ?3 ORDER BY \"{sk}\" {order} LIMIT ?4"
            )
        };
        // The index of the primary key holds both keys: rows are not looked up for keys alone.
        let (row, key) = (format!("\"{sk}\", body"), format!("\"{sk}\""));
        Self {
            get: format!("SELECT body FROM {matching}"),
            put: format!(
                "INSERT INTO \"{name}\" VALUES (?1, ?2, ?3) \
                 ON CONFLICT (\"{pk}\", \"{sk}\") DO UPDATE SET body = excluded.body"
            ),
            delete: format!("DELETE FROM {matching}"),
            ascending: range(&row, "ASC"),
            descending: range(&row, "DESC"),
            ascending_keys: range(&key, "ASC"),
            descending_keys: range(&key, "DESC"),
            partitions: format!("SELECT DISTINCT \"{pk}\" FROM \"{name}\" ORDER BY \"{pk}\""),
        }
    }

    fn range(&self, order: Order) -> &str {
        match order {
            Order::Ascending => &self.ascending,
            Order::Descending => &self.descending,
        }
    }

    fn keys(&self, order: Order) -> &str {
        match order {
            Order::Ascending => &self.ascending_keys,
            Order::Descending => &self.descending_keys,
        }
    }

    fn get(table: Table) -> Result<&'static Self, StoreError> {
        let at = Table::ALL.iter().position(|one| *one == table);
        let found = at.and_then(|at| STATEMENTS.get(at));
        found.ok_or_else(|| StoreError::Failed("a table without statements".into()))
    }
}

/// The place of a row in the index of words, where it has one.
fn indexed<'k>(table: Table, partition: &'k str, sort: &'k str) -> Option<Place<'k>> {
    (table == Table::Conversations).then(|| Place::of(partition, sort))?
}

/// Rows of a connection.
pub(super) struct SqlRows<'c>(pub(super) &'c Connection);

impl Rows for SqlRows<'_> {
    fn get(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
    ) -> Result<Option<String>, StoreError> {
        let sql = &Statements::get(table)?.get;
        let mut statement = self.0.prepare_cached(sql).map_err(store_error)?;
        let found = statement.query_row(params![partition, sort], |row| row.get(0));
        found.optional().map_err(store_error)
    }

    fn get_unless(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
        known: &str,
    ) -> Result<Reading, StoreError> {
        let sql = &Statements::get(table)?.get;
        let mut statement = self.0.prepare_cached(sql).map_err(store_error)?;
        let read = |row: &Row<'_>| again(row, 0, known);
        let found = statement.query_row(params![partition, sort], read);
        Ok(found.optional().map_err(store_error)?.unwrap_or(Reading::Nothing))
    }

    fn put(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        if let Some(place) = indexed(table, partition, sort) {
            // A message is written once; what is written again and again has a text that seldom changes.
            let before = if place.is_message() { None } else { self.get(table, partition, sort)? };
            search::put(self.0, &place, before.as_deref(), body)?;
        }
        let sql = &Statements::get(table)?.put;
        let mut statement = self.0.prepare_cached(sql).map_err(store_error)?;
        statement.execute(params![partition, sort, body]).map_err(store_error)?;
        settings::touch(self.0, table, partition).map_err(store_error)
    }

    fn delete(&mut self, table: Table, partition: &str, sort: &str) -> Result<(), StoreError> {
        if let Some(place) = indexed(table, partition, sort) {
            search::delete(self.0, &place).map_err(store_error)?;
        }
        let sql = &Statements::get(table)?.delete;
        let mut statement = self.0.prepare_cached(sql).map_err(store_error)?;
        statement.execute(params![partition, sort]).map_err(store_error)?;
        settings::touch(self.0, table, partition).map_err(store_error)
    }

    fn range(
        &mut self,
        table: Table,
        partition: &str,
        range: Range<'_>,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let statements = Statements::get(table)?;
        let mut statement =
            self.0.prepare_cached(statements.range(range.order)).map_err(store_error)?;
        let limit = i64::try_from(range.limit).unwrap_or(i64::MAX);
        let rows = statement
            .query_map(params![partition, range.from, range.before, limit], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .map_err(store_error)?;
        rows.collect::<Result<_, _>>().map_err(store_error)
    }

    fn keys(
        &mut self,
        table: Table,
        partition: &str,
        range: Range<'_>,
    ) -> Result<Vec<String>, StoreError> {
        let statements = Statements::get(table)?;
        let mut statement =
            self.0.prepare_cached(statements.keys(range.order)).map_err(store_error)?;
        let limit = i64::try_from(range.limit).unwrap_or(i64::MAX);
        let keys = statement
            .query_map(params![partition, range.from, range.before, limit], |row| row.get(0))
            .map_err(store_error)?;
        keys.collect::<Result<_, _>>().map_err(store_error)
    }

    fn texts_with(
        &mut self,
        user: &str,
        grams: &[String],
    ) -> Result<Option<HashMap<String, Vec<TextPlace>>>, StoreError> {
        if !search::is_built(self.0).map_err(store_error)? {
            return Ok(None);
        }
        search::texts_with(self.0, user, grams).map(Some).map_err(store_error)
    }

    fn range_unless<'k>(
        &mut self,
        table: Table,
        partition: &str,
        range: Range<'_>,
        known: &dyn Fn(&str) -> Option<&'k str>,
    ) -> Result<Vec<(String, Reading)>, StoreError> {
        let statements = Statements::get(table)?;
        let mut statement =
            self.0.prepare_cached(statements.range(range.order)).map_err(store_error)?;
        let limit = i64::try_from(range.limit).unwrap_or(i64::MAX);
        let rows = statement
            .query_map(params![partition, range.from, range.before, limit], |row| {
                let sort: String = row.get(0)?;
                let reading = again(row, 1, known(&sort).unwrap_or_default())?;
                Ok((sort, reading))
            })
            .map_err(store_error)?;
        rows.collect::<Result<_, _>>().map_err(store_error)
    }

    fn partitions(&mut self, table: Table) -> Result<Vec<String>, StoreError> {
        let sql = &Statements::get(table)?.partitions;
        let mut statement = self.0.prepare_cached(sql).map_err(store_error)?;
        let keys = statement.query_map(params![], |row| row.get(0)).map_err(store_error)?;
        keys.collect::<Result<_, _>>().map_err(store_error)
    }
}

/// A row's text, unless its bytes are those that are known: whether they are UTF-8 need not be asked
/// again then.
fn again(row: &Row<'_>, column: usize, known: &str) -> rusqlite::Result<Reading> {
    match row.get_ref(column)? {
        ValueRef::Text(body) if body == known.as_bytes() => Ok(Reading::Same),
        _ => row.get(column).map(Reading::New),
    }
}
