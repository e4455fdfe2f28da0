//! Gathers the rule files below `rules/` into one; a file that cannot be read stops the build with
//! its name and the reason.

#[path = "src/rule/file.rs"]
mod file;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};

/// A file of rules.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    rule: Vec<file::RuleText>,
}

fn rule_files(directory: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            rule_files(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            found.push(path);
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/rule/file.rs");
    let mut files = Vec::new();
    rule_files(Path::new("rules"), &mut files)?;
    files.sort();
    let mut rules = Vec::new();
    let mut ids = BTreeSet::new();
    for path in &files {
        let text = std::fs::read_to_string(path)?;
        let read: RuleFile =
            toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        for rule in read.rule {
            let fault = file::fault(&rule);
            let twice = (!ids.insert(rule.id.clone())).then_some("stands twice");
            if let Some(why) = fault.or(twice) {
                return Err(format!("{}: rule {}: {why}", path.display(), rule.id).into());
            }
            rules.push(rule);
        }
    }
    let directory = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&directory).join("rules.json"), serde_json::to_string(&rules)?)?;
    Ok(())
}
