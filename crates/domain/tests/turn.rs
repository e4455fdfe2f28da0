//! The turn over real stores and scripted providers: failover, what is kept, what is billed, and
//! what a fault leaves behind.

#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use checker::{Category, Checker, Severity};
use domain::check::Checks;
use domain::engine::Engine;
use domain::id::{ConversationId, UserId};
use domain::ledger::Price;
use domain::model::{FinishReason, ModelCard, ModelEvent, ModelFinding, ProviderError, TokenUsage};
use domain::ports::{
    Clock, ConversationStore, IdSource, LedgerStore, MessageRange, Provider, TurnStore,
};
use domain::principal::{Principal, Role};
use domain::text::ArticleText;
use domain::time::Timestamp;
use domain::turn::{
    Begun, Notice, OpenTurn, Outcome, SequencedEvent, TurnError, TurnEvent, TurnInput, TurnLimits,
    TurnRequest, TurnSink, Turns,
};
use providers::scripted::Answer;
use providers::{Failover, Scripted};
use stores::MemoryStore;
use tokio_util::sync::CancellationToken;

/// Goes on by 400 ms whenever it is asked, so that the journal writes in batches; and counts ids.
#[derive(Default)]
struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        let ticks = self.0.fetch_add(400, Ordering::Relaxed);
        Timestamp::from_millis(1_764_000_000_000).plus_millis(i64::try_from(ticks).unwrap())
    }
}

impl IdSource for Ticking {
    fn next_id(&self) -> String {
        format!("id-{}", self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn nonce(&self) -> String {
        "nonce".into()
    }
}

#[derive(Default)]
struct Heard(Mutex<Vec<TurnEvent>>);

#[async_trait]
impl TurnSink for Heard {
    async fn send(&self, event: &SequencedEvent) {
        self.0.lock().unwrap().push(event.event.clone());
    }
}

fn provider(number: usize, answer: Answer) -> Arc<dyn Provider> {
    let price = Price {
        input: 10,
        output: 100,
        cache_write_5m: 0,
        cache_write_1h: 0,
        cache_read: 1,
        web_search: 0,
    };
    let prices = vec![(Timestamp::from_millis(0), price)];
    let card = ModelCard {
        id: "m".into(),
        context_tokens: 1000,
        output_tokens: 100,
        cache_minimum_tokens: 10,
        takes_prefill: true,
        prices,
    };
    Arc::new(Scripted::named(&format!("leg-{number}"), card, vec![answer]))
}

fn failover(answers: Vec<Answer>) -> Option<Arc<dyn Provider>> {
    let mut legs = answers.into_iter().enumerate().map(|(number, answer)| provider(number, answer));
    let first = legs.next()?;
    Some(Arc::new(Failover::new(first, legs.collect())))
}

fn usage(input_tokens: u64, output_tokens: u64) -> TokenUsage {
    TokenUsage { input_tokens, output_tokens, ..TokenUsage::default() }
}

type Event = Result<ModelEvent, ProviderError>;

fn text(text: &str) -> Event {
    Ok(ModelEvent::Text(text.into()))
}

fn end() -> Event {
    Ok(ModelEvent::Finished(FinishReason::EndTurn))
}

struct Desk {
    turns: Turns,
    store: Arc<MemoryStore>,
}

fn desk(answers: Vec<Answer>) -> Desk {
    let store = Arc::new(MemoryStore::default());
    let turns = Turns {
        conversations: store.clone(),
        turns: store.clone(),
        prompts: store.clone(),
        ledger: store.clone(),
        provider: failover(answers),
        checks: Arc::new(Checks::new(Checker::new(), Vec::new())),
        clock: Arc::new(Ticking::default()),
        ids: Arc::new(Ticking::default()),
        limits: TurnLimits {
            max_text_chars: 100,
            max_answer_tokens: 50,
            month_tokens: Some(100_000),
        },
    };
    Desk { turns, store }
}

fn kim() -> Principal {
    Principal { user_id: UserId::new("kim"), role: Role::User }
}

fn chat(message: &str) -> TurnRequest {
    TurnRequest {
        conversation_id: Some(ConversationId::new("c")),
        engine: Engine::Basic,
        input: TurnInput::Chat { message: ArticleText::new(message) },
        idempotency_key: None,
    }
}

fn proofread(article: &str, categories: &[Category]) -> TurnRequest {
    let text = ArticleText::new(article);
    let input =
        TurnInput::Proofread { text, categories: categories.to_vec(), options: Box::default() };
    TurnRequest { input, ..chat("") }
}

impl Desk {
    async fn begin(&self, request: TurnRequest) -> OpenTurn {
        match self.turns.begin(&kim(), request).await.unwrap() {
            Begun::New(turn) => turn,
            Begun::Attached(earlier) => panic!("attached to {earlier:?}"),
        }
    }

    async fn run(&self, request: TurnRequest) -> (Outcome, Vec<TurnEvent>) {
        let (turn, heard) = (self.begin(request).await, Heard::default());
        let outcome = self.turns.run(turn, &heard, &CancellationToken::new()).await;
        (outcome, heard.0.into_inner().unwrap())
    }

    async fn contents(&self) -> Vec<String> {
        let id = ConversationId::new("c");
        let all = self.store.messages(&kim().user_id, &id, &MessageRange::default()).await;
        all.unwrap().into_iter().map(|one| one.content.into_string()).collect()
    }

    async fn billed(&self) -> Vec<(TokenUsage, u64, Outcome)> {
        let rows = self.store.entries(&kim().user_id, "2025-01-01", "2025-12-31").await.unwrap();
        rows.into_iter().map(|row| (row.usage, row.cost.0, row.outcome)).collect()
    }
}

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
    let first = Answer::Events(vec![reported, Err(ProviderError::Overloaded)]);
    let second = Answer::Events(vec![text("답"), Ok(ModelEvent::Usage(usage(5, 2))), end()]);
    let desk = desk(vec![first, second]);
    let (outcome, events) = desk.run(chat("질문")).await;
    assert_eq!((outcome, notices(&events)), (Outcome::Completed, vec![Notice::ProviderSwitched]));
    assert_eq!(desk.contents().await, ["질문", "답"]);
    // What the first provider reported is paid for too.
    assert_eq!(desk.billed().await, [(usage(12, 2), 12 * 10 + 2 * 100, Outcome::Completed)]);
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
    desk.turns.limits.month_tokens = Some(10);
    let refused = desk.turns.begin(&kim(), chat("질문")).await;
    assert!(matches!(refused, Err(TurnError::QuotaReached { used_tokens: 0, limit_tokens: 10 })));
    assert_eq!(desk.store.open_turns().await.unwrap(), []);
    desk.turns.limits.month_tokens = None;
    assert_eq!(desk.run(chat("질문")).await.0, Outcome::Completed);
    assert_eq!(desk.contents().await, ["질문", "답"]);
}

#[tokio::test]
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
    // Everything sent is taken in one go; then the turn waits for more, and the process dies.
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
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
}
