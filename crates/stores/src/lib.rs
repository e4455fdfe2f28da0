//! The stores behind the domain's ports: SQLite for one machine, DynamoDB for AWS, memory for tests
//! and demos.
//!
//! All hold the same rows under the same keys: `store` implements every port once over the few
//! operations of [`table::Rows`], so they cannot drift apart. [`table::Table`] lists the keys.

#[cfg(feature = "dynamodb")]
pub mod dynamodb;
mod memory;
mod rows;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
pub mod table;

pub use store::Store;

/// Everything in memory; gone with the process.
pub type MemoryStore = Store<memory::Memory>;

#[cfg(feature = "sqlite")]
pub use sqlite::{OpenError, SqliteOptions};

/// One SQLite file.
#[cfg(feature = "sqlite")]
pub type SqliteStore = Store<sqlite::Sqlite>;

/// Six tables of Amazon DynamoDB.
#[cfg(feature = "dynamodb")]
pub type DynamoStore = Store<dynamodb::Dynamo>;
