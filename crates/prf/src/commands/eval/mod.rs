//! `prf eval`: measures the checker against a gold set and its baseline, or on correct text.

mod baseline;
mod clean;
mod findings;
mod gold;
mod report;
mod score;

use std::process::ExitCode;

use checker::Settings;

use super::{found, print};
use crate::args::{EvalFlags, Format};
use crate::style;
use score::Score;

pub(crate) fn run(flags: &EvalFlags) -> anyhow::Result<ExitCode> {
    if let Some(file) = &flags.clean {
        print(&clean::measure(file, flags)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let passages = gold::read(&flags.gold)?;
    let settings = Settings { hints: true, ..style::settings(&flags.style)? };
    let mut checked = findings::check(&passages, &style::checker(&flags.style)?, &settings);
    if let Some(path) = &flags.findings {
        findings::write(path, &passages, &checked)?;
    }
    let found_in_all: usize = checked.iter().map(Vec::len).sum();
    if !flags.hints {
        checked.iter_mut().for_each(|findings| findings.retain(|one| one.level != "hint"));
    }
    let verdicts = score::judge_all(&passages, &checked);
    let score = Score::of(&passages, &checked, &verdicts);
    if flags.format == Format::Json {
        print(&report::json(&score)?)?;
    } else {
        print(&format!("{} passages, {found_in_all} findings\n", passages.len()))?;
        if flags.list {
            print(&report::list(&passages, &checked, &verdicts))?;
        }
        print(&report::table(&score))?;
    }
    settle(flags, &score)
}

/// Writes the baseline or holds the score against it.
fn settle(flags: &EvalFlags, score: &Score) -> anyhow::Result<ExitCode> {
    let Some(path) = &flags.baseline else { return Ok(ExitCode::SUCCESS) };
    if flags.write_baseline {
        baseline::write(path, score)?;
        return Ok(ExitCode::SUCCESS);
    }
    let comparison = baseline::compare(&baseline::read(path)?, score);
    for line in comparison.lines(path) {
        eprintln!("{line}");
    }
    Ok(found(comparison.is_drop()))
}
