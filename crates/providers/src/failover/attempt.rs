//! One request to one provider: its events under three time limits, joined to what was shown.

use std::time::Duration;

use domain::model::{ModelEvent, ModelStream, ProviderError};
use futures::StreamExt;
use tokio::time::{Instant, timeout_at};

use super::splice::Splice;

/// How long each part of an answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// From a request to the first content.
    pub first_token: Duration,
    /// Between two pieces of content.
    pub idle: Duration,
    /// The whole turn, over every attempt.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            first_token: Duration::from_secs(60),
            idle: Duration::from_secs(45),
            total: Duration::from_secs(280),
        }
    }
}

/// An answer while it comes in.
pub(super) struct Attempt {
    events: ModelStream,
    splice: Splice,
    /// When the next content must be there, and what is late then.
    next_by: (Instant, &'static str),
    total_by: Instant,
    idle: Duration,
}

impl Attempt {
    pub(super) fn new(
        events: ModelStream,
        splice: Splice,
        timeouts: &Timeouts,
        total_by: Instant,
    ) -> Self {
        let first = Instant::now() + timeouts.first_token;
        Self { events, splice, next_by: (first, "first token"), total_by, idle: timeouts.idle }
    }

    /// The next event, its text without what was shown already. The end of the stream before the
    /// answer's is an error.
    pub(super) async fn next(&mut self) -> Result<ModelEvent, ProviderError> {
        let (by, stage) = match self.next_by {
            (by, _) if by > self.total_by => (self.total_by, "total"),
            next_by => next_by,
        };
        let late = |_| ProviderError::TimedOut { stage };
        let event = timeout_at(by, self.events.next()).await.map_err(late)?;
        let event = event.ok_or(ProviderError::Cut)??;
        if is_content(&event) {
            self.next_by = (Instant::now() + self.idle, "idle");
        }
        let ModelEvent::Text(text) = event else { return Ok(event) };
        let text = self.splice.push(&text);
        Ok(if text.is_empty() { ModelEvent::Working } else { ModelEvent::Text(text) })
    }

    /// What was held back of the text until its end came.
    pub(super) fn rest(&mut self) -> Option<ModelEvent> {
        Some(self.splice.finish()).filter(|text| !text.is_empty()).map(ModelEvent::Text)
    }
}

/// Whether the model does something, and not only the connection.
fn is_content(event: &ModelEvent) -> bool {
    match event {
        ModelEvent::Text(_)
        | ModelEvent::Finding(_)
        | ModelEvent::UnreadableFinding
        | ModelEvent::Source(_)
        | ModelEvent::Working
        | ModelEvent::Verbatim(_)
        | ModelEvent::Finished(_) => true,
        ModelEvent::Attempt { .. }
        | ModelEvent::Started { .. }
        | ModelEvent::Usage(_)
        | ModelEvent::SearchUnavailable
        | ModelEvent::Heartbeat => false,
    }
}
