//! Texts and packs that a fuzzer or a user has found to matter: none may panic, and what is said of
//! each fits it.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::path::{Path, PathBuf};

use checker::{Checker, Memory, Pack, Settings};

fn files(kind: &str) -> Vec<(PathBuf, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(kind);
    let entries = std::fs::read_dir(directory).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let read = paths.map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()));
    read.chain(fuzzed(kind)).collect()
}

/// What the fuzzer has kept, a JSON string a line.
fn fuzzed(kind: &str) -> Vec<(PathBuf, String)> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/corpus/fuzz-{kind}.jsonl"));
    let text = std::fs::read_to_string(path).unwrap();
    let named = text.lines().zip(1..);
    let read = |(line, number)| {
        (PathBuf::from(format!("{kind} {number}")), serde_json::from_str(line).unwrap())
    };
    named.map(read).collect()
}

#[test]
fn findings_fit_every_text() {
    let checker = Checker::new();
    let settings = Settings { hints: true, ..Settings::default() };
    let texts = files("text");
    assert!(texts.len() > 100);
    for (path, text) in texts {
        let found = checker.check(&text, &settings);
        let mut end = 0;
        for one in &found {
            assert!(one.span.start >= end, "{}: overlapping", path.display());
            assert_eq!(one.span.of(&text), Some(one.original.as_str()), "{}", path.display());
            end = one.span.end;
        }
        let memory = Memory::new(100_000);
        let again = checker.check_again(&text, &settings, &memory);
        assert_eq!(again, found, "{}", path.display());
    }
}

#[test]
fn every_pack_is_read_or_refused_with_its_line() {
    let packs = files("pack");
    assert!(packs.len() > 100);
    for (path, text) in packs {
        let lines = text.matches('\n').count() + 1;
        for read in [Pack::from_toml("a", &text), Pack::from_csv("a", &text)] {
            let line = read.map_or_else(|error| error.line, |_| 1);
            assert!((1..=lines).contains(&line), "{} line {line}", path.display());
        }
    }
}
