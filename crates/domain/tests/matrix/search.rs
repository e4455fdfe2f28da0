//! Web search: sources and pauses, what fails of it, and what the next provider is spared.

use domain::turn::{Notice, TurnEvent};
use providers::drill::{Script, Step};
use serde_json::json;

use crate::bench::{Bench, chat};

const ANSWER: &str = "한국은행은 금리를 동결했다고 밝혔습니다. 😀";

fn step(more: &serde_json::Value) -> Step {
    let mut step = json!({"answer": ANSWER, "search": {"query": "기준금리",
        "results": [{"url": "https://bok.or.kr/1", "title": "한은"}],
        "citations": [{"claim": "금리를 동결", "result": 0, "cited_text": "동결"}]}});
    for (name, value) in more.as_object().unwrap() {
        step[name] = value.clone();
    }
    serde_json::from_value(step).unwrap()
}

#[tokio::test]
async fn sources_come_with_the_answer_and_pauses_go_on() {
    let bench = Bench::open().await;
    for pauses in [0, 1, 3, 5] {
        let ran = bench.run(Script::always(step(&json!({"pauses": pauses}))), chat()).await;
        ran.check_whole(ANSWER, &format!("{pauses} pauses"));
        assert_eq!(ran.requests.len(), pauses + 1);
        let sources = ran.events.iter().find_map(|event| match event {
            TurnEvent::Sources { sources, .. } => Some(sources.clone()),
            _ => None,
        });
        assert_eq!(sources.unwrap()[0].url, "https://bok.or.kr/1");
        assert!(ran.messages[1].answer.as_ref().unwrap().verbatim.is_some());
    }
}

#[tokio::test]
async fn without_search_the_answer_comes_with_a_notice() {
    let bench = Bench::open().await;
    let off = Script { search_enabled: false, ..Script::always(step(&json!({}))) };
    let ran = bench.run(off, chat()).await;
    ran.check_whole(ANSWER, "search is not enabled");
    assert_eq!(ran.notices(), [Notice::SearchUnavailable]);
    let failing: Step = serde_json::from_value(
        json!({"answer": ANSWER, "search": {"query": "q", "error": "unavailable"}}),
    )
    .unwrap();
    let ran = bench.run(Script::always(failing), chat()).await;
    ran.check_whole(ANSWER, "search fails");
    assert_eq!(ran.notices(), [Notice::SearchUnavailable]);
}

#[tokio::test]
async fn the_other_provider_goes_on_without_search_and_says_so() {
    let bench = Bench::open().await;
    let cut = json!({"faults": [{"error": {"kind": "overloaded_error", "after_bytes": 1900}}]});
    let script =
        Script { anthropic: vec![step(&cut)], default: step(&json!({})), ..Script::default() };
    let ran = bench.run(script, chat()).await;
    ran.check_whole(ANSWER, "switched");
    assert!(ran.notices().contains(&Notice::ProviderSwitched));
    assert!(ran.notices().contains(&Notice::SearchUnavailable));
}
