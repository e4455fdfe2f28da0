//! `prf import`: takes an export, or the old service's data, into a store. Looks first, overwrites
//! nothing, and can be run again where it broke off.

mod exported;
mod old;
mod report;

use std::path::Path;
use std::process::ExitCode;

use stores::{Bulk, Store};

use crate::args::ImportFlags;
use crate::storage::{self, Target};

pub(crate) fn run(flags: &ImportFlags) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match storage::target(&flags.store, flags.dry_run).await? {
            Target::Sqlite(store) => take(&*store, flags).await,
            Target::Nothing(store) => take(&store, flags).await,
        }
    })
}

async fn take<B: Bulk>(store: &Store<B>, flags: &ImportFlags) -> anyhow::Result<ExitCode> {
    match &flags.file {
        Some(file) => exported::take(store, file, flags.dry_run).await,
        None => {
            let files: Vec<_> = flags.from.iter().map(Path::new).collect();
            old::take(store, &files, flags.dry_run).await
        }
    }
}
