//! What dictionaries need of a store.

use async_trait::async_trait;

use super::{Dictionary, DictionaryEntry, DictionaryScope};
use crate::id::EntryId;
use crate::ports::StoreError;

/// House dictionaries.
#[async_trait]
pub trait DictionaryStore: Send + Sync {
    /// Versions of dictionaries in the given order; 0 where nobody has changed one.
    async fn dictionary_versions(&self, scopes: &[DictionaryScope])
    -> Result<Vec<u64>, StoreError>;
    /// A dictionary with all entries. One that is changed meanwhile may hold more than its version
    /// says, never less.
    async fn dictionary(&self, scope: &DictionaryScope) -> Result<Dictionary, StoreError>;
    /// Adds entries as the next versions; `Conflict` when the stored version is not `expected`. More
    /// than 90 may be added in steps: after an error the first ones may be there.
    async fn add_entries(
        &self,
        scope: &DictionaryScope,
        entries: &[DictionaryEntry],
        expected: u64,
    ) -> Result<(), StoreError>;
    /// Removes an entry as the next version; false when there is none.
    async fn remove_entry(&self, scope: &DictionaryScope, id: &EntryId)
    -> Result<bool, StoreError>;
    /// Removes a whole dictionary, which begins anew with its next version; gives the number of
    /// entries. More than 90 are removed in steps, and the same call removes the rest.
    async fn clear_dictionary(&self, scope: &DictionaryScope) -> Result<usize, StoreError>;
}
