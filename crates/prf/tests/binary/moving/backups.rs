//! `prf backup` and `prf restore`, under a server that writes and under kills.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use domain::article::ArticleMetadata;
use domain::conversation::{Conversation, Message, Speaker};
use domain::engine::Engine;
use domain::id::{ConversationId, MessageId, UserId};
use domain::ports::ConversationStore;
use domain::text::ArticleText;
use domain::time::Timestamp;
use stores::{SqliteOptions, SqliteStore};

use crate::running::{Server, prf, run};

/// A database of some megabytes.
fn fill(data: &Path, messages: usize) {
    let store = SqliteStore::open(&data.join("prf.sqlite"), SqliteOptions::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let at = Timestamp::parse("2026-11-23T15:00:00Z").unwrap();
    let (user, id) = (UserId::new("local"), ConversationId::new("c"));
    let header = Conversation {
        user_id: user.clone(),
        id: id.clone(),
        engine: Engine::Basic,
        title: ArticleText::new("금리"),
        pinned: false,
        created_at: at,
        updated_at: at,
        article: ArticleMetadata::default(),
        client_metadata: None,
    };
    let content = ArticleText::new("가나다라 ".repeat(400));
    let message = |number: usize| Message {
        id: MessageId::new(format!("m{number}")),
        speaker: Speaker::User,
        kind: "text".into(),
        content: content.clone(),
        at,
        answer: None,
        client_metadata: None,
    };
    let all: Vec<_> = (0..messages).map(message).collect();
    runtime.block_on(async {
        store.create(&header).await.unwrap();
        store.append_messages(&user, &id, &all, at).await.unwrap();
    });
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_backup_of_a_running_server_is_restored() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let (data, copy, new) = (path("data"), path("prf.backup"), path("new"));
    let (code, _, error) = run(&["backup", "--to", text(&copy), "--data", text(&data)]);
    assert!(code == 2 && error.contains("no_database"), "{error}");
    fill(&data, 20);
    let server = Server::start(&data, &[]);
    let (code, out, error) = run(&["backup", "--to", text(&copy), "--data", text(&data)]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert_eq!(out.lines().next(), Some("conversations                 43"));
    let (code, _, error) = run(&["backup", "--to", text(&copy), "--data", text(&data)]);
    assert!(code == 2 && error.contains("prf.backup is there already"), "{error}");
    assert!(server.ask("DELETE", "/conversations/c", "", "").starts_with("HTTP/1.1 200"));
    server.kill();
    let (code, restored, _) = run(&["restore", text(&copy), "--data", text(&new)]);
    assert_eq!((code, restored), (0, out));

    // The database the server left is in the way, and its log is moved with it.
    let (code, _, error) = run(&["restore", text(&copy), "--data", text(&data)]);
    assert_eq!(code, 2);
    assert!(error.contains("add --move-aside") && error.contains("is there already"), "{error}");
    let (code, out, _) = run(&["restore", text(&copy), "--move-aside", "--data", text(&data)]);
    assert_eq!((code, out.starts_with("moved aside: ")), (0, true), "{out}");
    let server = Server::start(&data, &[]);
    assert!(server.ask("GET", "/conversations/c", "", "").contains("\"id\":\"m19\""));
    let aside = fs::read_dir(&data).unwrap().map(|one| one.unwrap().file_name());
    let aside: Vec<_> = aside.map(|name| name.into_string().unwrap()).collect();
    assert!(aside.iter().any(|name| name.starts_with("prf.sqlite.20")), "{aside:?}");
}

#[test]
fn a_damaged_backup_moves_nothing_aside() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let (data, copy) = (path("data"), path("prf.backup"));
    fill(&data, 20);
    assert_eq!(run(&["backup", "--to", text(&copy), "--data", text(&data)]).0, 0);
    let mut bytes = fs::read(&copy).unwrap();
    let place = bytes.len() / 2;
    bytes[place] ^= 1;
    fs::write(&copy, bytes).unwrap();
    let (code, _, error) = run(&["restore", text(&copy), "--move-aside", "--data", text(&data)]);
    assert!(code == 2 && error.contains("is damaged"), "{error}");
    assert!(data.join("prf.sqlite").exists());
}

/// The file a backup is written to before it has its name, once it is there.
fn partial(directory: &Path) -> Option<PathBuf> {
    let mut files = fs::read_dir(directory).unwrap().map(|one| one.unwrap().path());
    files.find(|path| path.extension().is_some_and(|ending| ending == "partial"))
}

#[test]
fn a_kill_leaves_no_half_backup_under_its_name() {
    const KILLS: u64 = 8;
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    fill(&data, 2_000);
    let size = fs::metadata(data.join("prf.sqlite")).unwrap().len();
    let mut cut = 0;
    for kill in 0..KILLS {
        let home = directory.path().join(format!("copies{kill}"));
        fs::create_dir(&home).unwrap();
        let copy = home.join("prf.backup");
        let mut command = prf(&["backup", "--to", text(&copy), "--data", text(&data)]);
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        // Each kill comes when a larger part of the copy is there, or all of it.
        let enough = |path: PathBuf| {
            fs::metadata(path).is_ok_and(|there| there.len() >= size * kill / KILLS)
        };
        while !partial(&home).is_some_and(enough) && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if copy.exists() {
            let new = home.join("new");
            assert_eq!(run(&["restore", text(&copy), "--data", text(&new)]).0, 0);
        } else {
            cut += 1;
        }
    }
    assert!(cut > 0, "no kill came in time");
}
