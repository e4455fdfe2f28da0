//! Reads a gold set: passages with their marked errors, proved to fit their texts.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::Deserialize;

/// One text of the set with the errors it holds; without edits it is correct throughout.
#[derive(Debug, Deserialize)]
pub(super) struct Passage {
    pub(super) id: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) edits: Vec<Edit>,
    /// Correct text that tempts a checker; it must stand in the passage.
    #[serde(default)]
    decoys: Vec<String>,
}

/// One error with the corrections that are accepted; offsets in Unicode code points.
#[derive(Debug, Deserialize)]
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) original: String,
    pub(super) replacements: Vec<String>,
    pub(super) category: String,
    /// Other places a finding about the same error may point at.
    #[serde(default)]
    pub(super) alt_spans: Vec<(usize, usize)>,
}

/// Every passage of the files; a directory stands for its `.jsonl` files by name.
///
/// # Errors
///
/// A file that cannot be read, a line that is no passage, an id that stands twice, or an edit or
/// decoy that does not fit its text.
pub(super) fn read(paths: &[PathBuf]) -> anyhow::Result<Vec<Passage>> {
    let mut passages = Vec::new();
    for path in paths {
        for file in files(path)? {
            read_file(&file, &mut passages)?;
        }
    }
    let mut seen = HashSet::new();
    for passage in &passages {
        ensure!(seen.insert(passage.id.as_str()), "passage {} stands twice", passage.id);
    }
    Ok(passages)
}

fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = || format!("could not read {}", path.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).with_context(unreadable)? {
        let file = entry.with_context(unreadable)?.path();
        if file.extension().is_some_and(|ending| ending == "jsonl") {
            files.push(file);
        }
    }
    ensure!(!files.is_empty(), "no .jsonl file in {}", path.display());
    files.sort_unstable();
    Ok(files)
}

fn read_file(file: &Path, passages: &mut Vec<Passage>) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("could not read {}", file.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (number, line) in lines {
        let place = || format!("{} line {}", file.display(), number + 1);
        let passage: Passage = serde_json::from_str(line).with_context(place)?;
        prove(&passage).with_context(place)?;
        passages.push(passage);
    }
    Ok(())
}

fn prove(passage: &Passage) -> anyhow::Result<()> {
    let points: Vec<char> = passage.text.chars().collect();
    for edit in &passage.edits {
        let there: Option<String> =
            points.get(edit.start..edit.end).map(|points| points.iter().collect());
        let original = &edit.original;
        ensure!(
            there.as_ref() == Some(original),
            "{:?} of {} does not stand at {} to {} but {there:?}",
            original,
            passage.id,
            edit.start,
            edit.end
        );
        ensure!(!edit.replacements.is_empty(), "{original:?} of {} has no correction", passage.id);
        ensure!(
            !edit.replacements.contains(original),
            "{original:?} of {} is its own correction",
            passage.id
        );
        for &(start, end) in &edit.alt_spans {
            let is_inside = points.get(start..end).is_some();
            ensure!(is_inside, "{} has no span from {start} to {end}", passage.id);
        }
    }
    for decoy in &passage.decoys {
        ensure!(passage.text.contains(decoy), "decoy {decoy:?} is not in {}", passage.id);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Passage, prove};

    fn check(passage: &str, expected: Result<(), &str>) {
        let passage: Passage = serde_json::from_str(passage).unwrap();
        let proved = prove(&passage).map_err(|error| error.to_string());
        assert_eq!(proved.as_ref().copied().map_err(String::as_str), expected);
    }

    #[test]
    fn a_passage_must_fit_its_text() {
        check(r#"{"id": "a", "text": ""}"#, Ok(()));
        check(
            r#"{"id": "a", "text": "😀 몇일", "decoys": ["😀"], "edits": [{"start": 2, "end": 4,
            "original": "몇일", "replacements": ["며칠"], "category": "spelling"}]}"#,
            Ok(()),
        );
        check(
            r#"{"id": "a", "text": "😀 몇일", "edits": [{"start": 1, "end": 4,
            "original": "몇일", "replacements": ["며칠"], "category": "spelling"}]}"#,
            Err("\"몇일\" of a does not stand at 1 to 4 but Some(\" 몇일\")"),
        );
        check(
            r#"{"id": "a", "text": "몇일", "edits": [{"start": 0, "end": 3,
            "original": "몇일", "replacements": ["며칠"], "category": "spelling"}]}"#,
            Err("\"몇일\" of a does not stand at 0 to 3 but None"),
        );
        check(
            r#"{"id": "a", "text": "몇일", "edits": [{"start": 0, "end": 2,
            "original": "몇일", "replacements": [], "category": "spelling"}]}"#,
            Err("\"몇일\" of a has no correction"),
        );
        check(
            r#"{"id": "a", "text": "며칠", "edits": [{"start": 0, "end": 2,
            "original": "며칠", "replacements": ["며칠"], "category": "spelling"}]}"#,
            Err("\"며칠\" of a is its own correction"),
        );
        check(
            r#"{"id": "a", "text": "몇일", "edits": [{"start": 0, "end": 2, "alt_spans": [[1, 3]],
            "original": "몇일", "replacements": ["며칠"], "category": "spelling"}]}"#,
            Err("a has no span from 1 to 3"),
        );
        check(r#"{"id": "a", "text": "며칠", "decoys": ["몇"]}"#, Err("decoy \"몇\" is not in a"));
    }
}
