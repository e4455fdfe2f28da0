//! A turn over the real clients of both providers against the simulator, and what must hold after it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::config::{
    BehaviorVersion, Config, Credentials, Region, StalledStreamProtectionConfig,
};
use checker::Checker;
use domain::article::Embargo;
use domain::check::Checks;
use domain::conversation::Message;
use domain::dictionary::Dictionaries;
use domain::engine::Engine;
use domain::id::{ConversationId, UserId};
use domain::ledger::{LedgerEntry, Nanodollars};
use domain::meter::Unmetered;
use domain::model::TokenUsage;
use domain::ports::{Clock, ConversationStore, IdSource, LedgerStore, MessageRange, Provider};
use domain::principal::{Principal, Role};
use domain::quota::Quotas;
use domain::text::{ArticleText, Secret};
use domain::time::Timestamp;
use domain::turn::{
    Beats, Begun, Notice, Outcome, SequencedEvent, TurnEvent, TurnInput, TurnLimits, TurnRequest,
    TurnSink, Turns,
};
use providers::drill::{self, Drill, Script, Seen};
use providers::{
    Anthropic, AnthropicConfig, Bedrock, BedrockConfig, Domains, Failover, Leg, Models,
    SearchSettings, Settings, Timeouts,
};
use stores::MemoryStore;
use tokio_util::sync::CancellationToken;

/// Thousands of answers are played one after another.
const BEAT: Duration = Duration::from_millis(1);
const MODEL: &str = "claude-opus-4-5-20251101";

/// Noon of one day, and ids that count.
#[derive(Debug, Default)]
pub(crate) struct Noon(AtomicU64);

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::parse("2026-11-24T12:00:00+09:00").unwrap()
    }
}

impl IdSource for Noon {
    fn next_id(&self) -> String {
        format!("id-{:04}", self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn nonce(&self) -> String {
        "nonce".into()
    }
}

#[derive(Default)]
struct Heard(Mutex<Vec<TurnEvent>>);

impl TurnSink for Heard {
    fn send(&self, event: &Arc<SequencedEvent>) {
        self.0.lock().unwrap().push(event.event.clone());
    }
}

/// One simulator with the clients that reach it.
pub(crate) struct Bench {
    drill: Drill,
    anthropic: Arc<dyn Provider>,
    successors: Vec<Arc<dyn Provider>>,
    bedrock: Arc<dyn Provider>,
    checks: Arc<Checks>,
}

/// What one turn said and left behind.
pub(crate) struct Ran {
    pub(crate) outcome: Outcome,
    pub(crate) events: Vec<TurnEvent>,
    pub(crate) messages: Vec<Message>,
    pub(crate) requests: Vec<Seen>,
    entries: Vec<LedgerEntry>,
    sums: (TokenUsage, Nanodollars),
}

fn bedrock_client(base_url: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("AKID", "secret", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .endpoint_url(base_url);
    Client::from_conf(config.build())
}

impl Bench {
    pub(crate) async fn open() -> Self {
        let models = Models::built_in().unwrap();
        let clock = Arc::new(Noon::default());
        let drill = Drill::new(Script::default(), models.clone(), clock);
        let base_url = format!("http://{}", drill::start(drill.clone()).await.unwrap());
        let line = models.line(MODEL).unwrap();
        let anthropic = Anthropic::new(AnthropicConfig {
            base_url: base_url.clone(),
            key: Arc::new(Secret::new("k")),
            model: line[0].clone(),
            temperature: 0.7,
            web_search: Some(SearchSettings { max_uses: 5, domains: Domains::All }),
            prompt_caching: true,
        })
        .unwrap();
        let successors = line[1..].iter().map(|model| {
            Arc::new(anthropic.with_model((*model).clone()).unwrap()) as Arc<dyn Provider>
        });
        let successors = successors.collect();
        let config = BedrockConfig {
            region: "us-east-1".into(),
            endpoint_url: Some(base_url.clone()),
            model: line[0].clone(),
            temperature: 0.7,
            prompt_caching: true,
            has_search_elsewhere: true,
        };
        let bedrock = Bedrock::over(bedrock_client(&base_url), config).unwrap();
        let checks = Arc::new(Checks::new(Checker::new(), Vec::new()));
        let (anthropic, bedrock) = (Arc::new(anthropic), Arc::new(bedrock));
        Self { drill, anthropic, successors, bedrock, checks }
    }

    fn turns(&self, store: &Arc<MemoryStore>, settings: Settings, has_bedrock: bool) -> Turns {
        let leg = Leg::new(Arc::clone(&self.anthropic), self.successors.clone());
        let others = has_bedrock.then(|| Leg::new(Arc::clone(&self.bedrock), Vec::new()));
        let failover = Failover::of(leg, others.into_iter().collect(), settings, 0);
        let (clock, ids) = (Arc::new(Noon::default()), Arc::new(Noon::default()));
        let dictionaries = Dictionaries::new(store.clone(), Arc::clone(&self.checks), clock, ids);
        Turns {
            conversations: store.clone(),
            turns: store.clone(),
            prompts: store.clone(),
            ledger: store.clone(),
            quotas: store.clone(),
            known_quotas: Arc::default(),
            provider: Some(Arc::new(failover)),
            prefixes: None,
            checks: Arc::clone(&self.checks),
            dictionaries: Arc::new(dictionaries),
            clock: Arc::new(Noon::default()),
            ids: Arc::new(Noon::default()),
            meter: Arc::new(Unmetered),
            unsaved: Arc::default(),
            beats: Arc::new(Beats::of(BEAT, BEAT)),
            limits: TurnLimits {
                max_text_chars: 10_000,
                max_answer_tokens: 1_000,
                max_web_searches: 5,
                quotas: Quotas::default(),
                lease_ms: None,
            },
        }
    }

    /// Plays the script for one turn.
    pub(crate) async fn run(&self, script: Script, input: TurnInput) -> Ran {
        self.run_with(script, input, quick(), true).await
    }

    pub(crate) async fn run_with(
        &self,
        script: Script,
        input: TurnInput,
        settings: Settings,
        has_bedrock: bool,
    ) -> Ran {
        let store = Arc::new(MemoryStore::default());
        let turns = self.turns(&store, settings, has_bedrock);
        self.drill.play(script);
        self.drill.forget();
        let request = TurnRequest {
            conversation_id: Some(ConversationId::new("c")),
            engine: Engine::Basic,
            input,
            idempotency_key: None,
            embargo: Embargo::None,
        };
        let who = Principal::new(UserId::new("kim"), Role::User);
        let Begun::New(turn) = turns.begin(&who, request).await.unwrap() else {
            panic!("attached")
        };
        let heard = Heard::default();
        let outcome = turns.run(*turn, &heard, &CancellationToken::new()).await;
        let id = ConversationId::new("c");
        let all = MessageRange::default();
        let sums = self.drill.sums().iter().fold(
            (TokenUsage::default(), Nanodollars(0)),
            |(usage, cost), sum| {
                (usage.plus(sum.usage), Nanodollars(cost.0 + sum.cost_nanodollars.0))
            },
        );
        let days = ("2026-11-24", "2026-11-24");
        Ran {
            outcome,
            events: heard.0.into_inner().unwrap(),
            messages: store.messages(&who.user_id, &id, &all).await.unwrap(),
            requests: self.drill.requests(),
            entries: store.entries(&who.user_id, days.0, days.1).await.unwrap(),
            sums,
        }
    }
}

/// Time limits in which a stall costs a test little, and one request a leg.
pub(crate) fn quick() -> Settings {
    Settings {
        timeouts: Timeouts {
            first_token: Duration::from_secs(5),
            idle: Duration::from_secs(5),
            total: Duration::from_secs(20),
        },
        attempts_per_leg: 1,
        ..Settings::default()
    }
}

pub(crate) fn chat() -> TurnInput {
    TurnInput::Chat { message: ArticleText::new("기준금리는 어떻게 됐나요?") }
}

pub(crate) fn proofread() -> TurnInput {
    let text = ArticleText::new("그는 어제 서울에 갔다. 회의는 오래 걸렸다. 결과는 좋았다.");
    TurnInput::Proofread { text, categories: vec![], options: Box::default() }
}

impl Ran {
    /// Everything that was shown of the answer.
    pub(crate) fn shown(&self) -> String {
        let piece = |event: &TurnEvent| match event {
            TurnEvent::Text { text, .. } => Some(text.as_str().to_owned()),
            _ => None,
        };
        self.events.iter().filter_map(piece).collect()
    }

    pub(crate) fn notices(&self) -> Vec<Notice> {
        let notice = |event: &TurnEvent| match event {
            TurnEvent::Notice(notice) => Some(*notice),
            _ => None,
        };
        self.events.iter().filter_map(notice).collect()
    }

    /// The replacements that were shown, each finding as it was shown last.
    pub(crate) fn replacements(&self) -> Vec<(String, String)> {
        let mut found: Vec<(String, String, String)> = Vec::new();
        for event in &self.events {
            if let TurnEvent::Finding(finding) = event {
                let id = finding.id.as_str().to_owned();
                found.retain(|(known, ..)| *known != id);
                let fix = finding.replacements.first().cloned().unwrap_or_default();
                found.push((id, finding.original.clone(), fix));
            }
        }
        let mut pairs: Vec<_> = found.into_iter().map(|(_, from, to)| (from, to)).collect();
        pairs.sort();
        pairs
    }

    pub(crate) fn saved(&self) -> Option<&str> {
        self.messages.get(1).map(|message| message.content.as_str())
    }

    /// One row, with exactly what the simulator has reported on the wire.
    pub(crate) fn check_ledger(&self, what: &str) {
        let rows: Vec<_> = self.entries.iter().map(|row| (row.usage, row.cost)).collect();
        assert_eq!(rows, [self.sums], "{what}");
    }

    fn check_answer(&self, answer: &str, what: &str) {
        assert_eq!(self.shown(), answer, "{what}");
        assert_eq!(self.outcome, Outcome::Completed, "{what}");
        assert_eq!(self.saved(), Some(answer), "{what}");
    }

    /// The answer is whole, saved as it was shown, and paid as it was reported.
    pub(crate) fn check_whole(&self, answer: &str, what: &str) {
        self.check_answer(answer, what);
        self.check_ledger(what);
    }

    /// The answer is whole; of the first response, whose end could not be read, at most what was
    /// reported is paid.
    pub(crate) fn check_whole_after_garbage(&self, answer: &str, what: &str) {
        self.check_answer(answer, what);
        let [row] = &self.entries[..] else { panic!("{what}: {} rows", self.entries.len()) };
        let garbled = self.requests[0].usage.total_tokens();
        let (paid, reported) = (row.usage.total_tokens(), self.sums.0.total_tokens());
        assert!(paid <= reported && paid + garbled >= reported, "{what}: {paid} of {reported}");
    }
}
