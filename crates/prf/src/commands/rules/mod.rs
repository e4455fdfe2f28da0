//! `prf rules`: what the rules say, whether their examples hold, how many there are, and how often
//! those of a pack would fire.

mod dry_run;
mod list;
mod show;
mod stats;
mod test;

use std::process::ExitCode;

use super::{found, print};
use crate::args::RulesCommand;

pub(crate) fn run(command: &RulesCommand) -> anyhow::Result<ExitCode> {
    match command {
        RulesCommand::List(flags) => list::run(flags),
        RulesCommand::Show { id, packs } => show::run(id, packs.as_deref()),
        RulesCommand::Test { packs } => test::run(packs),
        RulesCommand::Stats { packs } => stats::run(packs.as_deref()),
        RulesCommand::DryRun(flags) => dry_run::run(flags),
    }
}

/// The built-in rules with the packs of a directory.
fn checker(packs: Option<&std::path::Path>) -> anyhow::Result<checker::Checker> {
    let packs = packs.map(std::path::Path::to_owned);
    crate::style::checker(&crate::args::StyleFlags { packs, ..Default::default() })
}
