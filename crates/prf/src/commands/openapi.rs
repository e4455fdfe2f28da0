//! `prf openapi`: the document the page's types are made from.

use std::process::ExitCode;

use super::print;

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    print(&(api::document() + "\n"))?;
    Ok(ExitCode::SUCCESS)
}
