//! The loop that takes events from Lambda's Runtime API and gives answers back.

use std::future::Future;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::deadline::{Deadline, Times};

/// Answers events one after another until AWS ends the process.
///
/// # Errors
///
/// A Runtime API that cannot be reached.
pub(crate) async fn serve<F, A, R>(deadline: &Deadline, answer: F) -> anyhow::Result<()>
where
    F: Fn(Box<RawValue>, Times) -> A,
    A: Future<Output = Result<R, Error>>,
    R: Serialize,
{
    let handler = service_fn(|event: LambdaEvent<Box<RawValue>>| {
        let times = deadline.begin(event.context.deadline);
        answer(event.payload, times)
    });
    lambda_runtime::run(handler).await.map_err(anyhow::Error::from_boxed)
}
