//! `prf erase`, and the daily sweep of a server: what goes, what is said of it, and what stays.

use std::path::Path;

use serde_json::{Value, json};

use crate::running::{Server, run};

const SECRET: &str = "뷁쉙";

/// Whether any file of the database holds the secret.
fn is_held(data: &Path) -> bool {
    let files = std::fs::read_dir(data).unwrap().map(|file| file.unwrap().path());
    let mut bytes = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap());
    bytes.any(|bytes| bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()))
}

fn save(server: &Server, id: &str) {
    let body = json!({"conversationId": id, "engineType": "Basic", "title": SECRET,
        "messages": [{"id": "m", "role": "user", "content": format!("{SECRET} 기사")}]});
    let answer = server.ask("POST", "/conversations", "", &body.to_string());
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

/// Exit code, what was printed as JSON, and the fault.
fn erase(data: &Path, flags: &[&str]) -> (i32, Value, String) {
    let all = [&["erase", "--data", data.to_str().unwrap()], flags].concat();
    let (code, out, error) = run(&all);
    (code, serde_json::from_str(&out).unwrap_or_default(), error)
}

#[test]
fn an_article_is_erased_while_the_server_runs() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let server = Server::start(data, &[]);
    for id in ["a", "b"] {
        save(&server, id);
    }
    let named = |id: &str| json!([{"user": "local", "conversation": id}]);
    let (code, said, _) = erase(data, &["--conversation", "a"]);
    assert_eq!((code, said), (1, json!({"wouldErase": named("a"), "running": []})));
    assert!(server.ask("GET", "/conversations/a", "", "").starts_with("HTTP/1.1 200"));
    let (code, receipt, error) = erase(data, &["--conversation", "a", "--yes"]);
    assert_eq!((code, &receipt["erased"]), (0, &named("a")), "{error}");
    assert!(server.ask("GET", "/conversations/a", "", "").starts_with("HTTP/1.1 404"));
    assert!(is_held(data));
    let (code, receipt, error) = erase(data, &["--user", "local", "--dictionary", "--yes"]);
    assert_eq!((code, &receipt["erased"]), (0, &named("b")), "{error}");
    assert!(!is_held(data));
    let verify = run(&["audit", "verify", "--data", data.to_str().unwrap()]);
    let hash = receipt["auditHash"].as_str().unwrap();
    assert_eq!((verify.0, verify.1), (0, format!("4 entries, the last has hash {hash}\n")));
}

/// What the old service kept of an article that nobody has touched for years.
const OLD: &str = r#"{"conversationId":"old","userId":"local","engineType":"Basic","title":"뷁쉙","createdAt":"2020-01-01T00:00:00","updatedAt":"2020-01-02T00:00:00","messages":[{"id":"1","role":"user","type":"user","content":"뷁쉙 기사","timestamp":"2020-01-01T00:00:01"}]}"#;

#[test]
fn a_server_sweeps_away_what_is_older_than_it_may_be() {
    let directory = tempfile::tempdir().unwrap();
    let (data, file) = (directory.path().join("data"), directory.path().join("old.jsonl"));
    std::fs::write(&file, OLD).unwrap();
    let import = ["import", "--from", file.to_str().unwrap(), "--data", data.to_str().unwrap()];
    let (_, out, error) = run(&import);
    assert!(is_held(&data), "{out}{error}");
    // A server that keeps everything leaves it.
    let server = Server::start(&data, &[]);
    assert!(server.ask("GET", "/conversations/old", "", "").starts_with("HTTP/1.1 200"));
    drop(server);
    let server = Server::start(&data, &[("PRF_RETENTION_DAYS", "365")]);
    let swept: Value = serde_json::from_str(&server.log.line("retention.")).unwrap();
    let (event, erased) = (&swept["fields"]["event"], &swept["fields"]["erased"]);
    assert_eq!((event, erased), (&json!("retention.swept"), &json!(1)));
    assert!(server.ask("GET", "/conversations/old", "", "").starts_with("HTTP/1.1 404"));
    assert!(!is_held(&data));
    let verify = run(&["audit", "verify", "--data", data.to_str().unwrap()]);
    // The import and the sweep.
    assert!(verify.0 == 0 && verify.1.starts_with("2 entries"), "{verify:?}");
}

#[test]
fn what_is_to_go_must_be_named() {
    let directory = tempfile::tempdir().unwrap();
    for flags in [
        &[][..],
        &["--older-than", "1", "--user", "kim"],
        &["--older-than", "1", "--conversation", "a"],
        &["--conversation", "a", "--dictionary"],
    ] {
        assert_eq!(erase(directory.path(), flags).0, 2, "{flags:?}");
    }
    let (code, _, error) = erase(directory.path(), &["--user", "kim"]);
    assert!(code == 2 && error.contains("no_database"), "{error}");
}
