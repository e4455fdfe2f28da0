//! A measurement as a table, as JSON, and error by error.

use std::fmt::Write;

use serde::Serialize;

use super::findings::Found;
use super::gold::Passage;
use super::score::{Hit, Quality, Score, Verdict, share};
use crate::commands::shown_fix;

#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    score: &'a Score,
    correction: Quality,
    detection: Quality,
    clean_findings_per_10000: f64,
}

/// Every count and the shares that follow from them.
pub(super) fn json(score: &Score) -> anyhow::Result<String> {
    let json = Json {
        score,
        correction: score.correction(),
        detection: score.detection(),
        clean_findings_per_10000: score.clean_findings_per_10000(),
    };
    Ok(serde_json::to_string(&json)? + "\n")
}

/// One line a category, then the whole.
pub(super) fn table(score: &Score) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    for (category, counts) in &score.categories {
        let (right, located) = (counts.right, counts.located);
        let _ = writeln!(
            out,
            "{category:14} gold {:4}  corrected {right:4} ({:.2})  located {located:4} ({:.2})",
            counts.gold,
            share(right, counts.gold),
            share(located, counts.gold)
        );
    }
    let _ = writeln!(
        out,
        "clean passages: {} findings in {} characters = {:.2} per 10,000",
        score.clean_findings,
        score.clean_characters,
        score.clean_findings_per_10000()
    );
    let quality =
        |one: Quality| format!("P {:.3} R {:.3} F0.5 {:.3}", one.precision, one.recall, one.f05);
    let _ = writeln!(
        out,
        "correction {}   detection {}   findings {} gold {}",
        quality(score.correction()),
        quality(score.detection()),
        score.findings,
        score.total().gold
    );
    out
}

/// One line for each error that no finding touches and each finding that touches none.
pub(super) fn list(passages: &[Passage], found: &[Vec<Found>], verdicts: &[Verdict]) -> String {
    let mut out = String::new();
    for ((passage, findings), verdict) in passages.iter().zip(found).zip(verdicts) {
        let id = &passage.id;
        for (edit, hit) in passage.edits.iter().zip(&verdict.hits) {
            let first = edit.replacements.first().map_or("", String::as_str);
            if *hit == Hit::Missed {
                let _ = writeln!(out, "missed {id} {}: {} → {first}", edit.category, edit.original);
            }
        }
        for (finding, is_used) in findings.iter().zip(&verdict.used) {
            if !is_used {
                let length = finding.end - finding.start;
                let original: String =
                    passage.text.chars().skip(finding.start).take(length).collect();
                let first = shown_fix(&finding.replacements);
                let _ = writeln!(out, "false  {id} {}: {original} → {first}", finding.rule);
            }
        }
    }
    out
}
