//! Room for long answers that clients are slow to take: what waits to be sent is held in memory, and
//! whoever asks for more than there is room for is to ask again.

use std::fmt;
use std::sync::Arc;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::App;
use crate::error::ApiError;

/// Shorter answers ask for no room.
const FREE_BYTES: u64 = 32 * 1024;

/// A long answer goes out in pieces of this size, so that its room is held until the last has gone.
const PIECE_BYTES: usize = 64 * 1024;

/// Memory for the long answers that have not been taken yet, counted in KiB; without bounds unless made
/// by [`AnswerRoom::of_bytes`].
#[derive(Clone)]
pub struct AnswerRoom(Arc<Semaphore>);

impl AnswerRoom {
    /// Room for so many bytes.
    #[must_use]
    pub fn of_bytes(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new((bytes / 1024).min(Semaphore::MAX_PERMITS))))
    }
}

impl Default for AnswerRoom {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)))
    }
}

impl fmt::Debug for AnswerRoom {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("AnswerRoom").field(&self.0.available_permits()).finish()
    }
}

/// Lets a long answer go out where there is room for it; one whose length nobody knows, as events of a
/// turn, holds a few frames and needs none.
pub(crate) async fn hold(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let length = response.body().size_hint().exact();
    let Some(length) = length.filter(|length| *length > FREE_BYTES) else { return response };
    let size = u32::try_from(length.div_ceil(1024)).unwrap_or(u32::MAX);
    let room = Arc::clone(&app.operations.answers.0);
    let Ok(place) = room.try_acquire_many_owned(size) else {
        return ApiError::busy("busy").into_response();
    };
    let (mut head, body) = response.into_parts();
    head.headers.entry(header::CONTENT_LENGTH).or_insert(length.into());
    Response::from_parts(head, Body::from_stream(pieces(body.into_data_stream(), place)))
}

/// The same bytes in pieces; the room is given back after the last.
fn pieces(
    body: BodyDataStream,
    place: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Bytes, axum::Error>> {
    stream::try_unfold((body, Bytes::new(), place), async |(mut body, mut piece, place)| {
        while piece.is_empty() {
            match body.next().await.transpose()? {
                Some(next) => piece = next,
                None => return Ok(None),
            }
        }
        let next = piece.split_to(piece.len().min(PIECE_BYTES));
        Ok(Some((next, (body, piece, place))))
    })
}
