//! What the ports for quotas, the audit log and accounts promise.

use domain::account::{Account, AccountChange, SessionKey, SessionRecord};
use domain::audit::{AuditAction, AuditEntry, AuditEvent, AuditOutcome, ChainProof};
use domain::id::TurnId;
use domain::ledger::{Nanodollars, Reservation, Spend};
use domain::lockout::Step;
use domain::ports::{AccountStore, AuditStore, LedgerStore, OpenedTurn, QuotaStore, TurnStore};
use domain::principal::Role;
use domain::quota::{Limits, QuotaReached, QuotaRow, Subject};
use domain::text::Secret;
use domain::time::Timestamp;
use futures::future::join_all;

use crate::ledger::entry;
use crate::sample::{at as now, holding, user};

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn event(number: usize) -> AuditEvent {
    AuditEvent {
        at: at(1_700_000_000_000),
        actor: format!("이 #{number} 😀"),
        action: AuditAction::PromptSaved,
        subject: "Basic v2".into(),
        outcome: AuditOutcome::Done,
    }
}

fn prove(entries: &[AuditEntry]) -> ChainProof {
    let mut proof = ChainProof::default();
    entries.iter().try_for_each(|entry| proof.take(entry)).unwrap();
    proof
}

pub(crate) async fn the_audit_log_is_one_chain(store: &dyn AuditStore) {
    assert_eq!(store.head().await.unwrap(), None);
    assert_eq!(store.entries_after(0, 10).await.unwrap(), []);
    let first = store.append(&event(1)).await.unwrap();
    let second = store.append(&event(2)).await.unwrap();
    assert_eq!((first.sequence, first.event.clone()), (1, event(1)));
    assert_eq!(store.head().await.unwrap(), Some((2, second.hash.clone())));
    let all = store.entries_after(0, 10).await.unwrap();
    assert_eq!(all, [first, second.clone()]);
    prove(&all).ends_with(Some((2, &second.hash))).unwrap();
    assert_eq!(store.entries_after(1, 10).await.unwrap(), [second]);
    assert_eq!(store.entries_after(0, 1).await.unwrap(), all[..1]);
}

pub(crate) async fn appends_at_the_same_time_are_one_chain(store: &dyn AuditStore) {
    let events: Vec<AuditEvent> = (0..12).map(event).collect();
    let written = join_all(events.iter().map(|event| store.append(event))).await;
    assert!(written.iter().all(Result::is_ok), "{written:?}");
    let all = store.entries_after(0, 100).await.unwrap();
    let (last, hash) = store.head().await.unwrap().unwrap();
    prove(&all).ends_with(Some((last, &hash))).unwrap();
    let mut actors: Vec<_> = all.iter().map(|entry| entry.event.actor.clone()).collect();
    let mut expected: Vec<_> = events.iter().map(|event| event.actor.clone()).collect();
    actors.sort_unstable();
    expected.sort_unstable();
    assert_eq!((last, actors), (12, expected));
}

fn quota(subject: Subject, turns: u32) -> QuotaRow {
    let limits = Limits {
        tokens: Some(5),
        cost: Some(Nanodollars(7)),
        turns_per_minute: Some(turns),
        concurrent_turns: None,
        text_chars: Some(20_000),
    };
    QuotaRow { subject, limits }
}

pub(crate) async fn a_quota_is_set_over_the_one_before(store: &dyn QuotaStore) {
    assert_eq!(store.quotas().await.unwrap(), []);
    let desk = quota(Subject::Desk("경제부#1".into()), 1);
    for row in [
        quota(Subject::User(user("kim")), 2),
        desk.clone(),
        quota(Subject::Everybody, 3),
        quota(Subject::Role(Role::Desk), 4),
        quota(Subject::Everybody, 5),
    ] {
        store.save_quota(&row).await.unwrap();
    }
    let rows = store.quotas().await.unwrap();
    let expected = [
        quota(Subject::Everybody, 5),
        desk.clone(),
        quota(Subject::Role(Role::Desk), 4),
        quota(Subject::User(user("kim")), 2),
    ];
    assert_eq!(rows, expected);
    assert!(store.remove_quota(&desk.subject).await.unwrap());
    assert!(!store.remove_quota(&desk.subject).await.unwrap());
    assert_eq!(store.quotas().await.unwrap().len(), 3);
}

fn account(name: &str) -> Account {
    Account {
        user_id: user(name),
        role: Role::User,
        desk: None,
        password: Secret::new("hash"),
        is_disabled: false,
        sessions_from: at(5),
        created_at: at(5),
    }
}

pub(crate) async fn an_account_is_made_once_and_changed(store: &dyn AccountStore) {
    let (lee, kim) = (account("이"), account("kim#1"));
    assert!(store.add_account(&lee).await.unwrap());
    assert!(store.add_account(&kim).await.unwrap());
    assert!(!store.add_account(&Account { role: Role::Admin, ..kim.clone() }).await.unwrap());
    assert_eq!(store.accounts().await.unwrap(), [kim.clone(), lee.clone()]);
    let change = AccountChange {
        role: Some(Role::Desk),
        desk: Some(Some("경제부".into())),
        is_disabled: Some(true),
        ..AccountChange::default()
    };
    assert!(store.change_account(&kim.user_id, &change).await.unwrap());
    let desk = Some("경제부".into());
    let changed = Account { role: Role::Desk, desk, is_disabled: true, ..kim.clone() };
    assert_eq!(store.account(&kim.user_id).await.unwrap(), Some(changed));
    assert_eq!(store.account(&lee.user_id).await.unwrap(), Some(lee));
    assert!(!store.change_account(&user("park"), &change).await.unwrap());
    assert_eq!(store.account(&user("park")).await.unwrap(), None);
}

pub(crate) async fn sessions_and_tries_are_kept_and_forgotten(store: &dyn AccountStore) {
    let key = |token: &str| SessionKey::of(&Secret::new(token));
    let session = |used| SessionRecord { user_id: user("kim"), began_at: at(1), used_at: at(used) };
    for (token, used) in [("a", 10), ("b", 20), ("c", 20), ("b", 30)] {
        store.keep_session(&key(token), &session(used)).await.unwrap();
    }
    assert_eq!(store.session(&key("b")).await.unwrap(), Some(session(30)));
    store.close_session(&key("c")).await.unwrap();
    store.close_session(&key("c")).await.unwrap();
    assert_eq!(store.session(&key("c")).await.unwrap(), None);
    for (name, now, expected) in [
        ("n", 10, Step::Go),
        ("n", 10, Step::Go),
        ("n", 11, Step::Wait { until: at(30_010), is_first: true }),
        ("n", 12, Step::Wait { until: at(30_010), is_first: false }),
        ("m", 40, Step::Go),
    ] {
        assert_eq!(store.step_attempts(name, 2, at(now)).await.unwrap(), expected);
    }
    store.forgive_attempts("n", false).await.unwrap();
    assert_eq!(store.step_attempts("n", 2, at(12)).await.unwrap(), Step::Go);
    store.forget(at(11), at(20)).await.unwrap();
    assert_eq!(store.session(&key("a")).await.unwrap(), None);
    assert_eq!(store.session(&key("b")).await.unwrap(), Some(session(30)));
    // All of n is forgotten, and of m what was tried since.
    assert_eq!(store.step_attempts("n", 1, at(41)).await.unwrap(), Step::Go);
    let wait = Step::Wait { until: at(30_040), is_first: true };
    assert_eq!(store.step_attempts("m", 1, at(41)).await.unwrap(), wait);
    store.forgive_attempts("m", true).await.unwrap();
    assert_eq!(store.step_attempts("m", 1, at(41)).await.unwrap(), Step::Go);
}

pub(crate) async fn tries_at_the_same_time_count_one_by_one(store: &dyn AccountStore) {
    let tries = join_all((0..12).map(|_| store.step_attempts("n", 5, at(1)))).await;
    let gone = tries.into_iter().filter(|step| *step.as_ref().unwrap() == Step::Go);
    assert_eq!(gone.count(), 5);
}

pub(crate) async fn turns_are_counted_by_the_minute_and_at_once<S>(store: &S)
where
    S: LedgerStore + TurnStore,
{
    let limits =
        Limits { turns_per_minute: Some(3), concurrent_turns: Some(2), ..Limits::default() };
    let begin = async |turn: &str, ms: i64| {
        let reservation = Reservation {
            turn_id: TurnId::new(turn),
            user_id: user("kim"),
            at: now(0).plus_millis(ms),
            held: Spend { tokens: 1, cost: Nanodollars(1) },
            limits,
        };
        store.open(&holding(reservation)).await.unwrap()
    };
    let at_once = OpenedTurn::QuotaReached(QuotaReached::TooManyAtOnce { limit: 2 });
    let again_at = now(0).plus_millis(60_000);
    let fast = OpenedTurn::QuotaReached(QuotaReached::TooFast { limit: 3, again_at });
    assert_eq!(begin("t1", 0).await, OpenedTurn::New);
    assert_eq!(begin("t2", 10).await, OpenedTurn::New);
    assert_eq!(begin("t3", 20).await, at_once);
    store.settle(&entry("t1", 1, now(0))).await.unwrap();
    assert_eq!(begin("t3", 20).await, OpenedTurn::New);
    store.settle(&entry("t2", 1, now(0))).await.unwrap();
    // What was refused holds nothing and counts for nothing.
    assert_eq!(begin("t4", 59_999).await, fast);
    assert_eq!(begin("t4", 60_000).await, OpenedTurn::New);
    let month = now(0).seoul_month();
    assert_eq!(store.reserved(&user("kim"), &month).await.unwrap().tokens, 2);
}
