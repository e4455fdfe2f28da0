//! What stores keep beside a conversation's present state: versions of its text, what it can be
//! found by, and how its findings were taken.

use async_trait::async_trait;

use super::StoreError;
use crate::acceptance::{AcceptanceFilter, AcceptanceRow};
use crate::id::{ConversationId, UserId};
use crate::search::{SearchHit, SearchQuery};
use crate::version::{KeptVersion, Version, VersionNote, VersionRequest};

/// Versions of texts. Every method is within one user's rows: another user's id finds nothing.
#[async_trait]
pub trait VersionStore: Send + Sync {
    /// Versions without their texts, newest first; none without a header.
    async fn versions(
        &self,
        user: &UserId,
        id: &ConversationId,
    ) -> Result<Option<Vec<VersionNote>>, StoreError>;
    /// One version with its text.
    async fn version(
        &self,
        user: &UserId,
        id: &ConversationId,
        version: u64,
    ) -> Result<Option<Version>, StoreError>;
    /// Keeps the draft as it now stands; none without a draft. At most
    /// [`VERSIONS_KEPT`](crate::version::VERSIONS_KEPT) are kept: drafts go before all others, older
    /// before newer ones.
    async fn keep_version(
        &self,
        user: &UserId,
        id: &ConversationId,
        request: &VersionRequest,
    ) -> Result<Option<KeptVersion>, StoreError>;
}

/// Finding a user's own articles.
#[async_trait]
pub trait SearchStore: Send + Sync {
    /// Conversations whose title, draft or one of whose messages holds every word, each once with
    /// its first place: those with the words in their title first, then by last activity, newest
    /// first; ties by id, greatest first. At most `limit`.
    async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        limit: usize,
    ) -> Result<Vec<SearchHit>, StoreError>;
}

/// How findings were taken. Counts stay when a conversation is removed: they hold no text.
#[async_trait]
pub trait AcceptanceStore: Send + Sync {
    /// Counts of one user, or without a user of everybody, summed up over the days, ascending by
    /// category, rule and source. What was taken back counts as never done.
    async fn acceptance(
        &self,
        user: Option<&UserId>,
        filter: &AcceptanceFilter,
    ) -> Result<Vec<AcceptanceRow>, StoreError>;
}
