//! `prf backup` and `prf restore`: copies of the database, proven when they are made and again when
//! they are put back.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use domain::ports::Clock;
use stores::transfer::Stamp;

use super::export::summary;
use super::{config_for, print};
use crate::args::{BackupFlags, RestoreFlags};
use crate::service::DATABASE;
use providers::setup::system::SystemClock;

pub(crate) fn backup(flags: &BackupFlags) -> anyhow::Result<ExitCode> {
    let database = config_for(&flags.data)?.data.join(DATABASE);
    ensure!(database.is_file(), "there is no database {} (no_database)", database.display());
    let stamp = Stamp { program: env!("CARGO_PKG_VERSION").into(), at: SystemClock.now() };
    let done = stores::backup(&database, &flags.to, &stamp)?;
    print(&summary(&done))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn restore(flags: &RestoreFlags) -> anyhow::Result<ExitCode> {
    let database = config_for(&flags.data)?.data.join(DATABASE);
    if flags.move_aside {
        // A damaged backup must not cost the database that is there.
        stores::verify(&flags.file)?;
        move_aside(&database)?;
    }
    let hint = "stop the server, then move it away or add --move-aside";
    let done = stores::restore(&flags.file, &database).map_err(|error| match error {
        stores::BackupError::Exists(_) => anyhow::Error::new(error).context(hint),
        other => other.into(),
    })?;
    print(&summary(&done))?;
    Ok(ExitCode::SUCCESS)
}

/// Gives the database and its log names that say when they were left.
fn move_aside(database: &Path) -> anyhow::Result<()> {
    let left = SystemClock.now().rfc3339().replace(':', "");
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let named = |name: String| -> PathBuf { database.with_file_name(name) };
        let from = named(format!("{DATABASE}{suffix}"));
        if from.symlink_metadata().is_err() {
            continue;
        }
        // SQLite finds a log by the name of its database.
        let to = named(format!("{DATABASE}.{left}{suffix}"));
        std::fs::rename(&from, &to)
            .with_context(|| format!("could not move {}", from.display()))?;
        print(&format!("moved aside: {}\n", to.display()))?;
    }
    Ok(())
}
