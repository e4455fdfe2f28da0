//! Web search over the wire: sources, blocks kept for the next turn, pauses, accounts without it,
//! and what each request holds for the model it goes to.

use std::sync::Arc;

use domain::model::{
    FinishReason, Mode, ModelEvent, ModelRequest, ProviderError, Source, TokenUsage,
};
use domain::ports::Provider;
use domain::text::{ArticleText, Secret};
use futures::StreamExt;
use providers::{Anthropic, AnthropicConfig, Domains, Models, SearchSettings};
use serde_json::{Value, json};

use crate::raw::{Raw, block, delta, end, error, events, start, stop};

fn client(raw: &Raw, model: &str) -> Anthropic {
    let models = Models::built_in().unwrap();
    Anthropic::new(AnthropicConfig {
        base_url: raw.base_url.clone(),
        key: Arc::new(Secret::new("k")),
        model: models.find(model).unwrap().clone(),
        temperature: 0.7,
        web_search: Some(SearchSettings { max_uses: 5, domains: Domains::All }),
        prompt_caching: true,
    })
    .unwrap()
}

const OPUS: &str = "claude-opus-4-5-20251101";

fn request(mode: Mode) -> ModelRequest {
    ModelRequest {
        mode,
        system: vec![ArticleText::new("지침")],
        history: vec![],
        user: ArticleText::new("금리는?"),
        shown: None,
        may_search: mode == Mode::Chat,
        max_tokens: 100,
    }
}

async fn ask(client: &Anthropic, request: ModelRequest) -> Vec<Result<ModelEvent, ProviderError>> {
    client.stream(Arc::new(request)).collect().await
}

fn use_of_tool() -> [Value; 3] {
    [
        block(&json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}})),
        delta(&json!({"type": "input_json_delta", "partial_json": "{\"query\":\"금리\"}"})),
        stop(),
    ]
}

fn result_of_tool() -> [Value; 2] {
    let page = json!({"type": "web_search_result", "url": "https://bok.or.kr", "title": "한은",
        "encrypted_content": "e"});
    let content = json!([page]);
    let result = json!({"type": "web_search_tool_result", "tool_use_id": "s", "content": content});
    [block(&result), stop()]
}

fn cited_text() -> [Value; 4] {
    let citation = json!({"type": "web_search_result_location", "url": "https://bok.or.kr",
        "title": "한은", "encrypted_index": "i", "cited_text": "연 2.5%"});
    [
        block(&json!({"type": "text", "text": "", "citations": []})),
        delta(&json!({"type": "text_delta", "text": "2.5%입니다."})),
        delta(&json!({"type": "citations_delta", "citation": citation})),
        stop(),
    ]
}

const TOOL_USE: &str =
    r#"{"id":"s","input":{"query":"금리"},"name":"web_search","type":"server_tool_use"}"#;

#[tokio::test]
async fn a_search_gives_sources_and_blocks_for_the_next_turn() {
    let all = [&[start(10)], &use_of_tool()[..], &result_of_tool(), &cited_text()].concat();
    let raw = Raw::serve(vec![events(&[all, end("end_turn", 20, 1).to_vec()].concat())]).await;
    let answer = ask(&client(&raw, OPUS), request(Mode::Chat)).await;
    let answer: Vec<_> = answer.into_iter().map(Result::unwrap).collect();
    let source = |quote: Option<&str>| {
        let (url, title) = ("https://bok.or.kr".into(), "한은".into());
        ModelEvent::Source(Source { url, title, quote: quote.map(str::to_owned), changed: None })
    };
    let position = |event: &ModelEvent| answer.iter().position(|one| one == event);
    assert!(position(&source(None)) < position(&source(Some("연 2.5%"))));
    let [.., ModelEvent::Verbatim(verbatim), ModelEvent::Finished(FinishReason::EndTurn)] =
        &answer[..]
    else {
        panic!("{answer:?}");
    };
    assert_eq!(verbatim.provider.as_str(), "anthropic_api");
    let blocks: Vec<Value> = serde_json::from_str(verbatim.blocks.as_str()).unwrap();
    assert_eq!(blocks.len(), 3);
    assert!(verbatim.blocks.as_str().starts_with(&format!("[{TOOL_USE},")));
    assert_eq!(blocks[1]["content"][0]["encrypted_content"], "e");
    assert_eq!(
        (&blocks[2]["text"], blocks[2]["citations"].as_array().unwrap().len()),
        (&json!("2.5%입니다."), 1)
    );
}

#[tokio::test]
async fn a_paused_answer_goes_on_and_its_usage_adds_up() {
    let first = [&[start(10)], &use_of_tool()[..], &end("pause_turn", 20, 1)].concat();
    let second = [&[start(100)], &result_of_tool()[..], &cited_text(), &end("end_turn", 30, 2)];
    let raw = Raw::serve(vec![events(&first), events(&second.concat())]).await;
    let answer = ask(&client(&raw, OPUS), request(Mode::Chat)).await;
    let usages: Vec<_> = answer
        .iter()
        .filter_map(|event| match event {
            Ok(ModelEvent::Usage(usage)) => Some(*usage),
            _ => None,
        })
        .collect();
    let usage = |input_tokens, output_tokens, web_searches| TokenUsage {
        input_tokens,
        output_tokens,
        web_searches,
        ..TokenUsage::default()
    };
    assert_eq!(usages, [usage(10, 1, 0), usage(10, 20, 1), usage(110, 21, 1), usage(110, 50, 3)]);
    assert!(matches!(answer.last(), Some(Ok(ModelEvent::Finished(FinishReason::EndTurn)))));
    let asked = raw.asked();
    let last = asked[1].1["messages"].as_array().unwrap().last().unwrap();
    let tool: Value = serde_json::from_str(TOOL_USE).unwrap();
    assert_eq!(*last, json!({"role": "assistant", "content": [tool]}));
    assert_eq!(asked[0].1["system"], asked[1].1["system"]);
}

#[tokio::test]
async fn a_pause_without_end_ends_after_five_continuations() {
    let paused = events(&[&[start(1)], &use_of_tool()[..], &end("pause_turn", 1, 1)].concat());
    let raw = Raw::serve(vec![paused; 7]).await;
    let answer = ask(&client(&raw, OPUS), request(Mode::Chat)).await;
    assert!(matches!(answer.last(), Some(Ok(ModelEvent::Finished(FinishReason::MaxTokens)))));
    assert_eq!(raw.asked().len(), 6);
}

#[tokio::test]
async fn an_account_without_search_is_asked_without_the_tool() {
    let refused = error(400, "", "invalid_request_error", "Web search is not enabled");
    let plain = events(&[&[start(1)], &cited_text()[..], &end("end_turn", 1, 0)].concat());
    let answers = vec![refused, plain.clone(), plain.clone(), plain.clone(), plain];
    let raw = Raw::serve(answers).await;
    let client = client(&raw, OPUS);
    let may = |may_search| ModelRequest { may_search, ..request(Mode::Chat) };
    let first = ask(&client, may(true)).await;
    assert!(matches!(first[..], [Err(ProviderError::SearchDisabled)]));
    ask(&client, may(false)).await;
    // Proofreading would be refused for the mere name of the tool, too.
    ask(&client, request(Mode::Proofread)).await;
    // Asked again it works, and the tool is back for every turn.
    ask(&client, may(true)).await;
    ask(&client, request(Mode::Proofread)).await;
    let tools: Vec<_> = raw.asked().iter().map(|(_, body)| !body["tools"].is_null()).collect();
    assert_eq!(tools, [true, false, false, true, true]);
}

#[tokio::test]
async fn a_request_holds_what_its_model_takes() {
    let plain = events(&[&[start(1)], &end("end_turn", 1, 0)[..]].concat());
    let raw = Raw::serve(vec![plain.clone(), plain]).await;
    let first = client(&raw, OPUS);
    let models = Models::built_in().unwrap();
    let later = first.with_model(models.find("claude-opus-5").unwrap().clone()).unwrap();
    ask(&first, request(Mode::Chat)).await;
    ask(&later, request(Mode::Chat)).await;
    let asked = raw.asked();
    assert!(
        asked[0].0.contains("anthropic-version: 2023-06-01") && asked[0].0.contains("x-api-key: k")
    );
    let parts = |index: usize| {
        let body = &asked[index].1;
        [&body["model"], &body["temperature"], &body["thinking"]].map(Value::to_string)
    };
    assert_eq!(parts(0), ["\"claude-opus-4-5-20251101\"", "0.7", "null"]);
    assert_eq!(parts(1), ["\"claude-opus-5\"", "null", r#"{"type":"disabled"}"#]);
}

#[tokio::test]
async fn a_refusal_says_when_to_come_back() {
    let raw = Raw::serve(vec![
        error(429, "retry-after: 7\r\n", "rate_limit_error", "no"),
        error(400, "", "invalid_request_error", "prompt is too long: 2 > 1"),
        error(402, "", "billing_error", "no"),
    ])
    .await;
    let client = client(&raw, OPUS);
    let mut errors = Vec::new();
    for _ in 0..3 {
        let mut answer = ask(&client, request(Mode::Chat)).await;
        errors.push(format!("{:?}", answer.pop().unwrap().unwrap_err()));
    }
    let expected = ["RateLimited { retry_after_ms: Some(7000) }", "TooLong", "PaymentRequired"];
    assert_eq!(errors, expected);
}

#[tokio::test]
async fn an_end_before_its_time_says_which() {
    for (reason, expected) in [
        ("max_tokens", FinishReason::MaxTokens),
        ("refusal", FinishReason::Refusal),
        ("model_context_window_exceeded", FinishReason::ContextOverflow),
        ("stop_sequence", FinishReason::EndTurn),
    ] {
        let all = [&[start(1)], &cited_text()[..], &end(reason, 1, 0)].concat();
        let raw = Raw::serve(vec![events(&all)]).await;
        let mut answer = ask(&client(&raw, OPUS), request(Mode::Chat)).await;
        let last = answer.pop().unwrap().unwrap();
        assert_eq!(last, ModelEvent::Finished(expected), "{reason}");
    }
}
