//! Lock-out: after some wrong passwords under a name or from an address each further try has to wait,
//! twice as long as the one before.

use crate::time::Timestamp;

/// Tries under one name that do not wait.
pub const FREE_BY_NAME: u32 = 5;
/// Tries from one address that do not wait: a newsroom may share one.
pub const FREE_BY_ADDRESS: u32 = 20;
/// The first wait.
const FIRST_WAIT_MS: i64 = 30_000;
/// The longest.
const LONGEST_WAIT_MS: i64 = 15 * 60_000;
/// After so long without a try everything is forgotten.
pub const MEMORY_MS: i64 = 24 * 60 * 60_000;

/// The tries that were made and did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    /// How many.
    pub count: u32,
    /// When the last was.
    pub last: Timestamp,
    /// Whether the wait that runs has been written down.
    pub is_told: bool,
}

/// What becomes of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It may be made; it counts as failed until it has succeeded.
    Go,
    /// It may not.
    Wait {
        /// From when on it may.
        until: Timestamp,
        /// Whether it is the first that is refused in this wait.
        is_first: bool,
    },
}

impl Attempts {
    /// Counts a try, unless it has to wait; gives what is to be remembered.
    #[must_use]
    pub fn step(before: Option<Self>, free: u32, now: Timestamp) -> (Self, Step) {
        let known = before.filter(|known| now.millis() - known.last.millis() < MEMORY_MS);
        let Some(known) = known else {
            return (Self { count: 1, last: now, is_told: false }, Step::Go);
        };
        if let Some(until) = known.wait_until(free).filter(|until| now < *until) {
            let is_first = !known.is_told;
            return (Self { is_told: true, ..known }, Step::Wait { until, is_first });
        }
        let count = known.count.saturating_add(1);
        (Self { count, last: now, is_told: false }, Step::Go)
    }

    /// The same without the try that has succeeded.
    #[must_use]
    pub fn without_one(self) -> Self {
        Self { count: self.count.saturating_sub(1), ..self }
    }

    fn wait_until(self, free: u32) -> Option<Timestamp> {
        let beyond = self.count.checked_sub(free)?;
        let wait_ms = (FIRST_WAIT_MS << beyond.min(10)).min(LONGEST_WAIT_MS);
        Some(self.last.plus_millis(wait_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::{Attempts, MEMORY_MS, Step};
    use crate::time::Timestamp;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn wait(until_s: i64, is_first: bool) -> Step {
        Step::Wait { until: at(until_s), is_first }
    }

    #[test]
    fn each_try_beyond_the_free_ones_waits_twice_as_long() {
        let mut known = None;
        for (now_s, expected) in [
            (0, Step::Go),
            (1, Step::Go),
            (2, Step::Go),
            (3, wait(32, true)),
            (31, wait(32, false)),
            (32, Step::Go),
            (33, wait(92, true)),
            (92, Step::Go),
            (211, wait(212, true)),
            (212, Step::Go),
            (452, Step::Go),
            (932, Step::Go),
            (1_831, wait(1_832, true)),
            (1_832, Step::Go),
            (2_732, Step::Go),
        ] {
            let (after, step) = Attempts::step(known, 3, at(now_s));
            assert_eq!(step, expected, "at {now_s} s");
            known = Some(after);
        }
    }

    #[test]
    fn a_day_forgets_and_a_success_takes_its_try_back() {
        let known = Attempts { count: 9, last: at(0), is_told: true };
        let day = Timestamp::from_millis(MEMORY_MS);
        let fresh = Attempts { count: 1, last: day, is_told: false };
        assert_eq!(Attempts::step(Some(known), 3, day), (fresh, Step::Go));
        assert_eq!(fresh.without_one().count, 0);
        assert_eq!(fresh.without_one().without_one().count, 0);
    }
}
