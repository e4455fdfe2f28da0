//! What the erasure port promises.

use domain::id::IdempotencyKey;
use domain::ports::{ErasureStore, LedgerStore, OpenedTurn, TurnStore};
use domain::turn::{Outcome, TurnRecord};

use crate::sample::{conclusion, conversation, opening, turn, user};

pub(crate) async fn owners_are_those_who_have_something(store: &dyn ErasureStore) {
    assert_eq!(store.owners().await.unwrap(), []);
    store.create(&conversation("lee#1", "a", 0)).await.unwrap();
    store.create(&conversation("kim", "b", 0)).await.unwrap();
    store.open(&opening(&TurnRecord { user_id: user("park"), ..turn("t", "c") })).await.unwrap();
    assert_eq!(store.owners().await.unwrap(), [user("kim"), user("lee#1"), user("park")]);
}

/// A turn that runs stays, so that it is paid for; a forgotten key runs anew.
pub(crate) async fn ended_turns_and_keys_are_forgotten_and_ledger_rows_are_not<S>(store: &S)
where
    S: ErasureStore + TurnStore + LedgerStore,
{
    let keyed = |id: &str, conversation: &str| TurnRecord {
        idempotency_key: Some(IdempotencyKey::new("k")),
        ..turn(id, conversation)
    };
    let (ended, again, running) = (keyed("t1", "a"), keyed("t2", "a"), turn("t3", "b"));
    let other = TurnRecord { user_id: user("lee"), ..turn("t4", "a") };
    for record in [&ended, &running, &other] {
        assert_eq!(store.open(&opening(record)).await.unwrap(), OpenedTurn::New);
    }
    for record in [&ended, &other] {
        store.conclude(&conclusion(record, Outcome::Completed)).await.unwrap();
    }
    assert_eq!(store.forget_turns(&user("kim")).await.unwrap(), 1);
    assert_eq!(store.find(&user("kim"), &ended.id).await.unwrap(), None);
    assert_eq!(store.find(&user("kim"), &running.id).await.unwrap(), Some(running));
    assert!(store.find(&user("lee"), &other.id).await.unwrap().is_some());
    assert_eq!(store.books(&user("kim")).await.unwrap().entries.len(), 1);
    assert_eq!(store.open(&opening(&again)).await.unwrap(), OpenedTurn::New);
    store.purge().await.unwrap();
    assert_eq!(store.find(&user("kim"), &again.id).await.unwrap(), Some(again));
}

pub(crate) async fn many_turns_are_forgotten_in_steps<S: ErasureStore + TurnStore>(store: &S) {
    for number in 0..100 {
        let name = format!("t{number:03}");
        let record = turn(&name, &name);
        store.open(&opening(&record)).await.unwrap();
        // Every tenth still runs.
        if number % 10 != 0 {
            store.conclude(&conclusion(&record, Outcome::Completed)).await.unwrap();
        }
    }
    assert_eq!(store.forget_turns(&user("kim")).await.unwrap(), 90);
    let running = store.open_turns().await.unwrap();
    let running: Vec<_> = running.iter().map(|turn| turn.id.as_str()).collect();
    assert_eq!(running.first(), Some(&"t000"));
    assert_eq!(running.len(), 10);
}
