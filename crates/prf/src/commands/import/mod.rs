//! `prf import`: takes an export, or the old service's data, into a store. Looks first, overwrites
//! nothing, and can be run again where it broke off.

mod exported;
mod old;
mod report;

use std::path::Path;
use std::process::ExitCode;

use anyhow::ensure;
use stores::{Bulk, Store};

use crate::args::ImportFlags;
use crate::storage::{self, Target};
use old::Source;

/// What `--from` calls the old service's tables.
const DYNAMODB: &str = "dynamodb";

pub(crate) fn run(flags: &ImportFlags) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let is_from_tables = flags.from == [DYNAMODB];
        let prefix = match is_from_tables {
            true => &flags.to_table_prefix,
            false => &flags.store.table_prefix,
        };
        ensure!(
            is_from_tables || flags.to_table_prefix.is_none(),
            "--to-table-prefix is for --from dynamodb"
        );
        let (kind, data) = (flags.store.store, &flags.store.data);
        let target = storage::target(kind, prefix.as_deref(), data, flags.dry_run);
        match target.await? {
            Target::Sqlite(store) => take(&*store, flags).await,
            #[cfg(feature = "aws")]
            Target::Dynamo(store) => take(&*store, flags).await,
            Target::Nothing(store) => take(&*store, flags).await,
        }
    })
}

async fn take<B: Bulk>(store: &Store<B>, flags: &ImportFlags) -> anyhow::Result<ExitCode> {
    if let Some(file) = &flags.file {
        return exported::take(store, file, flags.dry_run).await;
    }
    let source = if flags.from == [DYNAMODB] {
        Source::tables(flags.store.table_prefix.as_deref()).await?
    } else {
        Source::Files(flags.from.iter().map(|file| Path::new(file).to_owned()).collect())
    };
    old::take(store, &source, flags.dry_run).await
}
