//! Socket frames: one tagged enum each way.

use checker::utf16::Utf16Index;
use domain::turn::{Outcome, TurnEvent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check_options::CheckOptionsWire;
use super::suggestion::Suggestion;
use super::usage::{TokenUsageWire, token_usage};
use crate::error::ApiError;
use crate::sentences::{notice_sentence, sentence};

/// What a client says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum ClientFrame {
    /// A question, or from old clients an article.
    SendMessage {
        message: String,
        engine_type: String,
        conversation_id: Option<String>,
        idempotency_key: Option<String>,
        chunk_info: Option<ChunkInfo>,
    },
    /// Findings about a text.
    Proofread {
        text: String,
        engine_type: String,
        conversation_id: Option<String>,
        idempotency_key: Option<String>,
        #[serde(default)]
        categories: Vec<String>,
        #[serde(flatten)]
        options: CheckOptionsWire,
    },
    /// Findings of the rules alone.
    Check {
        text: String,
        conversation_id: Option<String>,
        #[serde(flatten)]
        options: CheckOptionsWire,
    },
    /// Ends a running turn; what came is kept.
    Stop { turn_id: String },
    /// Everything of a turn after that frame.
    Resume { turn_id: String, after_seq: u64 },
    /// Removes the conversation.
    ClearHistory { conversation_id: String },
    /// Keeps the socket open.
    Ping,
}

/// Which part of a long message this is.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChunkInfo {
    pub(crate) total: usize,
    /// From 1.
    pub(crate) current: usize,
    #[serde(default)]
    pub(crate) is_first: bool,
    #[serde(default)]
    pub(crate) is_last: bool,
}

/// What the server says; frames of a turn carry its id and their place in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServerFrame {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) turn_id: Option<String>,
    /// Counts the turn's events; a client resumes after the last it has seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seq: Option<u64>,
    #[serde(flatten)]
    pub(crate) body: FrameBody,
}

/// What a frame says.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum FrameBody {
    #[serde(rename_all = "camelCase")]
    TurnStarted {
        conversation_id: String,
        provider: Option<String>,
        model: Option<String>,
        timestamp: String,
    },
    Suggestion {
        suggestion: Suggestion,
    },
    AiStart {
        timestamp: String,
    },
    AiChunk {
        chunk: String,
        chunk_index: u64,
        timestamp: String,
    },
    CitationUpdate {
        formatted_response: String,
        sources: Vec<SourceWire>,
        timestamp: String,
    },
    Notice {
        code: String,
        message: String,
    },
    #[serde(rename_all = "camelCase")]
    Usage {
        #[serde(flatten)]
        usage: TokenUsageWire,
        cost_usd: f64,
    },
    ChatEnd {
        engine: String,
        #[serde(rename = "conversationId")]
        conversation_id: String,
        #[serde(rename = "messageId")]
        message_id: String,
        outcome: String,
        total_chunks: u64,
        response_length: usize,
        message: String,
        timestamp: String,
    },
    #[serde(rename_all = "camelCase")]
    TurnStopped {
        conversation_id: String,
        message_id: String,
        timestamp: String,
    },
    Error {
        message: String,
        code: String,
    },
    #[serde(rename_all = "camelCase")]
    HistoryCleared {
        conversation_id: String,
    },
    /// All suggestions of a `check` have been sent.
    CheckEnd {
        count: usize,
    },
    Pong,
}

/// A web source.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SourceWire {
    url: String,
    title: String,
    quote: Option<String>,
}

/// A whole answer longer than this is left out of a frame: its pieces were sent already, and no
/// frame may pass 32 KB.
const MESSAGE_LIMIT_BYTES: usize = 24 * 1024;

impl ServerFrame {
    /// A frame that belongs to no turn.
    pub(crate) fn bare(body: FrameBody) -> Self {
        Self { turn_id: None, seq: None, body }
    }

    /// An error that belongs to no turn.
    pub(crate) fn error(code: &str) -> Self {
        Self::bare(FrameBody::error(code))
    }

    /// A refusal that belongs to no turn, with all that its sentence says.
    pub(crate) fn refusal(error: &ApiError) -> Self {
        let message = error.sentence(false).into_owned();
        Self::bare(FrameBody::Error { message, code: error.code().to_owned() })
    }
}

impl FrameBody {
    pub(crate) fn error(code: &str) -> Self {
        Self::Error { message: sentence(code, false).to_owned(), code: code.to_owned() }
    }

    /// What an event says on the wire; `article` is the text that findings refer to.
    pub(crate) fn of_event(event: &TurnEvent, article: &Utf16Index<'_>) -> Self {
        match event {
            TurnEvent::Started { conversation_id, provider, model, at } => Self::TurnStarted {
                conversation_id: conversation_id.as_str().to_owned(),
                provider: provider.as_ref().map(|provider| provider.as_str().to_owned()),
                model: model.clone(),
                timestamp: at.rfc3339(),
            },
            TurnEvent::Finding(finding) => {
                Self::Suggestion { suggestion: Suggestion::new(article, finding) }
            }
            TurnEvent::AnswerStarted { at } => Self::AiStart { timestamp: at.rfc3339() },
            TurnEvent::Text { text, index, at } => Self::AiChunk {
                chunk: text.as_str().to_owned(),
                chunk_index: *index,
                timestamp: at.rfc3339(),
            },
            TurnEvent::Sources { message, sources, at } => Self::CitationUpdate {
                formatted_response: fitting(message.as_str()),
                sources: sources
                    .iter()
                    .map(|source| SourceWire {
                        url: source.url.clone(),
                        title: source.title.clone(),
                        quote: source.quote.clone(),
                    })
                    .collect(),
                timestamp: at.rfc3339(),
            },
            TurnEvent::Notice(notice) => Self::Notice {
                code: notice.code().to_owned(),
                message: notice_sentence(*notice).to_owned(),
            },
            TurnEvent::Usage { usage, cost } => {
                Self::Usage { usage: token_usage(*usage), cost_usd: cost.dollars() }
            }
            TurnEvent::Ended { .. } => Self::of_end(event),
            TurnEvent::Failed { code } => Self::error(code),
        }
    }

    fn of_end(event: &TurnEvent) -> Self {
        let TurnEvent::Ended { outcome, engine, conversation_id, message_id, message, pieces, at } =
            event
        else {
            return Self::error("internal");
        };
        let conversation_id = conversation_id.as_str().to_owned();
        let (message_id, timestamp) = (message_id.as_str().to_owned(), at.rfc3339());
        if *outcome == Outcome::Stopped {
            return Self::TurnStopped { conversation_id, message_id, timestamp };
        }
        Self::ChatEnd {
            engine: engine.name().to_owned(),
            conversation_id,
            message_id,
            outcome: outcome.name().to_owned(),
            total_chunks: *pieces,
            response_length: message.as_str().chars().count(),
            message: fitting(message.as_str()),
            timestamp,
        }
    }
}

fn fitting(message: &str) -> String {
    if message.len() > MESSAGE_LIMIT_BYTES { String::new() } else { message.to_owned() }
}
