//! `prf eval`: findings for every passage of a gold set, offsets in Unicode code points.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::ExitCode;

use anyhow::Context;
use checker::{Checker, Settings, Suggestion};
use serde::{Deserialize, Serialize};

use super::print;
use crate::args::EvalFlags;

#[derive(Deserialize)]
struct Passage {
    id: String,
    text: String,
}

#[derive(Serialize)]
struct Findings<'a> {
    id: &'a str,
    findings: Vec<Found>,
}

#[derive(Serialize)]
struct Found {
    start: usize,
    end: usize,
    replacements: Vec<String>,
    category: &'static str,
    level: &'static str,
    rule: String,
}

pub(crate) fn run(flags: &EvalFlags) -> anyhow::Result<ExitCode> {
    let gold = std::fs::File::open(&flags.gold)
        .with_context(|| format!("could not read {}", flags.gold.display()))?;
    let out = std::fs::File::create(&flags.findings)
        .with_context(|| format!("could not write {}", flags.findings.display()))?;
    let mut out = BufWriter::new(out);
    let checker = Checker::new();
    let settings = Settings { hints: true, ..Settings::default() };
    let (mut passages, mut findings) = (0, 0);
    for (number, line) in BufReader::new(gold).lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let passage: Passage = serde_json::from_str(&line)
            .with_context(|| format!("{} line {}", flags.gold.display(), number + 1))?;
        let suggestions = checker.check(&passage.text, &settings);
        passages += 1;
        findings += suggestions.len();
        let found = suggestions.into_iter().map(|one| found(&passage.text, one)).collect();
        serde_json::to_writer(&mut out, &Findings { id: &passage.id, findings: found })?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    print(&format!("{passages} passages, {findings} findings\n"))?;
    Ok(ExitCode::SUCCESS)
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
