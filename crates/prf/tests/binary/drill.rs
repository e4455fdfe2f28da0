//! `prf drill` as an operator meets it, and the page whose figures it prints.

use std::path::Path;

use serde_json::{Value, json};

use crate::running::{Server, run};

fn body(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_default()
}

#[test]
fn the_page_holds_the_table_its_command_prints() {
    let page =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/PROMPT_CACHING_IMPLEMENTATION.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (code, out, _) = run(&["drill", "traffic"]);
    assert_eq!(code, 0);
    assert!(page.contains(&format!("\n{out}")), "write this into the page:\n{out}");
}

#[test]
fn scenarios_are_listed_one_a_line() {
    let (code, out, _) = run(&["drill", "scenarios"]);
    assert_eq!((code, out.lines().count()), (0, 12));
    assert!(out.contains("\noverloaded      Anthropic answers 529"), "{out}");
}

#[test]
fn what_cannot_be_rehearsed_says_why() {
    let check = |arguments: &[&str], expected: &str| {
        let (code, _, error) = run(arguments);
        assert_eq!(code, 2);
        assert!(error.contains(expected), "{error}");
    };
    check(&["drill", "--scenario", "storm"], "there is no scenario \"storm\"");
    check(&["drill", "--listen", "0.0.0.0:0"], "0.0.0.0:0 is no loopback address");
    check(&["drill", "--script", "/nowhere.json"], "could not read /nowhere.json");
    check(&["drill", "traffic", "--turns-per-hour", "0"], "0 turns an hour is no traffic");
    check(&["drill", "traffic", "--from", "2026-13-02"], "\"2026-13-02\" is no day like");
    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("script.toml");
    std::fs::write(&script, "default = { pauses = 1 }").unwrap();
    check(&["drill", "--script", script.to_str().unwrap()], "a pause needs a search");
}

#[test]
fn an_outage_ends_when_the_operator_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let down = json!({"default": {"faults": [{"status": {"code": 529}}]}});
    let drill = Server::drill(directory.path(), &down);
    let request = json!({"model": "claude-opus-4-5-20251101", "stream": true, "max_tokens": 9,
        "messages": [{"role": "user", "content": "물음"}]});
    let headers = "x-api-key: k\r\nanthropic-version: 2023-06-01\r\n";
    let ask = || drill.ask("POST", "/v1/messages", headers, &request.to_string());
    assert!(ask().starts_with("HTTP/1.1 529 "));
    let calm = json!({"default": {"answer": "다시 됩니다."}}).to_string();
    assert!(drill.ask("PUT", "/_drill/script", "", &calm).starts_with("HTTP/1.1 204 "));
    assert!(ask().starts_with("HTTP/1.1 200 "));
    let seen = body(&drill.ask("GET", "/_drill/requests", "", ""));
    let told =
        |at: usize| (seen[at]["state"].as_str().unwrap(), seen[at]["text"].as_str().unwrap());
    assert_eq!([told(0), told(1)], [("failed", ""), ("completed", "다시 됩니다.")]);
}
