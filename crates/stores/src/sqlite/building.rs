//! Building the index of words for a file that an earlier program has written: in steps between what
//! others write, from where the last start broke off, while searches look through the rows.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use domain::ports::StoreError;
use rusqlite::{Connection, OptionalExtension, params};

use super::search::{self, Place};
use super::store_error;
use super::writer::Asking;

/// A step indexes so many rows; others write between two steps.
const STEP_ROWS: usize = 50;

/// The thread that asks for one step after another; dropping it ends it after the present one.
#[derive(Debug)]
pub(super) struct Building {
    is_stopped: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Building {
    /// Starts it.
    pub(super) fn start(asking: Asking) -> std::io::Result<Self> {
        let is_stopped = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&is_stopped);
        let run = move || {
            // A step that fails leaves the index as it was: searches look through the rows, and the
            // next start goes on.
            while !stopped.load(Ordering::Relaxed)
                && asking.run_blocking(Box::new(step)).is_ok_and(|is_built| !is_built)
            {}
        };
        let thread = std::thread::Builder::new().name("sqlite-index".into()).spawn(run)?;
        Ok(Self { is_stopped, thread: Mutex::new(Some(thread)) })
    }

    /// Waits until the index is built, or a step has failed.
    pub(super) fn wait(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A thread that has panicked has nothing left to do.
            let _ = thread.join();
        }
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::Relaxed);
        self.wait();
    }
}

/// Indexes some rows; true when all are.
fn step(connection: &Connection) -> Result<bool, StoreError> {
    index_some(connection).map_err(store_error)
}

fn index_some(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT after_partition, after_sort FROM search_unread";
    let after: Option<(String, String)> = connection
        .prepare_cached(sql)?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((partition, sort)) = after else { return Ok(true) };
    let sql = "SELECT userId, conversationId, body FROM conversations \
               WHERE (userId, conversationId) > (?1, ?2) AND (instr(userId, '#') = 0 \
               OR conversationId = 'd#draft' OR conversationId BETWEEN 'm#' AND 'm$') \
               ORDER BY userId, conversationId LIMIT ?3";
    let limit = i64::try_from(STEP_ROWS).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![partition, sort, limit], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let rows: Vec<(String, String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    for (partition, sort, body) in &rows {
        if let Some(place) = Place::of(partition, sort) {
            search::put_again(connection, &place, body)?;
        }
    }
    match rows.last() {
        Some((partition, sort, _)) if rows.len() == STEP_ROWS => {
            let sql = "UPDATE search_unread SET after_partition = ?1, after_sort = ?2";
            connection.prepare_cached(sql)?.execute([partition, sort])?;
            Ok(false)
        }
        _ => {
            connection.prepare_cached("DELETE FROM search_unread")?.execute([])?;
            Ok(true)
        }
    }
}
