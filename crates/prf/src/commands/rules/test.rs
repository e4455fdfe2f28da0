//! `prf rules test`: runs the examples of every rule of the packs, or of the built-in ones.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use checker::{Checker, Pack};

use super::{found, print};
use crate::packs::read_pack;

pub(super) fn run(paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let mut failures = Vec::new();
    let mut packs = Vec::new();
    for path in paths {
        match read(path) {
            Ok(pack) => packs.push(pack),
            Err(error) => failures.push(error.to_string()),
        }
    }
    let of_packs: usize = packs.iter().map(Pack::len).sum();
    let checker = Checker::with_packs(packs);
    let built_in = checker.rules().count() - of_packs;
    let (passed_over, count) = if paths.is_empty() { (0, built_in) } else { (built_in, of_packs) };
    let rules = checker.rules().skip(passed_over);
    failures.extend(rules.flat_map(|rule| checker.try_examples(&rule)));
    for failure in &failures {
        print(&format!("{failure}\n"))?;
    }
    print(&format!("{count} rules, {} failures\n", failures.len()))?;
    Ok(found(!failures.is_empty()))
}

/// The pack of a file, named as the caller names it.
pub(super) fn read(path: &Path) -> Result<Pack, checker::PackError> {
    read_pack(&path.display().to_string(), path)
}
