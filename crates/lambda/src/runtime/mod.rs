//! The loop that takes events from Lambda's Runtime API and gives answers back, one at a time. What an event
//! holds and what is answered is JSON that passes through as it is.

mod api;
mod connection;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures::FutureExt;
use tracing::Instrument;

use crate::deadline::{Deadline, Times};
pub(crate) use api::RuntimeApiError;
use api::{Failure, RuntimeApi};

/// Answers events one after another until AWS ends the process. An error or a panic of `answer` fails its
/// event alone.
///
/// # Errors
///
/// A Runtime API at `address` (host and port) that cannot be reached or answers something else.
pub(crate) async fn serve(
    address: &str,
    deadline: &Deadline,
    answer: impl AsyncFn(Bytes, Times) -> anyhow::Result<Vec<u8>>,
) -> Result<(), RuntimeApiError> {
    let mut api = RuntimeApi::at(address);
    loop {
        let event = api.next().await?;
        let times = deadline.begin(event.ends_at_ms);
        // Each line of the log says whose it is.
        let span = tracing::info_span!("invocation", requestId = event.id);
        let body = event.body.clone();
        let answered = async { AssertUnwindSafe(answer(body, times)).catch_unwind().await };
        let answered = answered.instrument(span.clone()).await;
        match span.in_scope(|| judged(answered)) {
            Ok(json) => api.answer(&event, json).await?,
            Err(failure) => api.fail(&event, &failure).await?,
        }
    }
}

/// The answer, or what is said of an error or a panic once it is logged.
fn judged(
    answered: Result<anyhow::Result<Vec<u8>>, Box<dyn Any + Send>>,
) -> Result<Vec<u8>, Failure> {
    let answered = answered.map_err(|panic| {
        let said = words_of(panic.as_ref());
        tracing::error!(event = "function.panicked", said);
        Failure::of("Function.Panicked", &said)
    })?;
    answered.map_err(|error| {
        let cause: &dyn std::error::Error = error.as_ref();
        tracing::error!(event = "function.failed", error = cause);
        Failure::of("Function.Failed", &error)
    })
}

/// Says that the function could not be started, so that AWS need not wait for it to end.
///
/// # Errors
///
/// A Runtime API that cannot be reached.
pub(crate) async fn report_start(
    address: &str,
    error: &anyhow::Error,
) -> Result<(), RuntimeApiError> {
    let failure = Failure::of("Function.NotStarted", error);
    RuntimeApi::at(address).fail_start(&failure).await
}

fn words_of(panic: &(dyn Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&str>().copied();
    let made = || panic.downcast_ref::<String>().map(String::as_str);
    literal.or_else(made).unwrap_or("a panic without words")
}
