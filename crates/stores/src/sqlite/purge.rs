//! What was removed is gone from the files too: SQLite overwrites what it frees, the index of words is
//! written anew without it, and the log, which still holds older pages, is emptied.

use std::path::Path;

use domain::ports::StoreError;
use rusqlite::Connection;

use super::{Sqlite, SqliteOptions, connect, store_error};
use crate::store::Store;

/// Deletions leave the words of a text in the index until its parts are merged.
fn forget_words(connection: &Connection) -> Result<(), StoreError> {
    connection
        .execute("INSERT INTO search(search) VALUES ('optimize')", ())
        .map_err(store_error)?;
    Ok(())
}

/// Plays the log into the file and cuts it to nothing; waits for others as long as any call does.
fn empty_log(path: &Path, options: SqliteOptions) -> Result<(), StoreError> {
    let connection = connect(path, options).map_err(store_error)?;
    let is_busy: bool = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))
        .map_err(store_error)?;
    match is_busy {
        true => Err(StoreError::Unavailable("somebody still reads an older state".into())),
        false => Ok(()),
    }
}

impl Sqlite {
    /// Overwrites what was removed, in the file and its log.
    pub(super) async fn purge_files(&self) -> Result<(), StoreError> {
        self.writer.run_on(Box::new(forget_words)).await?;
        let (path, options) = (self.readers.path(), self.options);
        let emptied = tokio::task::spawn_blocking(move || empty_log(&path, options)).await;
        emptied.map_err(|error| StoreError::Failed(Box::new(error)))?
    }
}

impl Store<Sqlite> {
    /// Writes the whole file anew, so that also what was freed before this program overwrote it is
    /// gone. Needs as much room again, and keeps writers waiting; blocks.
    ///
    /// # Errors
    ///
    /// No room, or somebody who holds the file.
    pub fn rewrite(&self) -> Result<(), StoreError> {
        let backend = self.backend();
        let connection = connect(&backend.readers.path(), backend.options).map_err(store_error)?;
        connection.execute_batch("VACUUM").map_err(store_error)?;
        drop(connection);
        empty_log(&backend.readers.path(), backend.options)
    }
}
