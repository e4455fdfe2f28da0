//! Conversations, messages and drafts on the wire.

use checker::utf16::Utf16Index;
use domain::conversation::{Answer, Conversation, Draft, Message, Speaker};
use domain::id::MessageId;
use domain::text::ArticleText;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::frame::SourceWire;
use super::metadata::MetadataWire;
use super::suggestion::{TrackedSuggestion, suggestions};
use super::usage::token_usage;

/// A conversation; in lists `messages` is empty.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationWire {
    conversation_id: String,
    user_id: String,
    engine_type: String,
    title: String,
    pinned: bool,
    messages: Vec<MessageWire>,
    created_at: String,
    updated_at: String,
    metadata: MetadataWire,
}

impl ConversationWire {
    pub(crate) fn new(conversation: &Conversation, messages: Vec<MessageWire>) -> Self {
        Self {
            conversation_id: conversation.id.as_str().to_owned(),
            user_id: conversation.user_id.as_str().to_owned(),
            engine_type: conversation.engine.name().to_owned(),
            title: conversation.title.as_str().to_owned(),
            pinned: conversation.pinned,
            messages,
            created_at: conversation.created_at.rfc3339(),
            updated_at: conversation.updated_at.rfc3339(),
            metadata: MetadataWire::new(conversation),
        }
    }
}

/// The JSON object a client saved; an empty one where it saved none.
pub(super) fn object(text: Option<&str>) -> Map<String, Value> {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// One message.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageWire {
    id: String,
    /// `user` or `assistant`.
    role: String,
    r#type: String,
    #[serde(serialize_with = "crate::json_text::serialize")]
    content: String,
    timestamp: String,
    #[schema(value_type = Object)]
    metadata: Value,
}

impl MessageWire {
    /// `article` is the text the findings of an answer refer to.
    pub(crate) fn new(message: &Message, article: Option<&str>) -> Self {
        let mut metadata = object(message.client_metadata.as_deref());
        if let Some(answer) = &message.answer {
            metadata.extend(answer_metadata(answer, article));
        }
        Self {
            id: message.id.as_str().to_owned(),
            role: message.speaker.name().to_owned(),
            r#type: message.kind.clone(),
            content: message.content.as_str().to_owned(),
            timestamp: message.at.rfc3339(),
            metadata: metadata.into(),
        }
    }
}

fn answer_metadata(answer: &Answer, article: Option<&str>) -> Map<String, Value> {
    let sources: Vec<SourceWire> = answer.sources.iter().map(SourceWire::from).collect();
    let found = article.map(|article| suggestions(article, &answer.findings)).unwrap_or_default();
    let metadata = json!({
        "turnId": answer.turn_id.as_str(),
        "provider": answer.provider.as_ref().map(|provider| provider.as_str()),
        "model": answer.model,
        "continues": answer.continues.as_ref().map(|turn| turn.as_str()),
        "promptVersion": answer.prompt_version,
        "outcome": answer.outcome.name(),
        "usage": token_usage(answer.usage),
        "suggestions": found,
        "sources": sources,
    });
    match metadata {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// A message as clients save it; old ones leave out what they do not know.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewMessage {
    id: Option<String>,
    role: String,
    r#type: Option<String>,
    content: String,
    #[schema(value_type = Option<String>)]
    timestamp: Option<Value>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

impl NewMessage {
    /// The message, or `None` for a role nobody has. One without an id gets one from its place and
    /// words, so that saving it twice is saving it once.
    pub(crate) fn message(self, place: usize, now: Timestamp) -> Option<Message> {
        let at = match &self.timestamp {
            Some(Value::String(text)) => Timestamp::parse(text),
            Some(Value::Number(millis)) => millis.as_i64().map(Timestamp::from_millis),
            _ => None,
        };
        let id = self.id.filter(|id| !id.is_empty()).unwrap_or_else(|| {
            let letters = self.content.bytes().chain(self.role.bytes());
            let sum = letters.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
            format!("m-{place}-{sum:016x}")
        });
        Some(Message {
            id: MessageId::new(id),
            speaker: Speaker::from_name(&self.role)?,
            kind: self.r#type.unwrap_or_else(|| "text".to_owned()),
            content: ArticleText::new(self.content),
            at: at.unwrap_or(now),
            answer: None,
            client_metadata: self.metadata.map(|fields| Value::Object(fields).to_string()),
        })
    }
}

/// The draft as it is read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DraftWire {
    text: String,
    suggestions: Vec<TrackedSuggestion>,
    version: u64,
    updated_at: String,
}

impl DraftWire {
    pub(crate) fn new(draft: &Draft) -> Self {
        let text = draft.text.as_str();
        let index = Utf16Index::new(text);
        let tracked = draft.findings.iter();
        Self {
            text: text.to_owned(),
            suggestions: tracked.map(|one| TrackedSuggestion::new(&index, one)).collect(),
            version: draft.version,
            updated_at: draft.updated_at.rfc3339(),
        }
    }
}

/// The draft as it is saved; `version` is the one that was read, 0 for the first save.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SaveDraft {
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) suggestions: Vec<TrackedSuggestion>,
    pub(crate) version: u64,
}

impl SaveDraft {
    /// The draft, or `None` when a suggestion does not fit the text.
    pub(crate) fn draft(self, now: Timestamp) -> Option<Draft> {
        let index = Utf16Index::new(&self.text);
        let findings = self
            .suggestions
            .into_iter()
            .map(|tracked| tracked.tracked(&index))
            .collect::<Option<_>>()?;
        let version = self.version.checked_add(1)?;
        Some(Draft { findings, version, updated_at: now, text: ArticleText::new(self.text) })
    }
}
