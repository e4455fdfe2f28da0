//! `prf check`: the rules over one text.

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::Context;
use api::CheckResponse;
use checker::{ArticleDate, Settings};
use domain::finding::{Finding, from_suggestions};

use super::{found, print, shown_fix};
use crate::args::{CheckFlags, Format};
use crate::input::read_text;
use crate::style;

pub(crate) fn run(flags: &CheckFlags) -> anyhow::Result<ExitCode> {
    let text = read_text(&flags.file, flags.max_chars)?;
    let article_date = flags.date.as_deref().map(date).transpose()?;
    let settings = Settings { article_date, hints: flags.hints, ..style::settings(&flags.style)? };
    let findings = from_suggestions(style::checker(&flags.style)?.check(&text, &settings));
    let out = match flags.format {
        Format::Text => lines(&text, &findings),
        Format::Json => serde_json::to_string(&CheckResponse::new(&text, &findings))? + "\n",
    };
    print(&out)?;
    Ok(found(!findings.is_empty()))
}

pub(super) fn date(text: &str) -> anyhow::Result<ArticleDate> {
    let midnight = format!("{text}T00:00:00+09:00");
    let at = domain::time::Timestamp::parse(&midnight);
    Ok(at.with_context(|| format!("{text:?} is no date like 2026-11-24"))?.seoul_date())
}

/// One line a finding: place, category, what to write, why.
pub(super) fn lines(text: &str, findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let before = text.get(..finding.span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        let fix = shown_fix(&finding.replacements);
        let (label, original) = (finding.category.label(), &finding.original);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{line}:{column} [{label}] {original} → {fix}  {}", finding.message);
    }
    out
}
