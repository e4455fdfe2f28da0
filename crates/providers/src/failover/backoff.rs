//! How long to wait before asking again, so that many turns do not ask at the same moment.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The first wait is between half of this and the whole; each later one up to twice as long.
const BASE: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(8);

/// Waits that double and differ from turn to turn.
#[derive(Debug)]
pub(super) struct Backoff {
    state: AtomicU64,
}

impl Backoff {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed) }
    }

    /// The wait after that many failed attempts, counted from 1.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        let doubled = BASE.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LONGEST);
        let half_ms = u64::try_from(doubled.as_millis() / 2).unwrap_or(u64::MAX).max(1);
        doubled / 2 + Duration::from_millis(self.random() % half_ms)
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014): good enough to spread waits.
    fn random(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::Backoff;
    use std::collections::HashSet;

    #[test]
    fn waits_double_up_to_a_limit_and_differ() {
        let backoff = Backoff::new(7);
        for (failures, low, high) in
            [(1, 250, 500), (2, 500, 1000), (3, 1000, 2000), (5, 4000, 8000), (60, 4000, 8000)]
        {
            let waits: HashSet<u128> =
                (0..50).map(|_| backoff.wait(failures).as_millis()).collect();
            assert!(waits.iter().all(|wait| (low..high).contains(wait)), "{waits:?}");
            assert!(waits.len() > 20);
        }
        assert_eq!(Backoff::new(1).wait(1), Backoff::new(1).wait(1));
    }
}
