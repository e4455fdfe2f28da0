//! The client against the simulator: what comes in, what an upstream fault becomes, and that
//! dropping an answer cancels it.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod raw;
mod search;

use std::sync::Arc;
use std::time::Duration;

use domain::conversation::Speaker;
use domain::model::{FinishReason, HistoryMessage, Mode, ModelEvent, ModelRequest, ProviderError};
use domain::ports::{Clock, Provider};
use domain::text::{ArticleText, Secret};
use domain::time::Timestamp;
use futures::StreamExt;
use providers::drill::{self, Drill, Fault, Script, State, Step};
use providers::{Anthropic, AnthropicConfig, Domains, Models, SearchSettings};
use serde_json::json;

/// A clock that stands still.
#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::parse("2026-11-24T12:00:00+09:00").unwrap()
    }
}

async fn serve(step: Step) -> (String, Drill) {
    let drill = Drill::new(Script::always(step), Models::built_in().unwrap(), Arc::new(Noon));
    let address = drill::start(drill.clone()).await.unwrap();
    (format!("http://{address}"), drill)
}

fn client(base_url: &str, key: &str) -> Anthropic {
    let models = Models::built_in().unwrap();
    Anthropic::new(AnthropicConfig {
        base_url: base_url.into(),
        key: Arc::new(Secret::new(key)),
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

async fn ask(step: Step, mode: Mode) -> (Vec<Result<ModelEvent, ProviderError>>, Drill) {
    let (base_url, drill) = serve(step).await;
    (client(&base_url, "k").stream(request(mode)).collect().await, drill)
}

#[tokio::test]
async fn an_answer_streams_in_whatever_the_network_cuts() {
    for piece_bytes in [0, 1, 2, 7, 64] {
        let answer = "확인했습니다. 😀 끝. \u{1100}\u{1161}".to_owned();
        let (events, drill) =
            ask(Step { answer: answer.clone(), piece_bytes, ..Step::default() }, Mode::Chat).await;
        let events: Vec<_> = events.into_iter().map(Result::unwrap).collect();
        let text: String = events
            .iter()
            .filter_map(|event| match event {
                ModelEvent::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(text, answer);
        let usage = drill.requests()[0].usage;
        let end = [ModelEvent::Usage(usage), ModelEvent::Finished(FinishReason::EndTurn)];
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
    let (events, _) = ask(Step { findings, ..Step::default() }, Mode::Proofread).await;
    let originals: Vec<_> = events
        .into_iter()
        .filter_map(|event| match event.unwrap() {
            ModelEvent::Finding(finding) => Some(finding.original),
            _ => None,
        })
        .collect();
    assert_eq!(originals, ["몇일", "금새"]);
}

async fn last_error(fault: Fault) -> ProviderError {
    let (mut events, _) = ask(Step { faults: vec![fault], ..Step::default() }, Mode::Chat).await;
    events.pop().unwrap().unwrap_err()
}

fn status(code: u16) -> Fault {
    serde_json::from_value(json!({"status": {"code": code}})).unwrap()
}

#[tokio::test]
async fn an_upstream_fault_is_an_error_and_never_text() {
    assert!(matches!(last_error(status(401)).await, ProviderError::Unauthorised));
    assert!(matches!(last_error(status(404)).await, ProviderError::UnknownModel));
    assert!(matches!(last_error(status(429)).await, ProviderError::RateLimited { .. }));
    assert!(matches!(last_error(status(500)).await, ProviderError::Failed { status: 500 }));
    assert!(matches!(last_error(status(529)).await, ProviderError::Overloaded));
    assert!(matches!(last_error(status(400)).await, ProviderError::Rejected { .. }));
    let cut = |clean| Fault::Cut { after_bytes: Some(700), clean };
    assert!(matches!(last_error(cut(false)).await, ProviderError::Connection(_)));
    assert!(matches!(last_error(cut(true)).await, ProviderError::Cut));
    let inside = Fault::Error { kind: "overloaded_error".into(), after_bytes: 700 };
    assert!(matches!(last_error(inside).await, ProviderError::Overloaded));
}

#[tokio::test]
async fn no_key_is_unauthorised_and_nobody_there_is_a_connection_error() {
    let (base_url, _) = serve(Step::default()).await;
    let mut refused = client(&base_url, "").stream(request(Mode::Chat));
    assert!(matches!(refused.next().await.unwrap().unwrap_err(), ProviderError::Unauthorised));
    let nobody = client("http://127.0.0.1:1", "k");
    let mut failed = nobody.stream(request(Mode::Chat));
    assert!(matches!(failed.next().await.unwrap().unwrap_err(), ProviderError::Connection(_)));
}

#[tokio::test]
async fn dropping_the_answer_cancels_it_upstream() {
    let answer = "단어 ".repeat(20_000);
    let (base_url, drill) = serve(Step { answer, delay_ms: 1, ..Step::default() }).await;
    let mut stream = client(&base_url, "k").stream(request(Mode::Chat));
    while !matches!(stream.next().await.unwrap().unwrap(), ModelEvent::Text(_)) {}
    drop(stream);
    // The server notices when it next writes, which it does every millisecond.
    tokio::time::timeout(Duration::from_secs(10), async {
        while drill.requests()[0].state == State::Running {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    assert_eq!(drill.requests()[0].state, State::Cancelled);
}
