//! The request body; its blocks never change their order, so that the prompt cache holds.

use domain::conversation::Speaker;
use domain::model::{HistoryMessage, Mode, ModelRequest, ProviderError, ProviderName};
use domain::text::ArticleText;
use serde::Serialize;
use serde_json::value::RawValue;

/// Asks a model that takes no prefill to go on; what it repeats nevertheless is removed later.
const GO_ON: &str = "\
앞의 답변이 도중에 끊겼습니다. 이미 쓴 글은 되풀이하지 말고, 인사나 설명 없이 마지막 글자 바로 다음부터 \
이어서 쓰세요.";

/// What the operator and the table of models set for every request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Options {
    /// Whose blocks of earlier answers can be sent back.
    pub(crate) provider: ProviderName,
    /// None where the model is named outside the body.
    pub(crate) model: Option<String>,
    /// Version of the protocol where it stands in the body.
    pub(crate) version: Option<&'static str>,
    pub(crate) temperature: Option<f64>,
    /// The model thinks unless told not to.
    pub(crate) has_thinking_off: bool,
    pub(crate) takes_prefill: bool,
    pub(crate) web_search: Option<WebSearch>,
    /// How long the system part stays in the cache; none where nothing is cached.
    pub(crate) system_cache: Option<CacheTtl>,
}

/// How long a cached prefix is kept after its last use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CacheTtl {
    FiveMinutes,
    OneHour,
}

/// The web search tool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WebSearch {
    /// Its versioned type.
    pub(crate) kind: String,
    pub(crate) max_uses: u32,
    pub(crate) domains: Domains,
}

/// Where the web may be searched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Domains {
    /// Everywhere.
    #[default]
    All,
    /// Only there.
    Allowed(Vec<String>),
    /// Everywhere but there.
    Blocked(Vec<String>),
}

/// What one attempt adds to the request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extra {
    /// The account may not use the search tool: it is not even named.
    pub(crate) has_no_tools: bool,
    /// Blocks of this answer so far, when the provider has paused it.
    pub(crate) paused: Vec<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    anthropic_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    max_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a RawValue>,
    messages: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    r#type: &'a str,
    name: &'static str,
    max_uses: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_domains: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked_domains: Option<&'a [String]>,
    user_location: Location,
}

#[derive(Serialize)]
struct Location {
    r#type: &'static str,
    country: &'static str,
    timezone: &'static str,
}

#[derive(Serialize)]
struct Choice {
    r#type: &'static str,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: Vec<Block<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Block<'a> {
    Text(Text<'a>),
    /// A block as the provider sent it, to the byte.
    Verbatim(Box<RawValue>),
}

#[derive(Serialize)]
struct Text<'a> {
    r#type: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl>,
}

#[derive(Serialize, Clone, Copy)]
struct CacheControl {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<&'static str>,
}

/// The same as [`CacheTtl::FiveMinutes`] inside a block that is sent as it came.
const FIVE_MINUTES_JSON: &str = r#","cache_control":{"type":"ephemeral"}}"#;

impl CacheTtl {
    fn control(self) -> CacheControl {
        let ttl = match self {
            Self::FiveMinutes => None,
            Self::OneHour => Some("1h"),
        };
        CacheControl { r#type: "ephemeral", ttl }
    }
}

/// More than everything in a body that is no text of the request.
const FRAME_BYTES: usize = 4096;

/// The system part as it is sent, with its breakpoint.
pub(super) fn system_json(
    blocks: &[ArticleText],
    options: &Options,
) -> Result<Box<RawValue>, ProviderError> {
    let mut system: Vec<Text<'_>> = blocks.iter().map(text).collect();
    if let (Some(last), Some(ttl)) = (system.last_mut(), options.system_cache) {
        last.cache_control = Some(ttl.control());
    }
    serde_json::value::to_raw_value(&system).map_err(unwritable)
}

/// Strings and numbers cannot fail to be written.
fn unwritable(_: serde_json::Error) -> ProviderError {
    ProviderError::Protocol { what: "request body" }
}

/// The body as it is sent, around its system part. Room for all of it is taken at once: prompts are
/// long, and a body that grows is copied again and again.
pub(super) fn written(
    request: &ModelRequest,
    options: &Options,
    extra: &Extra,
    system: Option<&RawValue>,
) -> Result<Vec<u8>, ProviderError> {
    let history = request.history.iter().map(|message| match &message.verbatim {
        Some(verbatim) => &verbatim.blocks,
        None => &message.content,
    });
    let texts = history.chain([&request.user]).chain(&request.shown);
    let bytes: usize = texts.map(|text| text.as_str().len()).sum();
    let system_bytes = system.map_or(0, |system| system.get().len());
    // Line breaks and quotation marks take one byte more.
    let mut written = Vec::with_capacity(system_bytes + bytes + bytes / 16 + FRAME_BYTES);
    serde_json::to_writer(&mut written, &body(request, options, extra, system))
        .map_err(unwritable)?;
    Ok(written)
}

/// Tools → system (breakpoint of one hour) → history (breakpoint of five minutes) → last message →
/// what of the answer is there already. Every request of an engine sends the same tools and system;
/// one that may not search forbids their use, which leaves the prefix as it is.
fn body<'a>(
    request: &'a ModelRequest,
    options: &'a Options,
    extra: &'a Extra,
    system: Option<&'a RawValue>,
) -> Body<'a> {
    let search = options.web_search.as_ref().filter(|_| !extra.has_no_tools);
    let tools: Vec<Tool<'_>> = search.map(tool).into_iter().collect();
    let may_search = request.may_search && request.mode == Mode::Chat;
    let may_not_use_tools = !may_search && !tools.is_empty();
    Body {
        anthropic_version: options.version,
        model: options.model.as_deref(),
        max_tokens: request.max_tokens,
        stream: options.model.is_some().then_some(true),
        temperature: options.temperature,
        thinking: options.has_thinking_off.then_some(Choice { r#type: "disabled" }),
        tools,
        tool_choice: may_not_use_tools.then_some(Choice { r#type: "none" }),
        system,
        messages: messages(request, options, extra),
    }
}

fn messages<'a>(
    request: &'a ModelRequest,
    options: &'a Options,
    extra: &'a Extra,
) -> Vec<Message<'a>> {
    // Blocks of a search mean nothing where the tool is not named.
    let has_tools = options.web_search.is_some() && !extra.has_no_tools;
    let reader = has_tools.then_some(&options.provider);
    let earlier = request.history.iter();
    let mut messages: Vec<Message<'_>> =
        earlier.map(|message| history_message(message, reader)).collect();
    if options.system_cache.is_some() {
        let last = messages.last_mut().and_then(|message| message.content.last_mut());
        if let Some(block) = last {
            mark(block);
        }
    }
    messages.push(Message { role: "user", content: vec![Block::Text(text(&request.user))] });
    let mut answer = Vec::new();
    if let Some(shown) = request.shown.as_ref().map(|shown| shown.as_str().trim_end()) {
        // A prefill must not end with white space, and an empty one is none.
        let shown = (!shown.is_empty()).then(|| plain(shown));
        answer.extend(shown.map(Block::Text));
        if !options.takes_prefill && !answer.is_empty() {
            let content = std::mem::take(&mut answer);
            messages.push(Message { role: "assistant", content });
            messages.push(Message { role: "user", content: vec![Block::Text(plain(GO_ON))] });
        }
    }
    answer.extend(extra.paused.iter().filter_map(|json| verbatim(json)));
    if !answer.is_empty() {
        messages.push(Message { role: "assistant", content: answer });
    }
    messages
}

/// An earlier message: its provider's own blocks where that provider reads it, else its text.
fn history_message<'a>(message: &'a HistoryMessage, reader: Option<&ProviderName>) -> Message<'a> {
    let own = message.verbatim.as_ref().filter(|verbatim| reader == Some(&verbatim.provider));
    let blocks = own.and_then(|own| {
        let blocks: Vec<Box<RawValue>> = serde_json::from_str(own.blocks.as_str()).ok()?;
        (!blocks.is_empty()).then(|| blocks.into_iter().map(Block::Verbatim).collect())
    });
    let role = match message.speaker {
        Speaker::User => "user",
        Speaker::Assistant => "assistant",
    };
    Message { role, content: blocks.unwrap_or_else(|| vec![Block::Text(text(&message.content))]) }
}

fn verbatim(json: &str) -> Option<Block<'static>> {
    RawValue::from_string(json.to_owned()).ok().map(Block::Verbatim)
}

/// Sets the breakpoint of five minutes after a block.
fn mark(block: &mut Block<'_>) {
    match block {
        Block::Text(text) => text.cache_control = Some(CacheTtl::FiveMinutes.control()),
        Block::Verbatim(json) => {
            let fields = json.get().strip_suffix('}').filter(|fields| fields.contains(':'));
            let marked = fields.map(|fields| format!("{fields}{FIVE_MINUTES_JSON}"));
            if let Some(marked) = marked.and_then(|json| RawValue::from_string(json).ok()) {
                *json = marked;
            }
        }
    }
}

fn tool(search: &WebSearch) -> Tool<'_> {
    let (allowed_domains, blocked_domains) = match &search.domains {
        Domains::All => (None, None),
        Domains::Allowed(domains) => (Some(domains.as_slice()), None),
        Domains::Blocked(domains) => (None, Some(domains.as_slice())),
    };
    Tool {
        r#type: &search.kind,
        name: "web_search",
        max_uses: search.max_uses,
        allowed_domains,
        blocked_domains,
        user_location: Location { r#type: "approximate", country: "KR", timezone: "Asia/Seoul" },
    }
}

fn text(text: &ArticleText) -> Text<'_> {
    plain(text.as_str())
}

fn plain(text: &str) -> Text<'_> {
    Text { r#type: "text", text, cache_control: None }
}

#[cfg(test)]
pub(super) mod tests;
