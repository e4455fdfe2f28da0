//! The request body; its blocks never change their order, so that the prompt cache holds.

use domain::conversation::Speaker;
use domain::model::{Mode, ModelRequest};
use domain::text::ArticleText;
use serde::Serialize;

/// What the operator sets for every request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Options {
    pub(crate) model: String,
    pub(crate) temperature: Option<f64>,
    pub(crate) web_search: Option<WebSearch>,
    pub(crate) prompt_caching: bool,
}

/// The web search tool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WebSearch {
    /// Its versioned type.
    pub(crate) kind: String,
    pub(crate) max_uses: u32,
}

#[derive(Serialize)]
pub(crate) struct Body<'a> {
    model: &'a str,
    max_tokens: u64,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<ToolChoice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    system: Vec<Block<'a>>,
    messages: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    r#type: &'a str,
    name: &'static str,
    max_uses: u32,
    user_location: Location,
}

#[derive(Serialize)]
struct Location {
    r#type: &'static str,
    country: &'static str,
    timezone: &'static str,
}

#[derive(Serialize)]
struct ToolChoice {
    r#type: &'static str,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: Vec<Block<'a>>,
}

#[derive(Serialize)]
struct Block<'a> {
    r#type: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl>,
}

#[derive(Serialize)]
struct CacheControl {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<&'static str>,
}

const ONE_HOUR: CacheControl = CacheControl { r#type: "ephemeral", ttl: Some("1h") };
const FIVE_MINUTES: CacheControl = CacheControl { r#type: "ephemeral", ttl: None };

/// Tools → system (breakpoint of one hour) → history (breakpoint of five minutes) → last message.
/// Both modes send the same tools; proofreading forbids their use, which leaves the prefix as it is.
pub(crate) fn body<'a>(request: &'a ModelRequest, options: &'a Options) -> Body<'a> {
    let tools: Vec<Tool<'_>> = options.web_search.iter().map(tool).collect();
    let may_not_search = request.mode == Mode::Proofread && !tools.is_empty();
    let mut system: Vec<Block<'_>> = request.system.iter().map(block).collect();
    let mut messages: Vec<Message<'_>> = request
        .history
        .iter()
        .map(|message| Message {
            role: role(message.speaker),
            content: vec![block(&message.content)],
        })
        .collect();
    if options.prompt_caching {
        if let Some(last) = system.last_mut() {
            last.cache_control = Some(ONE_HOUR);
        }
        if let Some(last) = messages.last_mut().and_then(|message| message.content.last_mut()) {
            last.cache_control = Some(FIVE_MINUTES);
        }
    }
    messages.push(Message { role: "user", content: vec![block(&request.user)] });
    Body {
        model: &options.model,
        max_tokens: request.max_tokens,
        stream: true,
        temperature: options.temperature,
        tools,
        tool_choice: may_not_search.then_some(ToolChoice { r#type: "none" }),
        system,
        messages,
    }
}

fn tool(search: &WebSearch) -> Tool<'_> {
    Tool {
        r#type: &search.kind,
        name: "web_search",
        max_uses: search.max_uses,
        user_location: Location { r#type: "approximate", country: "KR", timezone: "Asia/Seoul" },
    }
}

fn block(text: &ArticleText) -> Block<'_> {
    Block { r#type: "text", text: text.as_str(), cache_control: None }
}

fn role(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::User => "user",
        Speaker::Assistant => "assistant",
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, WebSearch, body};
    use domain::conversation::Speaker;
    use domain::model::{HistoryMessage, Mode, ModelRequest};
    use domain::text::ArticleText;

    fn request(mode: Mode, history: &[&str]) -> ModelRequest {
        ModelRequest {
            mode,
            system: vec![ArticleText::new("지침"), ArticleText::new("파일")],
            history: history
                .iter()
                .map(|text| HistoryMessage {
                    speaker: Speaker::User,
                    content: ArticleText::new(*text),
                    verbatim: None,
                })
                .collect(),
            user: ArticleText::new("기사"),
            shown: None,
            may_search: mode == Mode::Chat,
            max_tokens: 10,
        }
    }

    fn options() -> Options {
        Options {
            model: "m".into(),
            temperature: None,
            web_search: Some(WebSearch { kind: "web_search_20250305".into(), max_uses: 5 }),
            prompt_caching: true,
        }
    }

    fn json(mode: Mode, history: &[&str]) -> serde_json::Value {
        serde_json::to_value(body(&request(mode, history), &options())).unwrap()
    }

    #[test]
    fn both_modes_send_the_same_prefix_to_the_byte() {
        let prefix = |mode, history: &[&str]| {
            let (request, options) = (request(mode, history), options());
            let body = body(&request, &options);
            serde_json::to_string(&(&body.tools, &body.system)).unwrap()
        };
        assert_eq!(prefix(Mode::Proofread, &[]), prefix(Mode::Chat, &["질문"]));
    }

    #[test]
    fn breakpoints_stand_after_system_and_history() {
        let json = json(Mode::Chat, &["하나", "둘"]);
        assert_eq!(json["system"][0]["cache_control"], serde_json::Value::Null);
        assert_eq!(json["system"][1]["cache_control"]["ttl"], "1h");
        assert_eq!(json["messages"][0]["content"][0]["cache_control"], serde_json::Value::Null);
        assert_eq!(json["messages"][1]["content"][0]["cache_control"]["type"], "ephemeral");
        assert_eq!(json["messages"][2]["content"][0]["text"], "기사");
        assert_eq!(json["messages"][2]["content"][0]["cache_control"], serde_json::Value::Null);
        assert_eq!(json["tool_choice"], serde_json::Value::Null);
    }

    #[test]
    fn proofreading_may_not_search_and_caching_can_be_off() {
        assert_eq!(json(Mode::Proofread, &[])["tool_choice"]["type"], "none");
        let bare = Options { web_search: None, prompt_caching: false, ..options() };
        let request = request(Mode::Proofread, &[]);
        let text = serde_json::to_string(&body(&request, &bare)).unwrap();
        assert_eq!(
            text,
            r#"{"model":"m","max_tokens":10,"stream":true,"system":[{"type":"text","text":"지침"},{"type":"text","text":"파일"}],"messages":[{"role":"user","content":[{"type":"text","text":"기사"}]}]}"#
        );
    }
}
