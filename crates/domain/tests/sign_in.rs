//! Accounts over the memory store: who is let in, for how long, and what is written down.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use async_trait::async_trait;
use domain::account::{SessionRules, Unfit};
use domain::ports::{AuditStore, Clock, Passwords};
use domain::principal::{Principal, Role};
use domain::sign_in::{Accounts, SignInError};
use domain::text::Secret;
use domain::time::Timestamp;
use stores::MemoryStore;

/// A clock that is set, and hashes that say what they are of.
#[derive(Default)]
struct Machine {
    now_ms: AtomicI64,
    hashes: AtomicUsize,
    tokens: AtomicUsize,
}

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now_ms.load(Ordering::Relaxed))
    }
}

#[async_trait]
impl Passwords for Machine {
    async fn hash(&self, password: &Secret) -> Option<Secret> {
        self.hashes.fetch_add(1, Ordering::Relaxed);
        Some(Secret::new(format!("of {}", password.as_str())))
    }

    async fn verify(&self, password: &Secret, hash: &Secret) -> bool {
        self.hash(password).await.as_ref() == Some(hash)
    }

    fn token(&self) -> Option<Secret> {
        Some(Secret::new(format!("token {}", self.tokens.fetch_add(1, Ordering::Relaxed))))
    }
}

struct Desk {
    machine: Arc<Machine>,
    store: Arc<MemoryStore>,
    accounts: Accounts,
}

const PASSWORD: &str = "옳은 암호는 길어야 한다";
const HOUR_MS: i64 = 60 * 60_000;

impl Desk {
    async fn open() -> Self {
        let (machine, store) = (Arc::new(Machine::default()), Arc::new(MemoryStore::default()));
        let accounts = Accounts {
            store: store.clone(),
            passwords: machine.clone(),
            audit: store.clone(),
            clock: machine.clone(),
            rules: SessionRules { idle_ms: 2 * HOUR_MS, absolute_ms: 12 * HOUR_MS },
        };
        accounts
            .add("kim", Role::Desk, Some("경제부".into()), &Secret::new(PASSWORD))
            .await
            .unwrap();
        Self { machine, store, accounts }
    }

    fn at(&self, ms: i64) {
        self.machine.now_ms.store(ms, Ordering::Relaxed);
    }

    async fn sign_in(&self, name: &str, password: &str, address: &str) -> Result<Secret, String> {
        let begun = self.accounts.sign_in(name, &Secret::new(password), address).await;
        begun.map(|begun| begun.token).map_err(|error| match error {
            SignInError::LockedOut { until } => format!("locked until {}", until.millis()),
            other => other.to_string(),
        })
    }

    async fn who(&self, token: &Secret) -> Option<Principal> {
        self.accounts.admit(token, true).await.unwrap().map(|(who, _)| who)
    }

    /// Actor, action, subject and outcome of every entry after that one.
    async fn written(&self, after: u64) -> Vec<String> {
        let entries = self.store.entries_after(after, 100).await.unwrap();
        let line = |event: &domain::audit::AuditEvent| {
            let (action, outcome) = (event.action.name(), event.outcome.name());
            format!("{} {action} {} {outcome}", event.actor, event.subject)
        };
        entries.iter().map(|entry| line(&entry.event)).collect()
    }
}

const WRONG: &str = "name or password are wrong";

#[tokio::test]
async fn whoever_knows_the_password_is_let_in_and_out_again() {
    let desk = Desk::open().await;
    let token = desk.sign_in("kim", PASSWORD, "a").await.unwrap();
    let who = desk.who(&token).await.unwrap();
    assert_eq!((who.user_id.as_str(), who.role), ("kim", Role::Desk));
    assert_eq!(who.desk.as_deref(), Some("경제부"));
    assert_eq!(desk.who(&Secret::new("token 9")).await, None);
    let other = desk.sign_in("kim", PASSWORD, "a").await.unwrap();
    desk.accounts.sign_out(&who, &token).await.unwrap();
    assert_eq!(desk.who(&token).await, None);
    assert_eq!(desk.who(&other).await, Some(who));
    let written = desk.written(0).await;
    assert_eq!(
        written,
        [
            "operator account-added kim done",
            "kim sign-in a done",
            "kim sign-in a done",
            "kim sign-out session done",
        ]
    );
}

#[tokio::test]
async fn unknown_names_cost_as_much_as_known_ones_and_are_not_written_down() {
    let desk = Desk::open().await;
    for (name, password) in [("kim", "falsch"), ("my password by mistake", "x"), ("kim", "")] {
        let before = desk.machine.hashes.load(Ordering::Relaxed);
        assert_eq!(desk.sign_in(name, password, "a").await.unwrap_err(), WRONG);
        assert_eq!(desk.machine.hashes.load(Ordering::Relaxed), before + 1);
    }
    desk.accounts.set_disabled("kim", true).await.unwrap();
    let before = desk.machine.hashes.load(Ordering::Relaxed);
    assert_eq!(desk.sign_in("kim", PASSWORD, "a").await.unwrap_err(), WRONG);
    assert_eq!(desk.machine.hashes.load(Ordering::Relaxed), before + 1);
    assert_eq!(
        desk.written(1).await,
        [
            "kim sign-in a refused",
            "unknown sign-in a refused",
            "kim sign-in a refused",
            "operator account-changed kim done",
            "kim sign-in a refused",
        ]
    );
}

#[tokio::test]
async fn a_name_and_an_address_are_locked_for_a_while() {
    let desk = Desk::open().await;
    for _ in 0..5 {
        assert_eq!(desk.sign_in("kim", "wrong", "a").await.unwrap_err(), WRONG);
    }
    // Also from elsewhere, with the right password, and without a hash.
    let before = desk.machine.hashes.load(Ordering::Relaxed);
    for address in ["a", "b"] {
        let locked = desk.sign_in("kim", PASSWORD, address).await.unwrap_err();
        assert_eq!(locked, "locked until 30000");
    }
    assert_eq!(desk.machine.hashes.load(Ordering::Relaxed), before);
    assert_eq!(desk.written(6).await, ["kim lock-out a refused"]);
    desk.at(30_000);
    desk.sign_in("kim", PASSWORD, "a").await.unwrap();
    // A success takes the name's tries back, and of the address's only itself.
    assert_eq!(desk.sign_in("kim", "wrong", "a").await.unwrap_err(), WRONG);
    // Six failures and the try that waited for its name count.
    for number in 7..20 {
        let name = format!("name {number}");
        assert_eq!(desk.sign_in(&name, "wrong", "a").await.unwrap_err(), WRONG);
    }
    assert_eq!(desk.sign_in("kim", PASSWORD, "a").await.unwrap_err(), "locked until 60000");
    assert!(desk.sign_in("kim", PASSWORD, "b").await.is_ok());
}

#[tokio::test]
async fn a_session_ends_unused_and_in_any_case() {
    let desk = Desk::open().await;
    let token = desk.sign_in("kim", PASSWORD, "a").await.unwrap();
    desk.at(2 * HOUR_MS - 1);
    // Looking at it is no use of it.
    let end = desk.accounts.admit(&token, false).await.unwrap().unwrap().1;
    assert_eq!(end.millis(), 2 * HOUR_MS);
    for hour in 1..12 {
        desk.at(hour * HOUR_MS);
        assert!(desk.who(&token).await.is_some(), "after {hour} h");
    }
    desk.at(12 * HOUR_MS);
    assert_eq!(desk.who(&token).await, None);
    let token = desk.sign_in("kim", PASSWORD, "a").await.unwrap();
    desk.at(14 * HOUR_MS);
    assert_eq!(desk.who(&token).await, None);
}

#[tokio::test]
async fn a_disabled_account_and_a_new_password_end_sessions_at_once() {
    let desk = Desk::open().await;
    let [mine, other] = [(); 2].map(|()| desk.sign_in("kim", PASSWORD, "a"));
    let (mine, other) = (mine.await.unwrap(), other.await.unwrap());
    let who = desk.who(&mine).await.unwrap();
    desk.at(1);
    let new = Secret::new("새 암호도 길어야 한다고요");
    let short = Secret::new("짧다");
    let change = async |old: &str, new: &Secret| {
        let old = Secret::new(old);
        desk.accounts.change_own_password(&who, &mine, [&old, new], "a").await
    };
    assert!(matches!(change(PASSWORD, &short).await, Err(SignInError::Unfit(Unfit::Short))));
    assert!(matches!(change("wrong", &new).await, Err(SignInError::BadCredentials)));
    change(PASSWORD, &new).await.unwrap();
    assert_eq!((desk.who(&other).await, desk.who(&mine).await), (None, Some(who.clone())));
    assert_eq!(desk.sign_in("kim", PASSWORD, "a").await.unwrap_err(), WRONG);
    desk.at(2);
    desk.accounts.set_role("kim", Some(Role::User), Some(None)).await.unwrap();
    assert_eq!(desk.who(&mine).await, Some(Principal::new(who.user_id, Role::User)));
    desk.accounts.set_disabled("kim", true).await.unwrap();
    assert_eq!(desk.who(&mine).await, None);
    desk.at(3);
    desk.accounts.set_disabled("kim", false).await.unwrap();
    assert_eq!(desk.who(&mine).await, None);
    assert!(desk.sign_in("kim", new.as_str(), "a").await.is_ok());
}

#[tokio::test]
async fn operators_are_told_what_does_not_fit() {
    let desk = Desk::open().await;
    let long = Secret::new(PASSWORD);
    let add = async |name: &str, password: &Secret| {
        desk.accounts.add(name, Role::User, None, password).await.unwrap_err().to_string()
    };
    assert_eq!(add("kim", &long).await, "the name is taken");
    assert_eq!(add("lee", &Secret::new("x")).await, Unfit::Short.to_string());
    assert_eq!(add("a b", &long).await, Unfit::Name.to_string());
    let reset = desk.accounts.reset_password("lee", &long).await.unwrap_err();
    assert_eq!(reset.to_string(), "there is no account of that name");
}
