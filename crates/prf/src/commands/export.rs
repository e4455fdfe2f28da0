//! `prf export`: data for other programs on standard output.

use std::io::{self, Write};
use std::process::ExitCode;

use api::export::UsageExport;
use futures::StreamExt;

use super::config_for;
use crate::args::ExportUsageFlags;
use crate::service::open_existing_store;

pub(crate) fn usage(flags: &ExportUsageFlags) -> anyhow::Result<ExitCode> {
    let totals = flags.totals.as_deref();
    let export = UsageExport::new(&flags.from, &flags.to, Some(&flags.format), totals)?;
    let store = open_existing_store(&config_for(&flags.data)?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        let mut pieces = export.stream(store).await?;
        let mut out = io::stdout().lock();
        while let Some(piece) = pieces.next().await {
            match out.write_all(piece?.as_bytes()) {
                // A reader that has seen enough (`| head`) ends the export.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
                written => written?,
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}
