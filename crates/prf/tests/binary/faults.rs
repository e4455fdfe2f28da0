//! What stops the start, and that nothing of an article reaches the log.

use std::fs;
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::running::{ARTICLE, Server, ended, prf};

fn refused(arguments: &[&str]) -> String {
    let (code, out, error) = ended(&prf(arguments).output().unwrap());
    assert_eq!((code, out.as_str()), (2, ""), "{error}");
    error
}

#[test]
fn a_port_in_use_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let error = refused(&["serve", "--listen", &address, "--data", data]);
    assert!(
        error.contains(&format!("could not listen on {address} (port_unavailable)")),
        "{error}"
    );
}

#[test]
fn a_damaged_database_is_said_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    fs::write(&path, "not a database ".repeat(300)).unwrap();
    let data = directory.path().to_str().unwrap();
    let error = refused(&["serve", "--listen", "127.0.0.1:0", "--data", data]);
    assert!(error.contains("is not a readable database (store_corrupt)"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "not a database ".repeat(300));
}

#[test]
fn no_sign_in_is_only_for_loopback() {
    let error = refused(&["serve", "--listen", "0.0.0.0:0"]);
    assert!(error.contains("auth none is only for a loopback address"), "{error}");
}

#[test]
fn an_unknown_model_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let output = prf(&["serve", "--listen", "127.0.0.1:0", "--data", data])
        .env("ANTHROPIC_API_KEY", "k")
        .env("ANTHROPIC_MODEL_ID", "claude-none")
        .output()
        .unwrap();
    let (code, _, error) = ended(&output);
    assert_eq!(code, 2);
    assert!(error.contains("the table of models does not hold claude-none"), "{error}");
}

#[test]
fn bedrock_without_credentials_is_off_and_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &[("ANTHROPIC_API_KEY", "k")]);
    let line: serde_json::Value = serde_json::from_str(&server.log.line("provider.off")).unwrap();
    let fields = (&line["fields"]["provider"], &line["fields"]["reason"]);
    assert_eq!(fields, (&"bedrock".into(), &"no_credentials".into()));
}

#[test]
fn an_answer_may_not_be_longer_than_the_model_writes() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let output = prf(&["serve", "--listen", "127.0.0.1:0", "--data", data])
        .env("ANTHROPIC_API_KEY", "k")
        .env("ANTHROPIC_MAX_TOKENS", "64001")
        .output()
        .unwrap();
    let (code, _, error) = ended(&output);
    let expected =
        "ANTHROPIC_MAX_TOKENS is 64001, but claude-opus-4-5-20251101 writes 64000 at most";
    assert!(code == 2 && error.contains(expected), "{error}");
}

#[test]
fn the_log_holds_requests_and_no_article() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &[("PRF_LOG", "debug")]);
    let body = serde_json::json!({"text": ARTICLE}).to_string();
    assert!(server.ask("POST", "/check", "", &body).contains("며칠"));
    let broken = format!("{{\"text\": {ARTICLE}}}");
    assert!(server.ask("POST", "/check", "", &broken).contains("bad_json"));
    let log = server.kill();
    assert!(log.contains("api.request") && log.contains("/check"), "{log}");
    for word in ARTICLE.split(' ') {
        assert!(!log.contains(word), "{word} in {log}");
    }
}

#[test]
fn a_log_that_holds_what_was_sent_fails_the_test_that_sent_it() {
    let directory = tempfile::tempdir().unwrap();
    for (sent, is_silent) in [("api.requests", true), ("api.request", false)] {
        let server = Server::start(directory.path(), &[("PRF_LOG", "debug")]);
        server.ask("GET", "/status", &format!("cookie: prf_session={sent}\r\n"), "");
        let ended = catch_unwind(AssertUnwindSafe(|| drop(server)));
        assert_eq!(ended.is_ok(), is_silent, "{sent}");
    }
}

#[test]
fn a_browser_gets_the_page_and_strangers_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &[]);
    let page = server.ask("GET", "/articles/1", "accept: text/html\r\n", "");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("<!doctype html>"), "{page}");
    assert!(!page.contains("__CSP_NONCE__"));
    let rebound = server.ask("GET", "/status", "origin: https://evil.example\r\n", "");
    assert!(rebound.starts_with("HTTP/1.1 403") && rebound.contains("bad_origin"), "{rebound}");
    let status = server.ask("GET", "/status", "", "");
    assert!(
        status.contains("\"configured\":false") && status.contains("\"role\":\"admin\""),
        "{status}"
    );
}
