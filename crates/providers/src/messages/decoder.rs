//! Stream events to the domain's: text or findings, sources, usage as reported, and the end.

use domain::model::{FinishReason, Mode, ModelEvent, ProviderError, Source, TokenUsage};
use serde::Deserialize;

use crate::findings::Scanner;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum StreamEvent {
    MessageStart {
        message: Start,
    },
    ContentBlockStart {
        content_block: Block,
    },
    ContentBlockDelta {
        delta: Delta,
    },
    MessageDelta {
        delta: End,
        #[serde(default)]
        usage: Usage,
    },
    MessageStop,
    Ping,
    Error {
        error: ErrorBody,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
struct Start {
    model: String,
    #[serde(default)]
    usage: Usage,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Text {
        #[serde(default)]
        text: String,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Delta {
    #[serde(rename = "text_delta")]
    Text { text: String },
    #[serde(rename = "citations_delta")]
    Citations { citation: Citation },
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
struct Citation {
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    cited_text: Option<String>,
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
}

/// Reads one answer's events in order.
#[derive(Debug)]
pub(crate) struct Decoder {
    /// Reads findings; none where prose is wanted.
    scanner: Option<Scanner>,
    usage: TokenUsage,
    stop_reason: Option<String>,
}

impl Decoder {
    pub(crate) fn new(mode: Mode) -> Self {
        let scanner = match mode {
            Mode::Proofread => Some(Scanner::default()),
            Mode::Chat => None,
        };
        Self { scanner, usage: TokenUsage::default(), stop_reason: None }
    }

    /// What one event's data means.
    pub(crate) fn read(&mut self, data: &str) -> Result<Vec<ModelEvent>, ProviderError> {
        let event = serde_json::from_str(data)
            .map_err(|_| ProviderError::Protocol { what: "stream event" })?;
        Ok(match event {
            StreamEvent::MessageStart { message } => {
                self.report(&message.usage);
                vec![ModelEvent::Started { model: message.model }, ModelEvent::Usage(self.usage)]
            }
            StreamEvent::ContentBlockStart { content_block: Block::Text { text } }
            | StreamEvent::ContentBlockDelta { delta: Delta::Text { text } } => self.text(text),
            StreamEvent::ContentBlockDelta { delta: Delta::Citations { citation } } => {
                source(citation).into_iter().collect()
            }
            StreamEvent::MessageDelta { delta, usage } => {
                self.stop_reason = delta.stop_reason.or(self.stop_reason.take());
                self.report(&usage);
                vec![ModelEvent::Usage(self.usage)]
            }
            StreamEvent::MessageStop => self.finish(),
            StreamEvent::Error { error } => return Err(error_of(&error.r#type, 200, None)),
            StreamEvent::Ping
            | StreamEvent::Unknown
            | StreamEvent::ContentBlockStart { content_block: Block::Unknown }
            | StreamEvent::ContentBlockDelta { delta: Delta::Unknown } => {
                vec![ModelEvent::Heartbeat]
            }
        })
    }

    fn text(&mut self, text: String) -> Vec<ModelEvent> {
        match &mut self.scanner {
            Some(scanner) => scanner.push(&text),
            None if text.is_empty() => vec![],
            None => vec![ModelEvent::Text(text)],
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

    fn finish(&mut self) -> Vec<ModelEvent> {
        let reason = match self.stop_reason.as_deref() {
            Some("max_tokens") => FinishReason::MaxTokens,
            Some("refusal") => FinishReason::Refusal,
            Some("model_context_window_exceeded") => FinishReason::ContextOverflow,
            _ => FinishReason::EndTurn,
        };
        let open = self.scanner.as_mut().and_then(Scanner::finish);
        open.into_iter().chain([ModelEvent::Finished(reason)]).collect()
    }
}

fn source(citation: Citation) -> Option<ModelEvent> {
    let Citation { url, title, cited_text } = citation;
    let source = Source::checked(url.as_deref()?, title.as_deref(), cited_text.as_deref());
    source.map(ModelEvent::Source)
}

/// The error a type name and status mean; one table for responses and for errors inside a stream.
pub(crate) fn error_of(kind: &str, status: u16, retry_after_ms: Option<u64>) -> ProviderError {
    match (kind, status) {
        ("authentication_error" | "permission_error", _) | (_, 401 | 403) => {
            ProviderError::Unauthorised
        }
        ("not_found_error", _) | (_, 404) => ProviderError::UnknownModel,
        ("rate_limit_error", _) | (_, 429) => ProviderError::RateLimited { retry_after_ms },
        ("overloaded_error", _) | (_, 529) => ProviderError::Overloaded,
        ("invalid_request_error" | "request_too_large", _) | (_, 400 | 413) => {
            // The message may quote the article; the type does not.
            ProviderError::Rejected { reason: kind.chars().take(64).collect() }
        }
        (_, status) => ProviderError::Failed { status },
    }
}

#[cfg(test)]
mod tests {
    use super::Decoder;
    use domain::model::{FinishReason, Mode, ModelEvent, ProviderError, Source, TokenUsage};

    fn read(mode: Mode, events: &[&str]) -> Vec<ModelEvent> {
        let mut decoder = Decoder::new(mode);
        events.iter().flat_map(|data| decoder.read(data).unwrap()).collect()
    }

    const START: &str = r#"{"type":"message_start","message":{"model":"claude-x","usage":{
        "input_tokens":12,"output_tokens":1,"cache_read_input_tokens":65000,
        "cache_creation_input_tokens":300,
        "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200}}}}"#;

    #[test]
    fn usage_is_what_was_reported_last() {
        let events = read(
            Mode::Chat,
            &[
                START,
                r#"{"type":"message_delta","delta":{"stop_reason":"max_tokens"},
                    "usage":{"output_tokens":40,"server_tool_use":{"web_search_requests":2}}}"#,
                r#"{"type":"message_stop"}"#,
            ],
        );
        let first = TokenUsage {
            input_tokens: 12,
            output_tokens: 1,
            cache_write_5m_tokens: 100,
            cache_write_1h_tokens: 200,
            cache_read_tokens: 65_000,
            web_searches: 0,
        };
        let last = TokenUsage { output_tokens: 40, web_searches: 2, ..first };
        let expected = [
            ModelEvent::Started { model: "claude-x".into() },
            ModelEvent::Usage(first),
            ModelEvent::Usage(last),
            ModelEvent::Finished(FinishReason::MaxTokens),
        ];
        assert_eq!(events, expected);
    }

    #[test]
    fn prose_comes_with_its_sources_and_unknown_events_are_passed_over() {
        let events = read(
            Mode::Chat,
            &[
                r#"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s"}}"#,
                r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#,
                r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"금리는"}}"#,
                r#"{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","url":"https://bok.or.kr","title":"한은","cited_text":"2.5%"}}}"#,
                r#"{"type":"content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":"…"}}"#,
                r#"{"type":"brand_new"}"#,
                r#"{"type":"ping"}"#,
            ],
        );
        let source = Source {
            url: "https://bok.or.kr".into(),
            title: "한은".into(),
            quote: Some("2.5%".into()),
        };
        let expected = [
            ModelEvent::Heartbeat,
            ModelEvent::Text("금리는".into()),
            ModelEvent::Source(source),
            ModelEvent::Heartbeat,
            ModelEvent::Heartbeat,
            ModelEvent::Heartbeat,
        ];
        assert_eq!(events, expected);
    }

    #[test]
    fn findings_are_read_as_they_close() {
        let delta = |text: &str| {
            let delta = serde_json::json!({"type": "text_delta", "text": text});
            serde_json::json!({"type": "content_block_delta", "index": 0, "delta": delta})
                .to_string()
        };
        let mut decoder = Decoder::new(Mode::Proofread);
        assert_eq!(decoder.read(&delta("{\"original\":\"몇")).unwrap(), []);
        let closed = decoder.read(&delta("일\",\"replacement\":\"며칠\"}\n{\"ori")).unwrap();
        assert!(matches!(&closed[..], [ModelEvent::Finding(one)] if one.original == "몇일"));
        let end = decoder.read(r#"{"type":"message_stop"}"#).unwrap();
        let expected = [ModelEvent::UnreadableFinding, ModelEvent::Finished(FinishReason::EndTurn)];
        assert_eq!(end, expected);
    }

    #[test]
    fn an_error_inside_the_stream_is_an_error() {
        let data = r#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#;
        let error = Decoder::new(Mode::Chat).read(data).unwrap_err();
        assert!(matches!(error, ProviderError::Overloaded));
        let error = Decoder::new(Mode::Chat).read("<html>").unwrap_err();
        assert!(matches!(error, ProviderError::Protocol { what: "stream event" }));
    }
}
