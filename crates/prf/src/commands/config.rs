//! `prf config`: every setting with its value and where it comes from, and the quotas in force.

use std::process::ExitCode;

use providers::setup::quotas;

use super::print;
use crate::args::ServeFlags;
use crate::config::Config;

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let config = Config::read(std::env::vars(), &ServeFlags::default())?;
    let width = config.settings.iter().map(|setting| setting.name.len()).max().unwrap_or(0);
    let lines = config.settings.iter().map(|setting| {
        let (name, value) = (setting.name, &setting.value);
        format!("{name:width$}  {value}  ({})\n", setting.source.name())
    });
    print(&lines.collect::<String>())?;
    print(&quotas::lines(&config.turns.quotas.load()?))?;
    Ok(ExitCode::SUCCESS)
}
