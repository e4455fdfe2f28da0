//! What the use cases refuse, as answers.

use std::sync::Arc;

use axum::http::StatusCode;
use domain::dictionary::{DictionaryError, EntryFault};
use domain::file::FileError;
use domain::turn::TurnError;

use super::{ApiError, Passed};

impl From<DictionaryError> for ApiError {
    fn from(error: DictionaryError) -> Self {
        let code = error.code();
        match error {
            DictionaryError::Entry(EntryFault::Repeated) | DictionaryError::Full => {
                Self::conflict(code)
            }
            DictionaryError::Entry(_) => Self::bad_request(code),
            DictionaryError::Forbidden => Self::forbidden(code),
            DictionaryError::Store(source) => source.into(),
        }
    }
}

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        let status = match &error {
            FileError::UnknownKind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            FileError::Unreadable
            | FileError::Encrypted
            | FileError::Scanned
            | FileError::TooSlow => StatusCode::UNPROCESSABLE_ENTITY,
            FileError::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            FileError::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let code = error.code();
        Self { source: Some(Arc::new(error)), ..Self::new(status, code) }
    }
}

impl From<TurnError> for ApiError {
    fn from(error: TurnError) -> Self {
        let code = error.code();
        match error {
            TurnError::EmptyText => Self::bad_request(code),
            TurnError::TextTooLong { limit_chars } => Self {
                passed: Some(Box::new(Passed::Length(limit_chars))),
                ..Self::too_large(code)
            },
            TurnError::Busy { turn_id } => {
                Self { running_turn: Some(turn_id), ..Self::conflict(code) }
            }
            TurnError::NothingToContinue | TurnError::Embargoed => Self::conflict(code),
            TurnError::QuotaReached(reached) => Self {
                passed: Some(Box::new(Passed::Quota(reached))),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, code)
            },
            TurnError::Store(source) => source.into(),
        }
    }
}
