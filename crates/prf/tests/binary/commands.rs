//! `check`, `config`, `openapi`, `proofread`.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::running::{ARTICLE, Server, ended, prf, run};

#[test]
fn check_tells_by_its_exit_code() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let faulty = file("faulty.txt", ARTICLE.as_bytes());
    let (code, out, error) = run(&["check", &faulty]);
    assert_eq!((code, error.as_str()), (1, ""));
    assert_eq!(
        out.lines().next(),
        Some("1:1 [조사] 정부은 → 정부는  앞말의 받침에 맞는 조사는 ‘정부는’입니다.")
    );
    let clean = file("clean.txt", "정부는 대책을 내놓았다.".as_bytes());
    assert_eq!(run(&["check", &clean]), (0, String::new(), String::new()));
    assert_eq!(run(&["check", &file("empty.txt", b"")]).0, 0);
    for (path, expected) in [
        (
            file("latin.txt", &[0xb0, 0xa1]),
            "is not UTF-8 text: byte 0 cannot be read (invalid_utf8)",
        ),
        (file("nul.txt", b"a\0"), "is not a text file: it holds a NUL byte (binary_input)"),
        (directory.path().join("none").to_str().unwrap().to_owned(), "could not read"),
    ] {
        let (code, out, error) = run(&["check", &path]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(error.starts_with("error: ") && error.contains(expected), "{error}");
    }
}

#[test]
fn check_refuses_a_long_text_and_takes_a_pasted_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("article.txt");
    let file = path.to_str().unwrap();
    fs::write(&path, "a\n".repeat(5 * 1024 * 1024)).unwrap();
    let (code, out, error) = run(&["check", file]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.contains("is longer than 200000 characters (text_too_long)"), "{error}");
    fs::write(&path, "가나다").unwrap();
    assert_eq!(run(&["check", file, "--max-chars", "3"]).0, 0);
    assert_eq!(run(&["check", file, "--max-chars", "2"]).0, 2);
    fs::write(&path, "\u{feff}\u{200f}<p>ﾡﾢ \u{202b}몇일\u{202c} 😀</p>\r\n<b>정부은</b>").unwrap();
    let (code, out, error) = run(&["check", file]);
    let places: Vec<_> = out.lines().filter_map(|line| line.split(']').next()).collect();
    assert_eq!((code, error.as_str(), places), (1, "", vec!["1:9 [맞춤법", "2:1 [생성 흔적"]));
    fs::write(&path, b"\xea\xb0\x80\xff").unwrap();
    let (code, _, error) = run(&["check", file]);
    assert!(code == 2 && error.contains("byte 3 cannot be read (invalid_utf8)"), "{error}");
}

#[test]
fn check_reads_standard_input_and_prints_json() {
    let mut child = prf(&["check", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all("😀 몇일".as_bytes()).unwrap();
    let (code, out, _) = ended(&child.wait_with_output().unwrap());
    let json: Value = serde_json::from_str(&out).unwrap();
    let first = &json["suggestions"][0];
    assert_eq!((code, &first["start"], &first["end"]), (1, &json!(3), &json!(5)));
    assert_eq!(
        (&first["original"], &first["ruleId"]),
        (&json!("몇일"), &json!("spelling/fixed-form"))
    );
}

#[test]
fn config_prints_every_setting_and_hides_the_key() {
    let output = prf(&["config"]).env("ANTHROPIC_API_KEY", "sk-1").env("PRF_LOG", "warn").output();
    let (code, out, _) = ended(&output.unwrap());
    assert_eq!(code, 0);
    assert!(out.contains("(hidden)  (environment)") && !out.contains("sk-1"), "{out}");
    assert!(out.contains("PRF_LISTEN") && out.contains("127.0.0.1:8080  (default)"), "{out}");
    let output = prf(&["config"]).env("PRF_LISTN", "x").output().unwrap();
    let (code, _, error) = ended(&output);
    assert_eq!(code, 2);
    assert!(error.contains("unknown setting PRF_LISTN"), "{error}");
}

#[test]
fn models_prints_the_table_with_the_operators_over_it() {
    let (code, out, _) = run(&["models"]);
    assert_eq!((code, out.contains("* claude-opus-4-5-20251101 ")), (0, true), "{out}");
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("models.toml");
    let own = r#"
        [[model]]
        id = "house"
        api_version = "2023-06-01"
        context_tokens = 1000
        output_tokens = 100
        cache_minimum_tokens = 1024
        takes_temperature = true
        takes_prefill = true
        takes_forced_tools = true
        thinking = "never"
        successor = "claude-opus-4-6"
        [[model.price]]
        from = "2026-01-01"
        input = "1"
        output = "2"
        cache_write_5m = "1.25"
        cache_write_1h = "2"
        cache_read = "0.1"
        web_search = "10"
    "#;
    fs::write(&path, own).unwrap();
    let models = |arguments: &[&str]| {
        let mut command = prf(arguments);
        command.env("PRF_MODELS", &path).env("ANTHROPIC_MODEL_ID", "house");
        ended(&command.output().unwrap())
    };
    let (code, out, error) = models(&["models", "--json"]);
    assert_eq!(code, 0, "{error}");
    let json: Value = serde_json::from_str(&out).unwrap();
    let house = json.as_array().unwrap().iter().find(|one| one["id"] == "house").unwrap();
    assert_eq!(
        (&house["inUse"], &house["prices"]["cacheRead"], &house["successor"]),
        (&json!(true), &json!(0.1), &json!("claude-opus-4-6"))
    );
    fs::write(&path, own.replace("claude-opus-4-6", "gone")).unwrap();
    let (code, _, error) = models(&["models"]);
    assert_eq!(code, 2);
    assert!(error.contains("model house: its successor gone is not in the table"), "{error}");
}

#[test]
fn openapi_prints_the_document() {
    let (code, out, _) = run(&["openapi"]);
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, document["openapi"].is_string()), (0, true));
}

#[test]
fn proofread_without_a_model_gives_the_rules_findings() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("article.txt");
    fs::write(&path, ARTICLE).unwrap();
    let file = path.to_str().unwrap();
    let (code, out, error) = run(&["proofread", file]);
    assert_eq!(code, 1);
    assert!(out.contains("몇일 → 며칠") && error.contains("only the rules run"), "{out}{error}");
    let (code, _, error) = run(&["proofread", file, "--engine", "Premium"]);
    assert_eq!(code, 2);
    assert!(error.contains("unknown_engine"), "{error}");
}

#[test]
fn proofread_streams_what_the_model_finds() {
    let directory = tempfile::tempdir().unwrap();
    let finding = json!({"original": "내놓는다", "replacement": "발표한다", "category": "sentence",
        "message": "문맥"});
    let model = Server::drill(directory.path(), &json!({"default": {"findings": [finding]}}));
    let path = directory.path().join("article.txt");
    fs::write(&path, ARTICLE).unwrap();
    let output = prf(&["proofread", path.to_str().unwrap(), "--format", "json"])
        .env("ANTHROPIC_API_KEY", "k")
        .env("ANTHROPIC_BASE_URL", format!("http://{}", model.address))
        .output()
        .unwrap();
    let (code, out, error) = ended(&output);
    assert_eq!(code, 1, "{error}");
    let json: Value = serde_json::from_str(&out).unwrap();
    let all = json["suggestions"].as_array().unwrap();
    let of = |source: &str| all.iter().filter(|one| one["source"] == source).count();
    assert_eq!((of("ai"), of("rule")), (1, 4), "{out}");
}
