//! Whether prompts, files or quotas have changed: every turn asks for them, and they are changed by hand.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use crate::table::{SettingsMark, Table, is_setting};

/// What this process knows of changes to one file.
#[derive(Debug)]
pub(super) struct Settings {
    begun: Instant,
    changes: AtomicU64,
    /// Something was written that is not committed yet.
    is_touched: AtomicBool,
}

impl Settings {
    pub(super) fn new() -> Self {
        let (changes, is_touched) = (AtomicU64::new(0), AtomicBool::new(false));
        Self { begun: Instant::now(), changes, is_touched }
    }

    /// Notes a row that is written in a transaction.
    pub(super) fn touch(&self, table: Table, partition: &str) {
        if is_setting(table, partition) {
            self.is_touched.store(true, Ordering::Relaxed);
        }
    }

    /// The transaction is over. To be said before anybody is told, who may then read what was written.
    pub(super) fn publish(&self) {
        if self.is_touched.swap(false, Ordering::Relaxed) {
            self.changes.fetch_add(1, Ordering::Release);
        }
    }

    pub(super) fn mark(&self) -> SettingsMark {
        let changes = self.changes.load(Ordering::Acquire);
        SettingsMark { changes, second: self.begun.elapsed().as_secs() }
    }
}
