//! What the use cases need from outside: stores, providers, clock and ids, as traits.

mod archive;
mod erasure;
mod security;
mod turns;

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;

use crate::article::{ArticleState, Embargo};
use crate::conversation::{Conversation, Decision, Draft, Message};
use crate::engine::Engine;
use crate::file::{Extracted, FileError};
use crate::id::{ConnectionId, ConversationId, FileId, MessageId, UserId};
use crate::ledger::{LedgerEntry, Spend};
use crate::model::{LegState, ModelCard, ModelRequest, ModelStream, ProviderName};
use crate::part::{Joined, MessagePart};
use crate::principal::Principal;
use crate::prompt::{Prompt, PromptChange, PromptFile};
use crate::text::ArticleText;
use crate::time::Timestamp;
use crate::usage::{Books, UsageRow};

pub use crate::dictionary::DictionaryStore;
pub use archive::{AcceptanceStore, SearchStore, VersionStore};
pub use erasure::ErasureStore;
pub use security::{AccountStore, AuditStore, Passwords, QuotaStore};
pub use turns::{Basis, Conclusion, OpenedTurn, Opening, TurnStore};

/// Why a store did not do what it was asked; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else saved meanwhile; read again and decide.
    #[error("the row was changed by somebody else")]
    Conflict,
    /// No room is left.
    #[error("the store is full")]
    Full(#[source] Box<dyn Error + Send + Sync>),
    /// Locked, throttled or out of reach: the same call may succeed later.
    #[error("the store is busy or out of reach")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// What is stored cannot be read.
    #[error("the store holds something unreadable: {what}")]
    Corrupt {
        /// Which row or field, without its content.
        what: String,
        /// What the reader said.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// Anything else the store said.
    #[error("the store failed")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

impl StoreError {
    /// The stable code on the wire and in logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Full(_) => "store_full",
            Self::Unavailable(_) => "store_unavailable",
            Self::Corrupt { .. } => "store_corrupt",
            Self::Failed(_) => "store_failed",
        }
    }
}

/// Which conversations a list shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListFilter {
    /// Of that engine only.
    pub engine: Option<Engine>,
    /// In that state only.
    pub state: Option<ArticleState>,
    /// Whose title contains this, letter case aside.
    pub title_contains: Option<String>,
    /// At most so many, 1 to 200.
    pub limit: usize,
    /// The `next` of the page before.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
}

/// What `create` found.
#[derive(Debug, Clone, PartialEq)]
pub enum Created {
    /// The conversation is new.
    New,
    /// It was there already and is unchanged.
    Existing(Conversation),
}

/// What an update changes; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConversationChange {
    /// New title.
    pub title: Option<ArticleText>,
    /// New pin.
    pub pinned: Option<bool>,
    /// New state.
    pub state: Option<ArticleState>,
    /// New reporter; empty takes the name away.
    pub reporter: Option<ArticleText>,
    /// New desk; empty takes it away.
    pub desk: Option<ArticleText>,
    /// New embargo, also a milder one.
    pub embargo: Option<Embargo>,
}

/// Which messages to read; the default is all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MessageRange {
    /// Only those before the message with this id.
    pub before: Option<MessageId>,
    /// Only the last so many of them.
    pub limit: Option<usize>,
}

/// Conversations with their messages, drafts and decisions. Every method is within one user's
/// rows: another user's id finds nothing.
#[async_trait]
pub trait ConversationStore: VersionStore + SearchStore + AcceptanceStore {
    /// Saves a new header; an existing one of the same user and id is left as it is.
    async fn create(&self, conversation: &Conversation) -> Result<Created, StoreError>;
    /// The header.
    async fn header(
        &self,
        user: &UserId,
        id: &ConversationId,
    ) -> Result<Option<Conversation>, StoreError>;
    /// Headers, pinned first, then by last activity, newest first; ties by id.
    async fn list(
        &self,
        user: &UserId,
        filter: &ListFilter,
    ) -> Result<Page<Conversation>, StoreError>;
    /// Changes a header and nothing else; false when there is none.
    async fn update(
        &self,
        user: &UserId,
        id: &ConversationId,
        change: &ConversationChange,
    ) -> Result<bool, StoreError>;
    /// Removes the conversation with messages, draft, decisions and journal; its ledger rows stay.
    /// False when there is none.
    async fn delete(&self, user: &UserId, id: &ConversationId) -> Result<bool, StoreError>;
    /// Appends those messages whose ids are not there yet, in the given order and all at once, and
    /// sets the last activity to `at`. Gives the number appended, or `None` without a header. More
    /// than 40 may be appended in steps: after an error the first ones may be there, and the same
    /// call adds the rest.
    async fn append_messages(
        &self,
        user: &UserId,
        id: &ConversationId,
        messages: &[Message],
        at: Timestamp,
    ) -> Result<Option<usize>, StoreError>;
    /// Messages in order.
    async fn messages(
        &self,
        user: &UserId,
        id: &ConversationId,
        range: &MessageRange,
    ) -> Result<Vec<Message>, StoreError>;
    /// The draft.
    async fn draft(&self, user: &UserId, id: &ConversationId) -> Result<Option<Draft>, StoreError>;
    /// Saves the draft when the stored version is `draft.version - 1` (0: none stored), else
    /// `Conflict`; sets the last activity to `draft.updated_at`, and keeps a version where the last
    /// one is older than ten minutes and has another text. False without a header.
    async fn save_draft(
        &self,
        user: &UserId,
        id: &ConversationId,
        draft: &Draft,
    ) -> Result<bool, StoreError>;
    /// Adds those decisions whose ids are not there yet; gives the number added, or `None` without
    /// a header.
    async fn add_decisions(
        &self,
        user: &UserId,
        id: &ConversationId,
        decisions: &[Decision],
    ) -> Result<Option<usize>, StoreError>;
    /// Decisions in the order they were added.
    async fn decisions(
        &self,
        user: &UserId,
        id: &ConversationId,
    ) -> Result<Vec<Decision>, StoreError>;
}

/// Prompts and their files.
#[async_trait]
pub trait PromptStore: Send + Sync {
    /// The prompt of an engine; [`Prompt::empty`] where nobody has saved one.
    async fn prompt(&self, engine: Engine) -> Result<Prompt, StoreError>;
    /// Saves a change as the next version and keeps the one before; gives the new version.
    /// `Conflict` when `expected` is given and is not the stored version.
    async fn save_prompt(
        &self,
        engine: Engine,
        change: &PromptChange,
        expected: Option<u64>,
        by: &UserId,
        at: Timestamp,
    ) -> Result<u64, StoreError>;
    /// Every saved version, newest first.
    async fn prompt_versions(&self, engine: Engine) -> Result<Vec<Prompt>, StoreError>;
    /// One saved version; none where there is no such version.
    async fn prompt_version(
        &self,
        engine: Engine,
        version: u64,
    ) -> Result<Option<Prompt>, StoreError>;
    /// Every file, whole, by creation and id.
    async fn files(&self, engine: Engine) -> Result<Vec<PromptFile>, StoreError>;
    /// Saves a new file; `Conflict` when the id is taken.
    async fn add_file(&self, file: &PromptFile) -> Result<(), StoreError>;
    /// Changes a file; false when there is none.
    async fn update_file(
        &self,
        engine: Engine,
        id: &FileId,
        name: Option<&str>,
        content: Option<&ArticleText>,
    ) -> Result<bool, StoreError>;
    /// Removes a file; false when there is none.
    async fn delete_file(&self, engine: Engine, id: &FileId) -> Result<bool, StoreError>;
}

/// Ledger rows and the totals that always equal them.
#[async_trait]
pub trait LedgerStore: Send + Sync {
    /// Writes the turn's row, adds it to day and month and frees its reservation, all at once. A
    /// turn that has a row already changes nothing.
    async fn settle(&self, entry: &LedgerEntry) -> Result<(), StoreError>;
    /// Month totals of a user, newest month first, then by engine name.
    async fn months(&self, user: &UserId) -> Result<Vec<UsageRow>, StoreError>;
    /// Day totals of a user from one day through another (`2026-11-23`), ascending.
    async fn days(&self, user: &UserId, from: &str, to: &str) -> Result<Vec<UsageRow>, StoreError>;
    /// Ledger rows of a user from one day through another, ascending by day, engine and turn.
    async fn entries(
        &self,
        user: &UserId,
        from: &str,
        to: &str,
    ) -> Result<Vec<LedgerEntry>, StoreError>;
    /// What a user's turns hold in a month (`2026-11`) and have not yet settled.
    async fn reserved(&self, user: &UserId, month: &str) -> Result<Spend, StoreError>;
    /// Everybody who has a row or totals, by id.
    async fn users(&self) -> Result<Vec<UserId>, StoreError>;
    /// All rows and totals of a user as of one instant.
    async fn books(&self, user: &UserId) -> Result<Books, StoreError>;
}

/// An open socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The socket.
    pub id: ConnectionId,
    /// Who opened it.
    pub who: Principal,
    /// When.
    pub connected_at: Timestamp,
    /// From when on the row counts as gone.
    pub expires_at: Timestamp,
}

/// Open sockets.
#[async_trait]
pub trait ConnectionStore: Send + Sync {
    /// Remembers a socket.
    async fn open(&self, connection: &Connection) -> Result<(), StoreError>;
    /// The socket, unless it has expired at `now`.
    async fn connection(
        &self,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<Option<Connection>, StoreError>;
    /// Keeps a part of a message until all are there; whoever brings the last is given the whole.
    async fn join(&self, part: &MessagePart) -> Result<Joined, StoreError>;
    /// Forgets a socket with its parts; an unknown one is no error.
    async fn close(&self, id: &ConnectionId) -> Result<(), StoreError>;
}

/// A language model somebody serves, or several of them that stand in for one another.
pub trait Provider: Send + Sync {
    /// Its name in frames and rows.
    fn name(&self) -> ProviderName;
    /// The model it would use now.
    fn model(&self) -> ModelCard;
    /// Every model it may turn to within one request: a reservation covers the dearest.
    fn models(&self) -> Vec<ModelCard> {
        vec![self.model()]
    }
    /// How those that stand in for one another stand, in their order; none where one stands alone.
    fn legs(&self) -> Vec<LegState> {
        Vec::new()
    }
    /// Sends a request when the stream is first polled; an error is the last item. Once its answer has
    /// begun it comes in also while nobody polls. Dropping the stream cancels upstream.
    fn stream(&self, request: Arc<ModelRequest>) -> ModelStream;
}

/// Reads the text out of files, which may be broken or made to harm whoever reads them: an
/// implementation bounds time and memory and outlives whatever its reader does.
#[async_trait]
pub trait TextExtractor: Send + Sync {
    /// The text of a file; what the file is called says nothing.
    async fn extract(&self, bytes: Vec<u8>) -> Result<Extracted, FileError>;
}

/// The time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Fresh ids.
pub trait IdSource: Send + Sync {
    /// An id nobody has seen before; ids made later sort later.
    fn next_id(&self) -> String;
    /// Unguessable letters and digits, at least 128 bits of them.
    fn nonce(&self) -> String;
}
