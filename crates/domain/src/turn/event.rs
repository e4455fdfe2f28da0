//! What a turn says while it runs: one tagged enum for sockets, journal and terminal.

use crate::engine::Engine;
use crate::finding::Finding;
use crate::id::{ConversationId, IdempotencyKey, MessageId, TurnId, UserId};
use crate::ledger::Nanodollars;
use crate::model::{ProviderName, Source, TokenUsage};
use crate::prefix::CacheForecast;
use crate::text::ArticleText;
use crate::time::Timestamp;

/// What kind of turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TurnKind {
    /// Findings about a text.
    Proofread,
    /// An answer in prose.
    Chat,
}

impl TurnKind {
    /// The name in rows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Proofread => "proofread",
            Self::Chat => "chat",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Proofread, Self::Chat].into_iter().find(|kind| kind.name() == name)
    }
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Everything was said.
    Completed,
    /// The token limit or the context window cut the answer; what came is kept.
    Truncated,
    /// The model declined.
    Refused,
    /// The editor stopped it; what came is kept.
    Stopped,
    /// A fault or a kill cut it; what came is kept.
    Interrupted,
    /// Nothing came at all.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 6] = [
        Self::Completed,
        Self::Truncated,
        Self::Refused,
        Self::Stopped,
        Self::Interrupted,
        Self::Failed,
    ];

    /// The name in rows and metadata.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Truncated => "truncated",
            Self::Refused => "refused",
            Self::Stopped => "stopped",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
        }
    }

    /// The outcome of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// Something the editor should know, by a stable code; the sentence is made at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// No model is configured: only rules ran.
    ModelNotConfigured,
    /// The model could not be reached: only rules ran, or the answer ends here.
    ModelUnavailable,
    /// Another provider goes on.
    ProviderSwitched,
    /// The answer was cut at the token limit.
    AnswerTruncated,
    /// The model declined.
    AnswerRefused,
    /// Some of the model's findings did not fit the text and were left out.
    FindingsDropped,
    /// The web could not be searched; the answer rests on what the model knows.
    SearchUnavailable,
    /// The model is gone and its successor answers.
    ModelSucceeded,
    /// The request alone passes what the model can read.
    RequestTooLong,
    /// The answer took longer than a turn may and ends here; it can be continued.
    TimeUp,
    /// The article's embargo keeps it from every model: only rules ran.
    ModelEmbargoed,
    /// The article's embargo keeps it from searches of the web.
    SearchEmbargoed,
}

impl Notice {
    /// Every notice.
    pub const ALL: [Self; 12] = [
        Self::ModelNotConfigured,
        Self::ModelUnavailable,
        Self::ProviderSwitched,
        Self::AnswerTruncated,
        Self::AnswerRefused,
        Self::FindingsDropped,
        Self::SearchUnavailable,
        Self::ModelSucceeded,
        Self::RequestTooLong,
        Self::TimeUp,
        Self::ModelEmbargoed,
        Self::SearchEmbargoed,
    ];

    /// The stable code on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ModelNotConfigured => "model_not_configured",
            Self::ModelUnavailable => "model_unavailable",
            Self::ProviderSwitched => "provider_switched",
            Self::AnswerTruncated => "answer_truncated",
            Self::AnswerRefused => "answer_refused",
            Self::FindingsDropped => "findings_dropped",
            Self::SearchUnavailable => "search_unavailable",
            Self::ModelSucceeded => "model_succeeded",
            Self::RequestTooLong => "request_too_long",
            Self::TimeUp => "time_up",
            Self::ModelEmbargoed => "model_embargoed",
            Self::SearchEmbargoed => "search_embargoed",
        }
    }

    /// The notice of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.code() == code)
    }
}

/// One thing a turn says.
#[derive(Debug, Clone, PartialEq)]
pub enum TurnEvent {
    /// The turn runs; always the first event.
    Started {
        /// Where its messages are kept.
        conversation_id: ConversationId,
        /// Who will answer first; none where only rules run.
        provider: Option<ProviderName>,
        /// With which model.
        model: Option<String>,
        /// What the prompt cache holds for it; none where nothing is cached.
        cache: Option<CacheForecast>,
        /// When.
        at: Timestamp,
    },
    /// A finding; one with an id that was sent before takes its place.
    Finding(Finding),
    /// The model begins to answer.
    AnswerStarted {
        /// When.
        at: Timestamp,
    },
    /// A piece of the answer.
    Text {
        /// The piece.
        text: ArticleText,
        /// Counts pieces, from 0.
        index: u64,
        /// When.
        at: Timestamp,
    },
    /// The web sources of the answer, once all are known.
    Sources {
        /// The whole answer.
        message: ArticleText,
        /// The sources in the order of their first use.
        sources: Vec<Source>,
        /// When.
        at: Timestamp,
    },
    /// Something the editor should know.
    Notice(Notice),
    /// From here on somebody else answers; the notice about it follows.
    Switched {
        /// Who.
        provider: ProviderName,
        /// With which model.
        model: String,
    },
    /// What the turn used and cost.
    Usage {
        /// As the provider reported it.
        usage: TokenUsage,
        /// At the price of the day.
        cost: Nanodollars,
    },
    /// The turn has ended and its message is saved; the last event.
    Ended {
        /// How.
        outcome: Outcome,
        /// Which engine.
        engine: Engine,
        /// Where it is saved.
        conversation_id: ConversationId,
        /// The saved message.
        message_id: MessageId,
        /// The whole answer; empty for findings.
        message: ArticleText,
        /// How many pieces it came in.
        pieces: u64,
        /// When.
        at: Timestamp,
    },
    /// The turn has ended with nothing to save; the last event.
    Failed {
        /// The stable code of the fault.
        code: String,
    },
}

impl TurnEvent {
    /// Whether no event follows this one.
    #[must_use]
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Ended { .. } | Self::Failed { .. })
    }
}

/// An event with its place in the turn.
#[derive(Debug, Clone, PartialEq)]
pub struct SequencedEvent {
    /// Counts events of the turn, from 1.
    pub sequence: u64,
    /// The event.
    pub event: TurnEvent,
}

/// The row of a turn.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnRecord {
    /// The turn.
    pub id: TurnId,
    /// Whose.
    pub user_id: UserId,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// With which engine.
    pub engine: Engine,
    /// What kind.
    pub kind: TurnKind,
    /// What the client sent along.
    pub idempotency_key: Option<IdempotencyKey>,
    /// The turn whose answer was cut and goes on in this one; the question is that turn's.
    pub continues: Option<TurnId>,
    /// When it began.
    pub started_at: Timestamp,
    /// How it ended; none while it is open.
    pub outcome: Option<Outcome>,
}

/// Ids of a turn's two messages are made from its own, so that saving them twice is saving once.
impl TurnRecord {
    /// The id of the message that asked.
    #[must_use]
    pub fn question_id(&self) -> MessageId {
        MessageId::new(format!("{}-q", self.id))
    }

    /// The id of the message that answers.
    #[must_use]
    pub fn answer_id(&self) -> MessageId {
        MessageId::new(format!("{}-a", self.id))
    }
}
