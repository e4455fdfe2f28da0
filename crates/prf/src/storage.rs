//! Which store a command works on: the file of the data directory, or tables of DynamoDB.

use std::sync::Arc;

use anyhow::ensure;
#[cfg(feature = "aws")]
use stores::DynamoStore;
use stores::{MemoryStore, SqliteStore};

use crate::args::{DataFlags, StoreFlags, StoreKind};
use crate::commands::config_for;
use crate::service::{DATABASE, open_existing_store, open_store};

/// A store that is there.
pub(crate) enum Existing {
    /// One file.
    Sqlite(Arc<SqliteStore>),
    /// Six tables.
    #[cfg(feature = "aws")]
    Dynamo(Box<DynamoStore>),
}

/// A store that rows are taken into.
pub(crate) enum Target {
    /// One file; made where there was none.
    Sqlite(Arc<SqliteStore>),
    /// Six tables.
    #[cfg(feature = "aws")]
    Dynamo(Box<DynamoStore>),
    /// Nothing is there, and a dry run makes nothing.
    Nothing(Box<MemoryStore>),
}

/// Opens a store that must be there.
pub(crate) async fn existing(flags: &StoreFlags) -> anyhow::Result<Existing> {
    let prefix = flags.table_prefix.as_deref();
    match flags.store {
        StoreKind::Sqlite => {
            ensure!(prefix.is_none(), "--table-prefix is for --store dynamodb");
            Ok(Existing::Sqlite(open_existing_store(&config_for(&flags.data)?)?))
        }
        #[cfg(feature = "aws")]
        StoreKind::Dynamodb => Ok(Existing::Dynamo(Box::new(dynamo(prefix).await?))),
        #[cfg(not(feature = "aws"))]
        StoreKind::Dynamodb => Err(no_dynamodb()),
    }
}

/// Opens a store to take rows into; `prefix` begins the names of its tables.
pub(crate) async fn target(
    kind: StoreKind,
    prefix: Option<&str>,
    data: &DataFlags,
    is_dry_run: bool,
) -> anyhow::Result<Target> {
    match kind {
        StoreKind::Sqlite => {
            ensure!(prefix.is_none(), "a prefix of tables to write to is for --store dynamodb");
            let config = config_for(data)?;
            if is_dry_run && !config.data.join(DATABASE).is_file() {
                return Ok(Target::Nothing(Box::default()));
            }
            Ok(Target::Sqlite(Arc::new(open_store(&config)?)))
        }
        #[cfg(feature = "aws")]
        StoreKind::Dynamodb => Ok(Target::Dynamo(Box::new(dynamo(prefix).await?))),
        #[cfg(not(feature = "aws"))]
        StoreKind::Dynamodb => Err(no_dynamodb()),
    }
}

#[cfg(feature = "aws")]
async fn dynamo(prefix: Option<&str>) -> anyhow::Result<DynamoStore> {
    use anyhow::Context;
    let prefix = prefix.context("--store dynamodb needs the prefix of its tables")?;
    Ok(DynamoStore::open(&crate::aws::account().await, prefix))
}

/// Why nothing of DynamoDB works in this build.
#[cfg(not(feature = "aws"))]
pub(crate) fn no_dynamodb() -> anyhow::Error {
    anyhow::anyhow!("this program was built without DynamoDB (build it with --features aws)")
}
