//! The audit log: numbered rows, and one that names the last, which every append reads and writes, so
//! that appends at the same time still make one chain.

use async_trait::async_trait;
use domain::audit::{AuditEntry, AuditEvent};
use domain::ports::{AuditStore, StoreError};

use super::{Store, end_of, numbered};
use crate::rows::{self, AuditRow, HeadRow};
use crate::table::{Backend, Order, Range, Rows, Table};

const TABLE: Table = Table::UsageTracking;
/// No person has such an id in a key: `#` of an id is written `%23`.
const PARTITION: &str = "##audit";
const HEAD: &str = "head";
const ENTRY: &str = "e#";

fn read_head(rows: &mut dyn Rows) -> Result<Option<(u64, String)>, StoreError> {
    let Some(body) = rows.get(TABLE, PARTITION, HEAD)? else { return Ok(None) };
    let HeadRow { sequence, hash } = rows::read("audit head", &body)?;
    Ok(Some((sequence, hash)))
}

fn append(rows: &mut dyn Rows, event: AuditEvent) -> Result<AuditEntry, StoreError> {
    let head = read_head(rows)?;
    let last = head.as_ref().map(|(sequence, hash)| (*sequence, hash.as_str()));
    let entry = AuditEntry::after(last, event);
    let body = rows::write("audit entry", &AuditRow::from(&entry))?;
    rows.put(TABLE, PARTITION, &numbered(ENTRY, entry.sequence), &body)?;
    let head = HeadRow { sequence: entry.sequence, hash: entry.hash.clone() };
    rows.put(TABLE, PARTITION, HEAD, &rows::write("audit head", &head)?)?;
    Ok(entry)
}

#[async_trait]
impl<B: Backend> AuditStore for Store<B> {
    async fn append(&self, event: &AuditEvent) -> Result<AuditEntry, StoreError> {
        let event = event.clone();
        self.transact(move |rows| append(rows, event.clone())).await
    }

    async fn entries_after(
        &self,
        sequence: u64,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.read(move |rows| {
            let from = numbered(ENTRY, sequence.saturating_add(1));
            let before = end_of(ENTRY);
            let range = Range { from: &from, before: &before, order: Order::Ascending, limit };
            let found = rows.range(TABLE, PARTITION, range)?;
            let entries = found.iter();
            entries.map(|(_, body)| rows::read::<AuditRow>("audit entry", body)?.entry()).collect()
        })
        .await
    }

    async fn head(&self) -> Result<Option<(u64, String)>, StoreError> {
        self.read(read_head).await
    }
}
