//! What a client asks of a turn, alike on the socket and over REST.

use checker::Category;
use domain::id::{IdempotencyKey, TurnId};
use domain::principal::Principal;
use domain::text::ArticleText;
use domain::turn::{TurnInput, TurnRequest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check_options::CheckOptionsWire;
use crate::body::{conversation_id, embargo, engine};
use crate::error::ApiError;
use crate::live::Asked;

/// A question, or from old clients an article.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Question {
    pub(crate) message: String,
    engine_type: String,
    conversation_id: Option<String>,
    idempotency_key: Option<String>,
    /// `none`, `no-search` or `no-model`: put on the conversation, never loosens the one it has.
    embargo: Option<String>,
    pub(crate) chunk_info: Option<ChunkInfo>,
}

/// Which part of a long message this is.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChunkInfo {
    pub(crate) total: usize,
    /// From 1.
    pub(crate) current: usize,
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "old clients say it; a message is whole when all parts are there"
    )]
    is_first: bool,
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "old clients say it; a message is whole when all parts are there"
    )]
    is_last: bool,
}

/// A text that is to be proofread.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Proofreading {
    text: String,
    engine_type: String,
    conversation_id: Option<String>,
    idempotency_key: Option<String>,
    /// `none`, `no-search` or `no-model`: put on the conversation, never loosens the one it has.
    embargo: Option<String>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(flatten)]
    options: CheckOptionsWire,
}

/// A turn whose answer is to go on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Continuation {
    pub(crate) turn_id: String,
    pub(crate) idempotency_key: Option<String>,
}

/// What begins a turn over REST.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "camelCase")]
pub(crate) enum NewTurn {
    SendMessage(Question),
    Proofread(Proofreading),
    Continue(Continuation),
}

/// The turn to follow.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TurnBegun {
    pub(crate) turn_id: String,
    pub(crate) conversation_id: String,
}

/// The key a client sent along; an empty one is none.
fn idempotency_key(key: Option<String>) -> Option<IdempotencyKey> {
    key.filter(|key| !key.is_empty()).map(IdempotencyKey::new)
}

impl From<Continuation> for Asked {
    fn from(continuation: Continuation) -> Self {
        Self::Rest {
            of: TurnId::new(continuation.turn_id),
            idempotency_key: idempotency_key(continuation.idempotency_key),
        }
    }
}

impl Question {
    /// The key the client sent along.
    pub(crate) fn key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// The request, with the whole message in place of this part of it.
    pub(crate) fn request(self, message: String) -> Result<TurnRequest, ApiError> {
        Ok(TurnRequest {
            conversation_id: self.conversation_id.map(conversation_id).transpose()?,
            engine: engine(&self.engine_type)?,
            input: TurnInput::Chat { message: ArticleText::new(message) },
            idempotency_key: idempotency_key(self.idempotency_key),
            embargo: self.embargo.as_deref().map(embargo).transpose()?.unwrap_or_default(),
        })
    }
}

impl Proofreading {
    /// The request of that caller.
    pub(crate) fn request(self, who: &Principal) -> Result<TurnRequest, ApiError> {
        let categories: Option<Vec<Category>> =
            self.categories.iter().map(|name| Category::from_name(name)).collect();
        let categories = categories.ok_or_else(|| ApiError::bad_request("bad_value"))?;
        let (text, options) = (ArticleText::new(self.text), Box::new(self.options.read(who)?));
        Ok(TurnRequest {
            conversation_id: self.conversation_id.map(conversation_id).transpose()?,
            engine: engine(&self.engine_type)?,
            input: TurnInput::Proofread { text, categories, options },
            idempotency_key: idempotency_key(self.idempotency_key),
            embargo: self.embargo.as_deref().map(embargo).transpose()?.unwrap_or_default(),
        })
    }
}
