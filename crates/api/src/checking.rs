//! Where a text is checked: a short one at once, a long one beside the threads that serve everybody,
//! few at a time, so that whoever sends long texts slows down nobody else.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use checker::{Settings, Suggestion};
use tokio::sync::Semaphore;

use crate::App;
use crate::error::ApiError;

/// A text of so many bytes is checked within two milliseconds or so.
const SHORT_LIMIT_BYTES: usize = 16 * 1024;

/// Room for checks that take long: half of the processors, one at least.
#[derive(Debug, Clone)]
pub struct LongChecks(Arc<Semaphore>);

impl Default for LongChecks {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        Self(Arc::new(Semaphore::new((processors / 2).max(1))))
    }
}

impl LongChecks {
    /// What the work gives, once there is room for it.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        // The room is never closed.
        let place = Arc::clone(&self.0).acquire_owned().await;
        let place = place.map_err(|_| ApiError::internal())?;
        let run = move || {
            let done = work();
            // A client that has gone does not let the next check begin before this has ended.
            drop(place);
            done
        };
        tokio::task::spawn_blocking(run).await.map_err(|_| ApiError::internal())
    }
}

/// Everything the rules find in a text.
///
/// # Errors
///
/// `internal` where the check itself fails.
pub(crate) async fn check(
    app: &App,
    text: &str,
    settings: Settings,
) -> Result<Vec<Suggestion>, ApiError> {
    if text.len() <= SHORT_LIMIT_BYTES {
        return Ok(app.turns.checks.check(text, &settings));
    }
    let (checks, text) = (Arc::clone(&app.turns.checks), text.to_owned());
    app.operations.long_checks.run(move || checks.check(&text, &settings)).await
}

#[cfg(test)]
mod tests;
