//! A request's body that must be there in time, however steadily it drips, and that takes what it
//! holds of memory out of one room for all.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use api::NoRoom;
use axum::BoxError;
use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;

/// The body came too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body did not arrive in time")]
struct TooSlow;

/// So much of each body asks for no room: long bodies cannot keep short ones out.
const FREE_BYTES: usize = 32 * 1024;

/// Memory for the bodies of all requests that are being read or answered.
#[derive(Clone)]
pub(crate) struct BodyRoom(pub(super) Arc<Semaphore>);

impl BodyRoom {
    /// Room for so many bytes.
    pub(crate) fn of_bytes(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes)))
    }
}

/// What one request holds of the room, until it is answered.
#[derive(Clone, Default)]
pub(super) struct Held(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Held {
    fn add(&self, more: OwnedSemaphorePermit) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match held.as_mut() {
            Some(held) => held.merge(more),
            None => *held = Some(more),
        }
    }
}

/// A body with the instant by which it must be whole.
pub(super) struct InTime {
    body: Incoming,
    over: Pin<Box<Sleep>>,
    free: usize,
    room: BodyRoom,
    held: Held,
}

impl InTime {
    pub(super) fn new(body: Incoming, limit: Duration, room: BodyRoom, held: Held) -> Self {
        Self { body, over: Box::pin(tokio::time::sleep(limit)), free: FREE_BYTES, room, held }
    }

    /// Takes room for so many bytes. Nobody waits for it: those who have come first may never go on,
    /// and one that waits would not see its client go.
    fn take(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let more = bytes.saturating_sub(self.free);
        self.free = self.free.saturating_sub(bytes);
        if more > 0 {
            let more = u32::try_from(more).map_err(|_| NoRoom)?;
            let room = Arc::clone(&self.room.0);
            self.held.add(room.try_acquire_many_owned(more).map_err(|_| NoRoom)?);
        }
        Ok(())
    }
}

impl HttpBody for InTime {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.over.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err(Box::new(TooSlow))));
        }
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
            None => return Poll::Ready(None),
        };
        let taken = self.take(frame.data_ref().map_or(0, Bytes::len));
        Poll::Ready(Some(taken.map(|()| frame).map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
