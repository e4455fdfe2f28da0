//! What headers keep of an article, and how turns and drafts move its state.

use domain::article::{ArticleMetadata, ArticleState, Embargo};
use domain::conversation::{Answer, Draft, Message};
use domain::finding::{FindingState, TrackedFinding};
use domain::model::TokenUsage;
use domain::ports::{
    Conclusion, ConversationChange, ConversationStore, ListFilter, OpenedTurn, Opening, TurnStore,
};
use domain::text::ArticleText;
use domain::turn::{Outcome, TurnKind, TurnRecord};

use crate::sample::{at, conclusion, conversation, finding, id, message, opening, turn, user};

async fn article(store: &dyn ConversationStore, key: &str) -> ArticleMetadata {
    store.header(&user("kim"), &id(key)).await.unwrap().unwrap().article
}

pub(crate) async fn an_update_sets_state_reporter_and_desk(store: &dyn ConversationStore) {
    for key in ["a", "b"] {
        store.create(&conversation("kim", key, 0)).await.unwrap();
    }
    let change = ConversationChange {
        state: Some(ArticleState::Done),
        reporter: Some(ArticleText::new("김 기자")),
        desk: Some(ArticleText::new("경제")),
        embargo: Some(Embargo::NoSearch),
        ..ConversationChange::default()
    };
    assert!(store.update(&user("kim"), &id("a"), &change).await.unwrap());
    let expected = ArticleMetadata {
        state: ArticleState::Done,
        reporter: change.reporter,
        desk: change.desk,
        open_suggestions: 0,
        embargo: Embargo::NoSearch,
    };
    assert_eq!(article(store, "a").await, expected);
    for (state, ids) in [
        (ArticleState::Done, vec!["a"]),
        (ArticleState::Waiting, vec!["b"]),
        (ArticleState::Review, vec![]),
    ] {
        let filter = ListFilter { state: Some(state), limit: 5, ..ListFilter::default() };
        let page = store.list(&user("kim"), &filter).await.unwrap();
        let found: Vec<_> = page.rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(found, ids, "{state:?}");
    }
}

/// A request that keeps to a milder embargo than the stored one is built again; a stricter one is put on
/// the conversation, and only an update takes it off.
pub(crate) async fn an_embargo_is_never_passed_by_a_turn<S: ConversationStore + TurnStore>(
    store: &S,
) {
    let [none, no_search, no_model] = Embargo::ALL;
    let ask = async |key: &str, embargo| {
        let record = TurnRecord { conversation_id: id("a"), ..proofread(key) };
        let mut header = conversation("kim", "a", 0);
        header.article.embargo = embargo;
        let question = Some((header, message(key)));
        let opened = store.open(&Opening { question, embargo, ..opening(&record) }).await.unwrap();
        if opened == OpenedTurn::New {
            store.conclude(&conclusion(&record, Outcome::Completed)).await.unwrap();
        }
        (opened, article(store, "a").await.embargo)
    };
    assert_eq!(ask("1", no_search).await, (OpenedTurn::New, no_search));
    assert_eq!(ask("2", none).await, (OpenedTurn::Outdated, no_search));
    assert_eq!(ask("3", no_model).await, (OpenedTurn::New, no_model));
    assert_eq!(ask("4", no_search).await, (OpenedTurn::Outdated, no_model));
    let milder = ConversationChange { embargo: Some(none), ..Default::default() };
    assert!(store.update(&user("kim"), &id("a"), &milder).await.unwrap());
    assert_eq!(ask("5", none).await, (OpenedTurn::New, none));
}

pub(crate) async fn a_draft_with_open_suggestions_waits_for_review(store: &dyn ConversationStore) {
    let draft = |version, states: &[FindingState]| {
        let tracked =
            |state: &FindingState| TrackedFinding { finding: finding("f"), state: *state };
        let findings = states.iter().map(tracked).collect();
        Draft { text: ArticleText::new("몇일"), findings, version, updated_at: at(7) }
    };
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let open = FindingState::Open;
    let steps: [(&[FindingState], _, _); 4] = [
        (&[FindingState::Accepted], ArticleState::Waiting, 0),
        (&[open, open, FindingState::Rejected], ArticleState::Review, 2),
        (&[open], ArticleState::Review, 1),
        (&[], ArticleState::Review, 0),
    ];
    for (version, (states, state, count)) in (1..).zip(steps) {
        store.save_draft(&user("kim"), &id("a"), &draft(version, states)).await.unwrap();
        let found = article(store, "a").await;
        assert_eq!((found.state, found.open_suggestions), (state, count), "{version}");
    }
    let done = ConversationChange { state: Some(ArticleState::Done), ..Default::default() };
    store.update(&user("kim"), &id("a"), &done).await.unwrap();
    store.save_draft(&user("kim"), &id("a"), &draft(5, &[open])).await.unwrap();
    assert_eq!(article(store, "a").await.state, ArticleState::Done);
}

fn proofread(key: &str) -> TurnRecord {
    TurnRecord { kind: TurnKind::Proofread, ..turn(key, key) }
}

fn asked(record: &TurnRecord) -> Opening {
    let header = conversation("kim", record.conversation_id.as_str(), 0);
    Opening { question: Some((header, message("q"))), ..opening(record) }
}

fn answer(record: &TurnRecord, findings: usize) -> Message {
    let answer = Answer {
        turn_id: record.id.clone(),
        provider: None,
        model: None,
        continues: None,
        prompt_version: 1,
        outcome: Outcome::Completed,
        usage: TokenUsage::default(),
        findings: vec![finding("f"); findings],
        sources: Vec::new(),
        verbatim: None,
    };
    Message { answer: Some(answer), ..message("a") }
}

pub(crate) async fn a_proofreading_turn_moves_its_article<S: ConversationStore + TurnStore>(
    store: &S,
) {
    for (key, outcome, findings, expected) in [
        ("a", Outcome::Completed, 0, ArticleState::Review),
        ("b", Outcome::Stopped, 2, ArticleState::Review),
        ("c", Outcome::Failed, 0, ArticleState::Waiting),
    ] {
        let record = proofread(key);
        store.open(&asked(&record)).await.unwrap();
        assert_eq!(article(store, key).await.state, ArticleState::Proofreading);
        let answer = Some(answer(&record, findings)).filter(|_| outcome != Outcome::Failed);
        let end = Conclusion { answer, ..conclusion(&record, outcome) };
        store.conclude(&end).await.unwrap();
        let found = article(store, key).await;
        assert_eq!((found.state, found.open_suggestions), (expected, findings as u64), "{key}");
    }
    let chat = turn("d", "d");
    store.open(&asked(&chat)).await.unwrap();
    assert_eq!(article(store, "d").await, ArticleMetadata::default());
    store.conclude(&conclusion(&chat, Outcome::Completed)).await.unwrap();
    assert_eq!(article(store, "d").await, ArticleMetadata::default());
}
