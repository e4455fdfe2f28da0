//! Rows in one SQLite file: write-ahead log, full synchronisation, one connection on the blocking
//! threads of the runtime.

mod backup;
mod dump;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::ports::StoreError;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};

pub use backup::{BackupError, backup, restore, verify};

use crate::store::Store;
use crate::table::{Backend, Order, Range, Rows, Table, Work};

/// The version of the tables this program writes, in SQLite's `user_version`.
const SCHEMA_VERSION: i64 = 1;

/// Compiled statements that are kept: more than there are tables and operations on them.
const STATEMENTS: usize = 64;

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
    connection: Arc<Mutex<Connection>>,
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
        Ok(Self::new(Sqlite { connection: Arc::new(Mutex::new(connection)) }))
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
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    if let Some(pages) = options.max_pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    Ok(connection)
}

/// Brings older tables up to date; gives the version found, which may be too new.
fn migrate(connection: &Connection) -> rusqlite::Result<i64> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found >= SCHEMA_VERSION {
        return Ok(found);
    }
    let tables = Table::ALL.map(|table| {
        let (name, partition, sort) = (table.name(), table.partition_key(), table.sort_key());
        format!(
            "CREATE TABLE \"{name}\" (\"{partition}\" TEXT NOT NULL, \"{sort}\" TEXT NOT NULL, \
             body TEXT NOT NULL, PRIMARY KEY (\"{partition}\", \"{sort}\"));"
        )
    });
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;",
        tables.concat()
    ))?;
    Ok(found)
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

struct Transaction<'c>(rusqlite::Transaction<'c>);

impl Rows for Transaction<'_> {
    fn get(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
    ) -> Result<Option<String>, StoreError> {
        let sql = format!("SELECT body FROM {}", matching(table));
        let mut statement = self.0.prepare_cached(&sql).map_err(store_error)?;
        let found = statement.query_row(params![partition, sort], |row| row.get(0));
        found.optional().map_err(store_error)
    }

    fn put(
        &mut self,
        table: Table,
        partition: &str,
        sort: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        let sql = format!("INSERT OR REPLACE INTO \"{}\" VALUES (?1, ?2, ?3)", table.name());
        let mut statement = self.0.prepare_cached(&sql).map_err(store_error)?;
        statement.execute(params![partition, sort, body]).map_err(store_error)?;
        Ok(())
    }

    fn delete(&mut self, table: Table, partition: &str, sort: &str) -> Result<(), StoreError> {
        let sql = format!("DELETE FROM {}", matching(table));
        let mut statement = self.0.prepare_cached(&sql).map_err(store_error)?;
        statement.execute(params![partition, sort]).map_err(store_error)?;
        Ok(())
    }

    fn range(
        &mut self,
        table: Table,
        partition: &str,
        range: Range<'_>,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let (name, pk, sk) = (table.name(), table.partition_key(), table.sort_key());
        let order = match range.order {
            Order::Ascending => "ASC",
            Order::Descending => "DESC",
        };
        let sql = format!(
            "SELECT \"{sk}\", body FROM \"{name}\" WHERE \"{pk}\" = ?1 AND \"{sk}\" >= ?2 \
             AND \"{sk}\" < ?3 ORDER BY \"{sk}\" {order} LIMIT ?4"
        );
        let limit = i64::try_from(range.limit).unwrap_or(i64::MAX);
        let mut statement = self.0.prepare_cached(&sql).map_err(store_error)?;
        let rows = statement
            .query_map(params![partition, range.from, range.before, limit], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .map_err(store_error)?;
        rows.collect::<Result<_, _>>().map_err(store_error)
    }

    fn partitions(&mut self, table: Table) -> Result<Vec<String>, StoreError> {
        let (name, pk) = (table.name(), table.partition_key());
        let sql = format!("SELECT DISTINCT \"{pk}\" FROM \"{name}\" ORDER BY \"{pk}\"");
        let mut statement = self.0.prepare_cached(&sql).map_err(store_error)?;
        let keys = statement.query_map(params![], |row| row.get(0)).map_err(store_error)?;
        keys.collect::<Result<_, _>>().map_err(store_error)
    }
}

fn matching(table: Table) -> String {
    let (name, pk, sk) = (table.name(), table.partition_key(), table.sort_key());
    format!("\"{name}\" WHERE \"{pk}\" = ?1 AND \"{sk}\" = ?2")
}

#[async_trait::async_trait]
impl Backend for Sqlite {
    async fn transact<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        let connection = Arc::clone(&self.connection);
        let run = move || {
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let behavior = TransactionBehavior::Immediate;
            let transaction =
                connection.transaction_with_behavior(behavior).map_err(store_error)?;
            let mut rows = Transaction(transaction);
            let done = work(&mut rows)?;
            rows.0.commit().map_err(store_error)?;
            Ok(done)
        };
        match tokio::task::spawn_blocking(run).await {
            Ok(done) => done,
            Err(error) => Err(StoreError::Failed(Box::new(error))),
        }
    }
}
