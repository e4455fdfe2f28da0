//! How fast frames of one socket are read: whoever floods waits, and slows down nobody else.

use std::time::Duration;

use tokio::time::Instant;

/// So many frames are read at once; a message in parts has 64, and a fast typist sends a few a second.
const FRAMES: u32 = 300;
/// After so long as many are read again.
const WINDOW: Duration = Duration::from_secs(1);

/// Counts the frames of one socket.
pub(super) struct Pace {
    began: Instant,
    count: u32,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self { began: now, count: 0 }
    }

    /// Counts a frame; gives when the next may be read, where that is not now.
    pub(super) fn take(&mut self, now: Instant) -> Option<Instant> {
        if now >= self.began + WINDOW {
            *self = Self::new(now);
        }
        self.count += 1;
        (self.count >= FRAMES).then(|| self.began + WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::{FRAMES, Pace, WINDOW};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn who_sends_more_than_a_second_takes_waits_until_it_is_over() {
        let began = Instant::now();
        let mut pace = Pace::new(began);
        for _ in 1..FRAMES {
            assert_eq!(pace.take(began), None);
        }
        assert_eq!(pace.take(began), Some(began + WINDOW));
        assert_eq!(pace.take(began + WINDOW), None);
        assert_eq!(pace.take(began + WINDOW + Duration::from_millis(1)), None);
    }
}
