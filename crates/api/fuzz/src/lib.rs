//! A service for the fuzz targets: memory store, no model, a clock that stands, ids that count. It stays for
//! many inputs, each of which asks as a user of its own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use api::auth::{Admission, AuthError, Authenticator, Credentials, Origins, SignIn};
use api::{App, Hub, Operations, SESSION_CHECK};
use async_trait::async_trait;
use checker::Checker;
use domain::check::Checks;
use domain::dictionary::Dictionaries;
use domain::id::UserId;
use domain::meter::Unmetered;
use domain::ports::{Clock, IdSource};
use domain::principal::{Principal, Role};
use domain::quota::Quotas;
use domain::time::Timestamp;
use domain::turn::{TurnLimits, Turns};
use stores::MemoryStore;
use tokio::runtime::{Builder, Runtime};

/// The checker's tables are read once for all inputs.
static CHECKS: LazyLock<Arc<Checks>> =
    LazyLock::new(|| Arc::new(Checks::new(Checker::new(), Vec::new())));

/// Longer texts are read and refused: what the rules make of a text is tried by the targets of `checker`,
/// which do nothing else.
const TEXT_LIMIT_CHARS: usize = 16;

/// A service stays for so many users, so that its memory is bounded.
const USERS: u64 = 4096;

/// Users' names begin so, and are their tokens.
const USER: &str = "user-";

/// The second at which the clock stands.
pub const NOW_S: i64 = 1_800_000_000;

struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(NOW_S * 1000)
    }
}

/// A clock that stands at [`NOW_S`].
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(Standing)
}

#[derive(Default)]
struct Counted(AtomicU64);

impl IdSource for Counted {
    fn next_id(&self) -> String {
        format!("id-{:06}", self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn nonce(&self) -> String {
        "nonce".into()
    }
}

/// Whoever names a user is that user.
struct ByName;

#[async_trait]
impl Authenticator for ByName {
    async fn admit(&self, credentials: &Credentials) -> Result<Admission, AuthError> {
        match credentials.token.as_deref() {
            Some(name) if name.starts_with(USER) => {
                Ok(Admission::of(Principal::new(UserId::new(name), Role::User)))
            }
            Some(_) => Err(AuthError::Invalid),
            None => Err(AuthError::Missing),
        }
    }
}

/// One thread, so that an input does the same whenever it is tried.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

/// A service, and who has not yet asked it anything.
pub struct Home<S> {
    open: fn() -> S,
    service: S,
    users: u64,
}

impl<S> Home<S> {
    /// The service that this opens, anew once it has had enough users.
    pub fn new(open: fn() -> S) -> Self {
        Self { open, service: open(), users: 0 }
    }

    /// The service.
    pub fn service(&self) -> &S {
        &self.service
    }

    /// The name and token of somebody who is new here; call it before the service is asked for.
    pub fn user(&mut self) -> String {
        self.users += 1;
        if self.users.is_multiple_of(USERS) {
            self.service = (self.open)();
        }
        format!("{USER}{}", self.users)
    }
}

/// A service over that store.
pub fn app(store: &Arc<MemoryStore>) -> Arc<App> {
    let ids = Arc::new(Counted::default());
    let dictionaries = Dictionaries::new(store.clone(), CHECKS.clone(), clock(), ids.clone());
    let turns = Turns {
        conversations: store.clone(),
        turns: store.clone(),
        prompts: store.clone(),
        ledger: store.clone(),
        quotas: store.clone(),
        known_quotas: Arc::default(),
        provider: None,
        prefixes: None,
        checks: CHECKS.clone(),
        dictionaries: Arc::new(dictionaries),
        clock: clock(),
        ids,
        meter: Arc::new(Unmetered),
        unsaved: Arc::default(),
        beats: Arc::default(),
        limits: TurnLimits {
            max_text_chars: TEXT_LIMIT_CHARS,
            max_answer_tokens: 100,
            max_web_searches: 5,
            quotas: Quotas::default(),
            lease_ms: None,
        },
    };
    Arc::new(App {
        turns: Arc::new(turns),
        connections: store.clone(),
        authenticator: Arc::new(ByName),
        sign_in: SignIn::Nobody,
        session_check: SESSION_CHECK,
        audit: store.clone(),
        origins: Origins::default(),
        hub: Hub::default(),
        files: None,
        operations: Operations::default(),
        version: "fuzz",
    })
}
