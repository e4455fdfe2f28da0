//! Accounts, their sessions, and tries to sign in.

use domain::account::{Account, SessionRecord};
use domain::id::UserId;
use domain::lockout::Attempts;
use domain::ports::StoreError;
use domain::principal::Role;
use domain::text::Secret;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{named, time};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountRow {
    user_id: String,
    role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    desk: Option<String>,
    password_hash: String,
    is_disabled: bool,
    sessions_from: String,
    created_at: String,
}

impl From<&Account> for AccountRow {
    fn from(account: &Account) -> Self {
        Self {
            user_id: account.user_id.as_str().into(),
            role: account.role.name().into(),
            desk: account.desk.clone(),
            password_hash: account.password.as_str().into(),
            is_disabled: account.is_disabled,
            sessions_from: account.sessions_from.rfc3339(),
            created_at: account.created_at.rfc3339(),
        }
    }
}

impl AccountRow {
    pub(crate) fn account(self) -> Result<Account, StoreError> {
        Ok(Account {
            user_id: UserId::new(self.user_id),
            role: named("account role", Role::from_name(&self.role))?,
            desk: self.desk,
            password: Secret::new(self.password_hash),
            is_disabled: self.is_disabled,
            sessions_from: time(&self.sessions_from)?,
            created_at: time(&self.created_at)?,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionRow {
    user_id: String,
    began_at: String,
    used_at: String,
}

impl From<&SessionRecord> for SessionRow {
    fn from(session: &SessionRecord) -> Self {
        Self {
            user_id: session.user_id.as_str().into(),
            began_at: session.began_at.rfc3339(),
            used_at: session.used_at.rfc3339(),
        }
    }
}

impl SessionRow {
    pub(crate) fn session(self) -> Result<SessionRecord, StoreError> {
        Ok(SessionRecord {
            user_id: UserId::new(self.user_id),
            began_at: time(&self.began_at)?,
            used_at: time(&self.used_at)?,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttemptsRow {
    count: u32,
    last_ms: i64,
    is_told: bool,
}

impl From<Attempts> for AttemptsRow {
    fn from(attempts: Attempts) -> Self {
        let Attempts { count, last, is_told } = attempts;
        Self { count, last_ms: last.millis(), is_told }
    }
}

impl From<AttemptsRow> for Attempts {
    fn from(row: AttemptsRow) -> Self {
        let AttemptsRow { count, last_ms, is_told } = row;
        Self { count, last: Timestamp::from_millis(last_ms), is_told }
    }
}
