//! Quotas that admins have set: rows of one partition, so that one read gives them all.

use async_trait::async_trait;
use domain::ports::{QuotaStore, StoreError};
use domain::quota::{QuotaRow, Subject};

use super::{Store, with_prefix};
use crate::rows::{self, StoredQuota};
use crate::table::{Backend, QUOTAS, Rows, Table, key_part};

const TABLE: Table = Table::Usage;

fn key(subject: &Subject) -> String {
    format!("{}#{}", subject.kind(), key_part(subject.name()))
}

fn all(rows: &mut dyn Rows) -> Result<Vec<QuotaRow>, StoreError> {
    let found = with_prefix(rows, TABLE, QUOTAS, "")?;
    found.iter().map(|(_, body)| rows::read::<StoredQuota>("quota", body)?.row()).collect()
}

#[async_trait]
impl<B: Backend> QuotaStore for Store<B> {
    async fn quotas(&self) -> Result<Vec<QuotaRow>, StoreError> {
        let (mark, kept) = (self.settings_mark()?, &self.known.quotas);
        if let Some(read) = kept.current(&(), mark) {
            return Ok(read.to_vec());
        }
        let read: Vec<QuotaRow> = self.glance(all).await?;
        kept.keep((), mark, read.clone().into());
        Ok(read)
    }

    async fn save_quota(&self, row: &QuotaRow) -> Result<(), StoreError> {
        let row = row.clone();
        self.transact(move |rows| {
            let body = rows::write("quota", &StoredQuota::from(&row))?;
            rows.put(TABLE, QUOTAS, &key(&row.subject), &body)
        })
        .await
    }

    async fn remove_quota(&self, subject: &Subject) -> Result<bool, StoreError> {
        let key = key(subject);
        self.transact(move |rows| {
            let is_there = rows.get(TABLE, QUOTAS, &key)?.is_some();
            if is_there {
                rows.delete(TABLE, QUOTAS, &key)?;
            }
            Ok(is_there)
        })
        .await
    }
}
