//! Connections that only read, each as of one instant.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use domain::ports::StoreError;
use rusqlite::Connection;

use super::rows::SqlRows;
use super::transaction::Transaction;
use super::{SqliteOptions, connect, store_error};
use crate::table::Work;

/// So many connections are kept for the next reader.
const KEPT: usize = 4;

/// Opens a connection where all are in use.
#[derive(Debug, Clone)]
pub(super) struct Readers {
    path: Arc<PathBuf>,
    options: SqliteOptions,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, options: SqliteOptions) -> Self {
        Self { path: Arc::new(path), options, idle: Arc::default() }
    }

    /// Where the file is.
    pub(super) fn path(&self) -> Arc<PathBuf> {
        Arc::clone(&self.path)
    }

    /// Runs work that writes nothing on a blocking thread; one that does fails.
    pub(super) async fn run<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        let readers = self.clone();
        match tokio::task::spawn_blocking(move || readers.run_here(&work)).await {
            Ok(done) => done,
            Err(error) => Err(StoreError::Failed(Box::new(error))),
        }
    }

    /// The same on this thread, for a few rows: to wake another costs more than they do.
    pub(super) fn run_here<T>(&self, work: &Work<T>) -> Result<T, StoreError> {
        self.with_connection(|connection| {
            let _as_of_now = Transaction::reading(connection).map_err(store_error)?;
            work(&mut SqlRows(connection))
        })
    }

    /// Lends a connection that only reads to work on this thread.
    pub(super) fn with_connection<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => {
                let new = connect(&self.path, self.options).map_err(store_error)?;
                new.pragma_update(None, "query_only", true).map_err(store_error)?;
                new
            }
        };
        let done = work(&connection);
        let mut idle = idle();
        if idle.len() < KEPT {
            idle.push(connection);
        }
        done
    }
}
