//! What the dictionary port promises.

use checker::RuleId;
use domain::dictionary::{Dictionary, DictionaryEntry, DictionaryRule, DictionaryScope};
use domain::id::EntryId;
use domain::ports::{DictionaryStore, StoreError};

use crate::sample::{at, user};

fn entry(id: &str, rule: DictionaryRule) -> DictionaryEntry {
    let (id, created_by) = (EntryId::new(id), user("kim"));
    DictionaryEntry { id, rule, reason: None, created_by, created_at: at(1) }
}

fn except(id: &str) -> DictionaryEntry {
    entry(id, DictionaryRule::Except { word: format!("낱말 {id} 😀") })
}

pub(crate) async fn entries_of_every_kind_are_kept_in_order(store: &dyn DictionaryStore) {
    let scope = DictionaryScope::Me(user("kim#1"));
    assert_eq!(store.dictionary(&scope).await.unwrap(), Dictionary::default());
    let replace =
        DictionaryRule::Replace { wrong: "씨이오".into(), right: "최고경영자".into() };
    let rule = RuleId::new("spelling/fixed-form");
    let everywhere = DictionaryRule::IgnoreRule { rule: rule.clone(), word: None };
    let there = DictionaryRule::IgnoreRule { rule, word: Some("몇일".into()) };
    let reason = Some("우리말로 씁니다.".to_owned());
    let first = DictionaryEntry { reason, ..entry("a#1", replace) };
    let others = vec![except("b"), entry("c", everywhere), entry("d", there)];
    store.add_entries(&scope, std::slice::from_ref(&first), 0).await.unwrap();
    let stale = store.add_entries(&scope, &others, 0).await;
    assert!(matches!(stale, Err(StoreError::Conflict)));
    store.add_entries(&scope, &others, 1).await.unwrap();
    let entries = [vec![first], others].concat();
    assert_eq!(store.dictionary(&scope).await.unwrap(), Dictionary { version: 2, entries });
}

pub(crate) async fn dictionaries_stand_apart(store: &dyn DictionaryStore) {
    let scopes = [
        DictionaryScope::Me(user("kim")),
        DictionaryScope::Me(user("all")),
        DictionaryScope::Desk("kim".into()),
        DictionaryScope::Desk("경제#증권".into()),
        DictionaryScope::All,
    ];
    for (count, scope) in scopes.iter().enumerate() {
        for version in 0..count {
            let one = except(&version.to_string());
            let version = u64::try_from(version).unwrap();
            store.add_entries(scope, &[one], version).await.unwrap();
        }
    }
    assert_eq!(store.dictionary_versions(&scopes).await.unwrap(), [0, 1, 2, 3, 4]);
    for (count, scope) in scopes.iter().enumerate() {
        assert_eq!(store.dictionary(scope).await.unwrap().entries.len(), count);
    }
    assert_eq!(store.clear_dictionary(&scopes[3]).await.unwrap(), 3);
    assert_eq!(store.dictionary_versions(&scopes).await.unwrap(), [0, 1, 2, 4, 4]);
    assert_eq!(store.dictionary_versions(&[]).await.unwrap(), Vec::<u64>::new());
}

pub(crate) async fn an_entry_is_removed_once(store: &dyn DictionaryStore) {
    let scope = DictionaryScope::All;
    let entries = [except("a"), except("b")];
    store.add_entries(&scope, &entries, 0).await.unwrap();
    let remove = async |id: &str| store.remove_entry(&scope, &EntryId::new(id)).await.unwrap();
    assert_eq!([remove("a").await, remove("a").await, remove("c").await], [true, false, false]);
    let left = Dictionary { version: 2, entries: vec![except("b")] };
    assert_eq!(store.dictionary(&scope).await.unwrap(), left);
}

pub(crate) async fn many_entries_are_added_and_cleared(store: &dyn DictionaryStore) {
    let scope = DictionaryScope::Desk("economy".into());
    let entries: Vec<_> = (0..200).map(|number| except(&format!("{number:03}"))).collect();
    store.add_entries(&scope, &entries, 0).await.unwrap();
    let kept = store.dictionary(&scope).await.unwrap();
    assert_eq!(kept.entries, entries);
    assert!(kept.version > 0);
    assert_eq!(store.clear_dictionary(&scope).await.unwrap(), 200);
    let cleared = store.dictionary(&scope).await.unwrap();
    assert_eq!(cleared.entries, []);
    assert!(cleared.version > kept.version);
    assert_eq!(store.clear_dictionary(&scope).await.unwrap(), 0);
}
