//! How fast a person begins turns: no minute holds more than its limit.

use crate::quota::QuotaReached;
use crate::time::Timestamp;

/// When a person's last turns began, so that no minute holds more than its limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pace {
    /// Ascending.
    pub begun: Vec<Timestamp>,
}

impl Pace {
    /// What the limit is counted over.
    pub const WINDOW_MS: i64 = 60_000;

    /// Counts a turn that begins now, unless the minute before holds as many as it may.
    ///
    /// # Errors
    ///
    /// [`QuotaReached::TooFast`].
    pub fn step(mut self, limit: u32, now: Timestamp) -> Result<Self, QuotaReached> {
        self.begun.retain(|at| now.millis() - at.millis() < Self::WINDOW_MS);
        let room = usize::try_from(limit).unwrap_or(usize::MAX);
        if self.begun.len() < room {
            self.begun.push(now);
            return Ok(self);
        }
        // The turn that has to leave the window before there is room.
        let last = self.begun.len().checked_sub(room).and_then(|place| self.begun.get(place));
        let since = last.copied().unwrap_or(now);
        Err(QuotaReached::TooFast { limit, again_at: since.plus_millis(Self::WINDOW_MS) })
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use crate::quota::QuotaReached;
    use crate::time::Timestamp;

    #[test]
    fn a_minute_holds_as_many_turns_as_it_may() {
        let at = Timestamp::from_millis;
        let mut pace = Pace::default();
        for begun in [0, 10, 59_999] {
            pace = pace.step(3, at(begun)).unwrap();
        }
        let full = QuotaReached::TooFast { limit: 3, again_at: at(60_000) };
        assert_eq!(pace.clone().step(3, at(59_999)), Err(full));
        let next = pace.clone().step(3, at(60_000)).unwrap();
        assert_eq!(next.begun, [at(10), at(59_999), at(60_000)]);
        // A limit that was lowered waits until enough have left.
        let lowered = QuotaReached::TooFast { limit: 1, again_at: at(119_999) };
        assert_eq!(pace.step(1, at(59_999)), Err(lowered));
        let none = QuotaReached::TooFast { limit: 0, again_at: at(60_005) };
        assert_eq!(Pace::default().step(0, at(5)), Err(none));
        assert_eq!((full.code(), full.resets_at(at(1))), ("too_many_turns", Some(at(60_000))));
        let at_once = QuotaReached::TooManyAtOnce { limit: 2 };
        assert_eq!((at_once.code(), at_once.resets_at(at(1))), ("too_many_at_once", None));
    }
}
