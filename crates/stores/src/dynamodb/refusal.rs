//! What DynamoDB's refusals mean to a store, decided here and nowhere else.

use std::error::Error;

use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use domain::ports::StoreError;

/// A refusal by its code, without the service's message: that may quote what was sent.
#[derive(Debug, thiserror::Error)]
#[error("{operation} was refused: {code}")]
pub(super) struct Refusal {
    operation: &'static str,
    code: String,
    pub(super) meaning: Meaning,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What follows from a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing was written because a row had changed or is being changed, or there is no room for
    /// a transaction now: read again and try again.
    Changed,
    /// The same request is still at work: send it again as it is.
    InProgress,
    /// Throttled or out of reach, as often as the SDK asked.
    Unavailable,
    /// Anything else.
    Failed,
}

impl Refusal {
    /// The refusal of a request.
    pub(super) fn of<E, R>(operation: &'static str, error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        match &error {
            SdkError::ServiceError(said) => {
                let code = said.err().code().unwrap_or("unknown").to_owned();
                Self { operation, meaning: meaning(&code), code, source: None }
            }
            SdkError::ConstructionFailure(_) => {
                let source = error.into_source().ok();
                Self { operation, code: "unsent".into(), meaning: Meaning::Failed, source }
            }
            _ => {
                let source = error.into_source().ok();
                let (code, meaning) = ("unanswered".into(), Meaning::Unavailable);
                Self { operation, code, meaning, source }
            }
        }
    }

    /// The refusal of a transaction, which names its reasons one by one.
    pub(super) fn of_transaction<R>(error: SdkError<TransactWriteItemsError, R>) -> Self
    where
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let operation = "TransactWriteItems";
        let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) =
            error.as_service_error()
        else {
            return Self::of(operation, error);
        };
        let reasons = canceled.cancellation_reasons().iter().filter_map(|reason| reason.code());
        let mut reasons = reasons.filter(|code| *code != "None").peekable();
        let code = format!("TransactionCanceled({})", reasons.peek().unwrap_or(&"None"));
        let may_pass = |code: &str| {
            matches!(
                code,
                "ConditionalCheckFailed"
                    | "TransactionConflict"
                    | "ThrottlingError"
                    | "ProvisionedThroughputExceeded"
            )
        };
        let meaning = if reasons.all(may_pass) { Meaning::Changed } else { Meaning::Failed };
        Self { operation, code, meaning, source: None }
    }

    /// A request that cannot be put together: a fault of this program.
    pub(super) fn unbuilt(operation: &'static str, error: BuildError) -> Self {
        let (code, source) = ("unbuilt".into(), Some(error.into()));
        Self { operation, code, meaning: Meaning::Failed, source }
    }

    /// More than one transaction takes: a fault of this program.
    pub(super) fn too_large(actions: usize) -> Self {
        let code = format!("{actions} actions are too many");
        Self { operation: "TransactWriteItems", code, meaning: Meaning::Failed, source: None }
    }

    /// Rows that others change faster than this program reads them.
    pub(super) fn contended(tries: u32) -> Self {
        let code = format!("changed by others {tries} times");
        Self { operation: "transaction", code, meaning: Meaning::Unavailable, source: None }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        match refusal.meaning {
            Meaning::Changed | Meaning::InProgress | Meaning::Unavailable => {
                Self::Unavailable(Box::new(refusal))
            }
            Meaning::Failed => Self::Failed(Box::new(refusal)),
        }
    }
}

fn meaning(code: &str) -> Meaning {
    match code {
        "ConditionalCheckFailedException" | "TransactionConflictException" => Meaning::Changed,
        "TransactionInProgressException" => Meaning::InProgress,
        "ProvisionedThroughputExceededException"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestLimitExceeded"
        | "InternalServerError"
        | "InternalFailure"
        | "ServiceUnavailable" => Meaning::Unavailable,
        _ => Meaning::Failed,
    }
}
