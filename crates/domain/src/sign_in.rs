//! Signing in with an account and out again, and what an operator does with accounts. Unknown names
//! take as long as known ones, and both are counted.

use std::sync::Arc;

use crate::account::{
    Account, AccountChange, SessionKey, SessionRecord, SessionRules, Unfit, attempts_key,
    check_name, check_password,
};
use crate::audit::{AuditAction, AuditEvent, AuditOutcome};
use crate::id::UserId;
use crate::lockout::{FREE_BY_ADDRESS, FREE_BY_NAME, MEMORY_MS, Step};
use crate::ports::{AccountStore, AuditStore, Clock, Passwords, StoreError};
use crate::principal::{Principal, Role};
use crate::text::Secret;
use crate::time::Timestamp;

/// Uses of a session closer together than this are one, so that not every request writes.
const TOUCH_MS: i64 = 60_000;
/// Who acts where nobody is known.
const UNKNOWN: &str = "unknown";
/// Who acts on the machine itself.
pub const OPERATOR: &str = "operator";

/// The use case with everything it needs.
#[derive(Clone)]
pub struct Accounts {
    /// Accounts and sessions.
    pub store: Arc<dyn AccountStore>,
    /// Hashes.
    pub passwords: Arc<dyn Passwords>,
    /// Who did what.
    pub audit: Arc<dyn AuditStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long sessions last.
    pub rules: SessionRules,
}

/// Why somebody is not let in, or an account is left as it is.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Name and password do not belong together; which of them is wrong is not said.
    #[error("name or password are wrong")]
    BadCredentials,
    /// Too many wrong tries.
    #[error("tries have to wait")]
    LockedOut {
        /// Until then.
        until: Timestamp,
    },
    /// A name or password that is not taken.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The name has an account.
    #[error("the name is taken")]
    Taken,
    /// The name has no account.
    #[error("there is no account of that name")]
    NoAccount,
    /// No memory or randomness for a hash or token.
    #[error("the machine could not make a hash or token")]
    Unable,
    /// A store failed.
    #[error("could not reach the accounts")]
    Store(#[from] StoreError),
}

/// A session that has just begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Who.
    pub who: Principal,
    /// What the client keeps; it is stored nowhere else.
    pub token: Secret,
}

impl Accounts {
    /// Begins a session for whoever knows the password; `address` is where the request comes from.
    ///
    /// # Errors
    ///
    /// [`SignInError::BadCredentials`], [`SignInError::LockedOut`], a failed store.
    pub async fn sign_in(
        &self,
        name: &str,
        password: &Secret,
        address: &str,
    ) -> Result<Begun, SignInError> {
        let now = self.clock.now();
        let account = self.prove(name, password, address).await?;
        self.store
            .forget(now.plus_millis(-self.rules.idle_ms), now.plus_millis(-MEMORY_MS))
            .await?;
        let token = self.passwords.token().ok_or(SignInError::Unable)?;
        let session =
            SessionRecord { user_id: account.user_id.clone(), began_at: now, used_at: now };
        self.store.keep_session(&SessionKey::of(&token), &session).await?;
        self.write(account.user_id.as_str(), AuditAction::SignIn, address, true).await?;
        Ok(Begun { who: account.principal(), token })
    }

    /// The account, for whoever knows its password and has not tried too often.
    async fn prove(
        &self,
        name: &str,
        password: &Secret,
        address: &str,
    ) -> Result<Account, SignInError> {
        let keys = [
            (attempts_key("address", address), FREE_BY_ADDRESS),
            (attempts_key("name", name), FREE_BY_NAME),
        ];
        let account = self.store.account(&UserId::new(name)).await?;
        let actor = account.as_ref().map_or(UNKNOWN, |account| account.user_id.as_str());
        for (key, free) in &keys {
            let step = self.store.step_attempts(key, *free, self.clock.now()).await?;
            if let Step::Wait { until, is_first } = step {
                if is_first {
                    self.write(actor, AuditAction::LockOut, address, false).await?;
                }
                return Err(SignInError::LockedOut { until });
            }
        }
        let is_short = password.as_str().len() <= crate::account::PASSWORD_MAX_BYTES;
        let open = account.as_ref().filter(|account| !account.is_disabled && is_short);
        // An unknown name costs as much time as a known one: there is no shorter way out.
        let is_right = match open {
            Some(account) => self.passwords.verify(password, &account.password).await,
            None => {
                self.passwords.hash(&Secret::new("an unknown name")).await;
                false
            }
        };
        let Some(account) = open.filter(|_| is_right) else {
            self.write(actor, AuditAction::SignIn, address, false).await?;
            return Err(SignInError::BadCredentials);
        };
        let [(by_address, _), (by_name, _)] = &keys;
        self.store.forgive_attempts(by_name, true).await?;
        // Whoever has one account must not be able to try others without end.
        self.store.forgive_attempts(by_address, false).await?;
        Ok(account.clone())
    }

    /// Who the session of that token is, until when, and whether this use keeps it alive.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub async fn admit(
        &self,
        token: &Secret,
        is_use: bool,
    ) -> Result<Option<(Principal, Timestamp)>, StoreError> {
        let (now, key) = (self.clock.now(), SessionKey::of(token));
        let Some(mut session) = self.store.session(&key).await? else { return Ok(None) };
        if now >= self.rules.end_of(&session) {
            return Ok(None);
        }
        let account = self.store.account(&session.user_id).await?;
        let is_open =
            |account: &Account| !account.is_disabled && session.began_at >= account.sessions_from;
        let Some(account) = account.filter(is_open) else { return Ok(None) };
        if is_use && now.millis() - session.used_at.millis() >= TOUCH_MS {
            session.used_at = now;
            self.store.keep_session(&key, &session).await?;
        }
        Ok(Some((account.principal(), self.rules.end_of(&session))))
    }

    /// Ends the session of that token.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub async fn sign_out(&self, who: &Principal, token: &Secret) -> Result<(), StoreError> {
        self.store.close_session(&SessionKey::of(token)).await?;
        self.write(who.user_id.as_str(), AuditAction::SignOut, "session", true).await
    }

    /// Changes the password of whoever knows the old one; only the session of that token goes on.
    ///
    /// # Errors
    ///
    /// As [`Accounts::sign_in`], and a new password that is not taken.
    pub async fn change_own_password(
        &self,
        who: &Principal,
        token: &Secret,
        [old, new]: [&Secret; 2],
        address: &str,
    ) -> Result<(), SignInError> {
        check_password(who.user_id.as_str(), new)?;
        self.prove(who.user_id.as_str(), old, address).await?;
        let now = self.set_password(&who.user_id, new, who.user_id.as_str()).await?;
        let session = SessionRecord { user_id: who.user_id.clone(), began_at: now, used_at: now };
        Ok(self.store.keep_session(&SessionKey::of(token), &session).await?)
    }

    /// Makes an account.
    ///
    /// # Errors
    ///
    /// A name or password that is not taken, a name that has an account, a failed store.
    pub async fn add(
        &self,
        name: &str,
        role: Role,
        desk: Option<String>,
        password: &Secret,
    ) -> Result<(), SignInError> {
        check_name(name)?;
        check_password(name, password)?;
        let password = self.passwords.hash(password).await.ok_or(SignInError::Unable)?;
        let now = self.clock.now();
        let account = Account {
            user_id: UserId::new(name),
            role,
            desk,
            password,
            is_disabled: false,
            sessions_from: now,
            created_at: now,
        };
        if !self.store.add_account(&account).await? {
            return Err(SignInError::Taken);
        }
        Ok(self.write(OPERATOR, AuditAction::AccountAdded, name, true).await?)
    }

    /// Sets a password as the operator; every session of the account ends.
    ///
    /// # Errors
    ///
    /// A password that is not taken, no such account, a failed store.
    pub async fn reset_password(&self, name: &str, new: &Secret) -> Result<(), SignInError> {
        check_password(name, new)?;
        self.set_password(&UserId::new(name), new, OPERATOR).await?;
        Ok(self.store.forgive_attempts(&attempts_key("name", name), true).await?)
    }

    async fn set_password(
        &self,
        user: &UserId,
        new: &Secret,
        by: &str,
    ) -> Result<Timestamp, SignInError> {
        let hash = self.passwords.hash(new).await.ok_or(SignInError::Unable)?;
        let now = self.clock.now();
        let change = AccountChange {
            password: Some(hash),
            sessions_from: Some(now),
            ..AccountChange::default()
        };
        self.change(user, change, by).await?;
        Ok(now)
    }

    /// Lets nobody in any more, at once, or lets the account in again.
    ///
    /// # Errors
    ///
    /// No such account, a failed store.
    pub async fn set_disabled(&self, name: &str, is_disabled: bool) -> Result<(), SignInError> {
        let change = AccountChange {
            is_disabled: Some(is_disabled),
            // What was signed in before stays out after the account is enabled again.
            sessions_from: Some(self.clock.now()),
            ..AccountChange::default()
        };
        self.change(&UserId::new(name), change, OPERATOR).await
    }

    /// Sets role and desk; they count from the next request on.
    ///
    /// # Errors
    ///
    /// No such account, a failed store.
    pub async fn set_role(
        &self,
        name: &str,
        role: Option<Role>,
        desk: Option<Option<String>>,
    ) -> Result<(), SignInError> {
        let change = AccountChange { role, desk, ..AccountChange::default() };
        self.change(&UserId::new(name), change, OPERATOR).await
    }

    async fn change(
        &self,
        user: &UserId,
        change: AccountChange,
        by: &str,
    ) -> Result<(), SignInError> {
        if !self.store.change_account(user, &change).await? {
            return Err(SignInError::NoAccount);
        }
        Ok(self.write(by, AuditAction::AccountChanged, user.as_str(), true).await?)
    }

    async fn write(
        &self,
        actor: &str,
        action: AuditAction,
        subject: &str,
        is_done: bool,
    ) -> Result<(), StoreError> {
        let outcome = if is_done { AuditOutcome::Done } else { AuditOutcome::Refused };
        let at = self.clock.now();
        let event =
            AuditEvent { at, actor: actor.into(), action, subject: subject.into(), outcome };
        self.audit.append(&event).await.map(|_| ())
    }
}
