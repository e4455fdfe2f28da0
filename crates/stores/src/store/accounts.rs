//! Accounts, sessions and tries to sign in: one partition each.

use async_trait::async_trait;
use domain::account::{Account, AccountChange, SessionKey, SessionRecord};
use domain::id::UserId;
use domain::lockout::{Attempts, Step};
use domain::ports::{AccountStore, StoreError};
use domain::time::Timestamp;

use super::{Store, with_prefix};
use crate::rows::{self, AccountRow, AttemptsRow, SessionRow};
use crate::table::{Backend, Rows, Table, key_part};

const TABLE: Table = Table::Conversations;
/// No person has such an id in a key, here and below: `#` of an id is written `%23`.
const ACCOUNTS: &str = "##accounts";
const SESSIONS: &str = "##sessions";
const ATTEMPTS: &str = "##attempts";

fn read_account(rows: &mut dyn Rows, user: &UserId) -> Result<Option<Account>, StoreError> {
    let Some(body) = rows.get(TABLE, ACCOUNTS, &key_part(user.as_str()))? else { return Ok(None) };
    rows::read::<AccountRow>("account", &body)?.account().map(Some)
}

fn write_account(rows: &mut dyn Rows, account: &Account) -> Result<(), StoreError> {
    let body = rows::write("account", &AccountRow::from(account))?;
    rows.put(TABLE, ACCOUNTS, &key_part(account.user_id.as_str()), &body)
}

fn read_attempts(rows: &mut dyn Rows, key: &str) -> Result<Option<Attempts>, StoreError> {
    let Some(body) = rows.get(TABLE, ATTEMPTS, key)? else { return Ok(None) };
    Ok(Some(rows::read::<AttemptsRow>("attempts", &body)?.into()))
}

fn write_attempts(rows: &mut dyn Rows, key: &str, attempts: Attempts) -> Result<(), StoreError> {
    let body = rows::write("attempts", &AttemptsRow::from(attempts))?;
    rows.put(TABLE, ATTEMPTS, key, &body)
}

fn forget(rows: &mut dyn Rows, used: Timestamp, tried: Timestamp) -> Result<(), StoreError> {
    for (key, body) in with_prefix(rows, TABLE, SESSIONS, "")? {
        if rows::read::<SessionRow>("session", &body)?.session()?.used_at < used {
            rows.delete(TABLE, SESSIONS, &key)?;
        }
    }
    for (key, body) in with_prefix(rows, TABLE, ATTEMPTS, "")? {
        if Attempts::from(rows::read::<AttemptsRow>("attempts", &body)?).last < tried {
            rows.delete(TABLE, ATTEMPTS, &key)?;
        }
    }
    Ok(())
}

#[async_trait]
impl<B: Backend> AccountStore for Store<B> {
    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.read(|rows| {
            let found = with_prefix(rows, TABLE, ACCOUNTS, "")?;
            let accounts = found.iter();
            accounts.map(|(_, body)| rows::read::<AccountRow>("account", body)?.account()).collect()
        })
        .await
    }

    async fn account(&self, user: &UserId) -> Result<Option<Account>, StoreError> {
        let user = user.clone();
        self.read(move |rows| read_account(rows, &user)).await
    }

    async fn add_account(&self, account: &Account) -> Result<bool, StoreError> {
        let account = account.clone();
        self.transact(move |rows| {
            if read_account(rows, &account.user_id)?.is_some() {
                return Ok(false);
            }
            write_account(rows, &account)?;
            Ok(true)
        })
        .await
    }

    async fn change_account(
        &self,
        user: &UserId,
        change: &AccountChange,
    ) -> Result<bool, StoreError> {
        let (user, change) = (user.clone(), change.clone());
        self.transact(move |rows| {
            let Some(account) = read_account(rows, &user)? else { return Ok(false) };
            let change = change.clone();
            let account = Account {
                role: change.role.unwrap_or(account.role),
                desk: change.desk.unwrap_or(account.desk),
                password: change.password.unwrap_or(account.password),
                is_disabled: change.is_disabled.unwrap_or(account.is_disabled),
                sessions_from: change.sessions_from.unwrap_or(account.sessions_from),
                user_id: account.user_id,
                created_at: account.created_at,
            };
            write_account(rows, &account)?;
            Ok(true)
        })
        .await
    }

    async fn keep_session(
        &self,
        key: &SessionKey,
        session: &SessionRecord,
    ) -> Result<(), StoreError> {
        let (key, session) = (key.clone(), session.clone());
        self.transact(move |rows| {
            let body = rows::write("session", &SessionRow::from(&session))?;
            rows.put(TABLE, SESSIONS, key.as_str(), &body)
        })
        .await
    }

    async fn session(&self, key: &SessionKey) -> Result<Option<SessionRecord>, StoreError> {
        let key = key.clone();
        self.read(move |rows| {
            let Some(body) = rows.get(TABLE, SESSIONS, key.as_str())? else { return Ok(None) };
            rows::read::<SessionRow>("session", &body)?.session().map(Some)
        })
        .await
    }

    async fn close_session(&self, key: &SessionKey) -> Result<(), StoreError> {
        let key = key.clone();
        self.transact(move |rows| rows.delete(TABLE, SESSIONS, key.as_str())).await
    }

    async fn forget(&self, used: Timestamp, tried: Timestamp) -> Result<(), StoreError> {
        self.transact(move |rows| forget(rows, used, tried)).await
    }

    async fn step_attempts(
        &self,
        key: &str,
        free: u32,
        now: Timestamp,
    ) -> Result<Step, StoreError> {
        let key = key.to_owned();
        self.transact(move |rows| {
            let (after, step) = Attempts::step(read_attempts(rows, &key)?, free, now);
            write_attempts(rows, &key, after)?;
            Ok(step)
        })
        .await
    }

    async fn forgive_attempts(&self, key: &str, all: bool) -> Result<(), StoreError> {
        let key = key.to_owned();
        self.transact(move |rows| match read_attempts(rows, &key)? {
            Some(attempts) if !all => write_attempts(rows, &key, attempts.without_one()),
            Some(_) => rows.delete(TABLE, ATTEMPTS, &key),
            None => Ok(()),
        })
        .await
    }
}
