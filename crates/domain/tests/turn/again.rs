//! A cut answer goes on: the question is asked again with what was shown, as often as it is cut.

use std::sync::Arc;

use domain::id::TurnId;
use domain::model::{FinishReason, ModelEvent, ProviderError};
use domain::turn::{Begun, Outcome, TurnError};
use providers::Failover;
use providers::scripted::{Answer, Scripted};
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, Event, Heard, card, chat, desk, end, kim, proofread, text};

fn cut(piece: &str) -> Answer {
    Answer::Events(vec![text(piece), Ok(ModelEvent::Finished(FinishReason::MaxTokens))])
}

fn desk_with(answers: Vec<Answer>) -> (Desk, Arc<Scripted>) {
    let mut desk = desk(vec![]);
    let scripted = Arc::new(Scripted::new(card(), answers));
    desk.turns.provider = Some(Arc::new(Failover::new(scripted.clone(), Vec::new())));
    (desk, scripted)
}

async fn go_on(desk: &Desk, turn: &TurnId) -> (TurnId, Outcome) {
    let begun = desk.turns.go_on(&kim(), turn, None).await.unwrap();
    let Begun::New(open) = begun else { panic!("attached") };
    let id = open.record().id.clone();
    (id, desk.turns.run(*open, &Heard::default(), &CancellationToken::new()).await)
}

async fn ask(desk: &Desk, message: &str) -> TurnId {
    let turn = desk.begin(chat(message)).await;
    let id = turn.record().id.clone();
    desk.turns.run(turn, &Heard::default(), &CancellationToken::new()).await;
    id
}

#[tokio::test]
async fn an_answer_goes_on_after_its_last_character_however_often_it_is_cut() {
    let answers =
        vec![cut("하나 "), cut("둘 "), Answer::Events(vec![text("셋 😀"), end()]), cut("새 답")];
    let (desk, scripted) = desk_with(answers);
    let first = ask(&desk, "질문").await;
    let (second, outcome) = go_on(&desk, &first).await;
    assert_eq!(outcome, Outcome::Truncated);
    // Only the end of a chain can go on.
    let early = desk.turns.go_on(&kim(), &TurnId::new("none"), None).await;
    assert!(matches!(early, Err(TurnError::NothingToContinue)));
    assert_eq!(go_on(&desk, &second).await.1, Outcome::Completed);
    assert_eq!(desk.contents().await, ["질문", "하나 ", "둘 ", "셋 😀"]);
    ask(&desk, "다음 질문").await;
    let requests = scripted.requests();
    let shown: Vec<_> =
        requests.iter().map(|one| one.shown.as_ref().map(|text| text.as_str())).collect();
    assert_eq!(shown, [None, Some("하나 "), Some("하나 둘 "), None]);
    assert!(requests[1].user.as_str().ends_with("질문") && requests[2].history.is_empty());
    // To the model the parts are one answer.
    let history: Vec<_> =
        requests[3].history.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(history, ["질문", "하나 둘 셋 😀"]);
}

#[tokio::test]
async fn what_came_after_a_cut_answer_closes_it() {
    let (desk, _) = desk_with(vec![cut("하나 "), Answer::Events(vec![text("답"), end()])]);
    let first = ask(&desk, "질문").await;
    let second = ask(&desk, "다른 질문").await;
    for turn in [first, second] {
        let refused = desk.turns.go_on(&kim(), &turn, None).await;
        assert!(matches!(refused, Err(TurnError::NothingToContinue)));
    }
}

#[tokio::test]
async fn a_failed_question_is_asked_again_without_being_saved_twice() {
    let refused: Event = Err(ProviderError::Rejected { reason: "x".into() });
    let (desk, scripted) =
        desk_with(vec![Answer::Events(vec![refused]), Answer::Events(vec![text("답"), end()])]);
    let failed = ask(&desk, "질문").await;
    assert_eq!(desk.contents().await, ["질문"]);
    assert_eq!(go_on(&desk, &failed).await.1, Outcome::Completed);
    assert_eq!(desk.contents().await, ["질문", "답"]);
    assert_eq!(scripted.requests()[1].shown, None);
}

#[tokio::test]
async fn a_text_is_proofread_again() {
    let refused: Event = Err(ProviderError::Rejected { reason: "x".into() });
    let (desk, _) = desk_with(vec![Answer::Events(vec![refused]), Answer::Events(vec![end()])]);
    let turn = desk.begin(proofread("몇일 뒤", &[])).await;
    let id = turn.record().id.clone();
    let outcome = desk.turns.run(turn, &Heard::default(), &CancellationToken::new()).await;
    assert_eq!(outcome, Outcome::Interrupted);
    assert_eq!(go_on(&desk, &id).await.1, Outcome::Completed);
    let summary = "지적 1건\n- 몇일 → 며칠 (맞춤법)";
    assert_eq!(desk.contents().await, ["몇일 뒤", summary, summary]);
}
