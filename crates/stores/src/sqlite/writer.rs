//! The one thread that writes: work that waits is done in one transaction, so that many turns share
//! one wait for the disk; where a piece fails, each is done again by itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use domain::ports::StoreError;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::queue::{Queue, Waiting, WayIn};
use super::rows::SqlRows;
use super::store_error;
use super::transaction::Transaction;
use crate::table::Work;

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
    asking: Option<Asking>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let asking = Some(Asking(WayIn::to(&queue)));
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write(&connection, &queue))?;
        Ok(Self { asking, thread: Some(thread) })
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
        let asking = self.asking.as_ref().ok_or_else(gone)?;
        asking.ask(work, patience)?.await.map_err(|_| gone())?
    }

    /// A way to the thread of its own, which keeps it from ending.
    pub(super) fn asking(&self) -> Option<Asking> {
        self.asking.clone()
    }
}

/// One more way to the thread.
#[derive(Debug, Clone)]
pub(super) struct Asking(WayIn);

impl Asking {
    fn ask<T: Send + 'static>(
        &self,
        work: ConnectionWork<T>,
        patience: Duration,
    ) -> Result<oneshot::Receiver<Result<T, StoreError>>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let piece = Piece { work, asked_at: Instant::now(), patience, done: None, answer };
        match self.0.ask(Box::new(piece)) {
            true => Ok(answered),
            false => Err(gone()),
        }
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
        drop(self.asking.take());
        if let Some(thread) = self.thread.take() {
            // A thread that has panicked has nothing left to do.
            let _ = thread.join();
        }
    }
}

/// Ends the queue with the thread, however that ends.
struct Closing<'q>(&'q Queue);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn write(connection: &Connection, queue: &Queue) {
    let _closing = Closing(queue);
    while let Some(pieces) = queue.take() {
        if let Err(pieces) = together(connection, pieces) {
            for piece in pieces {
                alone(connection, piece);
            }
        }
    }
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
