//! Gathers the rule files below `rules/` into one, sorts their texts into a trie and, with the feature
//! `packed`, packs that and the lexicon; a file that cannot be read stops the build with its name and the reason.

#[path = "src/morph/conjugation.rs"]
mod conjugation;
#[path = "src/rule/file.rs"]
mod file;
#[path = "src/morph/jamo.rs"]
mod jamo;
#[path = "src/packed.rs"]
mod packed;
#[path = "src/packing.rs"]
mod packing;
#[path = "src/rule/pattern.rs"]
mod pattern;
#[path = "src/rule/spread.rs"]
mod spread;
#[path = "src/rule/starts.rs"]
mod starts;
#[path = "src/rule/stems.rs"]
mod stems;

/// The same path as in the program.
mod morph {
    pub(crate) use super::conjugation;
}

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
    println!("cargo::rerun-if-changed=src/rule");
    println!("cargo::rerun-if-changed=src/morph");
    println!("cargo::rerun-if-changed=src/packed.rs");
    println!("cargo::rerun-if-changed=src/packing.rs");
    println!("cargo::rerun-if-changed=data/lexicon.trie");
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
    let directory = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(directory.join("rules.json"), serde_json::to_string(&rules)?)?;
    write_literals(&directory, &rules)?;
    write_trie(&directory.join("lexicon.trie"), &std::fs::read("data/lexicon.trie")?)
}

/// A trie as it is, or with the feature `packed` in the form of `packed.rs`, once it has been seen to
/// come back whole.
fn write_trie(file: &Path, trie: &[u8]) -> Result<(), Box<dyn Error>> {
    if std::env::var_os("CARGO_FEATURE_PACKED").is_none() {
        return Ok(std::fs::write(file, trie)?);
    }
    let packed = packing::packed(trie).filter(|it| packed::unpacked(it).as_deref() == Some(trie));
    let packed = packed.ok_or_else(|| format!("{} cannot be made", file.display()))?;
    Ok(std::fs::write(file, packed)?)
}

/// The trie of every text, how the texts begin, and a record for each literal: whether the next one has the same text,
/// and the literal.
fn write_literals(directory: &Path, rules: &[file::RuleText]) -> Result<(), Box<dyn Error>> {
    let mut all = Vec::new();
    for (number, rule) in rules.iter().enumerate() {
        all.extend(spread::literals(u16::try_from(number)?, rule));
    }
    let (texts, literals) = spread::grouped(all);
    let firsts: BTreeSet<u32> = texts.iter().map(|(_, at)| *at).collect();
    let mut records = Vec::with_capacity(literals.len() * (spread::BYTES + 1));
    for (at, literal) in (1..).zip(&literals) {
        let goes_on = (at as usize) < literals.len() && !firsts.contains(&at);
        records.push(u8::from(goes_on));
        records.extend(bytes(*literal));
    }
    let starts = starts::Starts::of(texts.iter().map(|(text, _)| text.as_str()));
    let starts: Vec<u8> = starts.0.iter().flat_map(|word| word.to_le_bytes()).collect();
    std::fs::write(directory.join("literals.starts"), starts)?;
    let trie = crawdad::Trie::from_records(texts).map_err(|error| error.to_string())?;
    write_trie(&directory.join("literals.trie"), &trie.serialize_to_vec())?;
    std::fs::write(directory.join("literals.bin"), records)?;
    Ok(())
}

/// A literal as `Literal::from_bytes` reads it: rule, places, kinds, source, class, final consonants.
fn bytes(literal: spread::Literal) -> [u8; spread::BYTES] {
    let (source, first, second) = match literal.source {
        spread::Source::Entry(at) => (0, at, 0),
        spread::Source::Pattern(at, which) => (1, at, which),
        spread::Source::Stem(at, which) => (2, at, which),
    };
    let class = literal
        .before
        .and_then(|before| pattern::CLASSES.iter().position(|(_, class)| *class == before.class));
    let class = class.and_then(|class| u8::try_from(class).ok()).unwrap_or(u8::MAX);
    let codas = literal.before.map_or(0, |before| before.codas);
    let shorts = [literal.rule, first, second, literal.kinds].map(u16::to_le_bytes);
    let all = shorts.into_iter().flatten().chain([source, class, 0, 0]).chain(codas.to_le_bytes());
    let mut bytes = [0; spread::BYTES];
    for (place, byte) in bytes.iter_mut().zip(all) {
        *place = byte;
    }
    bytes
}
