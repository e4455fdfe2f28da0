//! Work that waits for the thread that writes: patient work waits for company while some is to be
//! expected, and the thread sleeps until the first of it must wait no longer.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::ports::StoreError;
use rusqlite::Connection;

/// At most so many pieces of work share a transaction.
const SHARED: usize = 128;
/// Silence counts as so long.
const LONGEST_GAP: Duration = Duration::from_secs(1);

/// Work that waits, whatever it gives.
pub(super) trait Waiting: Send {
    /// When it was asked for.
    fn asked_at(&self) -> Instant;
    /// How long it may wait for others.
    fn patience(&self) -> Duration;
    /// Does the work and keeps what it gave; an error leaves its writes to be undone.
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError>;
    /// Answers with what it gave, now that it is on the disk.
    fn succeed(self: Box<Self>);
    /// Answers with an error.
    fn fail(self: Box<Self>, error: StoreError);
}

/// How close upon each other work is asked for.
struct Traffic {
    last_at: Option<Instant>,
    /// The mean time between two, the latest counting most.
    gap: Duration,
}

impl Default for Traffic {
    fn default() -> Self {
        Self { last_at: None, gap: LONGEST_GAP }
    }
}

impl Traffic {
    fn note(&mut self, at: Instant) {
        let since = self.last_at.map_or(LONGEST_GAP, |last| at.saturating_duration_since(last));
        self.last_at = self.last_at.max(Some(at));
        self.gap = (self.gap * 3 + since.min(LONGEST_GAP)) / 4;
    }

    /// Until when that work waits: not at all where nothing else is to be expected meanwhile.
    fn by(&mut self, piece: &dyn Waiting) -> Instant {
        self.note(piece.asked_at());
        let patience = piece.patience();
        piece.asked_at() + if self.gap < patience { patience } else { Duration::ZERO }
    }
}

/// What waits.
#[derive(Default)]
struct State {
    pieces: Vec<Box<dyn Waiting>>,
    /// Until when all that is there may wait.
    by: Option<Instant>,
    traffic: Traffic,
    /// Ways to the queue that are open.
    ways: usize,
    is_asleep: bool,
    /// Nobody takes anything any more.
    is_over: bool,
}

/// Between those who ask and the one thread that does what they ask for.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    woken: Condvar,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Queue")
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds work; the thread is woken only where it would sleep for longer than that may wait.
    fn ask(&self, piece: Box<dyn Waiting>) -> bool {
        let mut state = self.state();
        if state.is_over {
            return false;
        }
        let by = state.traffic.by(&*piece);
        let is_sooner = state.by.is_none_or(|all| by < all);
        if is_sooner {
            state.by = Some(by);
        }
        state.pieces.push(piece);
        if state.is_asleep && (is_sooner || state.pieces.len() >= SHARED) {
            state.is_asleep = false;
            drop(state);
            self.woken.notify_one();
        }
        true
    }

    /// What shares the next transaction: everything that has come, once something of it must wait no
    /// longer. None when nobody can ask any more.
    pub(super) fn take(&self) -> Option<Vec<Box<dyn Waiting>>> {
        let mut state = self.state();
        loop {
            let left = state.by.map(|by| by.saturating_duration_since(Instant::now()));
            let is_due = left.is_some_and(|left| left.is_zero()) || state.ways == 0;
            if is_due || state.pieces.len() >= SHARED {
                break;
            }
            state.is_asleep = true;
            state = match left {
                None => self.woken.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(left) => {
                    let slept = self.woken.wait_timeout(state, left);
                    slept.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            state.is_asleep = false;
        }
        let count = state.pieces.len().min(SHARED);
        let pieces: Vec<_> = state.pieces.drain(..count).collect();
        // What is left waits already because there was too much.
        state.by = (!state.pieces.is_empty()).then(Instant::now);
        (!pieces.is_empty()).then_some(pieces)
    }

    /// The thread has ended: what waits is dropped, and nothing is taken any more.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_over = true;
        state.pieces.clear();
    }
}

/// A way to the queue; the thread ends when there are none and everything that was asked is done.
#[derive(Debug)]
pub(super) struct WayIn(Arc<Queue>);

impl WayIn {
    pub(super) fn to(queue: &Arc<Queue>) -> Self {
        queue.state().ways += 1;
        Self(Arc::clone(queue))
    }

    /// Asks for work; false where the thread has ended.
    pub(super) fn ask(&self, piece: Box<dyn Waiting>) -> bool {
        self.0.ask(piece)
    }
}

impl Clone for WayIn {
    fn clone(&self) -> Self {
        Self::to(&self.0)
    }
}

impl Drop for WayIn {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.ways -= 1;
        if state.ways == 0 {
            drop(state);
            self.0.woken.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use domain::ports::StoreError;
    use rusqlite::Connection;

    use super::{Queue, SHARED, Traffic, Waiting, WayIn};

    const FOR_EVER: Duration = Duration::from_secs(86_400);

    struct Until(Instant, Duration);

    impl Waiting for Until {
        fn asked_at(&self) -> Instant {
            self.0
        }

        fn patience(&self) -> Duration {
            self.1
        }

        fn run(&mut self, _connection: &Connection) -> Result<(), StoreError> {
            Ok(())
        }

        fn succeed(self: Box<Self>) {}

        fn fail(self: Box<Self>, _error: StoreError) {}
    }

    fn ask(way: &WayIn, patience: Duration) {
        assert!(way.ask(Box::new(Until(Instant::now(), patience))));
    }

    fn queue() -> (Arc<Queue>, WayIn) {
        let queue = Arc::new(Queue::default());
        let way = WayIn::to(&queue);
        (queue, way)
    }

    fn taken(queue: &Queue) -> Option<usize> {
        queue.take().map(|pieces| pieces.len())
    }

    /// Work that is asked for so many milliseconds after the one before, each for ten of patience;
    /// whether each waits.
    fn waits(gaps_ms: &[u64]) -> Vec<bool> {
        let (mut traffic, mut at) = (Traffic::default(), Instant::now());
        let waits = gaps_ms.iter().map(|gap_ms| {
            at += Duration::from_millis(*gap_ms);
            traffic.by(&Until(at, Duration::from_millis(10))) > at
        });
        waits.collect()
    }

    #[test]
    fn work_waits_only_while_other_work_comes_within_its_patience() {
        let busy = [1; 20];
        assert_eq!(waits(&[1000; 4]), [false; 4]);
        assert_eq!(waits(&[11; 30]), [false; 30]);
        assert!(waits(&busy)[19]);
        assert!(!waits(&[busy.as_slice(), &[1000]].concat())[20]);
        assert!(waits(&[busy.as_slice(), &[20]].concat())[20]);
    }

    #[test]
    fn patient_work_waits_for_company_and_leaves_with_the_first_that_does_not_wait() {
        let (queue, way) = queue();
        ask(&way, FOR_EVER);
        let later = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(5));
            ask(&way, FOR_EVER);
            ask(&way, Duration::ZERO);
            way
        });
        assert_eq!(taken(&queue), Some(3));
        assert!(later.join().is_ok());
    }

    #[test]
    fn patient_work_waits_no_longer_than_it_may() {
        let (queue, way) = queue();
        ask(&way, Duration::from_millis(1_100));
        let asked = Instant::now();
        assert_eq!(taken(&queue), Some(1));
        assert!(asked.elapsed() >= Duration::from_secs(1));
        ask(&way, FOR_EVER);
        drop(way);
        assert_eq!([taken(&queue), taken(&queue)], [Some(1), None]);
    }

    #[test]
    fn enough_work_waits_for_no_more_and_the_rest_is_next() {
        let (queue, way) = queue();
        (0..=SHARED).for_each(|_| ask(&way, FOR_EVER));
        assert_eq!([taken(&queue), taken(&queue)], [Some(SHARED), Some(1)]);
    }

    #[test]
    fn nothing_is_taken_in_after_the_end() {
        let (queue, way) = queue();
        ask(&way, FOR_EVER);
        queue.close();
        assert!(!way.ask(Box::new(Until(Instant::now(), Duration::ZERO))));
    }
}
