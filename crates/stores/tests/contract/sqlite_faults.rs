//! What SQLite does when the file is full, locked, damaged, newer, or was left by a kill.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::engine::Engine;
use domain::id::FileId;
use domain::meter::{Measurement, Meter};
use domain::ports::{
    ConversationStore, ListFilter, MessageRange, PromptStore, QuotaStore, StoreError,
};
use domain::prompt::{PromptChange, PromptFile};
use domain::quota::{Limits, QuotaRow, Subject};
use domain::text::ArticleText;
use rusqlite::Connection;
use stores::{OpenError, SqliteOptions, SqliteStore};

use crate::sample::{at, conversation, id, message, user};

fn open(path: &Path, max_pages: Option<u32>) -> SqliteStore {
    let options = SqliteOptions { busy_timeout: Duration::from_millis(10), max_pages };
    SqliteStore::open(path, options).unwrap()
}

fn refused(path: &Path) -> OpenError {
    let options = SqliteOptions { busy_timeout: Duration::from_millis(10), max_pages: None };
    SqliteStore::open(path, options).unwrap_err()
}

#[tokio::test]
async fn a_full_disk_says_so_and_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let store = open(&path, Some(64));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let kept = message("kept");
    let (kim, a) = (user("kim"), id("a"));
    store.append_messages(&kim, &a, std::slice::from_ref(&kept), at(1)).await.unwrap();
    let mut large = message("large");
    large.content = ArticleText::new("가".repeat(200_000));
    let failed = store.append_messages(&kim, &a, &[message("with it"), large], at(2)).await;
    assert!(matches!(failed, Err(StoreError::Full(_))), "{failed:?}");
    let all = store.messages(&kim, &a, &MessageRange::default()).await.unwrap();
    assert_eq!(all, std::slice::from_ref(&kept));
    drop(store);
    let again = open(&path, None);
    assert_eq!(again.messages(&kim, &a, &MessageRange::default()).await.unwrap(), [kept]);
}

#[tokio::test]
async fn a_locked_file_is_unavailable_until_it_is_free() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let store = open(&path, None);
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let failed = store.create(&conversation("kim", "a", 0)).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    other.execute_batch("ROLLBACK").unwrap();
    store.create(&conversation("kim", "a", 0)).await.unwrap();
}

#[test]
fn what_is_no_database_is_refused_and_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let garbage = "이것은 데이터베이스가 아니다. ".repeat(100);
    fs::write(&path, &garbage).unwrap();
    let error = refused(&path);
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), garbage);
}

#[test]
fn a_newer_file_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    drop(open(&path, None));
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(refused(&path), OpenError::Newer { found: 99, .. }));
}

#[tokio::test]
async fn damaged_pages_are_corrupt_and_never_a_panic() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let store = open(&path, None);
    for number in 0..200 {
        store.create(&conversation("kim", &format!("c{number}"), number)).await.unwrap();
    }
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    // Every page that holds a header or a place in the list.
    for page in bytes.chunks_mut(4096).skip(1) {
        if page.windows(7).any(|there| there == b"kim##li" || there == b"\"title\"") {
            page.fill(0xa5);
        }
    }
    fs::write(&path, bytes).unwrap();
    let store = open(&path, None);
    let filter = ListFilter { limit: 10, ..ListFilter::default() };
    let failed = store.list(&user("kim"), &filter).await;
    assert!(matches!(failed, Err(StoreError::Corrupt { .. })), "{failed:?}");
}

#[tokio::test]
async fn what_was_written_before_a_kill_is_there_after_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let store = open(&path, None);
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    // A kill leaves the file and its log as they lie; nothing is checkpointed.
    let copy = directory.path().join("copy.sqlite");
    fs::copy(&path, &copy).unwrap();
    fs::copy(directory.path().join("prf.sqlite-wal"), directory.path().join("copy.sqlite-wal"))
        .unwrap();
    let survivor = open(&copy, None);
    let header = survivor.header(&user("kim"), &id("a")).await.unwrap();
    assert_eq!(header, Some(conversation("kim", "a", 0)));
}

#[tokio::test]
async fn one_unreadable_header_does_not_take_the_list_away() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let store = open(&path, None);
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    store.create(&conversation("kim", "b", 1)).await.unwrap();
    let sql = "UPDATE conversations SET body = '{\"title\": \"ghost\"}' \
               WHERE userId = 'kim' AND conversationId = 'b'";
    assert_eq!(Connection::open(&path).unwrap().execute(sql, []).unwrap(), 1);
    let filter = ListFilter { limit: 10, ..ListFilter::default() };
    let page = store.list(&user("kim"), &filter).await.unwrap();
    assert_eq!(page.rows, [conversation("kim", "a", 0)]);
    let read = store.header(&user("kim"), &id("b")).await;
    assert!(matches!(read, Err(StoreError::Corrupt { .. })), "{read:?}");
}

#[test]
fn only_the_owner_may_read_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data").join("prf.sqlite");
    drop(open(&path, None));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
}

#[tokio::test]
async fn what_another_process_changes_is_read_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let (one, other) = (open(&path, None), open(&path, None));
    let engine = Engine::Pro;
    let file = |content: &str| PromptFile {
        engine,
        id: FileId::new("a#1"),
        name: "표기.txt".into(),
        content: ArticleText::new(content),
        created_at: at(1),
    };
    other.add_file(&file("가")).await.unwrap();
    for instruction in ["지침", "새 지침 😀"] {
        let change =
            PromptChange { description: None, instruction: Some(ArticleText::new(instruction)) };
        other.save_prompt(engine, &change, None, &user("desk"), at(1)).await.unwrap();
        let text = ArticleText::new(instruction);
        other.update_file(engine, &FileId::new("a#1"), None, Some(&text)).await.unwrap();
        let limits = Limits { tokens: Some(5), ..Limits::default() };
        let row = QuotaRow { subject: Subject::Desk(instruction.into()), limits };
        other.save_quota(&row).await.unwrap();
        for _ in 0..2 {
            assert_eq!(one.prompt(engine).await.unwrap().instruction, text);
            assert_eq!(one.files(engine).await.unwrap(), [file(instruction)]);
            assert!(one.quotas().await.unwrap().contains(&row));
        }
    }
    other.delete_file(engine, &FileId::new("a#1")).await.unwrap();
    assert_eq!(one.files(engine).await.unwrap(), []);
}

#[tokio::test]
async fn a_file_that_counted_no_changes_does_so_once_it_is_opened() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let change = |instruction: &str| PromptChange {
        description: None,
        instruction: Some(ArticleText::new(instruction)),
    };
    let save = async |store: &SqliteStore, instruction| {
        let change = change(instruction);
        store.save_prompt(Engine::Basic, &change, None, &user("desk"), at(1)).await.unwrap();
    };
    save(&open(&path, None), "지침").await;
    // The file as the program before this one left it.
    let file = Connection::open(&path).unwrap();
    file.execute_batch("DROP TABLE settings; PRAGMA user_version = 2;").unwrap();
    drop(file);
    let store = open(&path, None);
    for instruction in ["지침", "새 지침"] {
        assert_eq!(store.prompt(Engine::Basic).await.unwrap().instruction.as_str(), instruction);
        save(&store, "새 지침").await;
    }
}

/// Counts what it is told.
#[derive(Debug, Default)]
struct Counter(AtomicUsize);

impl Meter for Counter {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn take(&self, _measurement: Measurement<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_state_of_settings_that_cannot_be_read_is_a_failure_and_counted() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let counter = Arc::new(Counter::default());
    let store = open(&path, None).measured_by(counter.clone());
    Connection::open(&path).unwrap().execute_batch("DROP TABLE settings").unwrap();
    assert!(store.prompt(Engine::Basic).await.is_err());
    assert!(store.files(Engine::Basic).await.is_err());
    assert!(store.quotas().await.is_err());
    assert_eq!(counter.0.load(Ordering::Relaxed), 3);
}
