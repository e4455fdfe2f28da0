//! Answers that end early: declined, at the token limit, at the end of the context window.

use domain::turn::{Notice, Outcome};
use providers::drill::{Script, Step, Stop};

use crate::bench::{Bench, chat};

#[tokio::test]
async fn an_early_end_is_said_and_what_came_is_kept() {
    let bench = Bench::open().await;
    for (reason, outcome, notice) in [
        ("max_tokens", Outcome::Truncated, Notice::AnswerTruncated),
        ("model_context_window_exceeded", Outcome::Truncated, Notice::AnswerTruncated),
        ("refusal", Outcome::Refused, Notice::AnswerRefused),
    ] {
        let stop = Stop { reason: reason.into(), after_chars: 5 };
        let step =
            Step { answer: "동결했습니다.".into(), stop: Some(stop), ..Step::default() };
        let ran = bench.run(Script::always(step), chat()).await;
        assert_eq!((ran.outcome, ran.notices()), (outcome, vec![notice]), "{reason}");
        assert_eq!(ran.shown(), "동결했습니", "{reason}");
        assert_eq!(ran.saved(), Some("동결했습니"), "{reason}");
        ran.check_ledger(reason);
        assert_eq!(ran.requests.len(), 1, "{reason}");
    }
}
