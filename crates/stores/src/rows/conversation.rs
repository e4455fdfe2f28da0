//! Rows of conversations, messages and drafts.

use domain::conversation::{Answer, Conversation, Draft, Message, Speaker};
use domain::engine::Engine;
use domain::id::{ConversationId, MessageId, TurnId, UserId};
use domain::model::{ProviderName, Source, Verbatim};
use domain::ports::StoreError;
use domain::text::ArticleText;
use domain::turn::Outcome;
use serde::{Deserialize, Serialize};

use super::article::ArticleRow;
use super::finding::{self, FindingRow};
use super::old::text_or_fields;
use super::usage::UsageRow;
use super::{named, time};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationRow {
    user_id: String,
    conversation_id: String,
    engine_type: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    pinned: bool,
    created_at: String,
    updated_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    article: Option<ArticleRow>,
    #[serde(default, deserialize_with = "text_or_fields")]
    metadata: Option<String>,
}

impl From<&Conversation> for ConversationRow {
    fn from(conversation: &Conversation) -> Self {
        Self {
            user_id: conversation.user_id.as_str().into(),
            conversation_id: conversation.id.as_str().into(),
            engine_type: conversation.engine.name().into(),
            title: conversation.title.as_str().into(),
            pinned: conversation.pinned,
            created_at: conversation.created_at.rfc3339(),
            updated_at: conversation.updated_at.rfc3339(),
            article: ArticleRow::of(&conversation.article),
            metadata: conversation.client_metadata.clone(),
        }
    }
}

impl ConversationRow {
    pub(crate) fn conversation(self) -> Result<Conversation, StoreError> {
        Ok(Conversation {
            user_id: UserId::new(self.user_id),
            id: ConversationId::new(self.conversation_id),
            engine: named("conversation engine", Engine::from_name(&self.engine_type))?,
            title: ArticleText::new(self.title),
            pinned: self.pinned,
            created_at: time(&self.created_at)?,
            updated_at: time(&self.updated_at)?,
            article: self.article.map(ArticleRow::article).transpose()?.unwrap_or_default(),
            client_metadata: self.metadata,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageRow {
    id: String,
    role: String,
    #[serde(rename = "type")]
    kind: String,
    content: String,
    timestamp: String,
    answer: Option<AnswerRow>,
    #[serde(default)]
    metadata: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnswerRow {
    turn_id: String,
    provider: Option<String>,
    model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    continues: Option<String>,
    prompt_version: u64,
    outcome: String,
    usage: UsageRow,
    findings: Vec<FindingRow>,
    sources: Vec<SourceRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verbatim: Option<VerbatimRow>,
}

#[derive(Serialize, Deserialize)]
struct VerbatimRow {
    provider: String,
    blocks: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SourceRow {
    url: String,
    title: String,
    quote: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    changed: Option<String>,
}

impl From<&Source> for SourceRow {
    fn from(source: &Source) -> Self {
        let Source { url, title, quote, changed } = source.clone();
        Self { url, title, quote, changed }
    }
}

impl From<SourceRow> for Source {
    fn from(row: SourceRow) -> Self {
        Self { url: row.url, title: row.title, quote: row.quote, changed: row.changed }
    }
}

impl From<&Message> for MessageRow {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id.as_str().into(),
            role: message.speaker.name().into(),
            kind: message.kind.clone(),
            content: message.content.as_str().into(),
            timestamp: message.at.rfc3339(),
            answer: message.answer.as_ref().map(AnswerRow::from),
            metadata: message.client_metadata.clone(),
        }
    }
}

impl From<&Answer> for AnswerRow {
    fn from(answer: &Answer) -> Self {
        Self {
            turn_id: answer.turn_id.as_str().into(),
            provider: answer.provider.as_ref().map(|provider| provider.as_str().into()),
            model: answer.model.clone(),
            continues: answer.continues.as_ref().map(|turn| turn.as_str().into()),
            prompt_version: answer.prompt_version,
            outcome: answer.outcome.name().into(),
            usage: UsageRow::from(answer.usage),
            findings: finding::rows(&answer.findings),
            sources: answer.sources.iter().map(SourceRow::from).collect(),
            verbatim: answer.verbatim.as_ref().map(|verbatim| VerbatimRow {
                provider: verbatim.provider.as_str().into(),
                blocks: verbatim.blocks.as_str().into(),
            }),
        }
    }
}

impl AnswerRow {
    fn answer(self) -> Result<Answer, StoreError> {
        Ok(Answer {
            turn_id: TurnId::new(self.turn_id),
            provider: self.provider.map(ProviderName::new),
            model: self.model,
            continues: self.continues.map(TurnId::new),
            prompt_version: self.prompt_version,
            outcome: named("answer outcome", Outcome::from_name(&self.outcome))?,
            usage: self.usage.into(),
            findings: finding::findings(self.findings)?,
            sources: self.sources.into_iter().map(Source::from).collect(),
            verbatim: self.verbatim.map(|row| Verbatim {
                provider: ProviderName::new(row.provider),
                blocks: ArticleText::new(row.blocks),
            }),
        })
    }
}

impl MessageRow {
    pub(crate) fn message(self) -> Result<Message, StoreError> {
        Ok(Message {
            id: MessageId::new(self.id),
            speaker: named("message role", Speaker::from_name(&self.role))?,
            kind: self.kind,
            content: ArticleText::new(self.content),
            at: time(&self.timestamp)?,
            answer: self.answer.map(AnswerRow::answer).transpose()?,
            client_metadata: self.metadata,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DraftRow {
    pub(crate) text: String,
    findings: Vec<FindingRow>,
    pub(crate) version: u64,
    updated_at: String,
}

impl From<&Draft> for DraftRow {
    fn from(draft: &Draft) -> Self {
        Self {
            text: draft.text.as_str().into(),
            findings: draft.findings.iter().map(FindingRow::from).collect(),
            version: draft.version,
            updated_at: draft.updated_at.rfc3339(),
        }
    }
}

impl DraftRow {
    pub(crate) fn draft(self) -> Result<Draft, StoreError> {
        Ok(Draft {
            text: ArticleText::new(self.text),
            findings: self
                .findings
                .into_iter()
                .map(FindingRow::tracked)
                .collect::<Result<_, _>>()?,
            version: self.version,
            updated_at: time(&self.updated_at)?,
        })
    }
}
