//! The client against the scripted server: what comes in, what an upstream fault becomes, and that
//! dropping an answer cancels it.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod raw;
mod search;

use std::sync::Arc;

use domain::conversation::Speaker;
use domain::model::{
    FinishReason, HistoryMessage, Mode, ModelEvent, ModelRequest, ProviderError, TokenUsage,
};
use domain::ports::Provider;
use domain::text::{ArticleText, Secret};
use futures::StreamExt;
use providers::fake::{Script, router};
use providers::{Anthropic, AnthropicConfig, Domains, Models, SearchSettings};
use serde_json::json;

async fn serve(script: Script) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router(script)).await });
    format!("http://{address}")
}

fn client(base_url: &str, key: &str) -> Anthropic {
    let models = Models::built_in().unwrap();
    Anthropic::new(AnthropicConfig {
        base_url: base_url.into(),
        api_key: Secret::new(key),
        model: models.find("claude-opus-4-5-20251101").unwrap().clone(),
        temperature: 0.7,
        web_search: Some(SearchSettings { max_uses: 5, domains: Domains::All }),
        prompt_caching: true,
    })
    .unwrap()
}

fn request(mode: Mode) -> Arc<ModelRequest> {
    let user = match mode {
        Mode::Proofread => "\"original\" <article-1>\n몇일 뒤 금새\n</article-1>",
        Mode::Chat => "왜 그런가요?",
    };
    Arc::new(ModelRequest {
        mode,
        system: vec![ArticleText::new("지침")],
        history: vec![HistoryMessage {
            speaker: Speaker::User,
            content: ArticleText::new("먼저"),
            verbatim: None,
        }],
        user: ArticleText::new(user),
        shown: None,
        may_search: mode == Mode::Chat,
        max_tokens: 100,
    })
}

async fn ask(script: Script, mode: Mode) -> Vec<Result<ModelEvent, ProviderError>> {
    let base_url = serve(script).await;
    client(&base_url, "k").stream(request(mode)).collect().await
}

const USAGE: TokenUsage = TokenUsage {
    input_tokens: 1200,
    output_tokens: 80,
    cache_write_5m_tokens: 0,
    cache_write_1h_tokens: 300,
    cache_read_tokens: 65_000,
    web_searches: 0,
};

#[tokio::test]
async fn an_answer_streams_in_whatever_the_network_cuts() {
    for piece_bytes in [0, 1, 2, 7, 64] {
        let answer = "확인했습니다. 😀 끝.".to_owned();
        let events = ask(Script { answer, piece_bytes, ..Script::default() }, Mode::Chat).await;
        let events: Vec<_> = events.into_iter().map(Result::unwrap).collect();
        let text: String = events
            .iter()
            .filter_map(|event| match event {
                ModelEvent::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(text, "확인했습니다. 😀 끝.");
        let end = [ModelEvent::Usage(USAGE), ModelEvent::Finished(FinishReason::EndTurn)];
        assert_eq!(events[events.len() - 2..], end);
    }
}

#[tokio::test]
async fn findings_come_one_by_one() {
    let findings = vec![
        json!({"original": "몇일", "replacement": "며칠", "category": "spelling"}),
        json!({"original": "없는 말", "replacement": "말"}),
        json!({"original": "금새", "replacement": "금세", "category": "spelling"}),
    ];
    let events = ask(Script { findings, ..Script::default() }, Mode::Proofread).await;
    let originals: Vec<_> = events
        .into_iter()
        .filter_map(|event| match event.unwrap() {
            ModelEvent::Finding(finding) => Some(finding.original),
            _ => None,
        })
        .collect();
    assert_eq!(originals, ["몇일", "금새"]);
}

async fn last_error(script: Script) -> ProviderError {
    ask(script, Mode::Chat).await.pop().unwrap().unwrap_err()
}

#[tokio::test]
async fn an_upstream_fault_is_an_error_and_never_text() {
    let status = |status| Script { fail_status: Some(status), ..Script::default() };
    assert!(matches!(last_error(status(401)).await, ProviderError::Unauthorised));
    assert!(matches!(last_error(status(404)).await, ProviderError::UnknownModel));
    assert!(matches!(last_error(status(429)).await, ProviderError::RateLimited { .. }));
    assert!(matches!(last_error(status(500)).await, ProviderError::Failed { status: 500 }));
    assert!(matches!(last_error(status(529)).await, ProviderError::Overloaded));
    assert!(matches!(last_error(status(400)).await, ProviderError::Rejected { .. }));
    let cut = Script { cut_after: Some(4), ..Script::default() };
    assert!(matches!(last_error(cut).await, ProviderError::Cut));
    let inside = Script { error_after: Some(4), ..Script::default() };
    assert!(matches!(last_error(inside).await, ProviderError::Overloaded));
}

#[tokio::test]
async fn no_key_is_unauthorised_and_nobody_there_is_a_connection_error() {
    let base_url = serve(Script::default()).await;
    let mut refused = client(&base_url, "").stream(request(Mode::Chat));
    assert!(matches!(refused.next().await.unwrap().unwrap_err(), ProviderError::Unauthorised));
    let nobody = client("http://127.0.0.1:1", "k");
    let mut failed = nobody.stream(request(Mode::Chat));
    assert!(matches!(failed.next().await.unwrap().unwrap_err(), ProviderError::Connection(_)));
}

#[tokio::test]
async fn dropping_the_answer_cancels_it_upstream() {
    let answer = "단어 ".repeat(20_000);
    let base_url = serve(Script { answer, delay_ms: 1, ..Script::default() }).await;
    let mut stream = client(&base_url, "k").stream(request(Mode::Chat));
    while !matches!(stream.next().await.unwrap().unwrap(), ModelEvent::Text(_)) {}
    drop(stream);
    // The server notices when it next writes; each look takes a round trip.
    let mut looks = 0;
    loop {
        let seen = reqwest::get(format!("{base_url}/_requests")).await.unwrap();
        let seen: serde_json::Value = serde_json::from_slice(&seen.bytes().await.unwrap()).unwrap();
        match seen[0]["state"].as_str().unwrap() {
            "cancelled" => break,
            state => assert_eq!(state, "running"),
        }
        looks += 1;
        assert!(looks < 10_000, "never cancelled");
    }
}
