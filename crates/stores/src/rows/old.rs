//! Rows as the service's earlier programs wrote them: messages inside the header, metadata as
//! fields.

use domain::conversation::{Message, Speaker};
use domain::id::MessageId;
use domain::ports::StoreError;
use domain::text::ArticleText;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{named, read, time};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OldHeaderRow {
    #[serde(default)]
    messages: Vec<OldMessageRow>,
    created_at: String,
}

#[derive(Deserialize)]
struct OldMessageRow {
    #[serde(default)]
    id: Value,
    role: String,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    content: Value,
    #[serde(default)]
    timestamp: Value,
    #[serde(default, deserialize_with = "text_or_fields")]
    metadata: Option<String>,
}

/// The messages that lie in a header; none lie in those of this program.
pub(crate) fn old_messages(header: &str) -> Result<Vec<Message>, StoreError> {
    if !header.contains("\"messages\":") {
        return Ok(Vec::new());
    }
    let OldHeaderRow { messages, created_at } = read("old conversation", header)?;
    let numbered = (1_usize..).zip(messages);
    numbered.map(|(number, message)| message.message(number, &created_at)).collect()
}

impl OldMessageRow {
    /// A message without an id gets one from its place, one without a time that of the header.
    fn message(self, number: usize, created_at: &str) -> Result<Message, StoreError> {
        let id = text_of(&self.id).filter(|id| !id.is_empty());
        let timestamp = text_of(&self.timestamp).unwrap_or_else(|| created_at.to_owned());
        let speaker = Speaker::from_name(&self.role);
        Ok(Message {
            id: MessageId::new(id.unwrap_or_else(|| format!("old-{number}"))),
            // Whatever it was called, what was not the editor was the model.
            speaker: speaker.unwrap_or(Speaker::Assistant),
            kind: self.kind.unwrap_or_else(|| "text".into()),
            content: ArticleText::new(text_of(&self.content).unwrap_or_default()),
            at: named("old message time", time(&timestamp).or_else(|_| time(created_at)).ok())?,
            answer: None,
            client_metadata: self.metadata,
        })
    }
}

/// A text as it is, anything else as JSON; none for nothing.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// What a client sent along: JSON text, or the fields of an earlier program.
pub(super) fn text_or_fields<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Value::deserialize(deserializer).map(|value| text_of(&value))
}

#[cfg(test)]
mod tests {
    use domain::conversation::{Message, Speaker};
    use domain::id::MessageId;
    use domain::text::ArticleText;
    use domain::time::Timestamp;

    use super::old_messages;

    fn message(id: &str, speaker: Speaker, content: &str, at: &str) -> Message {
        Message {
            id: MessageId::new(id),
            speaker,
            kind: "text".into(),
            content: ArticleText::new(content),
            at: Timestamp::parse(at).unwrap(),
            answer: None,
            client_metadata: None,
        }
    }

    #[test]
    fn messages_in_a_header_are_read_whatever_they_lack() {
        let header = r#"{"createdAt":"2025-11-23T01:02:03.456789","messages":[
            {"id":"m1","role":"user","type":"text","content":"글 😀","timestamp":"2025-11-23T01:02:04Z",
             "metadata":{"desk":"economy"}},
            {"role":"ai","content":"하\u1112\u1161","timestamp":1763859725000}]}"#;
        let first = Message {
            client_metadata: Some(r#"{"desk":"economy"}"#.into()),
            ..message("m1", Speaker::User, "글 😀", "2025-11-23T01:02:04Z")
        };
        let second =
            message("old-2", Speaker::Assistant, "하\u{1112}\u{1161}", "2025-11-23T01:02:03.456Z");
        assert_eq!(old_messages(header).unwrap(), [first, second]);
        assert_eq!(old_messages(r#"{"title":"\"messages\":"}"#).unwrap(), []);
    }
}
