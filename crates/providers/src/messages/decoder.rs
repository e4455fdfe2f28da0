//! Stream events to the domain's: text or findings, sources, usage as reported, and the end.

use domain::model::{
    FinishReason, Mode, ModelEvent, ProviderError, Source, TokenCount, TokenUsage,
};
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

/// What nearly every event is: to tell kinds apart, serde would copy all of it first.
#[derive(Deserialize)]
struct PieceOfText<'d> {
    r#type: &'d str,
    delta: TextDelta<'d>,
}

#[derive(Deserialize)]
struct TextDelta<'d> {
    r#type: &'d str,
    text: String,
}

impl<'d> PieceOfText<'d> {
    /// The text of an event that is a piece of it.
    fn of(data: &'d str) -> Option<String> {
        let piece: Self = serde_json::from_str(data).ok()?;
        let is_text = piece.r#type == "content_block_delta" && piece.delta.r#type == "text_delta";
        is_text.then_some(piece.delta.text)
    }
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

    /// What one event's data means.
    pub(crate) fn read(&mut self, data: &str) -> Result<Vec<ModelEvent>, ProviderError> {
        if let Some(text) = PieceOfText::of(data) {
            return Ok(self.delta(Delta::Text { text }));
        }
        let event = serde_json::from_str(data)
            .map_err(|_| ProviderError::Protocol { what: "stream event" })?;
        Ok(match event {
            StreamEvent::MessageStart { message } => {
                self.report(&message.usage);
                let is_first = !std::mem::replace(&mut self.has_started, true);
                let started = is_first.then_some(ModelEvent::Started { model: message.model });
                started.into_iter().chain([self.usage_so_far()]).collect()
            }
            StreamEvent::ContentBlockStart { content_block } => self.start(content_block),
            StreamEvent::ContentBlockDelta { delta } => self.delta(delta),
            StreamEvent::ContentBlockStop => {
                self.blocks.stop();
                vec![ModelEvent::Heartbeat]
            }
            StreamEvent::MessageDelta { delta, usage } => {
                self.stop_reason = delta.stop_reason.or(self.stop_reason.take());
                self.report(&usage);
                vec![self.usage_so_far()]
            }
            StreamEvent::MessageStop => self.finish(),
            StreamEvent::Error { error } => {
                let (kind, message) = (error.r#type.as_str(), error.message.as_str());
                let refusal = Refusal { status: 200, kind, message, retry_after_ms: None };
                return Err(refusal.meaning());
            }
            StreamEvent::Unknown => vec![ModelEvent::Heartbeat],
        })
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

    fn start(&mut self, block: Value) -> Vec<ModelEvent> {
        let events = match block["type"].as_str().unwrap_or_default() {
            "text" => self.text(block["text"].as_str().unwrap_or_default().to_owned()),
            "web_search_tool_result" => results(&block["content"]),
            _ => vec![ModelEvent::Working(TokenCount::default())],
        };
        if self.scanner.is_none() {
            self.blocks.start(block);
        }
        events
    }

    fn delta(&mut self, delta: Delta) -> Vec<ModelEvent> {
        match delta {
            Delta::Text { text } => {
                self.blocks.extend("text", &text);
                return self.text(text);
            }
            Delta::Citations { citation } => {
                let source = source(&citation, &citation["cited_text"]);
                self.blocks.cite(citation);
                return source.into_iter().collect();
            }
            Delta::Input { partial_json } => {
                self.blocks.extend_input(&partial_json);
                return vec![ModelEvent::Working(TokenCount::of(&partial_json))];
            }
            Delta::Thinking { thinking } => {
                self.blocks.extend("thinking", &thinking);
                return vec![ModelEvent::Working(TokenCount::of(&thinking))];
            }
            Delta::Signature { signature } => self.blocks.extend("signature", &signature),
            Delta::Unknown => {}
        }
        vec![ModelEvent::Working(TokenCount::default())]
    }

    fn text(&mut self, text: String) -> Vec<ModelEvent> {
        if text.is_empty() {
            return vec![];
        }
        let Some(scanner) = &mut self.scanner else { return vec![ModelEvent::Text(text)] };
        let found = scanner.push(&text);
        // Half a finding cannot be shown yet, but somebody is writing it.
        [ModelEvent::Working(TokenCount::of(&text))].into_iter().chain(found).collect()
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

    fn finish(&mut self) -> Vec<ModelEvent> {
        self.blocks.stop();
        self.is_over = true;
        let reason = match self.stop_reason.as_deref() {
            // Whoever reads the stream continues it or says that it is not complete.
            Some(PAUSED) => return vec![],
            Some("max_tokens") => FinishReason::MaxTokens,
            Some("refusal") => FinishReason::Refusal,
            Some("model_context_window_exceeded") => FinishReason::ContextOverflow,
            _ => FinishReason::EndTurn,
        };
        let open = self.scanner.as_mut().and_then(Scanner::finish);
        open.into_iter().chain([ModelEvent::Finished(reason)]).collect()
    }
}

/// What a search found; each page is a source of the answer.
fn results(content: &Value) -> Vec<ModelEvent> {
    let Value::Array(pages) = content else {
        return vec![match content["error_code"].as_str() {
            // It has searched as often as it may, and goes on with what it found.
            Some("max_uses_exceeded") => ModelEvent::Working(TokenCount::default()),
            _ => ModelEvent::SearchUnavailable,
        }];
    };
    let sources = pages.iter().filter_map(|page| source(page, &Value::Null));
    [ModelEvent::Working(TokenCount::default())].into_iter().chain(sources).collect()
}

fn source(page: &Value, quote: &Value) -> Option<ModelEvent> {
    let [title, changed] = ["title", "page_age"].map(|name| page[name].as_str());
    let source = Source::checked(page["url"].as_str()?, title, quote.as_str(), changed);
    source.map(ModelEvent::Source)
}

#[cfg(test)]
mod tests;
