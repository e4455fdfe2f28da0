//! The turn: a request of an editor becomes findings, an answer and one ledger row.

mod again;
mod answer;
mod begin;
mod cached;
mod event;
mod gathering;
mod journal;
mod limits;
mod recover;
mod report;
mod run;
mod trial;
mod unsaved;
mod warm;

use std::sync::Arc;

use checker::Category;

use crate::article::Embargo;
use crate::check::{CheckOptions, Checks};
use crate::conversation::Message;
use crate::dictionary::Dictionaries;
use crate::engine::Engine;
use crate::id::{ConversationId, IdempotencyKey, TurnId};
use crate::meter::Meter;
use crate::ports::{
    Clock, ConversationStore, IdSource, LedgerStore, PromptStore, Provider, QuotaStore, StoreError,
    TurnStore,
};
use crate::prefix::Prefixes;
use crate::quota::{KnownQuotas, QuotaReached, Quotas};
use crate::text::ArticleText;

pub use cached::{CacheUse, PromptCache};
pub use event::{Notice, Outcome, SequencedEvent, TurnEvent, TurnKind, TurnRecord};
pub use gathering::Beats;
pub use report::TurnReport;
pub use unsaved::UnsavedEnds;

/// The use case with everything it needs; build one and share it.
#[derive(Clone)]
pub struct Turns {
    /// Conversations and messages.
    pub conversations: Arc<dyn ConversationStore>,
    /// The journal.
    pub turns: Arc<dyn TurnStore>,
    /// Prompts and files.
    pub prompts: Arc<dyn PromptStore>,
    /// The ledger.
    pub ledger: Arc<dyn LedgerStore>,
    /// Quotas that admins have set.
    pub quotas: Arc<dyn QuotaStore>,
    /// Those quotas as they were last read, for what may not read them each time.
    pub known_quotas: Arc<KnownQuotas>,
    /// Who answers; none: rules only.
    pub provider: Option<Arc<dyn Provider>>,
    /// What is known of the prompt caches; none where nothing is cached.
    pub prefixes: Option<Arc<Prefixes>>,
    /// The rules.
    pub checks: Arc<Checks>,
    /// The house dictionaries.
    pub dictionaries: Arc<Dictionaries>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids.
    pub ids: Arc<dyn IdSource>,
    /// Who adds up what is measured.
    pub meter: Arc<dyn Meter>,
    /// Ends of turns that the store has refused so far.
    pub unsaved: Arc<UnsavedEnds>,
    /// When text of answers goes on.
    pub beats: Arc<Beats>,
    /// What a turn may take.
    pub limits: TurnLimits,
}

/// What a turn may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnLimits {
    /// Characters of one article or message, whoever sends it; a quota may allow less.
    pub max_text_chars: usize,
    /// Tokens of one answer.
    pub max_answer_tokens: u64,
    /// Web searches of one answer in a chat, on any provider.
    pub max_web_searches: u64,
    /// What each user may use in one month over all engines.
    pub quotas: Quotas,
    /// A turn that is open for so long has died with its process; none where a start closes what a
    /// kill has left open.
    pub lease_ms: Option<i64>,
}

/// What an editor asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnRequest {
    /// In which conversation; a new one where none is named or nothing is saved under that id.
    pub conversation_id: Option<ConversationId>,
    /// With which engine.
    pub engine: Engine,
    /// What is asked.
    pub input: TurnInput,
    /// So that a repeated request runs once.
    pub idempotency_key: Option<IdempotencyKey>,
    /// Put on the conversation before anybody reads the text; never loosens the one it has.
    pub embargo: Embargo,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum TurnInput {
    /// Findings about this text.
    Proofread {
        /// The article; spans of findings refer to it as it is.
        text: ArticleText,
        /// Only these; empty means all.
        categories: Vec<Category>,
        /// How the rules read it; without a date the article is of the day the turn began.
        options: Box<CheckOptions>,
    },
    /// An answer to this message; the conversation's draft goes along.
    Chat {
        /// The question.
        message: ArticleText,
    },
}

impl TurnInput {
    fn kind(&self) -> TurnKind {
        match self {
            Self::Proofread { .. } => TurnKind::Proofread,
            Self::Chat { .. } => TurnKind::Chat,
        }
    }

    fn text(&self) -> &ArticleText {
        match self {
            Self::Proofread { text, .. } => text,
            Self::Chat { message } => message,
        }
    }
}

/// A turn that has begun and waits for [`Turns::run`].
#[derive(Debug)]
pub struct OpenTurn {
    record: TurnRecord,
    input: TurnInput,
    /// What the model is asked; none where the embargo keeps the text from every model.
    request: Option<Arc<crate::model::ModelRequest>>,
    findings: Vec<crate::finding::Finding>,
    settings: checker::Settings,
    prompt_version: u64,
}

impl OpenTurn {
    /// The turn's row.
    #[must_use]
    pub fn record(&self) -> &TurnRecord {
        &self.record
    }

    /// The text that findings refer to; none in a chat.
    #[must_use]
    pub fn article(&self) -> Option<&ArticleText> {
        match &self.input {
            TurnInput::Proofread { text, .. } => Some(text),
            TurnInput::Chat { .. } => None,
        }
    }
}

/// What [`Turns::begin`] gives.
#[derive(Debug)]
pub enum Begun {
    /// Run it.
    New(Box<OpenTurn>),
    /// The same request ran or runs already; follow that turn.
    Attached(TurnRecord),
}

/// Why a turn did not begin; nothing runs and nothing is billed.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// There is nothing to read.
    #[error("the text is empty")]
    EmptyText,
    /// The text is longer than its sender's may be.
    #[error("the text is longer than {limit_chars} characters")]
    TextTooLong {
        /// The limit.
        limit_chars: usize,
    },
    /// Another turn of the conversation is still running.
    #[error("turn {turn_id} of this conversation is still running")]
    Busy {
        /// The running turn.
        turn_id: TurnId,
    },
    /// The month's tokens or money would not do.
    #[error("the quota of this month is reached")]
    QuotaReached(#[source] QuotaReached),
    /// There is no cut answer that could go on.
    #[error("the turn is complete, unknown, or no longer the last of its conversation")]
    NothingToContinue,
    /// The embargo keeps the article from every model, and no rule answers a question.
    #[error("the embargo of this conversation keeps it from every model")]
    Embargoed,
    /// A store failed.
    #[error("could not begin the turn")]
    Store(#[from] StoreError),
}

impl TurnError {
    /// The stable code on the wire.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyText => "empty_text",
            Self::TextTooLong { .. } => "text_too_long",
            Self::Busy { .. } => "turn_running",
            Self::QuotaReached(reached) => reached.code(),
            Self::NothingToContinue => "nothing_to_continue",
            Self::Embargoed => "embargoed",
            Self::Store(source) => source.code(),
        }
    }
}

/// Where a turn's events go as they happen; a listener that is gone must not stop the turn.
pub trait TurnSink: Send + Sync {
    /// Takes the next event, and does not wait for anybody.
    fn send(&self, event: &Arc<SequencedEvent>);
}

fn answer_kind(kind: TurnKind) -> &'static str {
    match kind {
        TurnKind::Proofread => "findings",
        TurnKind::Chat => "text",
    }
}

/// Shared by the run and the recovery, which both save what came.
fn answer_message(
    record: &TurnRecord,
    content: ArticleText,
    answer: crate::conversation::Answer,
    at: crate::time::Timestamp,
) -> Message {
    Message {
        id: record.answer_id(),
        speaker: crate::conversation::Speaker::Assistant,
        kind: answer_kind(record.kind).into(),
        content,
        at,
        answer: Some(answer),
        client_metadata: None,
    }
}

/// What a list of findings reads like for clients that show only text.
fn findings_summary(findings: &[crate::finding::Finding]) -> ArticleText {
    let lines = findings.iter().map(|finding| {
        let fix = finding.replacements.first().map_or("(확인 필요)", String::as_str);
        format!("- {} → {fix} ({})", finding.original, finding.category.label())
    });
    let lines: Vec<String> =
        std::iter::once(format!("지적 {}건", findings.len())).chain(lines).collect();
    ArticleText::new(lines.join("\n"))
}

/// The last event of a turn whose answer is saved.
fn ended(
    record: &TurnRecord,
    outcome: Outcome,
    message: ArticleText,
    pieces: u64,
    at: crate::time::Timestamp,
) -> TurnEvent {
    TurnEvent::Ended {
        outcome,
        engine: record.engine,
        conversation_id: record.conversation_id.clone(),
        message_id: record.answer_id(),
        message,
        pieces,
        at,
    }
}
