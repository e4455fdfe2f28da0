//! `prf export store` and `prf import`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;

use crate::running::{Server, run};

/// A database with one conversation in it, through the server.
fn fill(data: &Path, conversation: &str) {
    let server = Server::start(data, &[]);
    let body = json!({"conversationId": conversation, "engineType": "Basic", "title": "금리 😀",
        "messages": [{"id": "m1", "role": "user", "content": "첫째"}]});
    let answer = server.ask(
        "POST",
        "/conversations",
        "content-type: application/json\r\n",
        &body.to_string(),
    );
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

/// Everything but the first line, which says when.
fn rows(export: &str) -> &str {
    export.split_once('\n').unwrap().1
}

#[test]
fn a_store_moves_through_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (from, to, file) = (path("from"), path("to"), path("store.jsonl"));
    let (code, _, error) = run(&["export", "store", "--to", &file, "--data", &from]);
    assert!(code == 2 && error.contains("no_database"), "{error}");
    fill(Path::new(&from), "c1");
    let (code, out, error) = run(&["export", "store", "--to", &file, "--data", &from]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert_eq!(out.lines().next(), Some("conversations                  5"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let (code, _, error) = run(&["export", "store", "--to", &file, "--data", &from]);
    assert!(code == 2 && error.contains("could not make the new file"), "{error}");
    let (code, printed, _) = run(&["export", "store", "--to", "-", "--data", &from]);
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!((code, printed.lines().count()), (0, 7));
    // The checksum is over the first line too.
    assert_eq!(printed.lines().nth(5), written.lines().nth(5));

    let (code, out, _) = run(&["import", &file, "--dry-run", "--data", &to]);
    let line =
        "conversations                   5          0          0          0          0          -";
    assert_eq!((code, out.lines().nth(2)), (0, Some(line)), "{out}");
    assert!(out.ends_with("dry run: nothing was written\n"), "{out}");
    assert!(!Path::new(&to).exists());
    let (code, out, _) = run(&["import", &file, "--data", &to]);
    let line =
        "conversations                   5          0          0          0          0          5";
    assert_eq!((code, out.lines().nth(2)), (0, Some(line)), "{out}");
    let (code, out, _) = run(&["import", &file, "--data", &to]);
    let line =
        "conversations                   0          5          0          0          5          5";
    assert_eq!((code, out.lines().nth(2)), (0, Some(line)), "{out}");
    let (_, again, _) = run(&["export", "store", "--to", "-", "--data", &to]);
    let body = |text: &str| rows(text).lines().take(5).collect::<Vec<_>>().join("\n");
    assert_eq!(body(&again), body(&written));
    let server = Server::start(Path::new(&to), &[]);
    let answer = server.ask("GET", "/conversations/c1", "", "");
    assert!(answer.contains("금리 😀") && answer.contains("첫째"), "{answer}");
}

#[test]
fn what_differs_is_named_and_left() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (from, to, file) = (path("from"), path("to"), path("store.jsonl"));
    fill(Path::new(&from), "c1");
    fill(Path::new(&from), "c2");
    assert_eq!(run(&["export", "store", "--to", &file, "--data", &from]).0, 0);
    fill(Path::new(&to), "c1");
    let (code, out, _) = run(&["import", &file, "--data", &to]);
    assert_eq!(code, 1);
    assert!(out.contains("left, it differs: conversations \"local\" \"c1\"\n"), "{out}");
    // The other conversation is there: five rows; of the first, its place in the list is held back.
    let server = Server::start(Path::new(&to), &[]);
    let list = server.ask("GET", "/conversations", "", "");
    assert!(list.contains("\"count\":2"), "{list}");
}

#[test]
fn a_damaged_file_writes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (from, to, file) = (path("from"), path("to"), path("store.jsonl"));
    fill(Path::new(&from), "c1");
    assert_eq!(run(&["export", "store", "--to", &file, "--data", &from]).0, 0);
    let whole = fs::read_to_string(&file).unwrap();
    let lines: Vec<_> = whole.split_inclusive('\n').collect();
    for (text, expected) in [
        (lines[..4].concat(), "line 5: the file is cut: 3 rows"),
        (whole.replace("첫째", "둘째"), "line 7: the checksum is"),
        (whole.replacen("\"table\"", "\"tabel\"", 2), "line 2: not a line of an export"),
        ("{\"Items\":[]}\n".to_owned(), "line 1: this is no export of a store"),
    ] {
        fs::write(&file, text).unwrap();
        let (code, out, error) = run(&["import", &file, "--data", &to]);
        assert_eq!(code, 2, "{out}");
        assert!(error.contains(&format!("{file}: {expected}")), "{error}");
        let (_, counts, _) = run(&["export", "store", "--to", "-", "--data", &to]);
        // A database may be there, but nothing is in it.
        assert!(counts.is_empty() || counts.contains("\"rows\":0"), "{counts}");
    }
}
