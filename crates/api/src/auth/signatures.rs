//! Tokens whose signature was found right: a page sends one token with all its requests, and to reckon a
//! signature takes longer than to look it up.
//!
//! That a key has signed a text stays so. Whether it is a key of the provider's, and whether the token is
//! in time and for us, is not remembered here and is judged with each request.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use ring::digest::{SHA256, digest};

/// So many tokens of a key are remembered, the newest ones, in some 20 KB.
const KEPT: usize = 256;

/// A digest stands for its token, so that no token lies in memory longer than its request.
type Digest = [u8; 32];

/// Tokens that one key has signed.
#[derive(Default)]
pub(super) struct SignedTokens(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    digests: HashSet<Digest>,
    /// The oldest first.
    order: VecDeque<Digest>,
}

impl fmt::Debug for SignedTokens {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SignedTokens").finish_non_exhaustive()
    }
}

impl SignedTokens {
    /// Whether the key has signed the token, as `reckon` finds where it is not remembered. Only what was
    /// found right is, so that nobody without a token pushes others out.
    pub(super) fn holds(&self, token: &str, reckon: impl FnOnce() -> bool) -> bool {
        let digest = digest(&SHA256, token.as_bytes());
        let Ok(digest) = Digest::try_from(digest.as_ref()) else { return reckon() };
        if self.kept().digests.contains(&digest) {
            return true;
        }
        let is_signed = reckon();
        if is_signed {
            self.keep(digest);
        }
        is_signed
    }

    fn keep(&self, digest: Digest) {
        let mut kept = self.kept();
        if !kept.digests.insert(digest) {
            return;
        }
        kept.order.push_back(digest);
        if kept.order.len() > KEPT
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.digests.remove(&oldest);
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, SignedTokens};

    /// Asks about a token; whether it was reckoned, and what was found.
    fn ask(tokens: &SignedTokens, token: &str, is_right: bool) -> (bool, bool) {
        let mut was_reckoned = false;
        let found = tokens.holds(token, || {
            was_reckoned = true;
            is_right
        });
        (was_reckoned, found)
    }

    #[test]
    fn a_right_signature_is_reckoned_once_and_a_wrong_one_each_time() {
        let tokens = SignedTokens::default();
        assert_eq!(ask(&tokens, "a.b.c", true), (true, true));
        assert_eq!(ask(&tokens, "a.b.c", false), (false, true));
        assert_eq!(ask(&tokens, "a.b.d", false), (true, false));
        assert_eq!(ask(&tokens, "a.b.d", false), (true, false));
    }

    #[test]
    fn the_oldest_makes_room() {
        let tokens = SignedTokens::default();
        for number in 0..=KEPT {
            assert_eq!(ask(&tokens, &number.to_string(), true), (true, true), "{number}");
        }
        assert_eq!(ask(&tokens, "1", true), (false, true));
        assert_eq!(ask(&tokens, "0", true), (true, true));
    }
}
