//! Copies of the file: taken while others write, proven row by row, and put back. A copy carries a
//! manifest of its own, so that one damaged byte of any row is seen before it is used.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};

use super::dump::{read, select};
use super::{SCHEMA_VERSION, make_parent};
use crate::bulk::Counts;
use crate::table::Table;
use crate::transfer::{Exported, Stamp, checksum_text, row_line};

/// Pages of one step of the copy: 4 MB.
const STEP_PAGES: i32 = 1024;
/// How long the file may be held by somebody who neither reads nor writes rows.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Why there is no backup, or nothing was put back; what was there is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is ever written over a file.
    #[error("{0} is there already")]
    Exists(PathBuf),
    /// A file cannot be made, read or moved.
    #[error("could not use the file {path}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The database cannot be read or written.
    #[error("could not copy {path}")]
    Database {
        /// Which.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// It is none, or one that was not finished.
    #[error("{0} is no backup of this program")]
    NoBackup(PathBuf),
    /// A newer program has written it.
    #[error("{path} was written by a newer version (schema {found}, known {SCHEMA_VERSION})")]
    Newer {
        /// The backup.
        path: PathBuf,
        /// Its version.
        found: i64,
    },
    /// It is not what was written.
    #[error("{path} is damaged: {what}")]
    Damaged {
        /// The backup.
        path: PathBuf,
        /// How that was seen.
        what: String,
    },
}

/// Copies the database to a new file that only its owner may read. Shows one instant; writers go on
/// meanwhile. The file has its name only once it is whole, proven and on the disk.
///
/// # Errors
///
/// The file is there already or cannot be made, the database cannot be read, or the copy is not
/// equal to it.
pub fn backup(database: &Path, to: &Path, stamp: &Stamp) -> Result<Exported, BackupError> {
    under_new_name(to, |partial| {
        let failed = |source| BackupError::Database { path: database.to_owned(), source };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let source = Connection::open_with_flags(database, flags).map_err(failed)?;
        source.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
        // As long as this one reads, the copy shows its instant and never begins anew.
        let instant = source.unchecked_transaction().map_err(failed)?;
        let expected = summary(&source).map_err(failed)?;
        let mut copy = Connection::open(partial).map_err(failed)?;
        copy_pages(&source, &mut copy).map_err(failed)?;
        drop(instant);
        // One file alone, without a log beside it.
        copy.pragma_update(None, "journal_mode", "DELETE").map_err(failed)?;
        write_manifest(&copy, &expected, stamp).map_err(failed)?;
        prove(&copy, &expected, partial)?;
        Ok(expected)
    })
}

/// Proves a backup, copies it to where no database is, and proves the copy.
///
/// # Errors
///
/// The backup is damaged or none, or a database or what one left behind is there.
pub fn restore(backup: &Path, database: &Path) -> Result<Exported, BackupError> {
    let expected = verify(backup)?;
    for beside in ["-wal", "-shm", "-journal"] {
        // A log that another database left would be played into this one.
        let beside = with_suffix(database, beside);
        if beside.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(beside));
        }
    }
    make_parent(database)
        .map_err(|source| BackupError::File { path: database.to_owned(), source })?;
    under_new_name(database, |partial| {
        let failed = |source| BackupError::Database { path: partial.to_owned(), source };
        let copied = File::open(backup).and_then(|mut from| {
            let mut to = OpenOptions::new().write(true).open(partial)?;
            io::copy(&mut from, &mut to)
        });
        copied.map_err(|source| BackupError::File { path: backup.to_owned(), source })?;
        let copy = Connection::open(partial).map_err(failed)?;
        copy.execute_batch("DROP TABLE backup").map_err(failed)?;
        prove(&copy, &expected, partial)?;
        Ok(expected)
    })
}

/// Reads a backup whole and holds it against its manifest.
///
/// # Errors
///
/// As for [`restore`].
pub fn verify(backup: &Path) -> Result<Exported, BackupError> {
    let path = || backup.to_owned();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    File::open(backup).map_err(|source| BackupError::File { path: path(), source })?;
    let damaged =
        |error: rusqlite::Error| BackupError::Damaged { path: path(), what: error.to_string() };
    let copy = Connection::open_with_flags(backup, flags).map_err(damaged)?;
    let found: i64 =
        copy.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(damaged)?;
    if found > SCHEMA_VERSION {
        return Err(BackupError::Newer { path: path(), found });
    }
    let sql = "SELECT count(*) FROM sqlite_master WHERE name = 'backup'";
    let manifests: i64 = copy.query_row(sql, (), |row| row.get(0)).map_err(damaged)?;
    if manifests == 0 {
        return Err(BackupError::NoBackup(path()));
    }
    let expected = read_manifest(&copy).map_err(damaged)?;
    prove(&copy, &expected, backup)?;
    Ok(expected)
}

/// Runs `write` on a new file beside `path`, and gives it that name when all went well.
fn under_new_name<T>(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<T, BackupError>,
) -> Result<T, BackupError> {
    if path.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(path.to_owned()));
    }
    let partial = with_suffix(path, &format!(".{}.partial", std::process::id()));
    let failed = |source| BackupError::File { path: partial.clone(), source };
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial).map_err(failed)?;
    let done = write(&partial).and_then(|done| {
        File::open(&partial).and_then(|file| file.sync_all()).map_err(failed)?;
        // Unlike a renaming, a second name is refused where there is one.
        fs::hard_link(&partial, path).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists(path.to_owned()),
            _ => failed(source),
        })?;
        Ok(done)
    });
    // When it cannot be removed it is only a file too many.
    drop(fs::remove_file(&partial));
    let done = done?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    File::open(parent).and_then(|directory| directory.sync_all()).map_err(failed)?;
    Ok(done)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn copy_pages(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    let copy = Backup::new(from, to)?;
    loop {
        match copy.step(STEP_PAGES)? {
            StepResult::Done => return Ok(()),
            // Nobody else holds either file; SQLite asks to come again all the same.
            _ => std::thread::yield_now(),
        }
    }
}

/// Counts and checksum of every row, as an export writes them.
fn summary(connection: &Connection) -> rusqlite::Result<Exported> {
    let mut checksum = Sha256::new();
    let mut counts = Counts::new();
    for table in Table::ALL {
        let mut statement = connection.prepare(&select(table))?;
        let mut rows = statement.query(())?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let line = row_line(&read(table, row)?);
            checksum.update(
                line.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?,
            );
            checksum.update(b"\n");
            count += 1;
        }
        counts.insert(table, count);
    }
    Ok(Exported { counts, sha256: checksum_text(checksum) })
}

fn prove(copy: &Connection, expected: &Exported, path: &Path) -> Result<(), BackupError> {
    let damaged = |what: String| BackupError::Damaged { path: path.to_owned(), what };
    let failed = |error: rusqlite::Error| damaged(error.to_string());
    let sound: String =
        copy.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0)).map_err(failed)?;
    if sound != "ok" {
        return Err(damaged(sound));
    }
    let found = summary(copy).map_err(failed)?;
    if found.counts != expected.counts {
        return Err(damaged("its tables have other numbers of rows than it says".into()));
    }
    if found.sha256 != expected.sha256 {
        return Err(damaged("the checksum of its rows is not the one it says".into()));
    }
    Ok(())
}

/// The manifest: one text a name; a table's name stands for its number of rows.
fn write_manifest(copy: &Connection, expected: &Exported, stamp: &Stamp) -> rusqlite::Result<()> {
    copy.execute_batch("CREATE TABLE backup (name TEXT PRIMARY KEY, value TEXT NOT NULL)")?;
    let own = [
        ("at", stamp.at.rfc3339()),
        ("program", stamp.program.clone()),
        ("sha256", expected.sha256.clone()),
    ];
    let counts = expected.counts.iter().map(|(table, count)| (table.name(), count.to_string()));
    for row in own.into_iter().chain(counts) {
        copy.execute("INSERT INTO backup VALUES (?1, ?2)", row)?;
    }
    Ok(())
}

fn read_manifest(copy: &Connection) -> rusqlite::Result<Exported> {
    let said = |name: &str| -> rusqlite::Result<String> {
        copy.query_row("SELECT value FROM backup WHERE name = ?1", (name,), |row| row.get(0))
    };
    let mut counts = Counts::new();
    for table in Table::ALL {
        // A count that is no number is no count any table has.
        counts.insert(table, said(table.name())?.parse().unwrap_or(u64::MAX));
    }
    Ok(Exported { counts, sha256: said("sha256")? })
}
