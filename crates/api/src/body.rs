//! Bodies as JSON of a wanted shape, and ids and names out of them.

use std::error::Error;
use std::iter::successors;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use domain::article::Embargo;
use domain::engine::Engine;
use domain::id::ConversationId;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// Ids a client may choose hold at most so many bytes.
const ID_LIMIT_BYTES: usize = 256;

/// A JSON body; anything else is `bad_json`, anything longer than the limit `body_too_large`, one that
/// does not arrive in time `body_too_slow`.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let RawBody(bytes) = RawBody::from_request(request, state).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(ApiError::bad_json)
    }
}

/// A body as it is, under the same limits.
pub(crate) struct RawBody(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let read = Bytes::from_request(request, state).await;
        read.map(Self).map_err(|rejection| unread(&rejection))
    }
}

/// The body's error where a server has no memory for more bodies now; the client may ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no room for another long body")]
pub struct NoRoom;

/// Why the bytes are not there: too many, no room for them, or not in the time the server gives them.
fn unread(rejection: &BytesRejection) -> ApiError {
    let first: &dyn Error = rejection;
    let mut causes = successors(Some(first), |cause| (*cause).source());
    if causes.any(|cause| cause.is::<NoRoom>()) {
        return ApiError::busy("busy");
    }
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            ApiError::too_large("body_too_large")
        }
        _ => ApiError::too_slow("body_too_slow"),
    }
}

/// The engine of that name.
pub(crate) fn engine(name: &str) -> Result<Engine, ApiError> {
    Engine::from_name(name).ok_or_else(|| ApiError::bad_request("unknown_engine"))
}

/// The embargo of that name.
pub(crate) fn embargo(name: &str) -> Result<Embargo, ApiError> {
    Embargo::from_name(name).ok_or_else(|| ApiError::bad_request("bad_value"))
}

/// An id a client has chosen: not empty, not long, no control characters.
pub(crate) fn conversation_id(id: String) -> Result<ConversationId, ApiError> {
    let is_fine = !id.is_empty() && id.len() <= ID_LIMIT_BYTES && !id.chars().any(char::is_control);
    if is_fine { Ok(ConversationId::new(id)) } else { Err(ApiError::bad_request("bad_id")) }
}
