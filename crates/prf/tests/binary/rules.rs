//! `rules`, and the packs a command or the server runs with.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::running::{Server, ended, prf, run};

const RULE: &str = r#"[[rule]]
id = "house-style/king"
severity = "warning"
norm = "사내 표기"
message = "‘{right}’(으)로 씁니다."
entries = [["가람댁", "임금"]]
wrong = [["가람댁이 온다.", "임금이 온다."]]
keep = ["임금이 온다."]
"#;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn written(directory: &Path, name: &str, text: &str) -> PathBuf {
    let path = directory.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn rules_are_listed_shown_and_counted() {
    let directory = tempfile::tempdir().unwrap();
    written(directory.path(), "desk/king.toml", RULE);
    let packs = text(directory.path());
    let (code, out, error) =
        run(&["rules", "list", "--category", "house-style", "--packs", packs, "--format", "json"]);
    assert_eq!((code, error.as_str()), (0, ""));
    let listed: Value = serde_json::from_str(&out).unwrap();
    let own = listed.as_array().unwrap().iter().find(|rule| rule["id"] == "house-style/king");
    assert_eq!((&own.unwrap()["entries"], &own.unwrap()["code"]), (&json!(1), &json!(false)));
    let (code, out, _) = run(&["rules", "show", "house-style/king", "--packs", packs]);
    assert_eq!(
        (code, out.as_str()),
        (
            0,
            "house-style/king\n\
             category   house-style (사내 표기)\n\
             severity   warning\n\
             norm       사내 표기\n\
             message    ‘{right}’(으)로 씁니다.\n\
             entry      가람댁 → 임금\n\
             wrong      가람댁이 온다. → 임금이 온다.\n\
             keep       임금이 온다.\n"
        )
    );
    let (code, out, _) = run(&["rules", "list", "--category", "spelling"]);
    assert!(code == 0 && out.contains("spelling/fixed-form"), "{out}");
    assert_eq!(run(&["rules", "stats"]).0, 0);
    let (code, _, error) = run(&["rules", "list", "--category", "맞춤법"]);
    assert!(code == 2 && error.contains("no category \"맞춤법\"; use spelling"), "{error}");
    let (code, _, error) = run(&["rules", "show", "spelling/none"]);
    assert!(code == 2 && error.contains("no rule \"spelling/none\""), "{error}");
}

#[test]
fn examples_that_do_not_hold_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let (code, out, _) = run(&["rules", "test"]);
    assert!(code == 0 && out.ends_with(" rules, 0 failures\n"), "{out}");
    let good = written(directory.path(), "good.toml", RULE);
    let (code, out, _) = run(&["rules", "test", text(&good)]);
    assert_eq!((code, out.as_str()), (0, "1 rules, 0 failures\n"));
    let wrong = RULE.replace("임금이 온다.\"]", "가람댁이 온다.\"]").replace("/king", "/other");
    let wrong = written(directory.path(), "wrong.toml", &wrong);
    let (code, out, _) = run(&["rules", "test", text(&wrong)]);
    assert_eq!(code, 1);
    assert!(out.contains("house-style/other: false alarm on 가람댁"), "{out}");
    let bad = written(directory.path(), "bad.toml", &RULE.replace("warning", "grave"));
    let (code, out, _) = run(&["rules", "test", text(&bad)]);
    assert_eq!(code, 1);
    assert!(out.contains("bad.toml:1: rule house-style/king: severity is none of"), "{out}");
}

#[test]
fn a_dry_run_counts_only_the_packs_rules_and_shows_where() {
    let directory = tempfile::tempdir().unwrap();
    let pack = written(directory.path(), "king.toml", RULE);
    let articles = directory.path().join("articles");
    let first = written(&articles, "2025/a.txt", "몇일 뒤\n😀 그 가람댁이 왔다.\n가람댁.");
    written(&articles, "b.md", "임금");
    written(&articles, "c.html", "가람댁");
    let (code, out, error) =
        run(&["rules", "dry-run", text(&pack), text(&articles), "--samples", "1"]);
    assert_eq!((code, error.as_str()), (0, ""));
    let name = text(&first);
    assert_eq!(
        out,
        format!(
            "house-style/king                              2   909.091 per 10,000\n\
             \x20   {name}:2: 😀 그 [가람댁 → 임금]이 왔다.\n\
             2 findings in 2 articles, 22 characters = 909.091 per 10,000; 0 of 1 rules never fire\n"
        )
    );
}

#[test]
fn commands_take_packs_desks_and_profiles() {
    let directory = tempfile::tempdir().unwrap();
    let pack = format!("scope = \"desk:economy\"\n{RULE}");
    written(directory.path(), "packs/king.toml", &pack);
    let article = written(directory.path(), "article.txt", "😀 가람댁이 온다.");
    let packs = directory.path().join("packs");
    let check = |more: &[&str]| {
        let all = [&["check", text(&article), "--packs", text(&packs)], more].concat();
        run(&all)
    };
    assert_eq!(check(&[]).0, 0);
    assert_eq!(check(&["--desk", "economy"]).0, 1);
    let (code, _, error) = check(&["--profile", "none"]);
    assert!(code == 2 && error.contains("[possible values: standard, seoul, yonhap]"), "{error}");
    let clean = ["eval", "--clean", text(&article), "--packs", text(&packs), "--desk", "economy"];
    assert!(run(&clean).1.starts_with("house-style/king"));
    let proofread = ["proofread", text(&article), "--packs", text(&packs), "--desk", "economy"];
    assert_eq!(run(&proofread).0, 1);
    written(&packs, "bad.csv", "wrong,right\n,x\n");
    let (code, _, error) = check(&[]);
    assert!(code == 2 && error.contains("bad.csv:2: the text not to write is empty"), "{error}");
}

#[test]
fn the_server_starts_without_a_bad_pack_and_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let packs = directory.path().join("packs");
    written(&packs, "king.toml", RULE);
    written(&packs, "bad.csv", "wrong,right\n,x\n");
    let data = directory.path().join("data");
    let server = Server::start(&data, &[("PRF_PACKS", text(&packs))]);
    let answer = server.ask("GET", "/status", "", "");
    let body = answer.split("\r\n\r\n").nth(1).unwrap();
    let status: Value = serde_json::from_str(body).unwrap();
    let refused = "bad.csv:2: the text not to write is empty";
    assert_eq!(
        status["packs"],
        json!([
            {"file": "bad.csv", "rules": 0, "error": refused},
            {"file": "king.toml", "rules": 1},
        ])
    );
    let checked = server.ask("POST", "/check", "", &json!({"text": "가람댁이"}).to_string());
    assert!(checked.contains("house-style/king"), "{checked}");
    let log = server.kill();
    assert!(log.contains("packs.refused") && log.contains("the text not to write"), "{log}");
}

#[test]
fn an_unknown_directory_of_packs_stops_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", text(&data), "--packs"];
    let none = directory.path().join("none");
    let output = prf(&[arguments.as_slice(), &[text(&none)]].concat()).output().unwrap();
    let (code, _, error) = ended(&output);
    assert_eq!(code, 2);
    assert!(error.contains("could not read the packs in") && error.contains("none"), "{error}");
    assert!(error.contains("(packs_unreadable)"), "{error}");
}
