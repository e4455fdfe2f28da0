//! Statuses in place of an answer, on one provider and on both.

use std::time::Duration;

use domain::turn::{Notice, Outcome, TurnEvent};
use providers::Settings;
use providers::drill::{Fault, Provider, Script, Step};
use serde_json::{Value, json};

use crate::bench::{Bench, chat, proofread, quick};

const ANSWER: &str = "동결했습니다. 😀";

fn faulty(fault: &Value) -> Step {
    let fault: Fault = serde_json::from_value(fault.clone()).unwrap();
    Step { answer: ANSWER.into(), faults: vec![fault], ..Step::default() }
}

fn clean() -> Step {
    Step { answer: ANSWER.into(), ..Step::default() }
}

fn status(code: u16) -> Value {
    json!({"status": {"code": code}})
}

fn refusals() -> Vec<Value> {
    let mut all: Vec<Value> = [401, 402, 403, 429, 500, 502, 503, 504, 529].map(status).to_vec();
    all.push(json!({"status": {"code": 502, "html": true}}));
    all.push(json!({"status": {"code": 429, "retry_after_s": 60}}));
    all.push(json!({"cut": {}}));
    all
}

#[tokio::test]
async fn the_other_provider_answers_and_the_editor_is_told() {
    let bench = Bench::open().await;
    for fault in refusals() {
        let what = fault.to_string();
        let script =
            Script { anthropic: vec![faulty(&fault)], default: clean(), ..Script::default() };
        let ran = bench.run(script, chat()).await;
        ran.check_whole(ANSWER, &what);
        let mut notices = ran.notices();
        notices.retain(|notice| *notice != Notice::SearchUnavailable);
        assert_eq!(notices, [Notice::ProviderSwitched], "{what}");
        let last = ran.requests.last().unwrap();
        assert_eq!(last.provider, Provider::Bedrock, "{what}");
        let answer = ran.messages[1].answer.as_ref().unwrap();
        assert_eq!(answer.provider.as_ref().unwrap().as_str(), "bedrock", "{what}");
    }
}

#[tokio::test]
async fn a_retry_helps_where_the_fault_passes() {
    let bench = Bench::open().await;
    let patient = Settings { attempts_per_leg: 3, ..quick() };
    for fault in [
        status(429),
        status(500),
        status(529),
        json!({"cut": {}}),
        json!({"status": {"code": 429, "retry_after_s": 1}}),
    ] {
        let script = Script {
            anthropic: vec![faulty(&fault), clean()],
            default: clean(),
            ..Script::default()
        };
        let ran = bench.run_with(script, chat(), patient, true).await;
        ran.check_whole(ANSWER, &fault.to_string());
        assert_eq!(ran.notices(), []);
        assert!(ran.requests.iter().all(|seen| seen.provider == Provider::Anthropic));
    }
}

#[tokio::test]
async fn a_model_that_is_gone_is_succeeded() {
    let bench = Bench::open().await;
    let gone = vec!["claude-opus-4-5-20251101".to_owned()];
    let ran = bench.run(Script { gone, default: clean(), ..Script::default() }, chat()).await;
    ran.check_whole(ANSWER, "gone");
    assert_eq!(ran.notices(), [Notice::ModelSucceeded]);
}

#[tokio::test]
async fn what_no_provider_would_take_ends_the_turn_and_says_so() {
    let bench = Bench::open().await;
    let long = "prompt is too long: 250000 tokens > 200000 maximum";
    for (fault, code, notice) in [
        (status(400), "provider_rejected", Notice::ModelUnavailable),
        (status(413), "request_too_long", Notice::RequestTooLong),
        (
            json!({"status": {"code": 400, "message": long}}),
            "request_too_long",
            Notice::RequestTooLong,
        ),
    ] {
        let script =
            Script { anthropic: vec![faulty(&fault)], default: clean(), ..Script::default() };
        let ran = bench.run(script, chat()).await;
        assert_eq!(ran.events.last(), Some(&TurnEvent::Failed { code: code.into() }), "{fault}");
        assert_eq!((ran.outcome, ran.notices()), (Outcome::Failed, vec![notice]), "{fault}");
        assert_eq!(ran.messages.len(), 1, "the fault is no answer: {fault}");
        ran.check_ledger(&fault.to_string());
    }
}

#[tokio::test]
async fn with_everybody_down_the_rules_remain_and_nothing_is_saved_as_an_answer() {
    let bench = Bench::open().await;
    for fault in refusals() {
        let script = Script::always(faulty(&fault));
        let ran = bench.run(script.clone(), chat()).await;
        assert_eq!((ran.outcome, ran.messages.len()), (Outcome::Failed, 1), "{fault}");
        assert_eq!(ran.notices().last(), Some(&Notice::ModelUnavailable), "{fault}");
        ran.check_ledger(&fault.to_string());
        let ran = bench.run(script, proofread()).await;
        assert_eq!(ran.outcome, Outcome::Interrupted, "{fault}");
        ran.check_ledger(&fault.to_string());
    }
}

#[tokio::test]
async fn silence_ends_an_attempt_and_not_the_answer() {
    let bench = Bench::open().await;
    let mut settings = quick();
    settings.timeouts.first_token = Duration::from_millis(400);
    settings.timeouts.idle = Duration::from_millis(400);
    for at in [None, Some(0), Some(150), Some(400), Some(700), Some(800), Some(900)] {
        for ping_ms in [None, Some(20)] {
            let stall = json!({"stall": {"after_bytes": at, "ping_ms": ping_ms}});
            let script =
                Script { anthropic: vec![faulty(&stall)], default: clean(), ..Script::default() };
            let ran = bench.run_with(script, chat(), settings, true).await;
            ran.check_whole(ANSWER, &stall.to_string());
            let has_switched = ran.requests.len() > 1;
            assert_eq!(ran.notices().contains(&Notice::ProviderSwitched), has_switched, "{stall}");
        }
    }
}

#[tokio::test]
async fn a_slow_drip_is_an_answer_all_the_same() {
    let bench = Bench::open().await;
    let step = Step { piece_bytes: 40, piece_ms: 5, ..clean() };
    let ran = bench.run(Script::always(step), chat()).await;
    ran.check_whole(ANSWER, "slow");
    assert_eq!((ran.notices(), ran.requests.len()), (vec![], 1));
}
