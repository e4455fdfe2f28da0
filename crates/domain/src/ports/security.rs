//! What identity and its limits need from outside: accounts with their sessions, quotas that admins
//! set, and the audit log.

use async_trait::async_trait;

use super::StoreError;
use crate::account::{Account, AccountChange, SessionKey, SessionRecord};
use crate::audit::{AuditEntry, AuditEvent};
use crate::id::UserId;
use crate::lockout::Step;
use crate::quota::{QuotaRow, Subject};
use crate::text::Secret;
use crate::time::Timestamp;

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

/// Accounts, their sessions, and tries to sign in.
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// Every account, by name.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;
    /// The account of that name.
    async fn account(&self, user: &UserId) -> Result<Option<Account>, StoreError>;
    /// Keeps a new account; false when the name is taken.
    async fn add_account(&self, account: &Account) -> Result<bool, StoreError>;
    /// Changes an account; false when there is none.
    async fn change_account(
        &self,
        user: &UserId,
        change: &AccountChange,
    ) -> Result<bool, StoreError>;
    /// Keeps a session, over one under the same key.
    async fn keep_session(
        &self,
        key: &SessionKey,
        session: &SessionRecord,
    ) -> Result<(), StoreError>;
    /// The session under that key.
    async fn session(&self, key: &SessionKey) -> Result<Option<SessionRecord>, StoreError>;
    /// Forgets a session; an unknown one is no error.
    async fn close_session(&self, key: &SessionKey) -> Result<(), StoreError>;
    /// Forgets sessions that were last used before one time, and tries made before another.
    async fn forget(&self, used: Timestamp, tried: Timestamp) -> Result<(), StoreError>;
    /// Counts a try by [`crate::lockout::Attempts::step`], all at once: tries at the same time count one by one.
    async fn step_attempts(&self, key: &str, free: u32, now: Timestamp)
    -> Result<Step, StoreError>;
    /// Takes one try back, or all of them.
    async fn forgive_attempts(&self, key: &str, all: bool) -> Result<(), StoreError>;
}

/// Slow hashes of passwords, and secrets nobody can guess.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// A hash with a salt of its own; none where the machine has no memory or randomness for it.
    async fn hash(&self, password: &Secret) -> Option<Secret>;
    /// Whether the password is the one of that hash; takes as long for a wrong one.
    async fn verify(&self, password: &Secret, hash: &Secret) -> bool;
    /// 256 random bits as hexadecimal digits; none where the machine has no randomness.
    fn token(&self) -> Option<Secret>;
}
