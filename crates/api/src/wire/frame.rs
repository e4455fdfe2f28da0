//! Socket frames: one tagged enum each way.

use checker::utf16::Utf16Index;
use domain::model::Source;
use domain::prefix::CacheForecast;
use domain::text::Secret;
use domain::time::Timestamp;
use domain::turn::{Outcome, TurnEvent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check_options::CheckOptionsWire;
use super::suggestion::Suggestion;
use super::turn::{Continuation, Proofreading, Question};
use super::usage::{TokenUsageWire, token_usage};
use crate::sentences::{notice_sentence, sentence};

/// What a client says.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum ClientFrame {
    /// A question, or from old clients an article.
    SendMessage(Question),
    /// Findings about a text.
    Proofread(Proofreading),
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
    /// Goes on where a turn was cut, stopped or has failed, in a new turn.
    Continue(Continuation),
    /// Removes the conversation.
    ClearHistory { conversation_id: String },
    /// A new token of the same person, before the old one ends.
    Refresh {
        #[schema(value_type = String)]
        token: SecretWire,
    },
    /// Keeps the socket open.
    Ping,
}

/// A token as it is read; nothing of it is printed.
#[derive(Debug)]
pub(crate) struct SecretWire(pub(crate) Secret);

impl<'de> Deserialize<'de> for SecretWire {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        String::deserialize(reader).map(Secret::new).map(Self)
    }
}

/// What the server says; frames of a turn carry its id and their place in it.
#[derive(Clone, Serialize, ToSchema)]
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
#[derive(Clone, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum FrameBody {
    #[serde(rename_all = "camelCase")]
    TurnStarted {
        conversation_id: String,
        provider: Option<String>,
        model: Option<String>,
        /// What the prompt cache holds for it; none where nothing is cached.
        #[serde(skip_serializing_if = "Option::is_none")]
        cache: Option<CacheWire>,
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
    /// Somebody else answers from here on.
    Switched {
        provider: String,
        model: String,
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
    #[serde(rename_all = "camelCase")]
    Error {
        message: String,
        code: String,
        /// What REST would answer; only where a request was refused.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// The turn of the conversation that has to end first (409).
        #[serde(skip_serializing_if = "Option::is_none")]
        running_turn_id: Option<String>,
        /// From when on there is room again, where a limit was reached (429).
        #[serde(skip_serializing_if = "Option::is_none")]
        resets_at: Option<String>,
        /// Characters a text of the caller may hold, where one held more (413).
        #[serde(skip_serializing_if = "Option::is_none")]
        limit_chars: Option<usize>,
    },
    #[serde(rename_all = "camelCase")]
    HistoryCleared {
        conversation_id: String,
    },
    /// The new token counts.
    #[serde(rename_all = "camelCase")]
    Refreshed {
        /// From when on the socket closes with 4401; none where the token does not end by itself.
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_at: Option<String>,
    },
    /// All suggestions of a `check` have been sent.
    CheckEnd {
        count: usize,
    },
    Pong,
}

/// What a turn will find in the prompt cache and pay for its input.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CacheWire {
    /// `warm`, `cold`, `unknown` or `too_short`.
    state: &'static str,
    prefix_tokens: u64,
    /// Until when it stays without another turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    expected_input_usd: f64,
}

impl From<&CacheForecast> for CacheWire {
    fn from(forecast: &CacheForecast) -> Self {
        Self {
            state: forecast.state.name(),
            prefix_tokens: forecast.prefix_tokens,
            expires_at: forecast.expires_at.map(Timestamp::rfc3339),
            expected_input_usd: forecast.input_cost.dollars(),
        }
    }
}

/// A web source.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct SourceWire {
    url: String,
    title: String,
    quote: Option<String>,
    /// When the page was last changed, in the words of whoever searched.
    changed: Option<String>,
}

impl From<&Source> for SourceWire {
    fn from(source: &Source) -> Self {
        let Source { url, title, quote, changed } = source.clone();
        Self { url, title, quote, changed }
    }
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
}

impl FrameBody {
    pub(crate) fn error(code: &str) -> Self {
        let (message, code) = (sentence(code, false).to_owned(), code.to_owned());
        let (status, running_turn_id, resets_at, limit_chars) = (None, None, None, None);
        Self::Error { message, code, status, running_turn_id, resets_at, limit_chars }
    }

    /// What an event says on the wire; `article` is the text that findings refer to.
    pub(crate) fn of_event(event: &TurnEvent, article: &Utf16Index<'_>) -> Self {
        match event {
            TurnEvent::Started { conversation_id, provider, model, cache, at } => {
                Self::TurnStarted {
                    conversation_id: conversation_id.as_str().to_owned(),
                    provider: provider.as_ref().map(|provider| provider.as_str().to_owned()),
                    model: model.clone(),
                    cache: cache.as_ref().map(CacheWire::from),
                    timestamp: at.rfc3339(),
                }
            }
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
                sources: sources.iter().map(SourceWire::from).collect(),
                timestamp: at.rfc3339(),
            },
            TurnEvent::Notice(notice) => Self::Notice {
                code: notice.code().to_owned(),
                message: notice_sentence(*notice).to_owned(),
            },
            TurnEvent::Switched { provider, model } => {
                Self::Switched { provider: provider.as_str().to_owned(), model: model.clone() }
            }
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
