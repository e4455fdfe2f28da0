//! Which store a command works on: the file of the data directory, or tables of DynamoDB.

use std::sync::Arc;

use anyhow::ensure;
use stores::{MemoryStore, SqliteStore};

use crate::args::{StoreFlags, StoreKind};
use crate::commands::config_for;
use crate::service::{DATABASE, open_existing_store, open_store};

/// A store that is there.
pub(crate) enum Existing {
    /// One file.
    Sqlite(Arc<SqliteStore>),
}

/// A store that rows are taken into.
pub(crate) enum Target {
    /// One file; made where there was none.
    Sqlite(Arc<SqliteStore>),
    /// Nothing is there, and a dry run makes nothing.
    Nothing(MemoryStore),
}

/// Opens a store that must be there.
pub(crate) async fn existing(flags: &StoreFlags) -> anyhow::Result<Existing> {
    match flags.store {
        StoreKind::Sqlite => {
            ensure!(flags.table_prefix.is_none(), "--table-prefix is for --store dynamodb");
            Ok(Existing::Sqlite(open_existing_store(&config_for(&flags.data)?)?))
        }
        StoreKind::Dynamodb => Err(no_dynamodb()),
    }
}

/// Opens a store to take rows into.
pub(crate) async fn target(flags: &StoreFlags, is_dry_run: bool) -> anyhow::Result<Target> {
    match flags.store {
        StoreKind::Sqlite => {
            let config = config_for(&flags.data)?;
            if is_dry_run && !config.data.join(DATABASE).is_file() {
                return Ok(Target::Nothing(MemoryStore::default()));
            }
            Ok(Target::Sqlite(open_store(&config)?))
        }
        StoreKind::Dynamodb => Err(no_dynamodb()),
    }
}

fn no_dynamodb() -> anyhow::Error {
    anyhow::anyhow!("this program was built without DynamoDB (build it with --features aws)")
}
