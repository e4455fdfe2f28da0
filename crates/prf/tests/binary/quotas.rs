//! The operator's quotas.

use std::fs;

use serde_json::json;

use crate::running::{Server, ended, prf};

#[test]
fn quotas_are_printed_and_a_bad_file_stops_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("quotas.toml");
    fs::write(&path, "[role.desk]\nplan = \"premium\"\nmonth_dollars = \"150\"\n").unwrap();
    let config = || prf(&["config"]).env("PRF_QUOTAS", &path).output().unwrap();
    let (code, out, _) = ended(&config());
    assert_eq!(code, 0);
    let quotas =
        "quota default  no limit a month\nquota role.desk  500000 tokens and $150 a month\n";
    assert!(out.ends_with(quotas), "{out}");
    fs::write(&path, "[role.desk]\nplan = \"gold\"\n").unwrap();
    let expected = "quotas.toml: line 2: unknown plan \"gold\": use free, basic or premium";
    let data = directory.path().join("data");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    let served = prf(&serve).env("PRF_QUOTAS", &path).output().unwrap();
    for output in [config(), served] {
        let (code, _, error) = ended(&output);
        assert_eq!(code, 2);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_server_keeps_the_pace_that_stands_in_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("quotas.toml");
    fs::write(&path, "[default]\nturns_per_minute = 1\n").unwrap();
    let drill = Server::drill(directory.path(), &json!({}));
    let url = format!("http://{}", drill.address);
    let quotas = path.to_str().unwrap();
    let environment =
        [("PRF_QUOTAS", quotas), ("ANTHROPIC_API_KEY", "k"), ("ANTHROPIC_BASE_URL", &url)];
    let server = Server::start(&directory.path().join("data"), &environment);
    let question = json!({"action": "sendMessage", "message": "맞나요?", "engineType": "Basic"});
    let ask = || server.ask("POST", "/turns", "", &question.to_string());
    let (first, second) = (ask(), ask());
    assert!(first.starts_with("HTTP/1.1 202"), "{first}");
    assert!(second.starts_with("HTTP/1.1 429") && second.contains("too_many_turns"), "{second}");
    let mine = server.ask("GET", "/quotas/mine", "", "");
    assert!(mine.contains("\"turnsPerMinute\":1"), "{mine}");
}
