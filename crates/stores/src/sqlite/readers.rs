//! Connections that only read, each as of one instant, on the blocking threads of the runtime.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use domain::ports::StoreError;
use rusqlite::{Connection, TransactionBehavior};

use super::rows::SqlRows;
use super::{SqliteOptions, connect, store_error};
use crate::table::Work;

/// So many connections are kept for the next reader.
const KEPT: usize = 4;

/// Opens a connection where all are in use.
#[derive(Debug)]
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

    /// Runs work that writes nothing; one that does fails.
    pub(super) async fn run<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        let (path, options, idle) = (Arc::clone(&self.path), self.options, Arc::clone(&self.idle));
        let run = move || {
            let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut connection = match kept {
                Some(connection) => connection,
                None => {
                    let new = connect(&path, options).map_err(store_error)?;
                    new.pragma_update(None, "query_only", true).map_err(store_error)?;
                    new
                }
            };
            let done = read(&mut connection, &work);
            let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < KEPT {
                idle.push(connection);
            }
            done
        };
        match tokio::task::spawn_blocking(run).await {
            Ok(done) => done,
            Err(error) => Err(StoreError::Failed(Box::new(error))),
        }
    }
}

fn read<T>(connection: &mut Connection, work: &Work<T>) -> Result<T, StoreError> {
    let behavior = TransactionBehavior::Deferred;
    let transaction = connection.transaction_with_behavior(behavior).map_err(store_error)?;
    work(&mut SqlRows(&transaction))
}
