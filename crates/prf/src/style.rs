//! Which rules a command runs with: the packs, the house style and the desk its flags name.

use anyhow::Context;
use checker::{Checker, Profile, Settings};

use crate::args::StyleFlags;
use crate::packs::Packs;

/// The checker with the packs of the flags.
///
/// # Errors
///
/// A directory or a pack that cannot be read, every refused pack with its line.
pub(crate) fn checker(flags: &StyleFlags) -> anyhow::Result<Checker> {
    let Some(directory) = &flags.packs else { return Ok(Checker::new()) };
    let packs = Packs::open(directory)?;
    let refused: Vec<_> = packs.errors().map(ToString::to_string).collect();
    anyhow::ensure!(refused.is_empty(), "could not read these packs:\n{}", refused.join("\n"));
    Ok(packs.checker())
}

/// Settings with the house style and the desk of the flags.
///
/// # Errors
///
/// A house style nobody knows; the command line refuses it before.
pub(crate) fn settings(flags: &StyleFlags) -> anyhow::Result<Settings> {
    let profile = Profile::from_name(&flags.profile)
        .with_context(|| format!("unknown profile {:?}", flags.profile))?;
    let scopes = flags.desk.iter().map(|desk| format!("desk:{desk}")).collect();
    Ok(Settings { profile, scopes, ..Settings::default() })
}
