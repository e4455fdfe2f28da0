//! What erasing needs of a store beside removing: who has something, and that what was removed is
//! gone from the medium too.

use async_trait::async_trait;

use super::{ConversationStore, StoreError, TurnStore};
use crate::dictionary::DictionaryStore;
use crate::id::UserId;

/// A store that forgets for good.
#[async_trait]
pub trait ErasureStore: ConversationStore + TurnStore + DictionaryStore {
    /// Everybody of whom conversations, turns or rests of them are there, by id.
    async fn owners(&self) -> Result<Vec<UserId>, StoreError>;
    /// Forgets a user's turns that have ended and the keys of requests; gives the number of turns.
    /// Ledger rows stay.
    async fn forget_turns(&self, user: &UserId) -> Result<usize, StoreError>;
    /// Overwrites what was removed before, wherever the store keeps files of its own: afterwards no
    /// file holds any of it. `Unavailable` where somebody still reads an older state; the same call
    /// does it later.
    async fn purge(&self) -> Result<(), StoreError>;
}
