//! How long a text of the caller may be, asked alike by everything that takes one, and the setting of
//! quotas that say so.

use super::{TurnError, TurnLimits, Turns};
use crate::ports::StoreError;
use crate::principal::Principal;
use crate::quota::{Limits, QuotaRow, Subject};

impl TurnLimits {
    /// Characters of one text of somebody with these limits: their own, never above the service's.
    #[must_use]
    pub fn text_chars(&self, own: &Limits) -> usize {
        own.text_chars.map_or(self.max_text_chars, |own| own.min(self.max_text_chars))
    }
}

impl Turns {
    /// Characters of one text of the caller: a quota is in force at once where this process has set
    /// it, within [`crate::quota::FRESH_MS`] where another has, and costs no read in between.
    pub async fn text_chars(&self, who: &Principal) -> usize {
        let (store, operators) = (&*self.quotas, &self.limits.quotas);
        let known = self.known_quotas.read(store, operators, self.clock.now()).await;
        self.limits.text_chars(&known.of(who))
    }

    /// Refuses a text that is longer than the caller's may be.
    ///
    /// # Errors
    ///
    /// [`TurnError::TextTooLong`].
    pub async fn check_length(&self, who: &Principal, text: &str) -> Result<(), TurnError> {
        check_length(text, self.text_chars(who).await)
    }

    /// Sets a quota over the one before; it is in force here at once.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub async fn save_quota(&self, row: &QuotaRow) -> Result<(), StoreError> {
        let saved = self.quotas.save_quota(row).await;
        self.known_quotas.changed();
        saved
    }

    /// Removes a quota, which is no longer in force here at once; false where none was set.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub async fn remove_quota(&self, subject: &Subject) -> Result<bool, StoreError> {
        let removed = self.quotas.remove_quota(subject).await;
        self.known_quotas.changed();
        removed
    }
}

/// Refuses a text of more characters than that.
pub(super) fn check_length(text: &str, limit_chars: usize) -> Result<(), TurnError> {
    // A character takes one to four bytes: most texts are decided without counting.
    if text.len() > limit_chars && text.chars().count() > limit_chars {
        return Err(TurnError::TextTooLong { limit_chars });
    }
    Ok(())
}
