//! `prf rules show`: everything one rule says.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use checker::Rule;

use super::{checker, print};

pub(super) fn run(id: &str, packs: Option<&Path>) -> anyhow::Result<ExitCode> {
    let checker = checker(packs)?;
    let rule =
        checker.rule(id).with_context(|| format!("no rule {id:?}; `prf rules list` names all"))?;
    print(&shown(&rule))?;
    Ok(ExitCode::SUCCESS)
}

fn shown(rule: &Rule<'_>) -> String {
    let mut out = format!("{}\n", rule.id().as_str());
    // Writing to a string cannot fail.
    let mut add = |name: &str, text: &str| {
        let _ = writeln!(out, "{name:10} {text}");
    };
    add("category", &format!("{} ({})", rule.category().name(), rule.category().label()));
    add("severity", rule.severity().name());
    add("norm", rule.norm());
    add("message", rule.message());
    if !rule.profiles().is_empty() {
        add("profiles", &rule.profiles().join(", "));
    }
    if rule.is_code() {
        add("found by", "code");
    }
    for entry in rule.entries() {
        if let Some((wrong, rights)) = entry.split_first() {
            add("entry", &format!("{wrong} → {}", rights.join(" / ")));
        }
    }
    for [wrong, right] in rule.stems() {
        add("stem", &format!("{wrong} → {right}"));
    }
    for pattern in rule.patterns() {
        add("pattern", pattern);
    }
    for [wrong, right] in rule.wrong() {
        add("wrong", &format!("{wrong} → {right}"));
    }
    for keep in rule.keep() {
        add("keep", keep);
    }
    out
}
