//! What the checker finds in each passage, offsets in Unicode code points, and the file of it.

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use checker::{Checker, Settings, Suggestion};
use serde::Serialize;

use super::gold::Passage;

/// One finding as a scorer reads it.
#[derive(Debug, Serialize)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) replacements: Vec<String>,
    pub(super) category: &'static str,
    pub(super) level: &'static str,
    pub(super) rule: String,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    findings: &'a [Found],
}

/// Findings, one list a passage.
pub(super) fn check(
    passages: &[Passage],
    checker: &Checker,
    settings: &Settings,
) -> Vec<Vec<Found>> {
    let check = |text: &str| checker.check(text, settings).into_iter();
    passages
        .iter()
        .map(|passage| check(&passage.text).map(|one| found(&passage.text, one)).collect())
        .collect()
}

fn found(text: &str, suggestion: Suggestion) -> Found {
    let point = |byte: usize| text.get(..byte).unwrap_or_default().chars().count();
    Found {
        start: point(suggestion.span.start),
        end: point(suggestion.span.end),
        replacements: suggestion.replacements,
        category: suggestion.category.name(),
        level: suggestion.severity.name(),
        rule: suggestion.rule.as_str().to_owned(),
    }
}

/// One line a passage: `{"id": …, "findings": […]}`.
///
/// # Errors
///
/// A file that cannot be written.
pub(super) fn write(path: &Path, passages: &[Passage], all: &[Vec<Found>]) -> anyhow::Result<()> {
    let out = std::fs::File::create(path)
        .with_context(|| format!("could not write {}", path.display()))?;
    let mut out = BufWriter::new(out);
    for (passage, findings) in passages.iter().zip(all) {
        serde_json::to_writer(&mut out, &Line { id: &passage.id, findings })?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}
