//! Backups of the SQLite file: whole while others write, refused when a byte of them changed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use domain::ports::{ConversationStore, MessageRange};
use domain::text::ArticleText;
use domain::time::Timestamp;
use rusqlite::Connection;
use stores::table::Table;
use stores::transfer::Stamp;
use stores::{SqliteOptions, SqliteStore, backup, restore, verify};

use crate::sample::{at, conversation, id, message, user};

fn stamp() -> Stamp {
    Stamp { program: "0.1.0".into(), at: Timestamp::parse("2026-11-27T00:00:00Z").unwrap() }
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, SqliteOptions::default()).unwrap()
}

struct Home {
    _directory: tempfile::TempDir,
    database: PathBuf,
    copy: PathBuf,
    restored: PathBuf,
}

fn home() -> Home {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let (database, copy) = (path("prf.sqlite"), path("copy.sqlite"));
    let restored = path("new").join("prf.sqlite");
    Home { _directory: directory, database, copy, restored }
}

async fn fill(store: &SqliteStore, count: usize) {
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let messages: Vec<_> = (0..count)
        .map(|number| {
            let mut message = message(&format!("m{number}"));
            message.content = ArticleText::new(format!("{number} ") + &"가".repeat(300));
            message
        })
        .collect();
    store.append_messages(&user("kim"), &id("a"), &messages, at(1)).await.unwrap();
}

#[tokio::test]
async fn a_backup_comes_back_as_it_was() {
    let Home { database, copy, restored, .. } = &home();
    let store = open(database);
    fill(&store, 50).await;
    let made = backup(database, copy, &stamp()).unwrap();
    assert_eq!((made.counts[&Table::Conversations], made.counts[&Table::Prompts]), (103, 0));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(copy), 0o600);
    let again = backup(database, copy, &stamp()).unwrap_err();
    assert_eq!(again.to_string(), format!("{} is there already", copy.display()));
    // What comes later is not in it.
    store.create(&conversation("kim", "b", 0)).await.unwrap();
    assert_eq!(verify(copy).unwrap(), made);
    assert_eq!(restore(copy, restored).unwrap(), made);
    assert_eq!((mode(restored), mode(restored.parent().unwrap())), (0o600, 0o700));
    let back = open(restored);
    let all = |store: SqliteStore| async move {
        store.messages(&user("kim"), &id("a"), &MessageRange::default()).await.unwrap()
    };
    assert_eq!(back.header(&user("kim"), &id("b")).await.unwrap(), None);
    assert_eq!(back.counts().await.unwrap(), made.counts);
    assert_eq!(all(back).await, all(store).await);
    let tables: i64 = Connection::open(restored)
        .unwrap()
        .query_row(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'",
            (),
            |row| row.get(0),
        )
        .unwrap();
    // The six, and the one that counts changes of settings.
    assert_eq!(tables, 7);
    let names = fs::read_dir(copy.parent().unwrap()).unwrap();
    let left = names
        .filter(|one| one.as_ref().unwrap().path().extension().unwrap_or_default() == "partial");
    assert_eq!(left.count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_a_writer_is_of_one_instant() {
    let Home { database, copy, .. } = &home();
    let store = open(database);
    fill(&store, 2_000).await;
    let is_over = AtomicBool::new(false);
    let writer = async {
        let mut written = 0;
        while !is_over.load(Ordering::Relaxed) || written < 3 {
            let next = [message(&format!("w{written}"))];
            store.append_messages(&user("kim"), &id("a"), &next, at(2)).await.unwrap();
            written += 1;
        }
        written
    };
    let (from, to) = (database.clone(), copy.clone());
    let copying = async {
        let made = tokio::task::spawn_blocking(move || backup(&from, &to, &stamp())).await.unwrap();
        is_over.store(true, Ordering::Relaxed);
        made.unwrap()
    };
    let (written, made) = tokio::join!(writer, copying);
    assert!(written >= 3, "{written}");
    assert_eq!(verify(copy).unwrap(), made);
    // Each message has two rows, and the counter stands at the last one.
    let rows = Connection::open(copy).unwrap();
    let counted: u64 = rows
        .query_row(
            "SELECT body FROM conversations WHERE conversationId = 'n#messages'",
            (),
            |row| row.get::<_, String>(0),
        )
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(made.counts[&Table::Conversations], 2 * counted + 3);
    assert!(counted >= 2_000);
}

#[tokio::test]
async fn a_damaged_backup_is_refused() {
    let Home { database, copy, restored, .. } = &home();
    fill(&open(database), 200).await;
    backup(database, copy, &stamp()).unwrap();
    let whole = fs::read(copy).unwrap();
    let refused = |bytes: &[u8], expected: &str| {
        fs::write(copy, bytes).unwrap();
        let error = restore(copy, restored).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!restored.exists());
    };
    // One letter of one article.
    let place = whole.windows(8).position(|bytes| bytes == "7 가가".as_bytes()).unwrap();
    let mut bytes = whole.clone();
    bytes[place] = b'8';
    refused(&bytes, "is damaged: the checksum of its rows is not the one it says");
    let mut bytes = whole.clone();
    bytes[8_192..12_288].fill(0xa5);
    refused(&bytes, "is damaged");
    refused(&whole[..whole.len() / 2], "is damaged");
    refused(b"", "is no backup of this program");
    refused("글".repeat(5_000).as_bytes(), "is damaged: file is not a database");
    fs::write(copy, &whole).unwrap();
    Connection::open(copy)
        .unwrap()
        .execute_batch("DELETE FROM conversations WHERE conversationId = 'i#m3'")
        .unwrap();
    let error = restore(copy, restored).unwrap_err().to_string();
    assert!(error.contains("other numbers of rows"), "{error}");
    let error = restore(database, restored).unwrap_err().to_string();
    assert!(error.contains("is no backup of this program"), "{error}");
    fs::write(copy, &whole).unwrap();
    Connection::open(copy).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = restore(copy, restored).unwrap_err().to_string();
    assert!(error.contains("newer version (schema 99"), "{error}");
}

#[tokio::test]
async fn nothing_that_is_there_is_written_over() {
    let Home { database, copy, restored, .. } = &home();
    fill(&open(database), 5).await;
    backup(database, copy, &stamp()).unwrap();
    let before = fs::read(database).unwrap();
    let error = restore(copy, database).unwrap_err().to_string();
    // The store above has gone, and with it its log; the file itself is in the way.
    assert_eq!(error, format!("{} is there already", database.display()));
    assert_eq!(fs::read(database).unwrap(), before);
    fs::create_dir(restored.parent().unwrap()).unwrap();
    let log = restored.with_file_name("prf.sqlite-wal");
    fs::write(&log, "left").unwrap();
    let error = restore(copy, restored).unwrap_err().to_string();
    assert_eq!(error, format!("{} is there already", log.display()));
    fs::remove_file(&log).unwrap();
    restore(copy, restored).unwrap();
}
