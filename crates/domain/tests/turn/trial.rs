//! A trial of a prompt nobody has saved: the findings and the bill of a turn, and nothing else that
//! is kept.

use std::sync::Arc;

use checker::{Category, Severity};
use domain::engine::Engine;
use domain::model::{ModelEvent, ModelFinding};
use domain::ports::{ConversationStore, ListFilter, PromptStore, TurnStore};
use domain::prompt::{Prompt, PromptChange};
use domain::quota::QuotaReached;
use domain::text::ArticleText;
use domain::turn::{Begun, OpenTurn, Outcome, TurnError, TurnEvent, Turns};
use futures::StreamExt;
use providers::Failover;
use providers::scripted::{Answer, Scripted};
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, Event, Heard, card, desk, end, kim, month_quota, proofread, usage};

const ARTICLE: &str = "몇일 뒤 만나쟈 😀";

fn trial(desk: &Desk) -> Turns {
    let instruction = Some(ArticleText::new("시험 지침"));
    desk.turns.trial(PromptChange { description: None, instruction })
}

async fn begin(turns: &Turns) -> OpenTurn {
    match turns.begin(&kim(), proofread(ARTICLE, &[])).await.unwrap() {
        Begun::New(turn) => *turn,
        Begun::Attached(earlier) => panic!("attached to {earlier:?}"),
    }
}

fn finding() -> Event {
    Ok(ModelEvent::Finding(ModelFinding {
        original: "만나쟈".into(),
        before: None,
        after: None,
        replacements: vec!["만나자".into()],
        category: Category::Spelling,
        severity: Severity::Error,
        message: "오타".into(),
        reference: None,
        confidence: None,
    }))
}

/// Every row of the store that holds one of these.
async fn rows_that_hold(desk: &Desk, texts: &[&str]) -> Vec<String> {
    let pages: Vec<_> = desk.store.dump().collect().await;
    let rows = pages.into_iter().flat_map(Result::unwrap);
    let holds = |body: &str| texts.iter().any(|text| body.contains(text));
    rows.filter(|row| holds(&row.body)).map(|row| row.body).collect()
}

#[tokio::test]
async fn a_trial_finds_and_costs_what_a_turn_does_and_is_kept_nowhere() {
    let answer = vec![finding(), Ok(ModelEvent::Usage(usage(7, 2))), end()];
    let mut desk = desk(vec![]);
    let scripted = Arc::new(Scripted::new(card(), vec![Answer::Events(answer)]));
    desk.turns.provider = Some(Arc::new(Failover::new(scripted.clone(), Vec::new())));
    let (turns, heard) = (trial(&desk), Heard::default());
    let turn = begin(&turns).await;
    let record = turn.record().clone();
    let outcome = turns.run(turn, &heard, &CancellationToken::new()).await;
    let events = heard.0.into_inner().unwrap();
    let found: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            TurnEvent::Finding(finding) => Some(finding.original.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!((outcome, found), (Outcome::Completed, vec!["몇일", "만나쟈"]));
    let system = &scripted.requests()[0].system;
    assert_eq!(system.last().map(ArticleText::as_str), Some("시험 지침"));
    assert_eq!(desk.billed().await, [(usage(7, 2), 7 * 10 + 2 * 100, Outcome::Completed)]);
    let month = record.started_at.seoul_month();
    assert_eq!(desk.turns.ledger.reserved(&kim().user_id, &month).await.unwrap().tokens, 0);
    assert_eq!(rows_that_hold(&desk, &["만나", "몇일", "며칠", "시험 지침"]).await, [""; 0]);
    let list = ListFilter { limit: 10, ..ListFilter::default() };
    assert_eq!(desk.store.list(&kim().user_id, &list).await.unwrap().rows, []);
    assert_eq!(desk.store.prompt(Engine::Basic).await.unwrap(), Prompt::empty(Engine::Basic));
    assert_eq!(desk.store.open_turns().await.unwrap(), []);
}

#[tokio::test]
async fn a_trial_beyond_the_quota_is_refused() {
    let mut desk = desk(vec![Answer::Events(vec![end()])]);
    desk.turns.limits.quotas = month_quota(Some(60), None);
    let refused = trial(&desk).begin(&kim(), proofread(ARTICLE, &[])).await;
    let expected = QuotaReached::Tokens { used: 0, limit: 60 };
    assert!(matches!(refused, Err(TurnError::QuotaReached(reached)) if reached == expected));
}

#[tokio::test]
async fn a_trial_that_was_killed_is_paid_as_reported() {
    let (model, answer) = tokio::sync::mpsc::unbounded_channel();
    let desk = desk(vec![Answer::Live(answer)]);
    let (turns, heard, stop) = (trial(&desk), Heard::default(), CancellationToken::new());
    let turn = begin(&turns).await;
    model.send(finding()).unwrap();
    model.send(Ok(ModelEvent::Usage(usage(7, 1)))).unwrap();
    {
        let mut running = Box::pin(turns.run(turn, &heard, &stop));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(running.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(desk.turns.recover().await.unwrap(), 1);
    assert_eq!(desk.billed().await, [(usage(7, 1), 7 * 10 + 100, Outcome::Failed)]);
    assert_eq!(rows_that_hold(&desk, &["만나", "몇일"]).await, [""; 0]);
}
