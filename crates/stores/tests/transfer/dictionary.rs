//! A dictionary goes to another store whole, or not where that one has gone on by itself.

use domain::dictionary::{Dictionary, DictionaryEntry, DictionaryRule, DictionaryScope};
use domain::id::{EntryId, UserId};
use domain::ports::DictionaryStore;
use domain::time::Timestamp;

use crate::{exported, imported, memory, sqlite};

fn entry(id: &str) -> DictionaryEntry {
    DictionaryEntry {
        id: EntryId::new(id),
        rule: DictionaryRule::Replace { wrong: format!("낱말{id} 😀"), right: "말".into() },
        reason: None,
        created_by: UserId::new("kim"),
        created_at: Timestamp::from_millis(0),
    }
}

#[tokio::test]
async fn a_dictionary_is_carried_over_or_left_as_it_is() {
    let source = memory();
    let (own, all) = (DictionaryScope::Me(UserId::new("kim#1")), DictionaryScope::All);
    for scope in [&own, &all] {
        source.add_entries(scope, &[entry("a"), entry("b")], 0).await.unwrap();
    }
    let (target, _directory) = sqlite();
    target.add_entries(&all, &[entry("c")], 0).await.unwrap();
    target.add_entries(&all, &[entry("d")], 1).await.unwrap();
    let taken = imported(&target, &exported(&source).await).await;
    let different: Vec<_> = taken.different.iter().map(ToString::to_string).collect();
    assert_eq!(different, ["files \"##dictionary\" \"all\""]);
    let carried = Dictionary { version: 1, entries: vec![entry("a"), entry("b")] };
    assert_eq!(target.dictionary(&own).await.unwrap(), carried);
    let left = Dictionary { version: 2, entries: vec![entry("c"), entry("d")] };
    assert_eq!(target.dictionary(&all).await.unwrap(), left);
}
