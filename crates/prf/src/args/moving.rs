//! Flags of the commands that move whole stores: export, import, backup, restore.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::DataFlags;

/// Which store a command works on.
#[derive(Debug, Default, Args)]
pub(crate) struct StoreFlags {
    /// Where the data lies; dynamodb needs --table-prefix and the usual AWS settings.
    #[arg(long, value_enum, value_name = "KIND", default_value_t)]
    pub(crate) store: StoreKind,
    /// What the names of its tables begin with (nx-wt-prf-); with `import --from dynamodb`, those
    /// of the tables that are read.
    #[arg(long, value_name = "PREFIX")]
    pub(crate) table_prefix: Option<String>,
    /// Where the database is.
    #[command(flatten)]
    pub(crate) data: DataFlags,
}

/// Kinds of stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum StoreKind {
    /// One file in the data directory.
    #[default]
    Sqlite,
    /// Six tables of Amazon DynamoDB.
    Dynamodb,
}

/// Flags of `export store`.
#[derive(Debug, Args)]
pub(crate) struct ExportStoreFlags {
    /// A new file, readable by its owner only, or - for standard output.
    #[arg(long, value_name = "FILE|-")]
    pub(crate) to: PathBuf,
    /// From where.
    #[command(flatten)]
    pub(crate) store: StoreFlags,
}

/// Flags of `import`.
#[derive(Debug, Args)]
pub(crate) struct ImportFlags {
    /// What `export store` wrote.
    #[arg(value_name = "FILE", required_unless_present = "from", conflicts_with = "from")]
    pub(crate) file: Option<PathBuf>,
    /// The old service's data: dynamodb for its tables, or files of their items.
    #[arg(long, value_name = "dynamodb|FILE", num_args = 1..)]
    pub(crate) from: Vec<String>,
    /// Say what would be added, and add nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// With --from dynamodb and --store dynamodb: what the names of the new tables begin with.
    #[arg(long, value_name = "PREFIX")]
    pub(crate) to_table_prefix: Option<String>,
    /// Where to.
    #[command(flatten)]
    pub(crate) store: StoreFlags,
}

/// Flags of `backup`.
#[derive(Debug, Args)]
pub(crate) struct BackupFlags {
    /// A new file; it is there only when it is whole.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Of which database.
    #[command(flatten)]
    pub(crate) data: DataFlags,
}

/// Flags of `restore`.
#[derive(Debug, Args)]
pub(crate) struct RestoreFlags {
    /// What `backup` wrote.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Move a database that is there aside, in its directory, in place of refusing.
    #[arg(long)]
    pub(crate) move_aside: bool,
    /// Where to.
    #[command(flatten)]
    pub(crate) data: DataFlags,
}

/// Flags of `drill restore`.
#[derive(Debug, Args)]
pub(crate) struct DrillRestoreFlags {
    /// What the names of the tables begin with (nx-wt-prf-).
    #[arg(long, value_name = "PREFIX")]
    pub(crate) table_prefix: String,
    /// What the names of the restored ones shall begin with.
    #[arg(long, value_name = "PREFIX")]
    pub(crate) to_prefix: String,
    /// As of when, RFC 3339; without it as late as there is.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// Restore nothing; hold tables that were restored before against the old ones.
    #[arg(long, conflicts_with = "at")]
    pub(crate) compare_only: bool,
    /// Give up after so long.
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub(crate) wait_minutes: u64,
}
