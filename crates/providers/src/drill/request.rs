//! A request as the API reads it, and as the cache sees it: tools → system → messages.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::cache::{Prompt, Ttl};
use super::tokens;

/// Who is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Anthropic's Messages API.
    Anthropic,
    /// Amazon Bedrock's InvokeModelWithResponseStream.
    Bedrock,
}

/// The body; a field the API does not know is refused as it refuses it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Body {
    pub(crate) model: Option<String>,
    pub(crate) anthropic_version: Option<String>,
    #[serde(rename = "anthropic_beta")]
    pub(crate) _beta: Option<Value>,
    pub(crate) stream: Option<bool>,
    pub(crate) max_tokens: Option<u64>,
    pub(crate) temperature: Option<f64>,
    pub(crate) top_p: Option<f64>,
    #[serde(rename = "top_k")]
    pub(crate) _top_k: Option<u64>,
    #[serde(rename = "stop_sequences")]
    pub(crate) _stop_sequences: Vec<String>,
    #[serde(rename = "metadata")]
    pub(crate) _metadata: Option<Value>,
    #[serde(rename = "service_tier")]
    pub(crate) _service_tier: Option<String>,
    pub(crate) thinking: Option<Value>,
    pub(crate) tools: Vec<Value>,
    pub(crate) tool_choice: Option<Value>,
    #[serde(deserialize_with = "blocks")]
    pub(crate) system: Vec<Value>,
    pub(crate) messages: Vec<Message>,
}

/// One message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    pub(crate) role: String,
    #[serde(deserialize_with = "blocks")]
    pub(crate) content: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Blocks(Vec<Value>),
}

/// A string stands for one text block.
fn blocks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Value>, D::Error> {
    Ok(match Content::deserialize(from)? {
        Content::Text(text) => vec![serde_json::json!({"type": "text", "text": text})],
        Content::Blocks(blocks) => blocks,
    })
}

impl Message {
    /// Its text blocks, joined.
    pub(crate) fn text(&self) -> String {
        let texts = self.content.iter().filter(|block| block["type"] == "text");
        texts.filter_map(|block| block["text"].as_str()).collect()
    }

    pub(crate) fn is_assistant(&self) -> bool {
        self.role == "assistant"
    }
}

/// Whether a tool is the search that the API itself runs.
pub(crate) fn is_web_search(tool: &Value) -> bool {
    tool["type"].as_str().is_some_and(|kind| kind.starts_with("web_search_"))
}

impl Body {
    /// The web search tool, where the model may use it.
    pub(crate) fn web_search(&self) -> Option<&Value> {
        let may_use = !self.tool_choice.as_ref().is_some_and(|choice| choice["type"] == "none");
        self.tools.iter().find(|tool| is_web_search(tool)).filter(|_| may_use)
    }

    /// Every breakpoint in the cache's order: its time to live, or the text that is none.
    pub(crate) fn breakpoints(&self) -> Vec<Result<Ttl, String>> {
        let messages = self.messages.iter().flat_map(|message| &message.content);
        let all = self.tools.iter().chain(&self.system).chain(messages);
        all.filter_map(|block| breakpoint(block).transpose()).collect()
    }

    /// The prompt as the cache sees it.
    ///
    /// Client tools come first; switching web search changes the system part and what follows;
    /// `tool_choice`, thinking and images change only the messages.
    pub(crate) fn prompt(&self, scope: &str) -> Prompt {
        let mut prompt = Prompt::new(scope);
        let (server, client): (Vec<_>, Vec<_>) =
            self.tools.iter().partition(|tool| is_web_search(tool));
        for tool in client.into_iter().chain(server) {
            push(&mut prompt, "tool", tool);
        }
        prompt.mix("system");
        for block in &self.system {
            push(&mut prompt, "system", block);
        }
        prompt.mix(&format!("{:?} {:?}", self.tool_choice, self.thinking));
        for message in &self.messages {
            for block in &message.content {
                push(&mut prompt, &message.role, block);
            }
        }
        prompt
    }
}

fn push(prompt: &mut Prompt, place: &str, block: &Value) {
    let mut bare = block.clone();
    if let Some(fields) = bare.as_object_mut() {
        fields.remove("cache_control");
    }
    let json = bare.to_string();
    let tokens = match (block["type"].as_str(), block["text"].as_str()) {
        (Some("text"), Some(text)) => tokens::count(text),
        _ => tokens::count(&json),
    };
    let ttl = breakpoint(block).ok().flatten();
    prompt.push(&format!("{place} {json}"), tokens, ttl);
}

fn breakpoint(block: &Value) -> Result<Option<Ttl>, String> {
    let Some(control) = block.get("cache_control").filter(|control| !control.is_null()) else {
        return Ok(None);
    };
    match (control["type"].as_str(), control.get("ttl").map(Value::as_str)) {
        (Some("ephemeral"), None | Some(Some("5m"))) => Ok(Some(Ttl::FiveMinutes)),
        (Some("ephemeral"), Some(Some("1h"))) => Ok(Some(Ttl::OneHour)),
        _ => Err(control.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::Body;
    use crate::drill::cache::{Cache, Charge};
    use domain::time::Timestamp;
    use serde_json::{Value, json};

    const MINIMUM: u64 = 1024;

    fn body(change: impl Fn(&mut Value)) -> Body {
        let long = |text: &str| text.repeat(3_000);
        let mut json = json!({
            "tools": [
                {"type": "web_search_20250305", "name": "web_search"},
                {"name": "t", "description": long("a b "), "input_schema": {"type": "object"},
                 "cache_control": {"type": "ephemeral", "ttl": "1h"}},
            ],
            "system": [
                {"type": "text", "text": "지침"},
                {"type": "text", "text": long("파일"), "cache_control": {"type": "ephemeral", "ttl": "1h"}},
            ],
            "messages": [
                {"role": "user", "content": [
                    {"type": "text", "text": "앞 😀", "cache_control": {"type": "ephemeral"}}]},
                {"role": "assistant", "content": "답"},
                {"role": "user", "content": "물음"},
            ],
        });
        change(&mut json);
        serde_json::from_value(json).unwrap()
    }

    /// Tokens read, written for 1 h and for 5 min, after the unchanged request was sent.
    fn after(change: impl Fn(&mut Value)) -> [u64; 3] {
        let mut cache = Cache::default();
        let now = Timestamp::from_millis(0);
        cache.keep(&body(|_| {}).prompt("m"), MINIMUM, now);
        let Charge { read, write_1h, write_5m, .. } =
            cache.charge(&body(change).prompt("m"), MINIMUM, now);
        [read, write_1h, write_5m]
    }

    #[test]
    fn what_a_change_invalidates_is_what_is_documented() {
        let [all, _, _] = after(|_| {});
        let [system, _, history] = after(|json| json["tool_choice"] = json!({"type": "none"}));
        assert_eq!(system + history, all);
        assert_eq!(
            after(|json| json["thinking"] = json!({"type": "disabled"})),
            [system, 0, history]
        );
        assert_eq!(
            after(|json| json["messages"][0]["content"][0]["text"] = json!("뒤 😀")),
            [system, 0, history]
        );
        // Another system part, or web search off: only the tools are read.
        let [tools, ..] = after(|json| json["system"][0]["text"] = json!("명령"));
        assert_eq!(after(|json| json["system"][0]["text"] = json!("명령"))[1], system - tools);
        let [without_search, ..] = after(|json| {
            json["tools"].as_array_mut().unwrap().remove(0);
        });
        assert_eq!(without_search, tools);
        assert_eq!(after(|json| json["tools"][1]["name"] = json!("u"))[0], 0);
        // What does not stand in the prompt changes nothing.
        assert_eq!(after(|json| json["temperature"] = json!(0.2))[0], all);
        assert_eq!(after(|json| json["messages"][2]["content"] = json!("딴 물음"))[0], all);
    }

    #[test]
    fn a_string_is_one_text_block() {
        let long = body(|json| {
            json["messages"][1]["content"] = json!([{"type": "text", "text": "답"}]);
        });
        assert_eq!(long.prompt("m"), body(|_| {}).prompt("m"));
    }

    #[test]
    fn fields_the_api_does_not_know_are_refused() {
        let error = serde_json::from_value::<Body>(json!({"max_token": 1})).unwrap_err();
        assert!(error.to_string().starts_with("unknown field `max_token`"), "{error}");
    }
}
