//! After erasing no byte of a text is left in the database's files, wherever a text had been; what it
//! cost stays.

use std::path::Path;
use std::sync::Arc;

use domain::audit::ChainProof;
use domain::conversation::{Decision, DecisionAction, Draft, Message};
use domain::dictionary::{DictionaryEntry, DictionaryRule, DictionaryScope};
use domain::erasure::{Erasure, ErasureScope};
use domain::finding::{FindingSource, FindingState, TrackedFinding};
use domain::id::{DecisionId, EntryId, FindingId};
use domain::ports::{
    AuditStore, Clock, ConversationStore, DictionaryStore, ErasureStore, LedgerStore, Opening,
    TurnStore, VersionStore,
};
use domain::retention::Retention;
use domain::text::ArticleText;
use domain::time::Timestamp;
use domain::turn::{Outcome, SequencedEvent, TurnEvent};
use domain::version::{VersionReason, VersionRequest};
use stores::SqliteStore;

use crate::sample::{at, conclusion, conversation, finding, id, message, opening, turn, user};

/// Stands nowhere else, not even as a part of another character.
const SECRET: &str = "뷁쉙";

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        at(100)
    }
}

fn secret() -> ArticleText {
    ArticleText::new(format!("{SECRET} 기사 {}", "긴 글 ".repeat(3_000)))
}

/// Which of the files hold a character of the secret.
fn holding(directory: &Path) -> Vec<String> {
    let files = std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
    let has_any = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        SECRET.chars().any(|one| {
            let one = one.to_string();
            bytes.windows(one.len()).any(|window| window == one.as_bytes())
        })
    };
    let names = files.filter(has_any).map(|path| path.file_name().unwrap().to_owned());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

/// An article with everything that keeps a piece of its text, and one that stays.
async fn fill(store: &SqliteStore) {
    let record = turn("t", "a");
    let header = domain::conversation::Conversation {
        title: ArticleText::new(SECRET),
        ..conversation("kim", "a", 0)
    };
    let question = Some((header, Message { content: secret(), ..message("q") }));
    store.open(&Opening { question, ..opening(&record) }).await.unwrap();
    let piece = TurnEvent::Text { text: secret(), index: 0, at: at(1) };
    let event = Arc::new(SequencedEvent { sequence: 1, event: piece });
    store.append_events(&record, &[event]).await.unwrap();
    let answer = Some(Message { content: secret(), ..message("a") });
    let end = domain::ports::Conclusion { answer, ..conclusion(&record, Outcome::Completed) };
    store.conclude(&end).await.unwrap();
    let tracked = domain::finding::Finding { original: SECRET.into(), ..finding("f") };
    let findings = vec![TrackedFinding { finding: tracked, state: FindingState::Open }];
    let draft = Draft { text: secret(), findings, version: 1, updated_at: at(2) };
    store.save_draft(&user("kim"), &id("a"), &draft).await.unwrap();
    let by = user("kim");
    let kept = VersionRequest {
        author: by.clone(),
        reason: VersionReason::Manual,
        label: None,
        at: at(3),
    };
    store.keep_version(&by, &id("a"), &kept).await.unwrap();
    let decision = Decision {
        id: DecisionId::new("d"),
        finding_id: FindingId::new("f"),
        action: DecisionAction::Accepted,
        replacement: Some(secret()),
        original: secret(),
        rule: None,
        category: checker::Category::Spelling,
        source: FindingSource::Ai,
        prompt_version: None,
        provider: None,
        verdict: None,
        by: by.clone(),
        at: at(4),
    };
    store.add_decisions(&by, &id("a"), &[decision]).await.unwrap();
    let word = DictionaryEntry {
        id: EntryId::new("e"),
        rule: DictionaryRule::Except { word: SECRET.into() },
        reason: None,
        created_by: by.clone(),
        created_at: at(5),
    };
    store.add_entries(&DictionaryScope::Me(by), &[word], 0).await.unwrap();
    store.create(&conversation("lee", "stays", 0)).await.unwrap();
}

#[tokio::test]
async fn no_byte_of_an_erased_text_is_left_in_any_file() {
    let (store, directory) = crate::sqlite();
    let store = Arc::new(store);
    fill(&store).await;
    assert_eq!(holding(directory.path()), ["prf.sqlite-wal"]);
    // The log goes into the file, so that both hold it.
    store.purge().await.unwrap();
    assert_eq!(holding(directory.path()), ["prf.sqlite"]);
    let clock = Arc::new(Noon);
    let erasure = Erasure { store: store.clone(), audit: store.clone(), clock };
    let scope = ErasureScope::User { user: user("kim"), has_dictionary: true };
    let plan = erasure.plan(&scope, at(100)).await.unwrap();
    let receipt = erasure.erase(plan, "operator").await.unwrap();
    assert_eq!(receipt.conversations, [(user("kim"), id("a"))]);
    assert_eq!((receipt.dictionary_entries, receipt.running), (1, vec![]));
    assert_eq!(holding(directory.path()), Vec::<String>::new());
    // What it cost stays, and what stays is whole.
    assert_eq!(store.books(&user("kim")).await.unwrap().entries.len(), 1);
    assert!(store.header(&user("lee"), &id("stays")).await.unwrap().is_some());
    let entries = store.entries_after(0, 10).await.unwrap();
    let subjects: Vec<_> = entries.iter().map(|entry| entry.event.subject.as_str()).collect();
    let sum = "conversations=1 turns=0 dictionary-entries=1 running=0";
    assert_eq!(subjects, ["kim/a", sum]);
    let mut proof = ChainProof::default();
    entries.iter().try_for_each(|entry| proof.take(entry)).unwrap();
    assert_eq!(proof.last(), (receipt.sequence, receipt.hash.as_str()));
    store.rewrite().unwrap();
    assert_eq!(holding(directory.path()), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_over_goes_unless_a_turn_runs_in_it() {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let store = Arc::new(crate::memory());
    for (owner, key, updated) in
        [("kim", "old", 0), ("kim", "new", 39 * DAY), ("kim", "runs", 0), ("lee", "old", 0)]
    {
        store.create(&conversation(owner, key, updated)).await.unwrap();
    }
    store.open(&opening(&turn("t", "runs"))).await.unwrap();
    let erasure = Erasure { store: store.clone(), audit: store.clone(), clock: Arc::new(Noon) };
    let over = ErasureScope::Over(Retention::of_days(30));
    let plan = erasure.plan(&over, at(40 * DAY)).await.unwrap();
    let gone = [(user("kim"), id("old")), (user("lee"), id("old"))];
    let running = [(user("kim"), id("runs"))];
    assert_eq!((plan.conversations.as_slice(), plan.running.as_slice()), (&gone[..], &running[..]));
    let receipt = erasure.erase(plan, "retention").await.unwrap();
    assert_eq!((receipt.conversations, receipt.sequence), (gone.to_vec(), 3));
    let left = erasure.plan(&over, at(40 * DAY)).await.unwrap();
    assert_eq!((left.conversations, left.running), (vec![], running.to_vec()));
    // One named article of whoever has it.
    let named = ErasureScope::Conversation { user: None, id: id("new") };
    let plan = erasure.plan(&named, at(0)).await.unwrap();
    assert_eq!(plan.conversations, [(user("kim"), id("new"))]);
}
