//! Everybody's limits as they were last read, so that a check of what is typed does not read the store.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Quotas;
use crate::ports::QuotaStore;
use crate::time::Timestamp;

/// So long what was read is believed: what another process has set is in force here after that.
pub const FRESH_MS: i64 = 5_000;

#[derive(Debug, Default)]
struct Kept {
    quotas: Option<Arc<Quotas>>,
    /// When the store was last asked; none once something was set here.
    asked_at: Option<Timestamp>,
    /// How often anything was set here.
    changes: u64,
}

/// Everybody's limits as this process knows them.
#[derive(Debug, Default)]
pub struct KnownQuotas(Mutex<Kept>);

impl Kept {
    /// What needs no reading, or how often anything was set here until now.
    fn fresh(&self, now: Timestamp) -> Result<Arc<Quotas>, u64> {
        let is_fresh = |at: Timestamp| at <= now && at.plus_millis(FRESH_MS) > now;
        let quotas = self.quotas.as_ref().filter(|_| self.asked_at.is_some_and(is_fresh));
        quotas.cloned().ok_or(self.changes)
    }
}

impl KnownQuotas {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What this process has set is read again before anybody is told their limits.
    pub fn changed(&self) {
        let mut kept = self.kept();
        kept.changes += 1;
        kept.asked_at = None;
    }

    /// The operator's quotas with what admins have set over them, read at most every [`FRESH_MS`]. A
    /// store that cannot be read leaves in force what was read last, and before that the operator's.
    pub async fn read(
        &self,
        store: &dyn QuotaStore,
        operators: &Quotas,
        now: Timestamp,
    ) -> Arc<Quotas> {
        let changes = match self.kept().fresh(now) {
            Ok(quotas) => return quotas,
            Err(changes) => changes,
        };
        let read = store.quotas().await;
        let mut kept = self.kept();
        // What was set here meanwhile may not have been read.
        kept.asked_at = (kept.changes == changes).then_some(now);
        let quotas = match read {
            Ok(rows) => Arc::new(operators.clone().with(rows)),
            Err(error) => {
                tracing::warn!(
                    event = "quotas.unreadable",
                    code = error.code(),
                    error = &error as &dyn std::error::Error
                );
                kept.quotas.take().unwrap_or_else(|| Arc::new(operators.clone()))
            }
        };
        kept.quotas = Some(Arc::clone(&quotas));
        quotas
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::{FRESH_MS, KnownQuotas};
    use crate::ports::{QuotaStore, StoreError};
    use crate::quota::{Limits, QuotaRow, Quotas, Subject};
    use crate::time::Timestamp;

    fn limits(text_chars: usize) -> Limits {
        Limits { text_chars: Some(text_chars), ..Limits::default() }
    }

    fn operators() -> Quotas {
        Quotas { default: limits(1), ..Quotas::default() }
    }

    /// Says these text limits of everybody one after another; none: it cannot be read.
    struct Told(Mutex<VecDeque<Option<usize>>>);

    impl Told {
        fn new(limits: &[Option<usize>]) -> Self {
            Self(Mutex::new(limits.to_vec().into()))
        }
    }

    #[async_trait]
    impl QuotaStore for Told {
        async fn quotas(&self) -> Result<Vec<QuotaRow>, StoreError> {
            let told = self.0.lock().unwrap().pop_front().expect("read more often than told");
            let chars = told.ok_or_else(|| StoreError::Unavailable("away".into()))?;
            Ok(vec![QuotaRow { subject: Subject::Everybody, limits: limits(chars) }])
        }

        async fn save_quota(&self, _row: &QuotaRow) -> Result<(), StoreError> {
            Err(StoreError::Conflict)
        }

        async fn remove_quota(&self, _subject: &Subject) -> Result<bool, StoreError> {
            Err(StoreError::Conflict)
        }
    }

    async fn check(known: &KnownQuotas, store: &Told, at_ms: i64, expected: usize) {
        let now = Timestamp::from_millis(1_000_000 + at_ms);
        let quotas = known.read(store, &operators(), now).await;
        assert_eq!(quotas.default, limits(expected), "{at_ms}");
    }

    #[tokio::test]
    async fn the_store_is_read_once_in_a_while_and_after_a_change_of_ones_own() {
        let (known, store) = (KnownQuotas::default(), Told::new(&[Some(5), Some(6), Some(7)]));
        check(&known, &store, 0, 5).await;
        check(&known, &store, FRESH_MS - 1, 5).await;
        check(&known, &store, FRESH_MS, 6).await;
        known.changed();
        check(&known, &store, FRESH_MS, 7).await;
        check(&known, &store, FRESH_MS + 1, 7).await;
        assert!(store.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_store_that_is_away_leaves_in_force_what_was_read_last() {
        let (known, store) = (KnownQuotas::default(), Told::new(&[None, Some(5), None, Some(6)]));
        check(&known, &store, 0, 1).await;
        check(&known, &store, FRESH_MS - 1, 1).await;
        check(&known, &store, FRESH_MS, 5).await;
        check(&known, &store, 2 * FRESH_MS, 5).await;
        check(&known, &store, 3 * FRESH_MS - 1, 5).await;
        check(&known, &store, 3 * FRESH_MS, 6).await;
    }
}
