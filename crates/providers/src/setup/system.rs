//! The machine's clock and random ids, behind the ports of the domain.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::ports::{Clock, IdSource};
use domain::time::Timestamp;
use uuid::Uuid;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock before 1970 counts as 1970.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

/// UUIDs of version 7: later ones sort later; their 74 random bits come from the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    fn next_id(&self) -> String {
        Uuid::now_v7().to_string()
    }

    fn nonce(&self) -> String {
        // Two of them: more than 128 random bits, after the part that tells the time.
        let random = |id: Uuid| id.simple().to_string().split_off(13);
        format!("{}{}", random(Uuid::now_v7()), random(Uuid::now_v7()))
    }
}

/// A number that differs from start to start.
#[must_use]
pub fn seed() -> u64 {
    Uuid::now_v7().as_u64_pair().1
}

#[cfg(test)]
mod tests {
    use super::RandomIds;
    use domain::ports::IdSource;

    #[test]
    fn ids_sort_by_their_making_and_nonces_differ() {
        let ids: Vec<_> = std::iter::repeat_with(|| RandomIds.next_id()).take(100).collect();
        assert!(ids.is_sorted() && ids[0] != ids[99]);
        let nonce = RandomIds.nonce();
        assert_eq!(nonce.len(), 38);
        assert_ne!(nonce, RandomIds.nonce());
    }
}
