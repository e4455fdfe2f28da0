//! What each event of a stream means.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::Decoder;
use domain::model::{
    FinishReason, Mode, ModelEvent, ProviderError, Source, TokenCount, TokenUsage,
};

fn read(mode: Mode, events: &[&str]) -> Vec<ModelEvent> {
    let mut decoder = Decoder::new(mode);
    events.iter().flat_map(|data| said(&mut decoder, data).unwrap()).collect()
}

fn said(decoder: &mut Decoder, data: &str) -> Result<Vec<ModelEvent>, ProviderError> {
    let mut events = VecDeque::new();
    decoder.read(data, &mut events)?;
    Ok(events.into())
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
        changed: None,
    };
    let expected = [
        ModelEvent::Working(TokenCount::default()),
        ModelEvent::Text("금리는".into()),
        ModelEvent::Source(source),
        ModelEvent::Working(TokenCount::of("음")),
        ModelEvent::Heartbeat,
        ModelEvent::Heartbeat,
    ];
    assert_eq!(events, expected);
}

#[test]
fn findings_are_read_as_they_close() {
    let delta = |text: &str| {
        let delta = serde_json::json!({"type": "text_delta", "text": text});
        serde_json::json!({"type": "content_block_delta", "index": 0, "delta": delta}).to_string()
    };
    let mut decoder = Decoder::new(Mode::Proofread);
    let half = said(&mut decoder, &delta("{\"original\":\"몇")).unwrap();
    assert_eq!(half, [ModelEvent::Working(TokenCount::of("{\"original\":\"몇"))]);
    let closed = said(&mut decoder, &delta("일\",\"replacement\":\"며칠\"}\n{\"ori")).unwrap();
    assert!(matches!(&closed[1..], [ModelEvent::Finding(one)] if one.original == "몇일"));
    let end = said(&mut decoder, r#"{"type":"message_stop"}"#).unwrap();
    let expected = [ModelEvent::UnreadableFinding, ModelEvent::Finished(FinishReason::EndTurn)];
    assert_eq!(end, expected);
}

#[test]
fn what_comes_together_is_one_piece() {
    let delta = |text: &str| {
        let delta = serde_json::json!({"type": "text_delta", "text": text});
        serde_json::json!({"type": "content_block_delta", "index": 0, "delta": delta}).to_string()
    };
    let together = |mode: Mode, texts: &[&str]| {
        let (mut decoder, mut events) = (Decoder::new(mode), VecDeque::new());
        for text in texts {
            decoder.read(&delta(text), &mut events).unwrap();
        }
        Vec::from(events)
    };
    assert_eq!(together(Mode::Chat, &["금리", "", "는"]), [ModelEvent::Text("금리는".into())]);
    let half = ["{\"original\":", "\"몇"];
    let count = TokenCount::of(&half.concat());
    assert_eq!(together(Mode::Proofread, &half), [ModelEvent::Working(count)]);
}

proptest! {
    /// However a text is written, and wherever there is space, it is read the same.
    #[test]
    fn a_text_is_read_however_it_is_written(
        text in "[가-힣a\"\\\\/\n\u{1f}😀 ]{0,6}", index in 0u32..100, spaces in "[ \n]{0,3}",
    ) {
        let written = serde_json::to_string(&text).unwrap();
        let escaped: String =
            text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        for text in [written, format!("\"{escaped}\"")] {
            for data in [
                format!(r#"{{"type":"content_block_delta","index":{index},"delta":{{"type":"text_delta","text":{text}{spaces}}}{spaces}}}"#),
                format!(r#"{{"delta":{{"text":{text},"type":"text_delta"}},{spaces}"index":{index},"type":"content_block_delta"}}"#),
            ] {
                let events = read(Mode::Chat, &[&data]);
                let expected: Vec<_> = (!text_of(&text).is_empty())
                    .then(|| ModelEvent::Text(text_of(&text)))
                    .into_iter()
                    .collect();
                prop_assert_eq!(events, expected, "{}", data);
            }
        }
    }

    /// What is no JSON is no text, however much it looks like it.
    #[test]
    fn what_is_no_json_is_refused(at in 0usize..90, byte in "[\u{1}\u{c}\u{a0}\"}{,:0]") {
        let good = r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"가나다"}}"#;
        let (before, after) = good.split_at(good.floor_char_boundary(at));
        let bad = [before, &byte, after].concat();
        let is_json = serde_json::from_str::<serde_json::Value>(&bad).is_ok();
        let is_read = said(&mut Decoder::new(Mode::Chat), &bad).is_ok();
        prop_assert!(is_json || !is_read, "{}", bad);
    }
}

fn text_of(json: &str) -> String {
    serde_json::from_str(json).unwrap()
}

#[test]
fn a_search_gives_its_pages_and_says_when_it_fails() {
    let result = |content: &str| {
        read(
            Mode::Chat,
            &[&format!(
                r#"{{"type":"content_block_start","index":1,"content_block":
                    {{"type":"web_search_tool_result","tool_use_id":"s","content":{content}}}}}"#
            )],
        )
    };
    let source = Source {
        url: "https://a.kr".into(),
        title: "가".into(),
        quote: None,
        changed: Some("April 30, 2025".into()),
    };
    let page = r#"[{"type":"web_search_result","url":"https://a.kr","title":"가",
        "page_age":"April 30, 2025"}]"#;
    assert_eq!(
        result(page),
        [ModelEvent::Working(TokenCount::default()), ModelEvent::Source(source)]
    );
    let error = r#"{"type":"web_search_tool_result_error","error_code":"unavailable"}"#;
    assert_eq!(result(error), [ModelEvent::SearchUnavailable]);
    let enough = error.replace("unavailable", "max_uses_exceeded");
    assert_eq!(result(&enough), [ModelEvent::Working(TokenCount::default())]);
}

#[test]
fn a_paused_answer_goes_on_with_its_blocks_and_its_usage() {
    let block = |kind: &str| {
        format!(
            r#"{{"type":"content_block_start","index":0,"content_block":{{"type":"{kind}","text":"가"}}}}"#
        )
    };
    let end = |reason: &str| {
        format!(
            r#"{{"type":"message_delta","delta":{{"stop_reason":"{reason}"}},"usage":{{"output_tokens":7}}}}"#
        )
    };
    let stop = r#"{"type":"message_stop"}"#;
    let mut decoder = Decoder::new(Mode::Chat);
    for data in [START, &block("text"), &end("pause_turn")] {
        said(&mut decoder, data).unwrap();
        assert!(!decoder.is_paused());
    }
    assert_eq!(said(&mut decoder, stop).unwrap(), []);
    assert!(decoder.is_paused());
    assert_eq!(decoder.resume().unwrap(), [r#"{"text":"가","type":"text"}"#]);
    let again = said(&mut decoder, START).unwrap();
    let [ModelEvent::Usage(usage)] = again[..] else { panic!("{again:?}") };
    assert_eq!((usage.input_tokens, usage.output_tokens), (24, 8));
    said(&mut decoder, &end("end_turn")).unwrap();
    assert_eq!(said(&mut decoder, stop).unwrap(), [ModelEvent::Finished(FinishReason::EndTurn)]);
    assert_eq!((decoder.is_paused(), decoder.verbatim()), (false, None));
}

#[test]
fn an_error_inside_the_stream_is_an_error() {
    let data = r#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#;
    let error = said(&mut Decoder::new(Mode::Chat), data).unwrap_err();
    assert!(matches!(error, ProviderError::Overloaded));
    let error = said(&mut Decoder::new(Mode::Chat), "<html>").unwrap_err();
    assert!(matches!(error, ProviderError::Protocol { what: "stream event" }));
}
