//! Gathers the rule files below `rules/` into static data; a file that cannot be read stops the
//! build with its name and the reason.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: String,
    severity: String,
    norm: String,
    message: String,
    #[serde(default)]
    code: bool,
    #[serde(default = "start")]
    at: String,
    #[serde(default = "noun")]
    then: String,
    #[serde(default = "yes")]
    safe: bool,
    #[serde(default)]
    entries: Vec<Vec<String>>,
    #[serde(default)]
    context: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    wrong: Vec<[String; 2]>,
    keep: Vec<String>,
}

fn start() -> String {
    "start".into()
}

fn noun() -> String {
    "noun".into()
}

fn yes() -> bool {
    true
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

/// The variant of an enum by its name in a file.
fn variant(file: &Path, value: &str, known: &[(&str, &str)]) -> Result<String, String> {
    let found = known.iter().find(|(name, _)| *name == value);
    let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
    let (_, variant) =
        found.ok_or_else(|| format!("{}: {value:?} is none of {names:?}", file.display()))?;
    Ok((*variant).to_owned())
}

fn check(file: &Path, rule: &Rule) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{}: rule {}: {why}", file.display(), rule.id));
    if !rule.code && rule.entries.is_empty() {
        return refuse("has no entries");
    }
    if rule.code && !rule.entries.is_empty() {
        return refuse("is code and has entries");
    }
    if rule.entries.iter().any(|entry| entry.is_empty() || entry.iter().any(String::is_empty)) {
        return refuse("has an empty entry");
    }
    if rule.wrong.is_empty() || rule.keep.is_empty() {
        return refuse("needs wrong and keep examples");
    }
    if rule.norm.is_empty() || rule.message.is_empty() {
        return refuse("needs a norm and a message");
    }
    Ok(())
}

fn category(file: &Path, rule: &Rule) -> Result<String, String> {
    let known = [
        ("spelling", "Spelling"),
        ("spacing", "Spacing"),
        ("particle", "Particle"),
        ("ending", "Ending"),
        ("loanword", "Loanword"),
        ("punctuation", "Punctuation"),
        ("number", "Number"),
        ("redundancy", "Redundancy"),
        ("sentence", "Sentence"),
        ("consistency", "Consistency"),
        ("fact", "Fact"),
        ("plain-language", "PlainLanguage"),
        ("house-style", "HouseStyle"),
        ("residue", "Residue"),
    ];
    variant(file, rule.id.split('/').next().unwrap_or_default(), &known)
}

fn write_rule(out: &mut String, file: &Path, rule: &Rule) -> Result<(), Box<dyn Error>> {
    check(file, rule)?;
    let category = category(file, rule)?;
    let severity = variant(
        file,
        &rule.severity,
        &[("error", "Error"), ("warning", "Warning"), ("hint", "Hint")],
    )?;
    let at = variant(file, &rule.at, &[("start", "Start"), ("inside", "Inside")])?;
    let then = variant(file, &rule.then, &[("noun", "Noun"), ("any", "Any"), ("end", "End")])?;
    let entries: Vec<_> =
        rule.entries.iter().map(|entry| format!("({:?}, &{:?})", entry[0], &entry[1..])).collect();
    let wrong: Vec<_> =
        rule.wrong.iter().map(|pair| format!("({:?}, {:?})", pair[0], pair[1])).collect();
    writeln!(
        out,
        "    RuleData {{ id: RuleId::new({:?}), category: Category::{category}, \
         severity: Severity::{severity}, norm: {:?}, message: {:?}, at: At::{at}, \
         then: Then::{then}, safe: {}, entries: &[{}], context: &{:?}, unless: &{:?}, \
         wrong: &[{}], keep: &{:?} }},",
        rule.id,
        rule.norm,
        rule.message,
        rule.safe,
        entries.join(", "),
        rule.context,
        rule.unless,
        wrong.join(", "),
        rule.keep,
    )?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    let mut files = Vec::new();
    rule_files(Path::new("rules"), &mut files)?;
    files.sort();
    let mut out = String::from("[\n");
    let mut ids = std::collections::BTreeSet::new();
    for path in &files {
        let text = std::fs::read_to_string(path)?;
        let file: File =
            toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        for rule in &file.rule {
            if !ids.insert(rule.id.clone()) {
                return Err(format!("{}: rule {} stands twice", path.display(), rule.id).into());
            }
            write_rule(&mut out, path, rule)?;
        }
    }
    out.push(']');
    let directory = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&directory).join("rules.rs"), out)?;
    Ok(())
}
