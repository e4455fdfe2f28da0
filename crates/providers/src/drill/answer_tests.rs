//! What is said to which request.

use super::events;
use crate::drill::cache::Charge;
use crate::drill::request::Body;
use crate::drill::script::Script;
use crate::drill::writer::Terms;
use serde_json::{Value, json};

const CHARGE: Charge = Charge { input: 12, write_5m: 100, write_1h: 200, read: 65_000 };

/// Script and request by what differs from the least ones.
fn ask(step: &Value, request: &Value) -> Vec<Value> {
    let script = Script::from_json(&json!({"default": step}).to_string()).unwrap();
    let body: Body = serde_json::from_value(request.clone()).unwrap();
    let terms = Terms { number: 7, model: "m", charge: CHARGE, context_tokens: 200_000 };
    events(&script, &script.default, &body, terms)
}

fn user(text: &str) -> Value {
    json!({"role": "user", "content": text})
}

fn assistant(content: impl Into<Value>) -> Value {
    json!({"role": "assistant", "content": content.into()})
}

/// Text and stop reason.
fn told(events: &[Value]) -> (String, String) {
    let texts = events.iter().filter_map(|event| event["delta"]["text"].as_str());
    let reason = &events[events.len() - 2]["delta"]["stop_reason"];
    (texts.collect(), reason.as_str().unwrap().to_owned())
}

/// What is said after these messages.
fn check(step: &Value, messages: &[Value], expected: (&str, &str)) {
    let (text, reason) = told(&ask(step, &json!({"max_tokens": 1000, "messages": messages})));
    assert_eq!((text.as_str(), reason.as_str()), expected, "{messages:?}");
}

#[test]
fn an_answer_goes_on_after_what_is_there() {
    let step = || json!({"answer": "하나 둘 😀 셋"});
    let ended = |text| (text, "end_turn");
    check(&step(), &[user("물음")], ended("하나 둘 😀 셋"));
    check(&step(), &[user("물음"), assistant("하나")], ended(" 둘 😀 셋"));
    check(&step(), &[user("물음"), assistant("하나 둘 😀")], ended(" 셋"));
    check(&step(), &[user("물음"), assistant("하나 둘 😀 셋")], ended(""));
    // What is no beginning of the answer is no reason to leave something out.
    check(&step(), &[user("물음"), assistant("딴 말")], ended("하나 둘 😀 셋"));
}

#[test]
fn a_user_message_can_ask_to_go_on() {
    let kept = || [user("물음"), assistant("하나 둘 "), user("끊긴 데서 이어서 쓰세요")];
    check(&json!({"answer": "하나 둘 셋"}), &kept(), ("셋", "end_turn"));
    check(&json!({"answer": "하나 둘 셋", "repeats_chars": 2}), &kept(), ("둘 셋", "end_turn"));
    check(
        &json!({"answer": "하나 둘 셋", "repeats_chars": 99}),
        &kept(),
        ("하나 둘 셋", "end_turn"),
    );
    let new = [user("물음"), assistant("하나 둘 "), user("다른 물음")];
    check(&json!({"answer": "하나 둘 셋"}), &new, ("하나 둘 셋", "end_turn"));
}

#[test]
fn findings_are_those_of_the_article_also_when_they_go_on() {
    let step =
        json!({"findings": [{"original": "몇일"}, {"original": "없다"}, {"original": "금새"}]});
    let asked = user("\"original\" <article-1>\n몇일 뒤 금새\n</article-1>");
    let [first, second] = ["{\"original\":\"몇일\"}", "{\"original\":\"금새\"}"];
    check(&step, std::slice::from_ref(&asked), (&format!("{first}\n{second}\n"), "end_turn"));
    check(&step, &[asked.clone(), assistant(first)], (&format!("\n{second}\n"), "end_turn"));
    let on = user("계속하세요");
    check(
        &step,
        &[asked, assistant(format!("{first}\n")), on],
        (&format!("{second}\n"), "end_turn"),
    );
}

#[test]
fn an_end_before_the_end_says_why() {
    let stop = |reason: &str, after: usize| json!({"answer": "가나다라", "stop": {"reason": reason, "after_chars": after}});
    check(&stop("refusal", 0), &[user("물음")], ("", "refusal"));
    check(&stop("max_tokens", 3), &[user("물음")], ("가나다", "max_tokens"));
    check(&stop("max_tokens", 4), &[user("물음")], ("가나다라", "max_tokens"));
    check(&stop("max_tokens", 5), &[user("물음")], ("가나다라", "end_turn"));
    // Asked to go on from there, it ends well.
    check(&stop("max_tokens", 3), &[user("물음"), assistant("가나다")], ("라", "end_turn"));
    let few =
        ask(&json!({"answer": "가나다라"}), &json!({"max_tokens": 1, "messages": [user("물음")]}));
    assert_eq!(told(&few), ("가나".into(), "max_tokens".into()));
    let body: Body =
        serde_json::from_value(json!({"max_tokens": 9, "messages": [user("물음")]})).unwrap();
    let terms = Terms { number: 1, model: "m", charge: CHARGE, context_tokens: 65_313 };
    let script = Script::from_json(r#"{"default": {"answer": "가나다라"}}"#).unwrap();
    let full = events(&script, &script.default, &body, terms);
    assert_eq!(told(&full), ("가나".into(), "model_context_window_exceeded".into()));
}

fn types(events: &[Value]) -> Vec<&str> {
    let kind = |event: &'_ Value| -> Option<String> {
        ["content_block", "delta"]
            .iter()
            .find_map(|field| Some(event[*field]["type"].as_str()?.to_owned()))
    };
    events
        .iter()
        .filter(|event| event["type"] != "content_block_stop")
        .map(|event| match kind(event).as_deref() {
            Some("text") => "text",
            Some("text_delta") => "text_delta",
            Some("server_tool_use") => "server_tool_use",
            Some("input_json_delta") => "input_json_delta",
            Some("web_search_tool_result") => "web_search_tool_result",
            Some("citations_delta") => "citations_delta",
            Some(_) => "other",
            None => event["type"].as_str().unwrap(),
        })
        .collect()
}

fn searching(pauses: u32) -> Value {
    json!({"answer": "금리는 동결됐습니다.", "pauses": pauses, "search": {
        "query": "금리", "results": [{"url": "https://bok.or.kr", "title": "한은", "text": "동결"}],
        "citations": [{"claim": "동결", "result": 0, "cited_text": "유지"}]}})
}

fn request(messages: &[Value]) -> Value {
    let tool = json!({"type": "web_search_20250305", "name": "web_search", "max_uses": 2});
    json!({"max_tokens": 1000, "tools": [tool], "messages": messages})
}

#[test]
fn a_search_comes_first_and_the_claim_stands_alone_with_its_citation() {
    let events = ask(&searching(0), &request(&[user("물음")]));
    let expected = [
        "message_start",
        "server_tool_use",
        "ping",
        "input_json_delta",
        "input_json_delta",
        "web_search_tool_result",
        "text",
        "text_delta",
        "text",
        "citations_delta",
        "text_delta",
        "text",
        "text_delta",
        "message_delta",
        "message_stop",
    ];
    assert_eq!(types(&events), expected);
    assert_eq!(told(&events).0, "금리는 동결됐습니다.");
    let cited = events.iter().find(|event| event["delta"]["type"] == "citations_delta").unwrap();
    let citation = &cited["delta"]["citation"];
    assert_eq!(
        (&citation["url"], &citation["cited_text"]),
        (&json!("https://bok.or.kr"), &json!("유지"))
    );
    let usage = &events[events.len() - 2]["usage"];
    assert_eq!(usage["server_tool_use"]["web_search_requests"], 1);
    assert!(usage["input_tokens"].as_u64().unwrap() > CHARGE.input);
}

#[test]
fn without_leave_to_search_nothing_is_searched() {
    let mut forbidden = request(&[user("물음")]);
    forbidden["tool_choice"] = json!({"type": "none"});
    for request in [forbidden, json!({"max_tokens": 1000, "messages": [user("물음")]})] {
        let events = ask(&searching(2), &request);
        let expected = [
            "message_start",
            "text",
            "ping",
            "text_delta",
            "text_delta",
            "message_delta",
            "message_stop",
        ];
        assert_eq!(types(&events), expected);
        assert_eq!(events[events.len() - 2]["usage"].get("server_tool_use"), None);
    }
}

/// Blocks as a client puts them together from the events.
fn blocks(events: &[Value]) -> Vec<Value> {
    let mut blocks: Vec<Value> = Vec::new();
    for event in events {
        let delta = &event["delta"];
        match (event["type"].as_str(), delta["type"].as_str()) {
            (Some("content_block_start"), _) => blocks.push(event["content_block"].clone()),
            (_, Some("text_delta")) => {
                let last = blocks.last_mut().unwrap();
                last["text"] = json!(format!(
                    "{}{}",
                    last["text"].as_str().unwrap(),
                    delta["text"].as_str().unwrap()
                ));
            }
            (_, Some("input_json_delta")) => {
                let last = blocks.last_mut().unwrap();
                let so_far = last["input"].as_str().unwrap_or_default().to_owned();
                last["input"] = json!(so_far + delta["partial_json"].as_str().unwrap());
            }
            (_, Some("citations_delta")) => {
                blocks.last_mut().unwrap()["citations"]
                    .as_array_mut()
                    .unwrap()
                    .push(delta["citation"].clone());
            }
            _ => {}
        }
    }
    for block in blocks.iter_mut().filter(|block| block["type"] == "server_tool_use") {
        block["input"] = serde_json::from_str(block["input"].as_str().unwrap()).unwrap();
    }
    blocks
}

#[test]
fn pauses_go_on_until_everything_was_said_once() {
    for open in [false, true] {
        let mut content: Vec<Value> = Vec::new();
        let mut reasons = Vec::new();
        let mut text = String::new();
        for _ in 0..3 {
            let messages = if content.is_empty() {
                vec![user("물음")]
            } else {
                vec![user("물음"), assistant(content.clone())]
            };
            let events = ask(&searching(2), &request(&messages));
            let (said, reason) = told(&events);
            text += &said;
            reasons.push(reason.clone());
            content.extend(blocks(&events));
            if open && reason == "pause_turn" {
                // The client saw the query and not its result.
                content.pop();
            }
        }
        assert_eq!(reasons, ["pause_turn", "pause_turn", "end_turn"], "{open}");
        assert_eq!(text, "금리는 동결됐습니다.", "{open}");
        let searches = content.iter().filter(|block| block["type"] == "server_tool_use").count();
        assert_eq!(searches, 2);
    }
}

#[test]
fn a_failed_search_is_a_block_and_not_billed() {
    let mut step = searching(0);
    step["search"]["error"] = json!("unavailable");
    let events = ask(&step, &request(&[user("물음")]));
    let result = events
        .iter()
        .find(|event| event["content_block"]["type"] == "web_search_tool_result")
        .unwrap();
    let content = json!({"type": "web_search_tool_result_error", "error_code": "unavailable"});
    assert_eq!(result["content_block"]["content"], content);
    assert_eq!(events[events.len() - 2]["usage"]["server_tool_use"]["web_search_requests"], 0);
    assert!(!types(&events).contains(&"citations_delta"));
}

#[test]
fn usage_is_what_the_cache_charged_and_what_was_said() {
    let events =
        ask(&json!({"answer": "가나다라"}), &json!({"max_tokens": 9, "messages": [user("물음")]}));
    let start = &events[0]["message"]["usage"];
    assert_eq!(start["cache_creation_input_tokens"], 300);
    assert_eq!(
        start["cache_creation"],
        json!({"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200})
    );
    assert_eq!(
        (&start["input_tokens"], &start["cache_read_input_tokens"]),
        (&json!(12), &json!(65_000))
    );
    assert_eq!(events[events.len() - 2]["usage"]["output_tokens"], 2);
}

#[test]
fn deltas_are_words_or_as_long_as_asked() {
    let pieces = |step: Value| {
        let events = ask(&step, &json!({"max_tokens": 99, "messages": [user("물음")]}));
        let texts = events.iter().filter_map(|event| event["delta"]["text"].as_str());
        texts.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(pieces(json!({"answer": "가 나다 😀"})), ["가 ", "나다 ", "😀"]);
    assert_eq!(
        pieces(json!({"answer": "가 나다\u{1100}\u{1161}", "delta_chars": 3})),
        ["가 나", "다\u{1100}\u{1161}"]
    );
}
