//! What a turn says, keeps and bills, whatever its providers do.

use checker::{Category, Severity};
use domain::id::ConversationId;
use domain::ledger::{Attempt, Audit, EntryKind, Nanodollars, Spend};
use domain::model::{
    FinishReason, ModelEvent, ModelFinding, ProviderError, ProviderName, TokenCount, TokenUsage,
};
use domain::ports::{ConversationStore, LedgerStore, TurnStore};
use domain::quota::{QuotaReached, Quotas};
use domain::time::Timestamp;
use domain::turn::{Notice, Outcome, TurnError, TurnEvent, TurnKind};
use providers::scripted::Answer;
use tokio_util::sync::CancellationToken;

use crate::desk::{Event, Heard, PRICE, chat, desk, end, kim, month_quota, proofread, text, usage};

fn notices(events: &[TurnEvent]) -> Vec<Notice> {
    let notice = |event: &TurnEvent| match event {
        TurnEvent::Notice(notice) => Some(*notice),
        _ => None,
    };
    events.iter().filter_map(notice).collect()
}

#[tokio::test(start_paused = true)]
async fn the_next_provider_answers_where_the_first_did_not_begin() {
    let reported = Ok(ModelEvent::Usage(usage(7, 0)));
    let first = Answer::Events(vec![reported, Err(ProviderError::PaymentRequired)]);
    let second = Answer::Events(vec![text("답"), Ok(ModelEvent::Usage(usage(5, 2))), end()]);
    let desk = desk(vec![first, second]);
    let (outcome, events) = desk.run(chat("질문")).await;
    assert_eq!((outcome, notices(&events)), (Outcome::Completed, vec![Notice::ProviderSwitched]));
    assert_eq!(desk.contents().await, ["질문", "답"]);
    // What the first provider reported is paid for too.
    assert_eq!(desk.billed().await, [(usage(12, 2), 12 * 10 + 2 * 100, Outcome::Completed)]);
    let attempt = |name: &str, usage, is_complete| {
        let (provider, model) = (ProviderName::new(name), Some("m".into()));
        Attempt::priced(provider, model, usage, Some(PRICE), is_complete)
    };
    let attempts = vec![attempt("leg-0", usage(7, 0), false), attempt("leg-1", usage(5, 2), true)];
    let kind = EntryKind::Turn(TurnKind::Chat);
    assert_eq!(desk.audits().await, [Some(Audit { kind, attempts })]);
}

#[tokio::test]
async fn a_stopped_answer_is_billed_as_reported_and_marked_as_broken_off() {
    let (model, answer) = tokio::sync::mpsc::unbounded_channel();
    let desk = desk(vec![Answer::Live(answer)]);
    let (turn, heard, stop) =
        (desk.begin(chat("질문")).await, Heard::default(), CancellationToken::new());
    model.send(Ok(ModelEvent::Usage(usage(7, 1)))).unwrap();
    let mut running = Box::pin(desk.turns.run(turn, &heard, &stop));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(running.as_mut().poll(&mut context).is_pending());
    stop.cancel();
    assert_eq!(running.await, Outcome::Stopped);
    assert_eq!(desk.billed().await, [(usage(7, 1), 7 * 10 + 100, Outcome::Stopped)]);
    let audits = desk.audits().await;
    let is_complete: Vec<_> = audits.iter().flatten().map(Audit::is_complete).collect();
    assert_eq!(is_complete, [false]);
}

#[tokio::test]
async fn what_was_written_before_a_stop_is_billed_where_nothing_reported_it() {
    let written = TokenCount::of("기준금리는 동결됐다.").tokens();
    let start = |output| Ok(ModelEvent::Usage(usage(7, output)));
    let words = || text("기준금리는 동결됐다.");
    let half = || Ok(ModelEvent::Working(TokenCount::of("기준금리는 동결됐다.")));
    for (events, output) in [
        (vec![start(1)], 1),
        (vec![start(1), words()], written),
        (vec![start(1), half()], written),
        (vec![start(1), words(), half()], 2 * written),
        // A report after the words is what the provider bills; what it opens counts from there.
        (vec![start(1), words(), start(50)], 50),
        (vec![start(1), words(), start(50), start(51)], 51),
        (vec![start(1), words(), start(50), start(51), words()], 50 + written),
        // A provider that has reported nothing may bill nothing.
        (vec![words()], 0),
    ] {
        let (model, answer) = tokio::sync::mpsc::unbounded_channel();
        let desk = desk(vec![Answer::Live(answer)]);
        let (turn, heard, stop) =
            (desk.begin(chat("질문")).await, Heard::default(), CancellationToken::new());
        let said = format!("{events:?}");
        events.into_iter().for_each(|event| model.send(event).unwrap());
        let mut running = Box::pin(desk.turns.run(turn, &heard, &stop));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(running.as_mut().poll(&mut context).is_pending());
        stop.cancel();
        assert_eq!(running.await, Outcome::Stopped);
        let [(billed, ..)] = desk.billed().await[..] else { panic!("one row") };
        assert_eq!(billed.output_tokens, output, "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_the_first_words_another_goes_on_with_them() {
    let first = Answer::Events(vec![text("앞"), Err(ProviderError::Overloaded)]);
    let second = Answer::Events(vec![text(" 뒤"), end()]);
    let desk = desk(vec![first, second]);
    let (outcome, events) = desk.run(chat("질문")).await;
    assert_eq!((outcome, notices(&events)), (Outcome::Completed, vec![Notice::ProviderSwitched]));
    assert_eq!(desk.contents().await, ["질문", "앞 뒤"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_shown_is_kept_when_nobody_can_go_on() {
    let first = Answer::Events(vec![text("앞"), Err(ProviderError::Cut)]);
    let desk = desk(vec![first]);
    let (outcome, events) = desk.run(chat("질문")).await;
    assert_eq!((outcome, notices(&events)), (Outcome::Interrupted, vec![Notice::ModelUnavailable]));
    assert_eq!(desk.contents().await, ["질문", "앞"]);
}

#[tokio::test]
async fn a_request_nobody_would_take_is_not_tried_twice() {
    let first = Answer::Refused(ProviderError::Rejected { reason: "x".into() });
    let second = Answer::Events(vec![text("답"), end()]);
    let desk = desk(vec![first, second]);
    let (outcome, events) = desk.run(chat("질문")).await;
    assert_eq!(outcome, Outcome::Failed);
    assert_eq!(events.last(), Some(&TurnEvent::Failed { code: "provider_rejected".into() }));
    assert_eq!(desk.contents().await, ["질문"]);
    assert_eq!(desk.billed().await, [(usage(0, 0), 0, Outcome::Failed)]);
}

#[tokio::test]
async fn without_a_model_the_rules_findings_remain() {
    let desk = desk(vec![Answer::Refused(ProviderError::Unauthorised)]);
    let (outcome, events) = desk.run(proofread("몇일 뒤", &[])).await;
    assert_eq!((outcome, notices(&events)), (Outcome::Interrupted, vec![Notice::ModelUnavailable]));
    assert_eq!(desk.contents().await, ["몇일 뒤", "지적 1건\n- 몇일 → 며칠 (맞춤법)"]);
}

#[tokio::test]
async fn a_cut_at_the_token_limit_is_said() {
    let finished = Ok(ModelEvent::Finished(FinishReason::MaxTokens));
    let desk = desk(vec![Answer::Events(vec![text("반"), finished])]);
    let (outcome, events) = desk.run(chat("질문")).await;
    assert_eq!((outcome, notices(&events)), (Outcome::Truncated, vec![Notice::AnswerTruncated]));
}

fn finding(category: Category) -> Event {
    Ok(ModelEvent::Finding(ModelFinding {
        original: "뒤".into(),
        before: None,
        after: None,
        replacements: vec!["후".into()],
        category,
        severity: Severity::Hint,
        message: String::new(),
        reference: None,
        confidence: None,
    }))
}

#[tokio::test]
async fn only_the_wanted_categories_are_shown() {
    let answer = vec![finding(Category::Sentence), finding(Category::Spacing), end()];
    let desk = desk(vec![Answer::Events(answer)]);
    let (_, events) = desk.run(proofread("몇일 뒤", &[Category::Spacing])).await;
    let category = |event: &TurnEvent| match event {
        TurnEvent::Finding(finding) => Some(finding.category),
        _ => None,
    };
    assert_eq!(events.iter().filter_map(category).collect::<Vec<_>>(), [Category::Spacing]);
}

#[tokio::test]
async fn what_is_not_begun_leaves_nothing_behind() {
    let desk = desk(vec![]);
    let too_long = desk.turns.begin(&kim(), chat(&"가".repeat(101))).await;
    assert!(matches!(too_long, Err(TurnError::TextTooLong { limit_chars: 100 })));
    let empty = desk.turns.begin(&kim(), chat(" \n")).await;
    assert!(matches!(empty, Err(TurnError::EmptyText)));
    assert_eq!(desk.contents().await, Vec::<String>::new());
    assert_eq!(desk.store.open_turns().await.unwrap(), []);
}

#[tokio::test]
async fn a_used_up_quota_frees_the_conversation_again() {
    let mut desk = desk(vec![Answer::Events(vec![text("답"), end()])]);
    for (quotas, expected) in [
        (month_quota(Some(10), None), QuotaReached::Tokens { used: 0, limit: 10 }),
        (
            month_quota(None, Some(5_000)),
            QuotaReached::Money { used: Nanodollars(0), limit: Nanodollars(5_000) },
        ),
    ] {
        desk.turns.limits.quotas = quotas;
        let refused = desk.turns.begin(&kim(), chat("질문")).await;
        assert!(matches!(refused, Err(TurnError::QuotaReached(reached)) if reached == expected));
        assert_eq!(desk.store.open_turns().await.unwrap(), []);
        let month = Timestamp::from_millis(1_764_000_000_000).seoul_month();
        let held = desk.store.reserved(&kim().user_id, &month).await.unwrap();
        assert_eq!(held, Spend::default());
    }
    let id = ConversationId::new("c");
    assert_eq!(desk.store.header(&kim().user_id, &id).await.unwrap(), None, "a ghost is left");
    desk.turns.limits.quotas = Quotas::default();
    assert_eq!(desk.run(chat("질문")).await.0, Outcome::Completed);
    assert_eq!(desk.contents().await, ["질문", "답"]);
}

#[tokio::test(start_paused = true)]
async fn a_killed_turn_is_closed_with_what_was_kept_and_only_once() {
    let (model, answer) = tokio::sync::mpsc::unbounded_channel();
    let desk = desk(vec![Answer::Live(answer)]);
    let turn = desk.begin(chat("질문")).await;
    let record = turn.record().clone();
    for piece in ["하나 ", "둘 ", "셋 ", "넷 "] {
        model.send(text(piece)).unwrap();
    }
    let (heard, stop) = (Heard::default(), CancellationToken::new());
    let mut running = Box::pin(desk.turns.run(turn, &heard, &stop));
    // Everything sent is taken in two goes; then the turn waits for more, and the process dies.
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(running.as_mut().poll(&mut context).is_pending());
    tokio::time::advance(std::time::Duration::from_millis(100)).await;
    assert!(running.as_mut().poll(&mut context).is_pending());
    drop(running);
    assert_eq!(desk.store.open_turns().await.unwrap().len(), 1);
    assert_eq!(desk.turns.recover().await.unwrap(), 1);
    assert_eq!(desk.turns.recover().await.unwrap(), 0);
    let contents = desk.contents().await;
    assert_eq!(contents.len(), 2);
    assert!("하나 둘 셋 넷 ".starts_with(&contents[1]) && contents[1].len() > 10, "{contents:?}");
    let events = desk.store.events_after(&record, 0).await.unwrap();
    let last = &events.last().unwrap().event;
    assert!(matches!(last, TurnEvent::Ended { outcome: Outcome::Interrupted, .. }), "{last:?}");
    assert_eq!(desk.billed().await.len(), 1);
    let attempts = vec![Attempt::priced(
        ProviderName::new("leg-0"),
        Some("m".into()),
        TokenUsage::default(),
        Some(PRICE),
        false,
    )];
    let kind = EntryKind::Turn(TurnKind::Chat);
    assert_eq!(desk.audits().await, [Some(Audit { kind, attempts })]);
}
