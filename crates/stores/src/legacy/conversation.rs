//! Old conversations: one item each, with every message in a list inside it.

use std::collections::HashMap;

use domain::article::ArticleMetadata;
use domain::conversation::{Conversation, Message, Speaker, TITLE_LIMIT_CHARS, title_of};
use domain::id::{ConversationId, MessageId, UserId};
use domain::text::ArticleText;
use domain::time::Timestamp;
use serde_json::Value;

use super::field::{Fields, Refusal, engine, refused};

/// A conversation with its messages in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct OldConversation {
    /// The header.
    pub header: Conversation,
    /// What was said.
    pub messages: Vec<Message>,
    /// What is not as it was, one sentence each, by the message's place from 1; 0 is the header.
    pub remarks: Vec<(usize, String)>,
}

pub(super) fn conversation(fields: &Fields<'_>) -> Result<OldConversation, Refusal> {
    let (user, id) = (fields.needed("userId")?, fields.needed("conversationId")?);
    let engine = engine("engineType", fields.needed("engineType")?)?;
    let created = fields.time("createdAt")?;
    let mut remarks = Vec::new();
    let messages = messages(fields, created, &mut remarks)?;
    let first = messages.first().map(|message| message.at);
    let created_at = created.or(first).ok_or(Refusal::Missing("createdAt"))?;
    let last = messages.last().map_or(created_at, |message| message.at);
    let updated_at = fields.time("updatedAt")?.unwrap_or(last);
    let title = match fields.text("title")? {
        Some(title) if !title.trim().is_empty() => title,
        Some(_) | None => messages.first().map_or("", |message| message.content.as_str()),
    };
    if title.trim().lines().next().unwrap_or_default().chars().count() > TITLE_LIMIT_CHARS {
        remarks.push((0, format!("the title is cut to {TITLE_LIMIT_CHARS} characters")));
    }
    let header = Conversation {
        user_id: UserId::new(user),
        id: ConversationId::new(id),
        engine,
        title: title_of(title),
        pinned: false,
        created_at,
        updated_at,
        article: ArticleMetadata::default(),
        client_metadata: metadata(fields, 0, &mut remarks),
    };
    Ok(OldConversation { header, messages, remarks })
}

/// The list may be missing, and some code saved it as JSON in a text.
fn list(fields: &Fields<'_>) -> Result<Vec<Value>, Refusal> {
    let no_list = || refused("messages", "a list");
    match fields.value("messages") {
        None => Ok(Vec::new()),
        Some(Value::Array(list)) => Ok(list.clone()),
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| no_list()),
        Some(_) => Err(no_list()),
    }
}

fn messages(
    fields: &Fields<'_>,
    created: Option<Timestamp>,
    remarks: &mut Vec<(usize, String)>,
) -> Result<Vec<Message>, Refusal> {
    let mut found: Vec<Message> = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (place, value) in (1..).zip(list(fields)?) {
        let before = found.last().map(|message| message.at).or(created);
        let read = match message(&value, place, before, remarks) {
            Ok(read) => read,
            // One malformed message must not take the others away.
            Err(refusal) => {
                remarks.push((place, format!("left out: {refusal}")));
                continue;
            }
        };
        let id = read.id.as_str().to_owned();
        let earlier = seen.get(&id).and_then(|earlier| found.get(*earlier));
        let message = match earlier {
            None => read,
            Some(earlier) if *earlier == read => {
                remarks.push((place, "left out: the same message is there already".into()));
                continue;
            }
            // Clients that made ids of the clock gave one id to two messages.
            Some(_) => {
                let id = MessageId::new(format!("{id}~{place}"));
                remarks
                    .push((place, "its id is taken by another message: it has a new one".into()));
                Message { id, ..read }
            }
        };
        seen.insert(message.id.as_str().to_owned(), found.len());
        found.push(message);
    }
    Ok(found)
}

fn message(
    value: &Value,
    place: usize,
    before: Option<Timestamp>,
    remarks: &mut Vec<(usize, String)>,
) -> Result<Message, Refusal> {
    let fields = Fields(value.as_object().ok_or(refused("the message", "an object"))?);
    let role = fields.needed("role")?;
    let speaker = Speaker::from_name(role).ok_or(refused("role", "user or assistant"))?;
    let content = fields.text("content")?.ok_or(Refusal::Missing("content"))?;
    let at = match fields.time("timestamp")? {
        Some(at) => at,
        None => {
            remarks.push((place, "no timestamp: it has the time of what stands before it".into()));
            before.ok_or(Refusal::Missing("timestamp"))?
        }
    };
    Ok(Message {
        id: MessageId::new(message_id(&fields, place)?),
        speaker,
        kind: fields.text("type")?.unwrap_or("text").to_owned(),
        content: ArticleText::new(content),
        at,
        answer: None,
        client_metadata: metadata(&fields, place, remarks),
    })
}

/// Ids of clocks are numbers; a message without one is known by its place.
fn message_id(fields: &Fields<'_>, place: usize) -> Result<String, Refusal> {
    match fields.value("id") {
        None => Ok(format!("imported-{place}")),
        Some(Value::String(id)) if !id.is_empty() => Ok(id.clone()),
        Some(Value::Number(id)) => Ok(id.to_string()),
        Some(_) => Err(refused("id", "a text or number")),
    }
}

fn metadata(
    fields: &Fields<'_>,
    place: usize,
    remarks: &mut Vec<(usize, String)>,
) -> Option<String> {
    let value = fields.value("metadata")?;
    if !value.is_object() {
        remarks.push((place, "left out of it: metadata is no object".into()));
        return None;
    }
    Some(value.to_string())
}
