//! Quotas that admins have set: rows of one partition, so that one read gives them all.

use async_trait::async_trait;
use domain::ports::{QuotaStore, StoreError};
use domain::quota::{QuotaRow, Subject};

use super::{Store, with_prefix};
use crate::rows::{self, StoredQuota};
use crate::table::{Backend, Table, key_part};

const TABLE: Table = Table::Usage;
/// No person has such an id in a key: `#` of an id is written `%23`.
const PARTITION: &str = "##quotas";

fn key(subject: &Subject) -> String {
    format!("{}#{}", subject.kind(), key_part(subject.name()))
}

#[async_trait]
impl<B: Backend> QuotaStore for Store<B> {
    async fn quotas(&self) -> Result<Vec<QuotaRow>, StoreError> {
        self.glance(|rows| {
            let found = with_prefix(rows, TABLE, PARTITION, "")?;
            found.iter().map(|(_, body)| rows::read::<StoredQuota>("quota", body)?.row()).collect()
        })
        .await
    }

    async fn save_quota(&self, row: &QuotaRow) -> Result<(), StoreError> {
        let row = row.clone();
        self.transact(move |rows| {
            let body = rows::write("quota", &StoredQuota::from(&row))?;
            rows.put(TABLE, PARTITION, &key(&row.subject), &body)
        })
        .await
    }

    async fn remove_quota(&self, subject: &Subject) -> Result<bool, StoreError> {
        let key = key(subject);
        self.transact(move |rows| {
            let is_there = rows.get(TABLE, PARTITION, &key)?.is_some();
            if is_there {
                rows.delete(TABLE, PARTITION, &key)?;
            }
            Ok(is_there)
        })
        .await
    }
}
