//! Every row of the file as of one instant, over a connection of its own that holds up no writer.

use std::path::Path;

use domain::ports::StoreError;
use futures::{StreamExt, stream};
use rusqlite::{Connection, OpenFlags};
use tokio::sync::mpsc;

use super::{Sqlite, store_error};
use crate::bulk::{Bulk, PAGE_BYTES, PAGE_ROWS, Pages, Row};
use crate::table::Table;

/// Pages that wait for their reader.
const PAGES_AHEAD: usize = 2;

/// An empty page says that all rows were given: a reader that is only cut off is no end.
type Sent = Result<Vec<Row>, StoreError>;

impl Bulk for Sqlite {
    const TRANSACTION_ROWS: usize = 1_000;

    fn dump(&self) -> Pages {
        let (sender, receiver) = mpsc::channel(PAGES_AHEAD);
        let path = self.readers.path();
        // It ends by itself: when all is read, or when nobody takes the next page.
        drop(tokio::task::spawn_blocking(move || {
            let last = send_all(&path, &sender).map(|()| Vec::new());
            // Nobody may be there any more to hear it.
            drop(sender.blocking_send(last));
        }));
        stream::unfold(Some(receiver), next_page).boxed()
    }
}

async fn next_page(
    receiver: Option<mpsc::Receiver<Sent>>,
) -> Option<(Sent, Option<mpsc::Receiver<Sent>>)> {
    let mut receiver = receiver?;
    match receiver.recv().await {
        Some(Ok(page)) if page.is_empty() => None,
        Some(Ok(page)) => Some((Ok(page), Some(receiver))),
        Some(Err(error)) => Some((Err(error), None)),
        None => Some((Err(StoreError::Failed("the reader of the rows broke off".into())), None)),
    }
}

fn send_all(path: &Path, sender: &mpsc::Sender<Sent>) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut reader = Connection::open_with_flags(path, flags).map_err(store_error)?;
    let transaction = reader.transaction().map_err(store_error)?;
    let mut page = Vec::new();
    let mut bytes = 0;
    for table in Table::ALL {
        let mut statement = transaction.prepare(&select(table)).map_err(store_error)?;
        let mut rows = statement.query(()).map_err(store_error)?;
        while let Some(row) = rows.next().map_err(store_error)? {
            let row = read(table, row).map_err(store_error)?;
            bytes += row.body.len();
            page.push(row);
            if page.len() < PAGE_ROWS && bytes < PAGE_BYTES {
                continue;
            }
            bytes = 0;
            if sender.blocking_send(Ok(std::mem::take(&mut page))).is_err() {
                return Ok(());
            }
        }
    }
    if !page.is_empty() {
        // As above: without a reader there is nothing left to do.
        drop(sender.blocking_send(Ok(page)));
    }
    Ok(())
}

pub(super) fn read(table: Table, row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row { table, partition: row.get(0)?, sort: row.get(1)?, body: row.get(2)? })
}

/// SQLite orders texts by their bytes, as the memory store does.
pub(super) fn select(table: Table) -> String {
    let (name, pk, sk) = (table.name(), table.partition_key(), table.sort_key());
    format!("SELECT \"{pk}\", \"{sk}\", body FROM \"{name}\" ORDER BY \"{pk}\", \"{sk}\"")
}
