//! `prf rules list`: one line a rule.

use std::process::ExitCode;

use anyhow::Context;
use checker::{Category, Rule};
use serde::Serialize;

use super::{checker, print};
use crate::args::{Format, RulesListFlags};

/// One rule as JSON.
#[derive(Debug, Serialize)]
struct Listed<'r> {
    id: &'r str,
    category: &'static str,
    severity: &'static str,
    norm: &'r str,
    message: &'r str,
    code: bool,
    entries: usize,
    patterns: usize,
    stems: usize,
    profiles: &'r [String],
}

pub(super) fn run(flags: &RulesListFlags) -> anyhow::Result<ExitCode> {
    let category = flags.category.as_deref().map(|name| {
        let names = Category::ALL.map(Category::name).join(", ");
        Category::from_name(name).with_context(|| format!("no category {name:?}; use {names}"))
    });
    let category = category.transpose()?;
    let checker = checker(flags.packs.as_deref())?;
    let rules = checker.find_rules(category, "");
    let out = match flags.format {
        Format::Text => rules.iter().map(line).collect(),
        Format::Json => {
            serde_json::to_string(&rules.iter().map(listed).collect::<Vec<_>>())? + "\n"
        }
    };
    print(&out)?;
    Ok(ExitCode::SUCCESS)
}

fn line(rule: &Rule<'_>) -> String {
    let (id, severity) = (rule.id().as_str(), rule.severity().name());
    format!("{id:40} {severity:8} {}\n", rule.norm())
}

fn listed<'r>(rule: &Rule<'r>) -> Listed<'r> {
    Listed {
        id: rule.id().as_str(),
        category: rule.category().name(),
        severity: rule.severity().name(),
        norm: rule.norm(),
        message: rule.message(),
        code: rule.is_code(),
        entries: rule.entries().len(),
        patterns: rule.patterns().len(),
        stems: rule.stems().len(),
        profiles: rule.profiles(),
    }
}
