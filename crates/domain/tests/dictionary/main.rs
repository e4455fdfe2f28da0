//! Dictionaries over a store that others use too: when a change is in force, what a check costs, and
//! what stays in force when the store fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use async_trait::async_trait;
use checker::{Checker, RuleId};
use domain::check::{CheckOptions, Checks};
use domain::dictionary::{
    DICTIONARY_LIMIT_ENTRIES, Dictionaries, Dictionary, DictionaryEntry, DictionaryError,
    DictionaryRule, DictionaryScope, EntryFault, FRESH_MS, NewEntry,
};
use domain::id::{EntryId, UserId};
use domain::ports::{Clock, DictionaryStore, IdSource, StoreError};
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use stores::MemoryStore;

/// A clock that is set, and ids that are counted.
#[derive(Default)]
struct Set(AtomicI64, AtomicU64);

impl Clock for Set {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

impl IdSource for Set {
    fn next_id(&self) -> String {
        format!("id-{:06}", self.1.fetch_add(1, Ordering::Relaxed))
    }

    fn nonce(&self) -> String {
        String::new()
    }
}

/// A store that counts what is read, can fail, and in which somebody else can be faster once.
#[derive(Default)]
struct Watched {
    store: MemoryStore,
    reads: AtomicU64,
    fails: AtomicBool,
    is_overtaken: AtomicBool,
}

impl Watched {
    fn read(&self) -> Result<(), StoreError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        match self.fails.load(Ordering::Relaxed) {
            true => Err(StoreError::Unavailable("gone".into())),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl DictionaryStore for Watched {
    async fn dictionary_versions(
        &self,
        scopes: &[DictionaryScope],
    ) -> Result<Vec<u64>, StoreError> {
        self.read()?;
        self.store.dictionary_versions(scopes).await
    }

    async fn dictionary(&self, scope: &DictionaryScope) -> Result<Dictionary, StoreError> {
        self.read()?;
        self.store.dictionary(scope).await
    }

    async fn add_entries(
        &self,
        scope: &DictionaryScope,
        entries: &[DictionaryEntry],
        expected: u64,
    ) -> Result<(), StoreError> {
        if self.is_overtaken.swap(false, Ordering::Relaxed) {
            let faster = EntryId::new("faster");
            let one = DictionaryEntry { id: faster, ..entries[0].clone() };
            self.store.add_entries(scope, &[one], expected).await?;
        }
        self.store.add_entries(scope, entries, expected).await
    }

    async fn remove_entry(
        &self,
        scope: &DictionaryScope,
        id: &EntryId,
    ) -> Result<bool, StoreError> {
        self.store.remove_entry(scope, id).await
    }

    async fn clear_dictionary(&self, scope: &DictionaryScope) -> Result<usize, StoreError> {
        self.store.clear_dictionary(scope).await
    }
}

/// One process of the service.
struct Process {
    dictionaries: Dictionaries,
    checks: Arc<Checks>,
}

fn process(store: &Arc<Watched>, clock: &Arc<Set>) -> Process {
    let checks = Arc::new(Checks::new(Checker::new(), Vec::new()));
    let (time, ids) = (clock.clone(), clock.clone());
    let dictionaries = Dictionaries::new(store.clone(), checks.clone(), time, ids);
    Process { dictionaries, checks }
}

impl Process {
    /// What is found in a text that only a dictionary knows.
    async fn found(&self) -> Vec<String> {
        let user = UserId::new("kim");
        let settings = self.dictionaries.settings(&CheckOptions::default(), &user, None).await;
        let found = self.checks.check("😀 가람댁께", &settings);
        found.into_iter().flat_map(|one| one.replacements).collect()
    }
}

fn boss() -> Principal {
    Principal::new(UserId::new("boss"), Role::Admin)
}

fn replace(wrong: &str, right: &str) -> NewEntry {
    let rule = DictionaryRule::Replace { wrong: wrong.into(), right: right.into() };
    NewEntry { rule, reason: None }
}

const ALL: DictionaryScope = DictionaryScope::All;
const NOTHING: [&str; 0] = [];

#[tokio::test]
async fn a_change_is_in_force_here_at_once_and_elsewhere_after_five_seconds() {
    let (store, clock) = (Arc::new(Watched::default()), Arc::new(Set::default()));
    let (here, there) = (process(&store, &clock), process(&store, &clock));
    assert_eq!((here.found().await, there.found().await), (vec![], vec![]));
    let added = here.dictionaries.add(&boss(), &ALL, replace("가람댁", "임금")).await.unwrap();
    assert_eq!(here.found().await, ["임금"]);
    clock.0.store(FRESH_MS - 1, Ordering::Relaxed);
    assert_eq!(there.found().await, NOTHING);
    clock.0.store(FRESH_MS, Ordering::Relaxed);
    assert_eq!(there.found().await, ["임금"]);
    // A paragraph is remembered beside the dictionary it was read with.
    let checked = there.checks.paragraphs_checked();
    assert_eq!(there.found().await, ["임금"]);
    assert_eq!(there.checks.paragraphs_checked(), checked);
    assert_eq!(here.found().await, ["임금"]);
    assert!(there.dictionaries.remove(&boss(), &ALL, &added.id).await.unwrap());
    assert_eq!((there.found().await, here.found().await), (vec![], vec!["임금".to_owned()]));
    clock.0.store(2 * FRESH_MS, Ordering::Relaxed);
    assert_eq!(here.found().await, NOTHING);
}

#[tokio::test]
async fn a_check_reads_versions_every_five_seconds_and_entries_only_when_they_changed() {
    let (store, clock) = (Arc::new(Watched::default()), Arc::new(Set::default()));
    let here = process(&store, &clock);
    here.dictionaries.add(&boss(), &ALL, replace("가람댁", "임금")).await.unwrap();
    let mut reads = Vec::new();
    for at in [0, 1, FRESH_MS - 1, FRESH_MS, FRESH_MS + 1, 3 * FRESH_MS] {
        clock.0.store(at, Ordering::Relaxed);
        let before = store.reads.load(Ordering::Relaxed);
        assert_eq!(here.found().await, ["임금"]);
        reads.push(store.reads.load(Ordering::Relaxed) - before);
    }
    assert_eq!(reads, [2, 0, 0, 1, 0, 1]);
}

#[tokio::test]
async fn a_store_that_fails_leaves_in_force_what_was_read_last() {
    let (store, clock) = (Arc::new(Watched::default()), Arc::new(Set::default()));
    let (here, late) = (process(&store, &clock), process(&store, &clock));
    here.dictionaries.add(&boss(), &ALL, replace("가람댁", "임금")).await.unwrap();
    assert_eq!(here.found().await, ["임금"]);
    store.fails.store(true, Ordering::Relaxed);
    clock.0.store(10 * FRESH_MS, Ordering::Relaxed);
    assert_eq!((here.found().await, late.found().await), (vec!["임금".to_owned()], vec![]));
    store.fails.store(false, Ordering::Relaxed);
    assert_eq!(late.found().await, ["임금"]);
}

#[tokio::test]
async fn whoever_was_slower_is_judged_by_what_stands_now() {
    let (store, clock) = (Arc::new(Watched::default()), Arc::new(Set::default()));
    let here = process(&store, &clock);
    store.is_overtaken.store(true, Ordering::Relaxed);
    let refused = here.dictionaries.add(&boss(), &ALL, replace("가람댁", "임금")).await;
    assert!(matches!(refused, Err(DictionaryError::Entry(EntryFault::Repeated))));
    let stored = store.dictionary(&ALL).await.unwrap();
    let ids: Vec<_> = stored.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["faster"]);
}

#[tokio::test]
async fn a_dictionary_has_a_limit() {
    let (store, clock) = (Arc::new(Watched::default()), Arc::new(Set::default()));
    let here = process(&store, &clock);
    let word = |number: usize| DictionaryEntry {
        id: EntryId::new(format!("e{number}")),
        rule: DictionaryRule::Except { word: format!("낱말{number}") },
        reason: None,
        created_by: UserId::new("boss"),
        created_at: Timestamp::from_millis(0),
    };
    let all: Vec<_> = (1..DICTIONARY_LIMIT_ENTRIES).map(word).collect();
    store.add_entries(&ALL, &all, 0).await.unwrap();
    let two = vec![replace("가람댁", "임금"), replace("씨이오", "사장")];
    let refused = here.dictionaries.add_all(&boss(), &ALL, two).await;
    assert!(matches!(refused, Err(DictionaryError::Full)));
    here.dictionaries.add(&boss(), &ALL, replace("가람댁", "임금")).await.unwrap();
    let full = here.dictionaries.add(&boss(), &ALL, replace("씨이오", "사장")).await;
    assert!(matches!(full, Err(DictionaryError::Full)));
    // Another dictionary is another limit.
    let own = DictionaryScope::Me(boss().user_id);
    here.dictionaries.add(&boss(), &own, replace("씨이오", "사장")).await.unwrap();
}

#[tokio::test]
async fn who_may_not_changes_nothing() {
    let (store, clock) = (Arc::new(Watched::default()), Arc::new(Set::default()));
    let here = process(&store, &clock);
    let kim = Principal::new(UserId::new("kim"), Role::User);
    let rule = DictionaryRule::IgnoreRule { rule: RuleId::new("spelling/fixed-form"), word: None };
    for scope in [ALL, DictionaryScope::Desk("economy".into()), DictionaryScope::Me(boss().user_id)]
    {
        let new = NewEntry { rule: rule.clone(), reason: None };
        let added = here.dictionaries.add(&kim, &scope, new).await;
        assert!(matches!(added, Err(DictionaryError::Forbidden)), "{scope:?}");
        let removed = here.dictionaries.remove(&kim, &scope, &EntryId::new("e")).await;
        assert!(matches!(removed, Err(DictionaryError::Forbidden)), "{scope:?}");
        assert_eq!(store.dictionary(&scope).await.unwrap(), Dictionary::default());
    }
}
