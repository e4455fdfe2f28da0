//! Transactions whose statements are compiled once for a connection.

use rusqlite::Connection;

/// A transaction; dropped uncommitted it is undone.
pub(super) struct Transaction<'c>(&'c Connection);

impl<'c> Transaction<'c> {
    /// One that writes: it waits for whoever else does.
    pub(super) fn writing(connection: &'c Connection) -> rusqlite::Result<Self> {
        run(connection, "BEGIN IMMEDIATE")?;
        Ok(Self(connection))
    }

    /// One that reads everything as of its first read.
    pub(super) fn reading(connection: &'c Connection) -> rusqlite::Result<Self> {
        run(connection, "BEGIN DEFERRED")?;
        Ok(Self(connection))
    }

    pub(super) fn commit(self) -> rusqlite::Result<()> {
        run(self.0, "COMMIT")
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // A transaction that is over, or that SQLite has undone by itself, needs nothing.
        if !self.0.is_autocommit() {
            let _ = run(self.0, "ROLLBACK");
        }
    }
}

fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}
