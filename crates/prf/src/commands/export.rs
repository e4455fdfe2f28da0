//! `prf export`: usage for other programs, and whole stores.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use api::export::UsageExport;
use domain::ports::Clock;
use futures::StreamExt;
use stores::transfer::{Exported, Stamp, export};

use super::{config_for, print};
use crate::args::{ExportStoreFlags, ExportUsageFlags};
use crate::service::open_existing_store;
use crate::storage::{self, Existing};
use providers::setup::system::SystemClock;

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

pub(crate) fn store(flags: &ExportStoreFlags) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let pages = match storage::existing(&flags.store).await? {
            Existing::Sqlite(store) => store.dump(),
            #[cfg(feature = "aws")]
            Existing::Dynamo(store) => store.dump(),
        };
        let stamp = Stamp { program: env!("CARGO_PKG_VERSION").into(), at: SystemClock.now() };
        if flags.to == Path::new("-") {
            export(pages, &stamp, &mut BufWriter::new(io::stdout().lock())).await?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut out = BufWriter::new(new_file(&flags.to)?);
        let written = export(pages, &stamp, &mut out).await;
        let written = written.and_then(|done| Ok(out.get_ref().sync_all().map(|()| done)?));
        // What has no last line is no export; nobody shall find it and think it is.
        let done = written.inspect_err(|_| drop(std::fs::remove_file(&flags.to)))?;
        print(&summary(&done))?;
        Ok(ExitCode::SUCCESS)
    })
}

fn new_file(path: &Path) -> anyhow::Result<File> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    made.with_context(|| format!("could not make the new file {}", path.display()))
}

pub(super) fn summary(done: &Exported) -> String {
    let mut text = String::new();
    for (table, count) in &done.counts {
        text += &format!("{:<22}{count:>10}\n", table.name());
    }
    text + &format!("sha256 {}\n", done.sha256)
}
