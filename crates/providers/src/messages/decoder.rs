//! Stream events to the domain's: text or findings, sources, usage as reported, and the end.

use std::collections::VecDeque;

use domain::model::{
    FinishReason, Mode, ModelEvent, ProviderError, Source, TokenCount, TokenUsage,
};
use memchr::memchr2;
use serde::Deserialize;
use serde_json::Value;

use super::blocks::Blocks;
use super::error::Refusal;
use crate::findings::Scanner;

/// The stop reason of a response that is to be sent back to go on.
const PAUSED: &str = "pause_turn";

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum StreamEvent {
    MessageStart {
        message: Start,
    },
    ContentBlockStart {
        content_block: Value,
    },
    ContentBlockDelta {
        delta: Delta,
    },
    ContentBlockStop,
    MessageDelta {
        delta: End,
        #[serde(default)]
        usage: Usage,
    },
    MessageStop,
    Error {
        error: ErrorBody,
    },
    #[serde(other)]
    Unknown,
}

/// The text of what nearly every event is, written as the API writes it: a piece of text without
/// escapes. None of any other event, which is read as JSON.
fn plain_text(data: &str) -> Option<&str> {
    let data = data.strip_prefix(r#"{"type":"content_block_delta","index":"#)?;
    let (index, data) = data.split_once(',')?;
    let text = data.strip_prefix(r#""delta":{"type":"text_delta","text":""#)?;
    // The first of these ends the text; a control character in it would be no JSON.
    let (text, after) = text.split_at_checked(memchr2(b'"', b'\\', text.as_bytes())?)?;
    let space = [' ', '\t', '\n', '\r'];
    let after = after.strip_prefix('"')?.trim_start_matches(space).strip_prefix('}')?;
    let after = after.trim_start_matches(space).strip_prefix('}')?;
    let is_whole = after.trim_start_matches(space).is_empty();
    let is_number = index == "0" || !(index.is_empty() || index.starts_with('0'));
    let is_plain =
        index.bytes().all(|byte| byte.is_ascii_digit()) && !text.bytes().any(|byte| byte < b' ');
    (is_whole && is_number && is_plain).then_some(text)
}

#[derive(Deserialize)]
struct Start {
    model: String,
    #[serde(default)]
    usage: Usage,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Delta {
    #[serde(rename = "text_delta")]
    Text { text: String },
    #[serde(rename = "citations_delta")]
    Citations { citation: Value },
    #[serde(rename = "input_json_delta")]
    Input { partial_json: String },
    #[serde(rename = "thinking_delta")]
    Thinking { thinking: String },
    #[serde(rename = "signature_delta")]
    Signature { signature: String },
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
struct End {
    #[serde(default)]
    stop_reason: Option<String>,
}

/// What is reported replaces what was reported before; what is left out stays.
#[derive(Deserialize, Default)]
struct Usage {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_creation: Option<CacheCreation>,
    server_tool_use: Option<ServerToolUse>,
}

#[derive(Deserialize)]
struct CacheCreation {
    #[serde(default)]
    ephemeral_5m_input_tokens: u64,
    #[serde(default)]
    ephemeral_1h_input_tokens: u64,
}

#[derive(Deserialize)]
struct ServerToolUse {
    #[serde(default)]
    web_search_requests: u64,
}

#[derive(Deserialize)]
struct ErrorBody {
    r#type: String,
    #[serde(default)]
    message: String,
}

/// Reads one answer's events in order, over all the responses it is spread over.
#[derive(Debug)]
pub(crate) struct Decoder {
    /// Reads findings; none where prose is wanted.
    scanner: Option<Scanner>,
    blocks: Blocks,
    /// What the responses before this one used.
    settled: TokenUsage,
    usage: TokenUsage,
    stop_reason: Option<String>,
    has_started: bool,
    is_over: bool,
}

impl Decoder {
    pub(crate) fn new(mode: Mode) -> Self {
        let scanner = match mode {
            Mode::Proofread => Some(Scanner::default()),
            Mode::Chat => None,
        };
        Self {
            scanner,
            blocks: Blocks::default(),
            settled: TokenUsage::default(),
            usage: TokenUsage::default(),
            stop_reason: None,
            has_started: false,
            is_over: false,
        }
    }

    /// Adds what one event's data means; text behind text becomes one piece of it.
    pub(crate) fn read(
        &mut self,
        data: &str,
        events: &mut VecDeque<ModelEvent>,
    ) -> Result<(), ProviderError> {
        if let Some(text) = plain_text(data) {
            self.text_delta(text, events);
            return Ok(());
        }
        let event = serde_json::from_str(data)
            .map_err(|_| ProviderError::Protocol { what: "stream event" })?;
        match event {
            StreamEvent::MessageStart { message } => {
                self.report(&message.usage);
                if !std::mem::replace(&mut self.has_started, true) {
                    events.push_back(ModelEvent::Started { model: message.model });
                }
                events.push_back(self.usage_so_far());
            }
            StreamEvent::ContentBlockStart { content_block } => self.start(content_block, events),
            StreamEvent::ContentBlockDelta { delta } => self.delta(delta, events),
            StreamEvent::ContentBlockStop => {
                self.blocks.stop();
                events.push_back(ModelEvent::Heartbeat);
            }
            StreamEvent::MessageDelta { delta, usage } => {
                self.stop_reason = delta.stop_reason.or(self.stop_reason.take());
                self.report(&usage);
                events.push_back(self.usage_so_far());
            }
            StreamEvent::MessageStop => self.finish(events),
            StreamEvent::Error { error } => {
                let (kind, message) = (error.r#type.as_str(), error.message.as_str());
                let refusal = Refusal { status: 200, kind, message, retry_after_ms: None };
                return Err(refusal.meaning());
            }
            StreamEvent::Unknown => events.push_back(ModelEvent::Heartbeat),
        }
        Ok(())
    }

    /// Whether the response is over.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether the response is over and the answer is not: it wants to be sent back.
    pub(crate) fn is_paused(&self) -> bool {
        self.is_over && self.stop_reason.as_deref() == Some(PAUSED)
    }

    /// The blocks to send back to go on with a paused answer; none when they were too long to keep.
    pub(crate) fn resume(&mut self) -> Option<Vec<String>> {
        self.settled = self.settled.plus(std::mem::take(&mut self.usage));
        self.stop_reason = None;
        self.is_over = false;
        self.blocks.all()
    }

    /// The answer in the API's own form, where the next turn must read it again.
    pub(crate) fn verbatim(&self) -> Option<String> {
        self.blocks.verbatim()
    }

    fn usage_so_far(&self) -> ModelEvent {
        ModelEvent::Usage(self.settled.plus(self.usage))
    }

    fn start(&mut self, block: Value, events: &mut VecDeque<ModelEvent>) {
        match block["type"].as_str().unwrap_or_default() {
            "text" => self.text(block["text"].as_str().unwrap_or_default(), events),
            "web_search_tool_result" => results(&block["content"], events),
            _ => work(TokenCount::default(), events),
        }
        if self.scanner.is_none() {
            self.blocks.start(block);
        }
    }

    fn delta(&mut self, delta: Delta, events: &mut VecDeque<ModelEvent>) {
        match delta {
            Delta::Text { text } => self.text_delta(&text, events),
            Delta::Citations { citation } => {
                events.extend(source(&citation, &citation["cited_text"]));
                self.blocks.cite(citation);
            }
            Delta::Input { partial_json } => {
                self.blocks.extend_input(&partial_json);
                work(TokenCount::of(&partial_json), events);
            }
            Delta::Thinking { thinking } => {
                self.blocks.extend("thinking", &thinking);
                work(TokenCount::of(&thinking), events);
            }
            Delta::Signature { signature } => {
                self.blocks.extend("signature", &signature);
                work(TokenCount::default(), events);
            }
            Delta::Unknown => work(TokenCount::default(), events),
        }
    }

    fn text_delta(&mut self, text: &str, events: &mut VecDeque<ModelEvent>) {
        self.blocks.extend("text", text);
        self.text(text, events);
    }

    fn text(&mut self, text: &str, events: &mut VecDeque<ModelEvent>) {
        if text.is_empty() {
            return;
        }
        if let Some(scanner) = &mut self.scanner {
            // Half a finding cannot be shown yet, but somebody is writing it.
            work(TokenCount::of(text), events);
            events.extend(scanner.push(text));
        } else if let Some(ModelEvent::Text(before)) = events.back_mut() {
            before.push_str(text);
        } else {
            events.push_back(ModelEvent::Text(text.to_owned()));
        }
    }

    fn report(&mut self, reported: &Usage) {
        let usage = &mut self.usage;
        let replace = |field: &mut u64, value: Option<u64>| *field = value.unwrap_or(*field);
        replace(&mut usage.input_tokens, reported.input_tokens);
        replace(&mut usage.output_tokens, reported.output_tokens);
        replace(&mut usage.cache_read_tokens, reported.cache_read_input_tokens);
        match (&reported.cache_creation, reported.cache_creation_input_tokens) {
            (Some(creation), _) => {
                usage.cache_write_5m_tokens = creation.ephemeral_5m_input_tokens;
                usage.cache_write_1h_tokens = creation.ephemeral_1h_input_tokens;
            }
            // The sum alone, when nothing was told apart before: five minutes is the default.
            (None, Some(sum)) if usage.cache_write_1h_tokens == 0 => {
                usage.cache_write_5m_tokens = sum;
            }
            (None, _) => {}
        }
        let searches = reported.server_tool_use.as_ref().map(|used| used.web_search_requests);
        replace(&mut usage.web_searches, searches);
    }

    fn finish(&mut self, events: &mut VecDeque<ModelEvent>) {
        self.blocks.stop();
        self.is_over = true;
        let reason = match self.stop_reason.as_deref() {
            // Whoever reads the stream continues it or says that it is not complete.
            Some(PAUSED) => return,
            Some("max_tokens") => FinishReason::MaxTokens,
            Some("refusal") => FinishReason::Refusal,
            Some("model_context_window_exceeded") => FinishReason::ContextOverflow,
            _ => FinishReason::EndTurn,
        };
        events.extend(self.scanner.as_mut().and_then(Scanner::finish));
        events.push_back(ModelEvent::Finished(reason));
    }
}

/// So much more was written of what is not shown.
fn work(count: TokenCount, events: &mut VecDeque<ModelEvent>) {
    match events.back_mut() {
        Some(ModelEvent::Working(before)) => *before = before.and(count),
        _ => events.push_back(ModelEvent::Working(count)),
    }
}

/// What a search found; each page is a source of the answer.
fn results(content: &Value, events: &mut VecDeque<ModelEvent>) {
    match content {
        Value::Array(pages) => {
            work(TokenCount::default(), events);
            events.extend(pages.iter().filter_map(|page| source(page, &Value::Null)));
        }
        // It has searched as often as it may, and goes on with what it found.
        _ if content["error_code"] == "max_uses_exceeded" => work(TokenCount::default(), events),
        _ => events.push_back(ModelEvent::SearchUnavailable),
    }
}

fn source(page: &Value, quote: &Value) -> Option<ModelEvent> {
    let [title, changed] = ["title", "page_age"].map(|name| page[name].as_str());
    let source = Source::checked(page["url"].as_str()?, title, quote.as_str(), changed);
    source.map(ModelEvent::Source)
}

#[cfg(test)]
mod tests;
