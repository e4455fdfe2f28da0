//! Bedrock over the wire: frames on a loopback connection, as the SDK reads and signs them.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::sync::{Arc, Mutex};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use domain::conversation::Speaker;
use domain::model::{
    FinishReason, HistoryMessage, Mode, ModelEvent, ModelRequest, ProviderError, ProviderName,
    Verbatim,
};
use domain::ports::Provider;
use domain::text::ArticleText;
use futures::StreamExt;
use providers::{Bedrock, BedrockConfig, Models};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// Answers one connection after another in pieces of that size and keeps what it was asked.
async fn serve(answers: Vec<Vec<u8>>, piece_bytes: usize) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Asked::default();
    let kept = Arc::clone(&asked);
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = read(&mut stream).await;
            kept.lock().unwrap().push(request);
            for piece in answer.chunks(piece_bytes) {
                stream.write_all(piece).await.unwrap();
                stream.flush().await.unwrap();
            }
        }
    });
    (address, asked)
}

async fn read(stream: &mut TcpStream) -> (String, Value) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && let Ok(body) = serde_json::from_str(body)
        {
            return (head.to_owned(), body);
        }
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.unwrap();
        assert_ne!(count, 0, "the request is cut: {text}");
        bytes.extend_from_slice(&piece[..count]);
    }
}

fn frame(headers: &[(&'static str, &'static str)], payload: String) -> Vec<u8> {
    let mut message = Message::new(payload.into_bytes());
    for (name, value) in headers {
        message = message.add_header(Header::new(*name, HeaderValue::String((*value).into())));
    }
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).unwrap();
    bytes
}

fn chunk(event: &Value) -> Vec<u8> {
    let headers = [
        (":message-type", "event"),
        (":event-type", "chunk"),
        (":content-type", "application/json"),
    ];
    let encoded = aws_smithy_types::base64::encode(event.to_string());
    frame(&headers, json!({"bytes": encoded}).to_string())
}

fn exception(name: &'static str) -> Vec<u8> {
    let headers = [
        (":message-type", "exception"),
        (":exception-type", name),
        (":content-type", "application/json"),
    ];
    frame(&headers, json!({"message": "no"}).to_string())
}

fn response(frames: &[Vec<u8>]) -> Vec<u8> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n\
                connection: close\r\n\r\n";
    [head.as_bytes().to_vec(), frames.concat()].concat()
}

fn refusal(status: u16, name: &str, message: &str) -> Vec<u8> {
    let body = json!({"message": message}).to_string();
    let length = body.len();
    format!(
        "HTTP/1.1 {status} No\r\nx-amzn-errortype: {name}:http://a/\r\nretry-after: 3\r\n\
         content-type: application/json\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn answer() -> Vec<Vec<u8>> {
    let usage = json!({"input_tokens": 5, "output_tokens": 1, "cache_read_input_tokens": 70});
    let text = |text: &str| json!({"type": "text_delta", "text": text});
    [
        json!({"type": "message_start", "message": {"model": "claude-x", "usage": usage}}),
        json!({"type": "content_block_start", "index": 0,
            "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": text("금리는 ")}),
        json!({"type": "content_block_delta", "index": 0, "delta": text("그대로 😀")}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"},
            "usage": {"output_tokens": 9}}),
        json!({"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 5}}),
    ]
    .iter()
    .map(chunk)
    .collect()
}

fn provider(address: &str) -> Bedrock {
    let client = Client::from_conf(
        Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(address)
            .retry_config(RetryConfig::disabled())
            .credentials_provider(Credentials::new("AKTEST", "secret", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build(),
    );
    let models = Models::built_in().unwrap();
    Bedrock::over(
        client,
        BedrockConfig {
            region: "us-east-1".into(),
            endpoint_url: None,
            model: models.find("claude-opus-4-5-20251101").unwrap().clone(),
            temperature: 0.7,
            prompt_caching: true,
            has_search_elsewhere: true,
        },
    )
    .unwrap()
}

fn request() -> ModelRequest {
    let verbatim = Verbatim {
        provider: ProviderName::new("anthropic_api"),
        blocks: ArticleText::new(r#"[{"type":"server_tool_use","id":"s"}]"#),
    };
    let said = |speaker, text: &str, verbatim| HistoryMessage {
        speaker,
        content: ArticleText::new(text),
        verbatim,
    };
    ModelRequest {
        mode: Mode::Chat,
        system: vec![ArticleText::new("지침")],
        history: vec![
            said(Speaker::User, "질문", None),
            said(Speaker::Assistant, "답", Some(verbatim)),
        ],
        user: ArticleText::new("금리는?"),
        shown: None,
        may_search: true,
        max_tokens: 100,
    }
}

async fn ask(address: &str) -> Vec<Result<ModelEvent, ProviderError>> {
    provider(address).stream(Arc::new(request())).collect().await
}

#[tokio::test]
async fn an_answer_is_read_however_its_frames_are_cut() {
    for piece_bytes in [1, 7, 4096] {
        let (address, asked) = serve(vec![response(&answer())], piece_bytes).await;
        let events: Vec<_> = ask(&address).await.into_iter().map(Result::unwrap).collect();
        // There is no web search here, and the editor is told.
        assert_eq!(events[0], ModelEvent::SearchUnavailable);
        let text = |event: &ModelEvent| match event {
            ModelEvent::Text(text) => Some(text.clone()),
            _ => None,
        };
        assert_eq!(events.iter().filter_map(text).collect::<String>(), "금리는 그대로 😀");
        let [.., ModelEvent::Usage(usage), ModelEvent::Finished(FinishReason::EndTurn)] =
            &events[..]
        else {
            panic!("{events:?}");
        };
        assert_eq!((usage.input_tokens, usage.output_tokens, usage.cache_read_tokens), (5, 9, 70));
        let (head, body) = asked.lock().unwrap().remove(0);
        let path =
            "/model/global.anthropic.claude-opus-4-5-20251101-v1%3A0/invoke-with-response-stream";
        assert!(head.starts_with(&format!("POST {path} ")), "{head}");
        assert!(head.contains("AWS4-HMAC-SHA256 Credential=AKTEST/"), "{head}");
        assert_eq!(
            body,
            json!({
                "anthropic_version": "bedrock-2023-05-31", "max_tokens": 100, "temperature": 0.7,
                "system": [{"type": "text", "text": "지침",
                    "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": "질문"}]},
                    {"role": "assistant", "content": [{"type": "text", "text": "답",
                        "cache_control": {"type": "ephemeral"}}]},
                    {"role": "user", "content": [{"type": "text", "text": "금리는?"}]},
                ],
            })
        );
    }
}

async fn last_error(answer: Vec<u8>) -> String {
    let (address, _) = serve(vec![answer], 4096).await;
    format!("{:?}", ask(&address).await.pop().unwrap().unwrap_err())
}

#[tokio::test]
async fn a_refusal_is_told_by_its_exception() {
    for (status, name, message, expected) in [
        (429, "ThrottlingException", "slow", "RateLimited { retry_after_ms: Some(3000) }"),
        (400, "ValidationException", "Input is too long for requested model.", "TooLong"),
        (403, "AccessDeniedException", "no", "Unauthorised"),
        (403, "UnrecognizedClientException", "no", "Unauthorised"),
        (404, "ResourceNotFoundException", "no", "UnknownModel"),
        (429, "ModelNotReadyException", "no", "Overloaded"),
        (500, "InternalServerException", "no", "Failed { status: 500 }"),
        (503, "ServiceUnavailableException", "no", "Overloaded"),
    ] {
        assert_eq!(last_error(refusal(status, name, message)).await, expected, "{name}");
    }
}

#[tokio::test]
async fn a_stream_that_fails_is_an_error_and_keeps_what_came() {
    for (name, expected) in [
        ("throttlingException", "RateLimited { retry_after_ms: None }"),
        ("modelStreamErrorException", "Failed { status: 424 }"),
        ("internalServerException", "Failed { status: 500 }"),
        ("serviceUnavailableException", "Overloaded"),
        ("modelTimeoutException", "Failed { status: 408 }"),
    ] {
        let frames = [answer()[..4].concat(), exception(name)];
        let (address, _) = serve(vec![response(&frames)], 4096).await;
        let mut events = ask(&address).await;
        assert_eq!(format!("{:?}", events.pop().unwrap().unwrap_err()), expected, "{name}");
        assert_eq!(events.pop().unwrap().unwrap(), ModelEvent::Text("그대로 😀".into()));
    }
    assert_eq!(last_error(response(&answer()[..4])).await, "Cut");
    let mut half = response(&answer()[..4]);
    half.truncate(half.len() - 5);
    let error = last_error(half).await;
    assert!(error.starts_with("Connection") || error == "Cut", "{error}");
}

#[tokio::test]
async fn nobody_there_is_a_connection_error() {
    let mut events = ask("http://127.0.0.1:1").await;
    assert!(matches!(events.pop().unwrap().unwrap_err(), ProviderError::Connection(_)));
}

#[tokio::test]
async fn a_model_without_bedrock_id_is_refused() {
    let bedrock = provider("http://127.0.0.1:1");
    let models = Models::built_in().unwrap();
    let refused = bedrock.with_model(models.find("claude-opus-5").unwrap().clone()).unwrap_err();
    assert_eq!(refused.to_string(), "model claude-opus-5 has no bedrock_id");
    let next = bedrock.with_model(models.find("claude-opus-4-6").unwrap().clone()).unwrap();
    assert_eq!(next.model().id, "global.anthropic.claude-opus-4-6-v1");
}
