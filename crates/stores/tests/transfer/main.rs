//! Whole stores written out, read again, and taken to another store.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod dictionary;
mod merging;
mod reading;
mod round_trip;
mod snapshot;

use domain::ports::StoreError;
use domain::time::Timestamp;
use futures::stream;
use stores::table::Table;
use stores::transfer::{Importer, Reader, Stamp, Taken, export};
use stores::{Bulk, MemoryStore, Row, SqliteOptions, SqliteStore, Store};

fn memory() -> MemoryStore {
    MemoryStore::default()
}

fn sqlite() -> (SqliteStore, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    (SqliteStore::open(&path, SqliteOptions::default()).unwrap(), directory)
}

fn row(table: Table, partition: &str, sort: &str, body: &str) -> Row {
    Row { table, partition: partition.into(), sort: sort.into(), body: body.into() }
}

async fn fill<B: Bulk>(store: &Store<B>, rows: &[Row]) {
    for page in rows.chunks(B::TRANSACTION_ROWS) {
        store.add(page.iter().map(|row| (row.clone(), true)).collect()).await.unwrap();
    }
}

async fn exported<B: Bulk>(store: &Store<B>) -> Vec<u8> {
    let at = Timestamp::parse("2026-11-27T00:00:00Z").unwrap();
    let stamp = Stamp { program: "0.1.0".into(), at };
    let mut out = Vec::new();
    export(store.dump(), &stamp, &mut out).await.unwrap();
    out
}

/// Both passes over an export.
async fn imported<B: Bulk>(store: &Store<B>, file: &[u8]) -> Taken {
    let rows = || {
        let rows = Reader::open(file).unwrap().1;
        stream::iter(rows.map(|row| row.map_err(|error| StoreError::Failed(error.into()))))
    };
    let seen = Importer::look(store).take_all(rows()).await.unwrap();
    Importer::again(store, &seen, true).take_all(rows()).await.unwrap()
}
