//! Events as bytes: server-sent events on the Messages API, `application/vnd.amazon.eventstream`
//! frames on Bedrock with the same JSON inside.

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::request::Provider;

/// Content type of an answer.
pub(crate) fn content_type(provider: Provider) -> &'static str {
    match provider {
        Provider::Anthropic => "text/event-stream; charset=utf-8",
        Provider::Bedrock => "application/vnd.amazon.eventstream",
    }
}

/// One event of an answer.
pub(crate) fn event(provider: Provider, event: &Value) -> Vec<u8> {
    match provider {
        Provider::Anthropic => {
            let name = event["type"].as_str().unwrap_or_default();
            format!("event: {name}\ndata: {event}\n\n").into_bytes()
        }
        Provider::Bedrock => {
            let bytes = STANDARD.encode(event.to_string());
            // Bedrock pads its chunks, so that their lengths tell nothing of the text.
            let padding: String = ('a'..='z').take(bytes.len() % 26).collect();
            let payload = json!({"bytes": bytes, "p": padding}).to_string();
            frame([(":event-type", "chunk"), (":message-type", "event")], payload)
        }
    }
}

/// An error inside an answer.
pub(crate) fn error(provider: Provider, kind: &str) -> Vec<u8> {
    let message = "scripted by prf drill";
    match provider {
        Provider::Anthropic => {
            let error = json!({"type": kind, "message": message});
            event(provider, &json!({"type": "error", "error": error}))
        }
        Provider::Bedrock => {
            let name = exception(kind);
            let mut payload = json!({"message": message});
            if name == "modelStreamErrorException" {
                payload["originalStatusCode"] = json!(500);
                payload["originalMessage"] = json!(message);
            }
            let headers = [(":exception-type", name), (":message-type", "exception")];
            frame(headers, payload.to_string())
        }
    }
}

/// The exception that means what Anthropic's error type says; exceptions keep their names.
fn exception(kind: &str) -> &str {
    match kind {
        "overloaded_error" => "serviceUnavailableException",
        "rate_limit_error" => "throttlingException",
        "timeout_error" => "modelTimeoutException",
        "invalid_request_error" => "validationException",
        "api_error" => "internalServerException",
        exception => exception,
    }
}

fn frame(headers: [(&'static str, &str); 2], payload: String) -> Vec<u8> {
    let mut message = Message::new(payload.into_bytes());
    let content_type = (":content-type", "application/json");
    for (name, value) in headers.into_iter().chain([content_type]) {
        let value = HeaderValue::String(value.to_owned().into());
        message = message.add_header(Header::new(name, value));
    }
    let mut bytes = Vec::new();
    // It fails only on headers longer than these could be; an empty frame ends the stream.
    if write_message_to(&message, &mut bytes).is_err() {
        bytes.clear();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{error, event};
    use crate::drill::request::Provider::{Anthropic, Bedrock};
    use aws_smithy_eventstream::frame::read_message_from;
    use base64::Engine as _;
    use serde_json::{Value, json};

    /// Headers by name, and the payload.
    fn read(bytes: &[u8]) -> (Vec<(String, String)>, Value) {
        let message = read_message_from(bytes).unwrap();
        let headers = message.headers().iter().map(|header| {
            let value = header.value().as_string().unwrap().as_str();
            (header.name().as_str().to_owned(), value.to_owned())
        });
        (headers.collect(), serde_json::from_slice(message.payload()).unwrap())
    }

    fn headers(kind: &str, name: &str, message_type: &str) -> Vec<(String, String)> {
        let all =
            [(kind, name), (":message-type", message_type), (":content-type", "application/json")];
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn both_wires_carry_the_same_event() {
        let json = json!({"type": "ping", "text": "한글 😀 \u{1100}\u{1161}"});
        let text = String::from_utf8(event(Anthropic, &json)).unwrap();
        assert_eq!(text, format!("event: ping\ndata: {json}\n\n"));
        let (found, payload) = read(&event(Bedrock, &json));
        assert_eq!(found, headers(":event-type", "chunk", "event"));
        let inside = super::STANDARD.decode(payload["bytes"].as_str().unwrap()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&inside).unwrap(), json);
    }

    #[test]
    fn an_error_is_an_event_here_and_an_exception_there() {
        let text = String::from_utf8(error(Anthropic, "overloaded_error")).unwrap();
        let data = text.strip_prefix("event: error\ndata: ").unwrap();
        let detail = json!({"type": "overloaded_error", "message": "scripted by prf drill"});
        let expected = json!({"type": "error", "error": detail});
        assert_eq!(serde_json::from_str::<Value>(data).unwrap(), expected);
        for (kind, exception) in [
            ("overloaded_error", "serviceUnavailableException"),
            ("rate_limit_error", "throttlingException"),
            ("timeout_error", "modelTimeoutException"),
            ("invalid_request_error", "validationException"),
            ("api_error", "internalServerException"),
        ] {
            let (found, payload) = read(&error(Bedrock, kind));
            assert_eq!(found, headers(":exception-type", exception, "exception"));
            assert_eq!(payload, json!({"message": "scripted by prf drill"}));
        }
        let (found, payload) = read(&error(Bedrock, "modelStreamErrorException"));
        assert_eq!(found, headers(":exception-type", "modelStreamErrorException", "exception"));
        assert_eq!(payload["originalStatusCode"], 500);
    }
}
