//! A desk with a memory store, a clock that ticks, and providers that play scripts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use checker::{Category, Checker};
use domain::article::Embargo;
use domain::check::Checks;
use domain::dictionary::Dictionaries;
use domain::engine::Engine;
use domain::id::{ConversationId, UserId};
use domain::ledger::{Audit, Nanodollars, Price};
use domain::meter::Unmetered;
use domain::model::{FinishReason, ModelCard, ModelEvent, ProviderError, TokenUsage};
use domain::ports::{Clock, ConversationStore, IdSource, LedgerStore, MessageRange, Provider};
use domain::prefix::Prefixes;
use domain::principal::{Principal, Role};
use domain::quota::{Limits, Quotas};
use domain::text::ArticleText;
use domain::time::Timestamp;
use domain::turn::{
    Begun, OpenTurn, Outcome, SequencedEvent, TurnEvent, TurnInput, TurnLimits, TurnRequest,
    TurnSink, Turns,
};
use providers::scripted::Answer;
use providers::{Failover, Scripted};
use stores::MemoryStore;
use tokio_util::sync::CancellationToken;

/// Goes on by 400 ms whenever it is asked, so that the journal writes in batches; and counts ids.
#[derive(Default)]
pub(crate) struct Ticking(AtomicU64);

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
pub(crate) struct Heard(pub(crate) Mutex<Vec<TurnEvent>>);

impl TurnSink for Heard {
    fn send(&self, event: &Arc<SequencedEvent>) {
        self.0.lock().unwrap().push(event.event.clone());
    }
}

pub(crate) const PRICE: Price = Price {
    input: 10,
    output: 100,
    cache_write_5m: 0,
    cache_write_1h: 0,
    cache_read: 1,
    web_search: 0,
};

pub(crate) fn card() -> ModelCard {
    let prices = vec![(Timestamp::from_millis(0), PRICE)];
    ModelCard {
        id: "m".into(),
        context_tokens: 1000,
        output_tokens: 100,
        cache_minimum_tokens: 10,
        takes_prefill: true,
        prices,
    }
}

fn provider(number: usize, answer: Answer) -> Arc<dyn Provider> {
    Arc::new(Scripted::named(&format!("leg-{number}"), card(), vec![answer]))
}

pub(crate) fn failover(answers: Vec<Answer>) -> Option<Arc<dyn Provider>> {
    let mut legs = answers.into_iter().enumerate().map(|(number, answer)| provider(number, answer));
    let first = legs.next()?;
    Some(Arc::new(Failover::new(first, legs.collect())))
}

pub(crate) fn usage(input_tokens: u64, output_tokens: u64) -> TokenUsage {
    TokenUsage { input_tokens, output_tokens, ..TokenUsage::default() }
}

pub(crate) type Event = Result<ModelEvent, ProviderError>;

pub(crate) fn text(text: &str) -> Event {
    Ok(ModelEvent::Text(text.into()))
}

pub(crate) fn end() -> Event {
    Ok(ModelEvent::Finished(FinishReason::EndTurn))
}

pub(crate) struct Desk {
    pub(crate) turns: Turns,
    pub(crate) store: Arc<MemoryStore>,
}

pub(crate) fn desk(answers: Vec<Answer>) -> Desk {
    let store = Arc::new(MemoryStore::default());
    let checks = Arc::new(Checks::new(Checker::new(), Vec::new()));
    let (clock, ids) = (Arc::new(Ticking::default()), Arc::new(Ticking::default()));
    let dictionaries = Dictionaries::new(store.clone(), checks.clone(), clock.clone(), ids);
    let turns = Turns {
        conversations: store.clone(),
        turns: store.clone(),
        prompts: store.clone(),
        ledger: store.clone(),
        quotas: store.clone(),
        known_quotas: Arc::default(),
        provider: failover(answers),
        prefixes: Some(Arc::new(Prefixes::new(Timestamp::from_millis(0)))),
        checks,
        dictionaries: Arc::new(dictionaries),
        clock: Arc::new(Ticking::default()),
        ids: Arc::new(Ticking::default()),
        meter: Arc::new(Unmetered),
        unsaved: Arc::default(),
        beats: Arc::default(),
        limits: TurnLimits {
            max_text_chars: 100,
            max_answer_tokens: 50,
            max_web_searches: 0,
            quotas: month_quota(Some(100_000), None),
            lease_ms: None,
        },
    };
    Desk { turns, store }
}

pub(crate) fn month_quota(tokens: Option<u64>, nanodollars: Option<u64>) -> Quotas {
    let default = Limits { tokens, cost: nanodollars.map(Nanodollars), ..Limits::default() };
    Quotas { default, ..Quotas::default() }
}

pub(crate) fn kim() -> Principal {
    Principal::new(UserId::new("kim"), Role::User)
}

pub(crate) fn chat(message: &str) -> TurnRequest {
    TurnRequest {
        conversation_id: Some(ConversationId::new("c")),
        engine: Engine::Basic,
        input: TurnInput::Chat { message: ArticleText::new(message) },
        idempotency_key: None,
        embargo: Embargo::None,
    }
}

pub(crate) fn proofread(article: &str, categories: &[Category]) -> TurnRequest {
    let text = ArticleText::new(article);
    let input =
        TurnInput::Proofread { text, categories: categories.to_vec(), options: Box::default() };
    TurnRequest { input, ..chat("") }
}

impl Desk {
    pub(crate) async fn begin(&self, request: TurnRequest) -> OpenTurn {
        match self.turns.begin(&kim(), request).await.unwrap() {
            Begun::New(turn) => *turn,
            Begun::Attached(earlier) => panic!("attached to {earlier:?}"),
        }
    }

    pub(crate) async fn run(&self, request: TurnRequest) -> (Outcome, Vec<TurnEvent>) {
        let (turn, heard) = (self.begin(request).await, Heard::default());
        let outcome = self.turns.run(turn, &heard, &CancellationToken::new()).await;
        (outcome, heard.0.into_inner().unwrap())
    }

    pub(crate) async fn contents(&self) -> Vec<String> {
        let id = ConversationId::new("c");
        let all = self.store.messages(&kim().user_id, &id, &MessageRange::default()).await;
        all.unwrap().into_iter().map(|one| one.content.as_str().to_owned()).collect()
    }

    pub(crate) async fn audits(&self) -> Vec<Option<Audit>> {
        let books = self.store.books(&kim().user_id).await.unwrap();
        assert_eq!(books.differences(), []);
        books.entries.into_iter().map(|row| row.audit).collect()
    }

    pub(crate) async fn billed(&self) -> Vec<(TokenUsage, u64, Outcome)> {
        let rows = self.store.entries(&kim().user_id, "2025-01-01", "2025-12-31").await.unwrap();
        rows.into_iter().map(|row| (row.usage, row.cost.0, row.outcome)).collect()
    }
}
