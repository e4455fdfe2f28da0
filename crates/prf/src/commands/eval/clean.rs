//! Counts what the checker says about text that is taken to be correct, rule by rule, and how fast.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use checker::{Settings, Suggestion};
use serde::Serialize;

use super::score::share;
use crate::args::{EvalFlags, Format};
use crate::commands::shown_fix;
use crate::style;

#[derive(Debug, Default, PartialEq, Serialize)]
struct Measured {
    lines: usize,
    /// Unicode code points without line ends.
    characters: usize,
    findings: usize,
    findings_per_10000: f64,
    /// Findings by rule.
    rules: BTreeMap<String, usize>,
    megabytes_per_second: f64,
}

/// One sentence or paragraph a line; hints are counted only where they are asked for.
///
/// # Errors
///
/// A file that cannot be read or is not UTF-8.
pub(super) fn measure(file: &Path, flags: &EvalFlags) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("could not read {}", file.display()))?;
    let checker = style::checker(&flags.style)?;
    let settings = Settings { hints: flags.hints, ..style::settings(&flags.style)? };
    let begun = Instant::now();
    let found: Vec<_> = text.lines().map(|line| checker.check(line, &settings)).collect();
    let measured = count(&text, &found, begun.elapsed());
    if flags.format == Format::Json {
        return Ok(serde_json::to_string(&measured)? + "\n");
    }
    let listed = if flags.list { list(&text, &found) } else { String::new() };
    Ok(listed + &table(&measured))
}

fn count(text: &str, found: &[Vec<Suggestion>], took: Duration) -> Measured {
    let mut measured = Measured { lines: found.len(), ..Measured::default() };
    for suggestion in found.iter().flatten() {
        measured.findings += 1;
        *measured.rules.entry(suggestion.rule.as_str().to_owned()).or_default() += 1;
    }
    measured.characters = text.lines().map(|line| line.chars().count()).sum();
    measured.findings_per_10000 = share(measured.findings, measured.characters) * 10_000.0;
    let seconds = took.as_secs_f64().max(f64::MIN_POSITIVE);
    measured.megabytes_per_second = share(text.len(), 1_000_000) / seconds;
    measured
}

fn table(measured: &Measured) -> String {
    let mut rules: Vec<_> = measured.rules.iter().collect();
    rules.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), name.as_str()));
    let mut out = String::new();
    // Writing to a string cannot fail.
    for (rule, &count) in rules {
        let per_10000 = share(count, measured.characters) * 10_000.0;
        let _ = writeln!(out, "{rule:40} {count:6}  {per_10000:8.3} per 10,000");
    }
    let _ = writeln!(
        out,
        "{} findings in {} lines, {} characters = {:.2} per 10,000; {:.1} MB/s",
        measured.findings,
        measured.lines,
        measured.characters,
        measured.findings_per_10000,
        measured.megabytes_per_second
    );
    out
}

/// Each finding with its level, rule and the line it stands in.
fn list(text: &str, found: &[Vec<Suggestion>]) -> String {
    let mut out = String::new();
    for (number, (line, suggestions)) in text.lines().zip(found).enumerate() {
        for suggestion in suggestions {
            let (level, rule) = (suggestion.severity.name(), suggestion.rule.as_str());
            let fix = shown_fix(&suggestion.replacements);
            let original = &suggestion.original;
            let _ = writeln!(out, "{}: [{level} {rule}] {original} → {fix}\t{line}", number + 1);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use checker::{Checker, Settings};

    use super::{count, list, table};

    #[test]
    fn counts_by_rule_and_lists_with_the_line() {
        let text = "😀 몇일 뒤다.\n\n며칠 뒤다.\n몇일 뒤 다시 몇일이 지났다.\n";
        let checker = Checker::new();
        let found: Vec<_> =
            text.lines().map(|line| checker.check(line, &Settings::default())).collect();
        let measured = count(text, &found, Duration::from_millis(1));
        assert_eq!((measured.lines, measured.characters, measured.findings), (4, 30, 3));
        assert_eq!(
            table(&measured),
            "spelling/fixed-form                           3  1000.000 per 10,000\n\
             3 findings in 4 lines, 30 characters = 1000.00 per 10,000; 0.1 MB/s\n"
        );
        assert_eq!(
            list(text, &found).lines().next(),
            Some("1: [error spelling/fixed-form] 몇일 → 며칠\t😀 몇일 뒤다.")
        );
    }
}
