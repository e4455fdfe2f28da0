//! What keeps somebody from signing in, as an answer.

use std::sync::Arc;

use axum::http::StatusCode;
use domain::sign_in::SignInError;

use super::ApiError;

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::BadCredentials | SignInError::NoAccount => {
                Self::new(StatusCode::UNAUTHORIZED, "bad_credentials")
            }
            SignInError::LockedOut { until } => {
                let again_at = Some(until);
                Self { again_at, ..Self::new(StatusCode::TOO_MANY_REQUESTS, "locked_out") }
            }
            SignInError::Unfit(unfit) => Self::bad_request(unfit.code()),
            SignInError::Taken => Self::conflict("name_taken"),
            SignInError::Store(source) => source.into(),
            error @ SignInError::Unable => {
                Self { source: Some(Arc::new(error)), ..Self::unavailable("sign_in_unavailable") }
            }
        }
    }
}
