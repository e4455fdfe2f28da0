//! Faults at every byte of the response.

use domain::turn::{Notice, Outcome};
use providers::Settings;
use providers::drill::{Fault, Provider, Script, Step};
use serde_json::json;

use crate::bench::{Bench, Ran, chat, proofread, quick};

const ANSWER: &str =
    "한국은행은 기준금리를 동결했습니다. 😀 다음 회의는 \u{1112}\u{1161}\u{11ab}달 뒤입니다.";

/// Workers that run side by side, each with a simulator of its own.
const WORKERS: usize = 8;

fn script(fault: Fault) -> Script {
    let step = Step { answer: ANSWER.into(), ..Step::default() };
    let faulty = Step { faults: vec![fault], ..step.clone() };
    Script { anthropic: vec![faulty, step.clone()], default: step, ..Script::default() }
}

/// Runs `case` for every byte offset from the first until one is beyond the response's end; gives how many fired.
async fn every_byte<F>(from: usize, case: F) -> usize
where
    F: AsyncFn(&Bench, usize) -> bool,
{
    let worker = async |first: usize| {
        let bench = Bench::open().await;
        let mut fired = 0;
        let mut at = first;
        while case(&bench, at).await {
            fired += 1;
            at += WORKERS;
        }
        fired
    };
    let workers = futures::future::join_all((from..from + WORKERS).map(worker));
    workers.await.into_iter().sum()
}

/// A chat whose first response fails there: the answer is whole, and a switch is said when there
/// was one. Tells whether the fault came.
async fn chat_survives(bench: &Bench, fault: Fault) -> bool {
    let what = format!("{fault:?}");
    // What stands behind garbage is on the wire, but nobody can read it.
    let is_readable = !matches!(fault, Fault::Garbage { .. });
    let ran = bench.run(script(fault), chat()).await;
    match is_readable {
        true => ran.check_whole(ANSWER, &what),
        false => ran.check_whole_after_garbage(ANSWER, &what),
    }
    assert_eq!(ran.notices(), switched(&ran), "{what}");
    ran.requests.len() > 1
}

/// What is said when Bedrock went on, which cannot search.
fn switched(ran: &Ran) -> Vec<Notice> {
    match ran.requests.iter().any(|seen| seen.provider == Provider::Bedrock) {
        true => vec![Notice::ProviderSwitched, Notice::SearchUnavailable],
        false => vec![],
    }
}

#[tokio::test]
async fn a_cut_loses_and_doubles_nothing() {
    let cut = |clean| {
        async move |bench: &Bench, at: usize| {
            chat_survives(bench, Fault::Cut { after_bytes: Some(at), clean }).await
        }
    };
    let fired = every_byte(0, cut(false)).await;
    assert!(fired > 1_000, "{fired}");
    let fired = every_byte(0, cut(true)).await;
    assert!(fired > 1_000, "{fired}");
}

#[tokio::test]
async fn an_error_inside_the_stream_is_no_answer() {
    let fired = every_byte(0, async |bench, after_bytes| {
        chat_survives(bench, Fault::Error { kind: "overloaded_error".into(), after_bytes }).await
    })
    .await;
    assert!(fired > 1_000, "{fired}");
}

#[tokio::test]
async fn a_cut_on_bedrock_loses_and_doubles_nothing() {
    // Before the first words nobody is left to ask: the request would be made again after a wait.
    let first_words = 2_000;
    let fired = every_byte(first_words, async |bench, at| {
        let refused: Fault = serde_json::from_value(json!({"status": {"code": 402}})).unwrap();
        let step = Step { answer: ANSWER.into(), ..Step::default() };
        let faulty = |fault| Step { faults: vec![fault], ..step.clone() };
        let cut = Fault::Cut { after_bytes: Some(at), clean: false };
        let script = Script {
            anthropic: vec![faulty(refused)],
            bedrock: vec![faulty(cut), step.clone()],
            ..Script::default()
        };
        let settings = Settings { attempts_per_leg: 4, ..quick() };
        let ran = bench.run_with(script, chat(), settings, true).await;
        ran.check_whole(ANSWER, &format!("cut at {at}"));
        assert_eq!(ran.notices(), switched(&ran), "cut at {at}");
        ran.requests.len() > 2
    })
    .await;
    assert!(fired > 500, "{fired}");
}

#[tokio::test]
async fn garbage_is_no_answer() {
    let fired = every_byte(0, async |bench, after_bytes| {
        chat_survives(bench, Fault::Garbage { after_bytes }).await
    })
    .await;
    assert!(fired > 500, "{fired}");
}

#[tokio::test]
async fn findings_are_shown_once_wherever_the_stream_is_cut() {
    let pairs = [("갔다", "갔습니다"), ("걸렸다", "걸렸습니다"), ("좋았다", "좋았습니다")];
    let findings = pairs.map(|(from, to)| {
        json!({"original": from, "replacement": to, "category": "ending", "severity": "warning",
            "message": "문체"})
    });
    let step = Step { findings: findings.to_vec(), ..Step::default() };
    let mut expected = pairs.map(|(from, to)| (from.to_owned(), to.to_owned())).to_vec();
    expected.sort();
    let fired = every_byte(0, async |bench, at| {
        let fault = Fault::Cut { after_bytes: Some(at), clean: false };
        let faulty = Step { faults: vec![fault], ..step.clone() };
        let script = Script {
            anthropic: vec![faulty, step.clone()],
            default: step.clone(),
            ..Script::default()
        };
        let ran = bench.run(script, proofread()).await;
        assert_eq!(ran.replacements(), expected, "cut at {at}");
        let mut notices = switched(&ran);
        notices.retain(|notice| *notice == Notice::ProviderSwitched);
        assert_eq!((ran.outcome, ran.notices()), (Outcome::Completed, notices), "cut at {at}");
        ran.check_ledger(&format!("cut at {at}"));
        ran.requests.len() > 1
    })
    .await;
    assert!(fired > 1_000, "{fired}");
}

#[tokio::test]
async fn bytes_one_by_one_are_the_same_answer() {
    let bench = Bench::open().await;
    for piece_bytes in [1, 2, 3, 5, 7, 64, 1_000] {
        let step = Step { answer: ANSWER.into(), piece_bytes, ..Step::default() };
        let refused: Fault = serde_json::from_value(json!({"status": {"code": 401}})).unwrap();
        let off = Step { faults: vec![refused], ..Step::default() };
        for anthropic in [vec![], vec![off]] {
            let script = Script { anthropic, default: step.clone(), ..Script::default() };
            let ran = bench.run(script, chat()).await;
            ran.check_whole(ANSWER, &format!("pieces of {piece_bytes}"));
        }
    }
}

#[tokio::test]
async fn a_model_that_repeats_itself_is_joined_without_a_double() {
    // Before the first words the request is simply made again, after a wait.
    let first_words = 700;
    let fired = every_byte(first_words, async |bench, at| {
        let mut script = script(Fault::Cut { after_bytes: Some(at), clean: true });
        script.gone = vec!["claude-opus-4-5-20251101".into()];
        for step in &mut script.anthropic {
            step.repeats_chars = 12;
        }
        let settings = Settings { attempts_per_leg: 4, ..quick() };
        let ran = bench.run_with(script, chat(), settings, false).await;
        ran.check_whole(ANSWER, &format!("cut at {at}"));
        assert_eq!(ran.notices(), [Notice::ModelSucceeded], "cut at {at}");
        ran.requests.len() > 2
    })
    .await;
    assert!(fired > 500, "{fired}");
}
