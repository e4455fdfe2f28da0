//! A service to test: memory store, scripted model, fixed clock, counted ids.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use api::auth::{Admission, AuthError, Authenticator, Credentials, Origins, SignIn};
use api::{App, FileReader, Hub, Operations, SESSION_CHECK, router};
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use checker::{Checker, Pack, Profile};
use domain::check::Checks;
use domain::dictionary::Dictionaries;
use domain::id::UserId;
use domain::ledger::{Nanodollars, Price};
use domain::meter::Unmetered;
use domain::model::ModelCard;
use domain::ports::{
    AuditStore, Clock, ConnectionStore, ConversationStore, DictionaryStore, IdSource, LedgerStore,
    PromptStore, Provider, QuotaStore, TurnStore,
};
use domain::prefix::Prefixes;
use domain::principal::{Principal, Role};
use domain::quota::{Limits, Quotas};
use domain::time::Timestamp;
use domain::turn::{TurnLimits, Turns};
use providers::scripted::Answer;
use providers::{Failover, Scripted};
use serde_json::Value;
use stores::MemoryStore;
use tower::ServiceExt;

/// Names the user by the token itself; `admin:` or `desk:` before the name gives that role, `@economy`
/// after it that desk.
struct ByToken;

#[async_trait]
impl Authenticator for ByToken {
    async fn admit(&self, credentials: &Credentials) -> Result<Admission, AuthError> {
        let token = credentials.token.as_deref().ok_or(AuthError::Missing)?;
        let (role, name) = match token.split_once(':') {
            Some(("admin", name)) => (Role::Admin, name),
            Some(("desk", name)) => (Role::Desk, name),
            Some(_) | None => (Role::User, token),
        };
        let (name, desk) = match name.split_once('@') {
            Some((name, desk)) => (name, Some(desk.to_owned())),
            None => (name, None),
        };
        Ok(Admission::of(Principal { desk, ..Principal::new(UserId::new(name), role) }))
    }
}

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::parse("2026-11-24T03:00:00Z").unwrap()
    }
}

#[derive(Default)]
struct CountedIds(AtomicU64);

impl IdSource for CountedIds {
    fn next_id(&self) -> String {
        format!("id-{:06}", self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn nonce(&self) -> String {
        "nonce".into()
    }
}

pub(crate) fn card() -> ModelCard {
    let price = Price {
        input: 5_000,
        output: 25_000,
        cache_write_5m: 6_250,
        cache_write_1h: 10_000,
        cache_read: 500,
        web_search: 10_000_000,
    };
    ModelCard {
        id: "scripted-1".into(),
        context_tokens: 200_000,
        output_tokens: 64_000,
        cache_minimum_tokens: 4_096,
        takes_prefill: true,
        prices: vec![(Timestamp::from_millis(0), price)],
    }
}

pub(crate) struct Service {
    pub(crate) router: Router,
    pub(crate) store: Arc<MemoryStore>,
}

/// A service with a model that gives these answers; none: no model at all.
pub(crate) fn service(answers: Option<Vec<Answer>>) -> Service {
    let store = Arc::new(MemoryStore::default());
    Service { router: router_over(&store, answers), store }
}

/// The same, in a home that tells this.
pub(crate) fn operated(answers: Option<Vec<Answer>>, operations: Operations) -> Service {
    let store = Arc::new(MemoryStore::default());
    let app = App { operations, ..app_over(&store, store.clone(), answers) };
    Service { router: router(Arc::new(app)), store }
}

/// The same, changed as a test wants it.
pub(crate) fn made(
    answers: Option<Vec<Answer>>,
    change: impl FnOnce(&Arc<MemoryStore>, App) -> App,
) -> Service {
    let store = Arc::new(MemoryStore::default());
    let app = change(&store, app_over(&store, store.clone(), answers));
    Service { router: router(Arc::new(app)), store }
}

/// The address of a server that serves it.
pub(crate) async fn served(service: &Service) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = service.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address.to_string()
}

/// A service without a model that reads files.
pub(crate) fn reading(files: FileReader) -> Service {
    let store = Arc::new(MemoryStore::default());
    let app = App { files: Some(files), ..app_over(&store, store.clone(), None) };
    Service { router: router(Arc::new(app)), store }
}

/// The routes of one of several processes that share the store, as functions do.
pub(crate) fn one_of_several(store: &Arc<MemoryStore>, answers: Option<Vec<Answer>>) -> Router {
    router(Arc::new(App { hub: Hub::shared(), ..app_over(store, store.clone(), answers) }))
}

/// Words that only kim, the economy desk and one article may use.
fn packs() -> Vec<Pack> {
    let pack = |scope: &str| {
        let text = format!("scope = \"{scope}\"\nignore = [\"몇일\"]");
        Pack::from_toml("pack.toml", &text).unwrap()
    };
    ["user:lee", "desk:economy", "article:poem"].map(pack).into()
}

/// What the service keeps, in one store.
pub(crate) trait Everything:
    ConversationStore
    + TurnStore
    + PromptStore
    + LedgerStore
    + QuotaStore
    + DictionaryStore
    + ConnectionStore
    + AuditStore
{
}

impl<S> Everything for S where
    S: ConversationStore
        + TurnStore
        + PromptStore
        + LedgerStore
        + QuotaStore
        + DictionaryStore
        + ConnectionStore
        + AuditStore
{
}

/// The routes over any store.
pub(crate) fn router_over<S>(store: &Arc<S>, answers: Option<Vec<Answer>>) -> Router
where
    S: Everything + 'static,
{
    router_with(store, store.clone(), answers)
}

/// The routes over any store, with the journal in another.
pub(crate) fn router_with<S>(
    store: &Arc<S>,
    journal: Arc<dyn TurnStore>,
    answers: Option<Vec<Answer>>,
) -> Router
where
    S: Everything + 'static,
{
    router(Arc::new(app_over(store, journal, answers)))
}

pub(crate) fn app_over<S>(
    store: &Arc<S>,
    journal: Arc<dyn TurnStore>,
    answers: Option<Vec<Answer>>,
) -> App
where
    S: Everything + 'static,
{
    crate::silence::watched();
    let penny = Limits { cost: Some(Nanodollars(10_000_000)), ..Limits::default() };
    let provider = answers.map(|answers| Arc::new(Scripted::new(card(), answers)));
    let checks = Arc::new(Checks::new(Checker::with_packs(packs()), Vec::new()));
    let ids = Arc::new(CountedIds::default());
    let dictionaries =
        Dictionaries::new(store.clone(), checks.clone(), Arc::new(FixedClock), ids.clone())
            .with_profiles([("sports".to_owned(), Profile::Yonhap)].into());
    let turns = Turns {
        conversations: store.clone(),
        turns: journal,
        prompts: store.clone(),
        ledger: store.clone(),
        quotas: store.clone(),
        known_quotas: Arc::default(),
        provider: provider.map(|one| Arc::new(Failover::new(one, Vec::new())) as Arc<dyn Provider>),
        prefixes: Some(Arc::new(Prefixes::new(Timestamp::from_millis(0)))),
        checks,
        dictionaries: Arc::new(dictionaries),
        clock: Arc::new(FixedClock),
        ids,
        meter: Arc::new(Unmetered),
        unsaved: Arc::default(),
        beats: Arc::default(),
        limits: TurnLimits {
            max_text_chars: 20_000,
            max_answer_tokens: 100,
            max_web_searches: 5,
            quotas: Quotas {
                default: Limits { tokens: Some(10_000), ..Limits::default() },
                users: [(UserId::new("lee"), penny)].into(),
                ..Quotas::default()
            },
            lease_ms: None,
        },
    };
    App {
        turns: Arc::new(turns),
        connections: store.clone(),
        authenticator: Arc::new(ByToken),
        sign_in: SignIn::Nobody,
        session_check: SESSION_CHECK,
        audit: store.clone(),
        origins: Origins::default(),
        hub: Hub::default(),
        files: None,
        operations: Operations::default(),
        version: "test",
    }
}

impl Service {
    /// Status and JSON of a request by that user.
    pub(crate) async fn call(
        &self,
        user: &str,
        method: &str,
        path: &str,
        body: &str,
    ) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {user}"))
            .body(Body::from(body.to_owned()))
            .unwrap();
        self.send(request).await
    }

    /// Headers and text of an answer that is no JSON.
    pub(crate) async fn text(&self, user: &str, path: &str) -> (HeaderMap, String) {
        let request = Request::builder()
            .uri(path)
            .header("authorization", format!("Bearer {user}"))
            .body(Body::empty())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let headers = response.headers().clone();
        let bytes = axum::body::to_bytes(response.into_body(), 10_000_000).await.unwrap();
        (headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 10_000_000).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Asserts the status and gives the JSON.
    pub(crate) async fn ok(&self, user: &str, method: &str, path: &str, body: &str) -> Value {
        let (status, json) = self.call(user, method, path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {json}");
        json
    }

    /// Status and code of a request that is refused.
    pub(crate) async fn refused(
        &self,
        user: &str,
        method: &str,
        path: &str,
        body: &str,
    ) -> (u16, String) {
        let (status, json) = self.call(user, method, path, body).await;
        assert!(json["requestId"].is_string() && json["error"].is_string(), "{json}");
        (status.as_u16(), json["code"].as_str().unwrap().to_owned())
    }
}
