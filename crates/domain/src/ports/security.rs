//! What identity and its limits need from outside: quotas that admins set, and the audit log.

use async_trait::async_trait;

use super::StoreError;
use crate::audit::{AuditEntry, AuditEvent};
use crate::quota::{QuotaRow, Subject};

/// Quotas that admins have set; they stand above those of the operator's file.
#[async_trait]
pub trait QuotaStore: Send + Sync {
    /// Every row, by kind of subject and name.
    async fn quotas(&self) -> Result<Vec<QuotaRow>, StoreError>;
    /// Sets a subject's quota, over what was set before.
    async fn save_quota(&self, row: &QuotaRow) -> Result<(), StoreError>;
    /// Removes a subject's quota; false when none was set.
    async fn remove_quota(&self, subject: &Subject) -> Result<bool, StoreError>;
}

/// The audit log: one chain that only grows.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Writes the event at the end of the chain, whoever else writes at the same time.
    async fn append(&self, event: &AuditEvent) -> Result<AuditEntry, StoreError>;
    /// At most so many entries after that number, ascending.
    async fn entries_after(
        &self,
        sequence: u64,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreError>;
    /// Number and hash of the entry that was written last; none where nothing was.
    async fn head(&self) -> Result<Option<(u64, String)>, StoreError>;
}
