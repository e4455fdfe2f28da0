//! The one thread that writes: work that waits is done in one transaction, so that many turns share
//! one wait for the disk, and patient work waits for company while some is to be expected; where a
//! piece fails, each is done again by itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use domain::ports::StoreError;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::rows::SqlRows;
use super::store_error;
use super::transaction::Transaction;
use crate::table::Work;

/// At most so many pieces of work share a transaction.
const SHARED: usize = 128;
/// Silence counts as so long.
const LONGEST_GAP: Duration = Duration::from_secs(1);

/// Work that waits, whatever it gives.
trait Waiting: Send {
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

/// Work on the connection itself.
pub(super) type ConnectionWork<T> = Box<dyn Fn(&Connection) -> Result<T, StoreError> + Send>;

struct Piece<T> {
    work: ConnectionWork<T>,
    asked_at: Instant,
    patience: Duration,
    done: Option<T>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send> Waiting for Piece<T> {
    fn asked_at(&self) -> Instant {
        self.asked_at
    }

    fn patience(&self) -> Duration {
        self.patience
    }

    fn run(&mut self, connection: &Connection) -> Result<(), StoreError> {
        // Work that panics must not end the thread that writes for all.
        let work = AssertUnwindSafe(|| (self.work)(connection));
        let done = catch_unwind(work);
        self.done = Some(done.map_err(|_| StoreError::Failed("work panicked".into()))??);
        Ok(())
    }

    // Whoever asked may be gone; the work is done all the same.
    fn succeed(self: Box<Self>) {
        let lost = || StoreError::Failed("work that was not done".into());
        let _ = self.answer.send(self.done.ok_or_else(lost));
    }

    fn fail(self: Box<Self>, error: StoreError) {
        let _ = self.answer.send(Err(error));
    }
}

/// The way to the thread; dropping it waits until everything that was asked is done.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<Sender<Box<dyn Waiting>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write(&connection, &waiting))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs the work, alone or beside others that wait, for which it waits at most so long itself; it
    /// is on the disk when this returns.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: Work<T>,
        patience: Duration,
    ) -> Result<T, StoreError> {
        let work = Box::new(move |connection: &Connection| work(&mut SqlRows(connection)));
        self.ask(work, patience).await
    }

    /// Runs work on the connection itself, at once.
    pub(super) async fn run_on<T: Send + 'static>(
        &self,
        work: ConnectionWork<T>,
    ) -> Result<T, StoreError> {
        self.ask(work, Duration::ZERO).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: ConnectionWork<T>,
        patience: Duration,
    ) -> Result<T, StoreError> {
        let asking = self.asking().ok_or_else(gone)?;
        asking.ask(work, patience)?.await.map_err(|_| gone())?
    }

    /// A way to the thread of its own, which keeps it from ending.
    pub(super) fn asking(&self) -> Option<Asking> {
        self.queue.clone().map(Asking)
    }
}

/// One more way to the thread.
#[derive(Debug)]
pub(super) struct Asking(Sender<Box<dyn Waiting>>);

impl Asking {
    fn ask<T: Send + 'static>(
        &self,
        work: ConnectionWork<T>,
        patience: Duration,
    ) -> Result<oneshot::Receiver<Result<T, StoreError>>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let piece = Piece { work, asked_at: Instant::now(), patience, done: None, answer };
        let piece = Box::new(piece);
        self.0.send(piece).map_err(|_| gone())?;
        Ok(answered)
    }

    /// Runs the work from a thread that may wait.
    pub(super) fn run_blocking<T: Send + 'static>(
        &self,
        work: ConnectionWork<T>,
    ) -> Result<T, StoreError> {
        self.ask(work, Duration::ZERO)?.blocking_recv().map_err(|_| gone())?
    }
}

fn gone() -> StoreError {
    StoreError::Failed("the thread that writes has ended".into())
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A thread that has panicked has nothing left to do.
            let _ = thread.join();
        }
    }
}

fn write(connection: &Connection, waiting: &Receiver<Box<dyn Waiting>>) {
    let mut traffic = Traffic::default();
    while let Ok(first) = waiting.recv() {
        if let Err(pieces) = together(connection, gathered(first, waiting, &mut traffic)) {
            for piece in pieces {
                alone(connection, piece);
            }
        }
    }
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

/// What shares a transaction: everything that has come, or comes while all that is there may wait.
fn gathered(
    first: Box<dyn Waiting>,
    waiting: &Receiver<Box<dyn Waiting>>,
    traffic: &mut Traffic,
) -> Vec<Box<dyn Waiting>> {
    let mut by = traffic.by(&*first);
    let mut pieces = vec![first];
    while pieces.len() < SHARED {
        let left = by.saturating_duration_since(Instant::now());
        let next = match waiting.try_recv() {
            Err(TryRecvError::Empty) if !left.is_zero() => waiting.recv_timeout(left).ok(),
            next => next.ok(),
        };
        let Some(next) = next else { break };
        by = by.min(traffic.by(&*next));
        pieces.push(next);
    }
    pieces
}

/// Does all pieces in one transaction; gives them back undone where one fails, or the disk does.
fn together(
    connection: &Connection,
    mut pieces: Vec<Box<dyn Waiting>>,
) -> Result<(), Vec<Box<dyn Waiting>>> {
    if pieces.len() < 2 || attempt(connection, &mut pieces).is_err() {
        return Err(pieces);
    }
    for piece in pieces {
        piece.succeed();
    }
    Ok(())
}

fn attempt(connection: &Connection, pieces: &mut [Box<dyn Waiting>]) -> Result<(), StoreError> {
    let transaction = Transaction::writing(connection).map_err(store_error)?;
    for piece in pieces {
        piece.run(connection)?;
    }
    transaction.commit().map_err(store_error)
}

fn alone(connection: &Connection, mut piece: Box<dyn Waiting>) {
    let done = Transaction::writing(connection).map_err(store_error).and_then(|transaction| {
        piece.run(connection)?;
        transaction.commit().map_err(store_error)
    });
    match done {
        Ok(()) => piece.succeed(),
        Err(error) => piece.fail(error),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Sender};
    use std::time::{Duration, Instant};

    use domain::ports::StoreError;
    use rusqlite::Connection;

    use super::{SHARED, Traffic, Waiting, gathered};

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

    fn piece(patience: Duration) -> Box<dyn Waiting> {
        Box::new(Until(Instant::now(), patience))
    }

    fn ask(queue: &Sender<Box<dyn Waiting>>, patience: Duration) {
        assert!(queue.send(piece(patience)).is_ok());
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
        let (queue, waiting) = mpsc::channel();
        ask(&queue, FOR_EVER);
        let later = std::thread::spawn(move || {
            ask(&queue, FOR_EVER);
            ask(&queue, Duration::ZERO);
            queue
        });
        let first = piece(FOR_EVER);
        assert_eq!(gathered(first, &waiting, &mut Traffic::default()).len(), 4);
        assert!(later.join().is_ok());
    }

    #[test]
    fn work_that_does_not_wait_takes_along_what_is_there() {
        let (queue, waiting) = mpsc::channel();
        let mut traffic = Traffic::default();
        ask(&queue, FOR_EVER);
        assert_eq!(gathered(piece(Duration::ZERO), &waiting, &mut traffic).len(), 2);
        assert_eq!(gathered(piece(Duration::ZERO), &waiting, &mut traffic).len(), 1);
    }

    #[test]
    fn patient_work_is_done_when_nobody_can_come_or_enough_have() {
        let (queue, waiting) = mpsc::channel();
        let mut traffic = Traffic::default();
        (0..SHARED).for_each(|_| ask(&queue, FOR_EVER));
        assert_eq!(gathered(piece(FOR_EVER), &waiting, &mut traffic).len(), SHARED);
        drop(queue);
        assert_eq!(gathered(piece(FOR_EVER), &waiting, &mut traffic).len(), 2);
    }
}
