//! An embargo is kept by the turn itself, from what is stored: what it would send is looked at, not what
//! a client says.

use std::sync::Arc;

use domain::article::Embargo;
use domain::id::ConversationId;
use domain::ports::{ConversationChange, ConversationStore};
use domain::turn::{Notice, Outcome, TurnError, TurnEvent, TurnRequest};
use providers::Failover;
use providers::scripted::{Answer, Scripted};

use crate::desk::{Desk, card, chat, desk, end, kim, proofread, text};

fn answering() -> (Desk, Arc<Scripted>) {
    let mut desk = desk(vec![]);
    let answers = (0..4).map(|_| Answer::Events(vec![text("답"), end()])).collect();
    let scripted = Arc::new(Scripted::new(card(), answers));
    desk.turns.provider = Some(Arc::new(Failover::new(scripted.clone(), Vec::new())));
    desk.turns.limits.max_web_searches = 3;
    (desk, scripted)
}

async fn set(desk: &Desk, embargo: Embargo) {
    let change = ConversationChange { embargo: Some(embargo), ..Default::default() };
    let id = ConversationId::new("c");
    assert!(desk.store.update(&kim().user_id, &id, &change).await.unwrap());
}

async fn stored(desk: &Desk) -> Embargo {
    let header = desk.store.header(&kim().user_id, &ConversationId::new("c")).await.unwrap();
    header.unwrap().article.embargo
}

/// Whether each request that was sent might search.
fn searches(scripted: &Scripted) -> Vec<bool> {
    scripted.requests().iter().map(|request| request.may_search).collect()
}

fn notices(events: &[TurnEvent]) -> Vec<Notice> {
    let notice = |event: &TurnEvent| match event {
        TurnEvent::Notice(notice) => Some(*notice),
        _ => None,
    };
    events.iter().filter_map(notice).collect()
}

#[tokio::test]
async fn no_search_is_kept_whatever_the_client_says() {
    let (desk, scripted) = answering();
    let (_, events) = desk.run(chat("기준금리는?")).await;
    assert_eq!((searches(&scripted), notices(&events)), (vec![true], vec![]));
    set(&desk, Embargo::NoSearch).await;
    let (outcome, events) = desk.run(chat("다시?")).await;
    assert_eq!((outcome, searches(&scripted)), (Outcome::Completed, vec![true, false]));
    assert_eq!(notices(&events), [Notice::SearchEmbargoed]);
    set(&desk, Embargo::None).await;
    desk.run(chat("이제는?")).await;
    assert_eq!(searches(&scripted), [true, false, true]);
}

#[tokio::test]
async fn no_model_is_asked_about_an_article_under_that_embargo() {
    let (desk, scripted) = answering();
    let held = TurnRequest { embargo: Embargo::NoModel, ..proofread("몇일 동안 👍", &[]) };
    for request in [held, proofread("몇일 동안 \u{1112}\u{1161}\u{11ab}글", &[])] {
        let (outcome, events) = desk.run(request).await;
        assert_eq!((outcome, notices(&events)), (Outcome::Completed, vec![Notice::ModelEmbargoed]));
        let begun = events.iter().find_map(|event| match event {
            TurnEvent::Started { provider, model, cache, .. } => Some((provider, model, cache)),
            _ => None,
        });
        assert_eq!(begun, Some((&None, &None, &None)));
        let is_found = |event: &TurnEvent| matches!(event, TurnEvent::Finding(finding) if finding.original == "몇일");
        assert!(events.iter().any(is_found));
    }
    let refused = desk.turns.begin(&kim(), chat("기준금리는?")).await;
    assert_eq!(refused.unwrap_err().code(), "embargoed");
    assert_eq!((scripted.requests(), stored(&desk).await), (vec![], Embargo::NoModel));
    // No money was held and none was spent.
    let billed = desk.billed().await;
    assert!(billed.iter().all(|(usage, cost, _)| usage.total_tokens() == 0 && *cost == 0));
    assert_eq!(billed.len(), 2);
}

#[tokio::test]
async fn a_turn_makes_an_embargo_stricter_and_never_milder() {
    let (desk, scripted) = answering();
    let with = |embargo| TurnRequest { embargo, ..chat("질문") };
    for (sent, kept) in [(Embargo::NoSearch, Embargo::NoSearch), (Embargo::None, Embargo::NoSearch)]
    {
        desk.run(with(sent)).await;
        assert_eq!(stored(&desk).await, kept, "{sent:?}");
    }
    assert_eq!(searches(&scripted), [false, false]);
    let refused = desk.turns.begin(&kim(), with(Embargo::NoModel)).await;
    assert!(matches!(refused, Err(TurnError::Embargoed)));
    assert_eq!((stored(&desk).await, scripted.requests().len()), (Embargo::NoSearch, 2));
}

#[tokio::test]
async fn a_cut_answer_does_not_go_on_under_an_embargo() {
    let (mut desk, scripted) = answering();
    let turn = desk.begin(chat("질문")).await;
    let id = turn.record().id.clone();
    drop(turn);
    desk.turns.limits.lease_ms = None;
    desk.turns.recover().await.unwrap();
    set(&desk, Embargo::NoModel).await;
    let refused = desk.turns.go_on(&kim(), &id, None).await;
    assert!(matches!(refused, Err(TurnError::Embargoed)), "{refused:?}");
    assert_eq!(scripted.requests(), vec![]);
}
