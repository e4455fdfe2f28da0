//! The time an invocation has: what a model says is cut while there is still time to save it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::model::{LegState, ModelCard, ModelRequest, ModelStream, ProviderError, ProviderName};
use domain::ports::Provider;
use futures::StreamExt;
use tokio::time::{Instant, sleep_until};

/// A turn of a long invocation is cut so long before the end, to save, settle and say what came …
const MARGIN: Duration = Duration::from_secs(15);
/// … and never so late that less than this part of the time is left.
const LEAST_PART: u32 = 5;

/// When the answer of the running invocation is cut; shared by the runtime loop and the providers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deadline {
    cut: Arc<Mutex<Option<Instant>>>,
}

/// The times of one invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    /// The answer is cut.
    pub(crate) cut: Instant,
    /// Nothing more is sent.
    pub(crate) end: Instant,
}

impl Deadline {
    /// Begins an invocation that AWS ends at that time (milliseconds since 1970).
    pub(crate) fn begin(&self, ends_at_ms: u64) -> Times {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let left = Duration::from_millis(ends_at_ms).saturating_sub(now);
        let margin = MARGIN.min(left / LEAST_PART);
        let (cut, end) = (left.saturating_sub(margin), left.saturating_sub(margin / 3));
        let times = Times { cut: Instant::now() + cut, end: Instant::now() + end };
        *self.cut.lock().unwrap_or_else(PoisonError::into_inner) = Some(times.cut);
        times
    }

    fn cut(&self) -> Option<Instant> {
        *self.cut.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same provider, whose answers end in time.
    pub(crate) fn within(&self, provider: Arc<dyn Provider>) -> Arc<dyn Provider> {
        Arc::new(InTime { provider, deadline: self.clone() })
    }
}

struct InTime {
    provider: Arc<dyn Provider>,
    deadline: Deadline,
}

impl Provider for InTime {
    fn name(&self) -> ProviderName {
        self.provider.name()
    }

    fn model(&self) -> ModelCard {
        self.provider.model()
    }

    fn legs(&self) -> Vec<LegState> {
        self.provider.legs()
    }

    fn models(&self) -> Vec<ModelCard> {
        self.provider.models()
    }

    fn stream(&self, request: Arc<ModelRequest>) -> ModelStream {
        let answer = self.provider.stream(request);
        let Some(cut) = self.deadline.cut() else { return answer };
        let over = async { Err(ProviderError::TimedOut { stage: "total" }) };
        answer.take_until(sleep_until(cut)).chain(futures::stream::once(over)).boxed()
    }
}
