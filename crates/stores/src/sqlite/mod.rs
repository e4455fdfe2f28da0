//! Rows in one SQLite file: write-ahead log, full synchronisation, one thread that writes, and
//! readers beside it.

mod building;
mod purge;
mod queue;
mod readers;
mod rows;
mod search;
mod settings;
mod transaction;
mod writer;

mod backup;
mod dump;

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::ports::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

pub use backup::{BackupError, backup, restore, verify};

use crate::store::Store;
use crate::table::{Backend, SettingsMark, Table, Work};
use building::Building;
use readers::Readers;
use writer::Writer;

/// The version of the tables this program writes, in SQLite's `user_version`.
/// 1 had the six tables, 2 the index of words beside them, 3 has the count of changes to settings.
const SCHEMA_VERSION: i64 = 3;

/// Compiled statements that are kept: more than there are tables and operations on them.
const STATEMENTS: usize = 96;

/// The log goes into the file after so many pages of 4 KiB, so that pages written often go once.
const LOG_PAGES: u32 = 4_000;

/// How the file is opened.
#[derive(Debug, Clone, Copy)]
pub struct SqliteOptions {
    /// How long a call waits for another process that holds the file.
    pub busy_timeout: Duration,
    /// Pages the file may hold at most; none means as many as the disk takes.
    pub max_pages: Option<u32>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { busy_timeout: Duration::from_secs(5), max_pages: None }
    }
}

/// Why the file could not be opened; it is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be made.
    #[error("could not make the directory {path}")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is no database, or a damaged one.
    #[error("{path} is not a readable database (store_corrupt)")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// Another process holds it.
    #[error("{path} is held by another process (store_unavailable)")]
    Locked {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// A newer program has written it.
    #[error("{path} was written by a newer version (schema {found}, known {SCHEMA_VERSION})")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
    },
    /// The system gives no thread to write with.
    #[error("could not start a thread to write {path}")]
    Thread {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Anything else SQLite said.
    #[error("could not open {path}")]
    Failed {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
}

/// The rows of a SQLite file.
#[derive(Debug)]
pub struct Sqlite {
    /// Ends before the thread it asks.
    building: Option<Building>,
    writer: Writer,
    readers: Readers,
    options: SqliteOptions,
}

impl Store<Sqlite> {
    /// Opens the file, making it and its directory where they are missing; only the owner may read
    /// what is made.
    ///
    /// # Errors
    ///
    /// A directory that cannot be made; a file that is locked, damaged, newer, or no database.
    pub fn open(path: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        make_directory(path)?;
        let connection = connect(path, options).map_err(|source| open_error(path, source))?;
        let found = migrate(&connection).map_err(|source| open_error(path, source))?;
        if found > SCHEMA_VERSION {
            return Err(OpenError::Newer { path: path.to_owned(), found });
        }
        let is_built = search::is_built(&connection).map_err(|source| open_error(path, source))?;
        let readers = Readers::new(path.to_owned(), options);
        let failed = |source| OpenError::Thread { path: path.to_owned(), source };
        let writer = Writer::start(connection).map_err(failed)?;
        let asking = writer.asking().filter(|_| !is_built);
        let building = asking.map(Building::start).transpose().map_err(failed)?;
        Ok(Self::new(Sqlite { building, writer, readers, options }))
    }

    /// Waits until the index of words that an older file lacks is built, which goes on in the
    /// background otherwise; blocks.
    pub fn finish_index(&self) {
        if let Some(building) = &self.backend().building {
            building.wait();
        }
    }
}

fn make_directory(path: &Path) -> Result<(), OpenError> {
    use std::os::unix::fs::OpenOptionsExt;
    let failed = |source| OpenError::Directory { path: path.to_owned(), source };
    make_parent(path).map_err(failed)?;
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true).mode(0o600).open(path).map_err(failed)?;
    Ok(())
}

/// Makes the directory of a file where there is none; only the owner may look into it.
fn make_parent(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    match parent.filter(|parent| !parent.exists()) {
        Some(parent) => std::fs::DirBuilder::new().recursive(true).mode(0o700).create(parent),
        None => Ok(()),
    }
}

fn connect(path: &Path, options: SqliteOptions) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(options.busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A statement is planned once and not again for each value of a range.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    // What is freed is overwritten, so that nothing that was deleted can be read in the file.
    connection.pragma_update(None, "secure_delete", true)?;
    if let Some(pages) = options.max_pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    Ok(connection)
}

/// Brings older tables up to date; gives the version found, which may be too new.
fn migrate(connection: &Connection) -> rusqlite::Result<i64> {
    let found = version(connection)?;
    if found >= SCHEMA_VERSION {
        return Ok(found);
    }
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    let found = version(&transaction)?;
    if found >= SCHEMA_VERSION {
        return Ok(found);
    }
    if found < 1 {
        transaction.execute_batch(&Table::ALL.map(create).concat())?;
    }
    if found < 2 {
        transaction.execute_batch(search::TABLES)?;
    }
    if found == 1 {
        transaction.execute("INSERT INTO search_unread VALUES ('', '')", ())?;
    }
    transaction.execute_batch(settings::TABLES)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()?;
    Ok(found)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn create(table: Table) -> String {
    let (name, partition, sort) = (table.name(), table.partition_key(), table.sort_key());
    format!(
        "CREATE TABLE \"{name}\" (\"{partition}\" TEXT NOT NULL, \"{sort}\" TEXT NOT NULL, \
         body TEXT NOT NULL, PRIMARY KEY (\"{partition}\", \"{sort}\"));"
    )
}

fn open_error(path: &Path, source: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            OpenError::Corrupt { path, source }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            OpenError::Locked { path, source }
        }
        _ => OpenError::Failed { path, source },
    }
}

/// The one place that reads SQLite's result codes while the store runs.
fn store_error(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full(Box::new(error)),
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::CannotOpen
            | ErrorCode::SystemIoFailure,
        ) => StoreError::Unavailable(Box::new(error)),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            StoreError::Corrupt { what: "database file".into(), source: Some(Box::new(error)) }
        }
        _ => StoreError::Failed(Box::new(error)),
    }
}

#[async_trait::async_trait]
impl Backend for Sqlite {
    async fn transact<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        self.writer.run(work, Duration::ZERO).await
    }

    async fn transact_within<T: Send + 'static>(
        &self,
        work: Work<T>,
        patience: Duration,
    ) -> Result<T, StoreError> {
        self.writer.run(work, patience).await
    }

    async fn read<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        self.readers.run(work).await
    }

    async fn glance<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        self.readers.run_here(&work)
    }

    fn settings_mark(&self) -> Result<Option<SettingsMark>, StoreError> {
        let mark = |connection: &Connection| settings::mark(connection).map_err(store_error);
        self.readers.with_connection(mark).map(Some)
    }

    async fn purge(&self) -> Result<(), StoreError> {
        self.purge_files().await
    }
}
