//! `eval`: the file of findings, the score, the baseline that must not fall, and clean text.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::running::run;

/// A corrected error, a missed one and a clean passage.
const GOLD: &str = concat!(
    r#"{"id":"a","text":"😀 몇일 뒤","edits":[{"start":2,"end":4,"original":"몇일","#,
    r#""replacements":["며칠"],"category":"spelling"}]}"#,
    "\n\n",
    r#"{"id":"b","text":"김 씨가 갖다.","edits":[{"start":5,"end":7,"original":"갖다","#,
    r#""replacements":["갔다"],"category":"typo"}]}"#,
    "\n",
    r#"{"id":"c","text":"며칠 뒤","decoys":["며칠"]}"#,
    "\n",
);

fn write(directory: &Path, name: &str, text: &str) -> String {
    let path = directory.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn findings_are_written_in_code_points() {
    let directory = tempfile::tempdir().unwrap();
    let gold = write(
        directory.path(),
        "gold.jsonl",
        "{\"id\":\"a\",\"text\":\"😀 몇일\",\"edits\":[]}\n\n{\"id\":\"b\",\"text\":\"\"}\n",
    );
    let out = write(directory.path(), "out.jsonl", "");
    let (code, printed, _) = run(&["eval", &gold, "--findings", &out]);
    assert_eq!((code, printed.lines().next()), (0, Some("2 passages, 1 findings")));
    let lines = fs::read_to_string(out).unwrap();
    let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found = &rows[0]["findings"][0];
    assert_eq!(
        (&found["start"], &found["end"], &found["level"]),
        (&json!(2), &json!(4), &json!("error"))
    );
    assert_eq!(rows[1], json!({"id": "b", "findings": []}));
}

#[test]
fn a_directory_is_scored_as_one_set() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "one.jsonl", GOLD);
    write(directory.path(), "notes.md", "no passage");
    let place = directory.path().to_str().unwrap();
    let (code, out, error) = run(&["eval", place, "--list"]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert_eq!(
        out,
        "3 passages, 1 findings\n\
         missed b typo: 갖다 → 갔다\n\
         spelling       gold    1  corrected    1 (1.00)  located    1 (1.00)\n\
         typo           gold    1  corrected    0 (0.00)  located    0 (0.00)\n\
         clean passages: 0 findings in 4 characters = 0.00 per 10,000\n\
         correction P 1.000 R 0.500 F0.5 0.833   detection P 1.000 R 0.500 F0.5 0.833   \
         findings 1 gold 2\n"
    );
    let (code, out, _) = run(&["eval", place, "--format", "json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &json["findings"]), (0, &json!(1)));
    assert_eq!(json["categories"]["typo"], json!({"gold": 1, "right": 0, "located": 0}));
    assert_eq!(json["correction"]["recall"], json!(0.5));
}

#[test]
fn a_drop_below_the_baseline_fails() {
    let directory = tempfile::tempdir().unwrap();
    let gold = write(directory.path(), "gold.jsonl", GOLD);
    let baseline = directory.path().join("baseline.json").to_str().unwrap().to_owned();
    let compare = ["eval", &gold, "--baseline", &baseline];
    assert_eq!(run(&compare).0, 2, "there is none yet");
    assert_eq!(run(&["eval", &gold, "--baseline", &baseline, "--write-baseline"]).0, 0);
    let (code, _, error) = run(&compare);
    assert_eq!((code, error.as_str()), (0, ""));

    let change = |right: u64| {
        let mut json: Value =
            serde_json::from_str(&fs::read_to_string(&baseline).unwrap()).unwrap();
        json["categories"]["typo"]["right"] = json!(right);
        json["findings"] = json!(right + 1);
        fs::write(&baseline, json.to_string()).unwrap();
    };
    change(1);
    let (code, _, error) = run(&compare);
    assert_eq!(code, 1);
    assert_eq!(
        error,
        format!(
            "error: the measurement fell below {baseline}\n\
             \x20 worse: recall 1.0000 → 0.5000\n\
             \x20 worse: F0.5 1.0000 → 0.8333\n\
             \x20 worse: typo corrected 1 → 0\n"
        )
    );
    change(0);
    assert_eq!(run(&compare).0, 0);

    write(directory.path(), "gold.jsonl", &GOLD.replace("며칠 뒤\"", "며칠\""));
    let (code, _, error) = run(&compare);
    assert_eq!(code, 1);
    assert!(error.contains("the set itself changed"), "{error}");
}

#[test]
fn a_faulty_set_is_refused_with_its_line() {
    let directory = tempfile::tempdir().unwrap();
    let refused = |text: &str| {
        let gold = write(directory.path(), "gold.jsonl", text);
        let (code, out, error) = run(&["eval", &gold]);
        assert_eq!((code, out.as_str()), (2, ""));
        error
    };
    let error = refused("{\"id\":\"a\",\"text\":\"\"}\n{\"id\":\"a\",\"text\":\"\"}\n");
    assert!(error.contains("passage a stands twice"), "{error}");
    let error = refused(&GOLD.replace("\"start\":2", "\"start\":1"));
    assert!(error.contains("gold.jsonl line 1: \"몇일\" of a does not stand"), "{error}");
    assert_eq!(run(&["eval"]).0, 2);
}

#[test]
fn clean_text_is_counted_by_rule() {
    let directory = tempfile::tempdir().unwrap();
    let text = write(directory.path(), "clean.txt", "며칠 뒤다.\n😀 몇일 뒤다.\n");
    let (code, out, _) = run(&["eval", "--clean", &text, "--list"]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((code, lines.len()), (0, 3));
    assert_eq!(lines[0], "2: [error spelling/fixed-form] 몇일 → 며칠\t😀 몇일 뒤다.");
    let expected = "1 findings in 2 lines, 14 characters = 714.29 per 10,000; ";
    assert!(lines[2].starts_with(expected) && lines[2].ends_with(" MB/s"), "{out}");
    let (_, out, _) = run(&["eval", "--clean", &text, "--format", "json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["rules"], json!({"spelling/fixed-form": 1}));
}
