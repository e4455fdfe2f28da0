//! Ends of turns that a store refused: kept in this process and saved when the store takes them again,
//! so that the conversation is free and the answer whole without a restart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::journal::log_failure;
use super::{SequencedEvent, TurnRecord, Turns};
use crate::id::TurnId;
use crate::ports::{Conclusion, StoreError};

/// So many are kept; a start recovers the others from the journal.
const LIMIT: usize = 1_000;

/// The ends that could not be saved.
#[derive(Debug, Default)]
pub struct UnsavedEnds(Mutex<HashMap<TurnId, Arc<Conclusion>>>);

impl UnsavedEnds {
    /// Keeps an end. One event of the turn was numbered after it failed, so its last events, those
    /// the journal does not hold, come one later.
    pub(super) fn keep(&self, mut conclusion: Conclusion, last: usize) {
        let first_last = conclusion.events.len().saturating_sub(last);
        for event in conclusion.events.iter_mut().skip(first_last) {
            let SequencedEvent { sequence, event: said } = &**event;
            *event = Arc::new(SequencedEvent { sequence: sequence + 1, event: said.clone() });
        }
        let mut ends = self.ends();
        if ends.len() < LIMIT {
            ends.insert(conclusion.record.id.clone(), Arc::new(conclusion));
        }
    }

    fn of(&self, turn: &TurnId) -> Option<Arc<Conclusion>> {
        self.ends().get(turn).cloned()
    }

    fn all(&self) -> Vec<Arc<Conclusion>> {
        self.ends().values().cloned().collect()
    }

    fn ends(&self) -> MutexGuard<'_, HashMap<TurnId, Arc<Conclusion>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turns {
    /// Saves the end of that turn where it is one the store refused; false where it is not.
    pub(super) async fn save_unsaved(&self, record: &TurnRecord) -> Result<bool, StoreError> {
        let Some(conclusion) = self.unsaved.of(&record.id) else { return Ok(false) };
        self.turns.conclude(&conclusion).await?;
        self.unsaved.ends().remove(&record.id);
        Ok(true)
    }

    /// Saves every end the store refused, after it has taken one again.
    pub(super) async fn save_all_unsaved(&self) {
        for conclusion in self.unsaved.all() {
            if let Err(error) = self.save_unsaved(&conclusion.record).await {
                log_failure(&conclusion.record, &error);
                return;
            }
        }
    }
}
