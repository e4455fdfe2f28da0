//! One request to one provider: its events under three time limits, joined to what was shown.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use domain::model::{ModelEvent, ModelStream, ProviderError, TokenCount};
use futures::StreamExt;
use tokio::time::{Instant, Sleep, sleep_until};

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
    /// Goes off when one of them may have passed; an event in time does not touch it.
    alarm: Pin<Box<Sleep>>,
}

impl Attempt {
    pub(super) fn new(
        events: ModelStream,
        splice: Splice,
        timeouts: &Timeouts,
        total_by: Instant,
    ) -> Self {
        let first = Instant::now() + timeouts.first_token;
        let alarm = Box::pin(sleep_until(first.min(total_by)));
        let (next_by, idle) = ((first, "first token"), timeouts.idle);
        Self { events, splice, next_by, total_by, idle, alarm }
    }

    /// The next event, its text without what was shown already. The end of the stream before the
    /// answer's is an error.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<ModelEvent, ProviderError>> {
        let event = ready!(self.poll_event(context))?;
        if is_content(&event) {
            let by = Instant::now() + self.idle;
            self.next_by = (by, "idle");
            if by < self.alarm.deadline() {
                self.alarm.as_mut().reset(by);
            }
        }
        let ModelEvent::Text(text) = event else { return Poll::Ready(Ok(event)) };
        let count = TokenCount::of(&text);
        let shown = self.splice.push(text);
        Poll::Ready(Ok(match shown.is_empty() {
            true => ModelEvent::Working(count),
            false => ModelEvent::Text(shown),
        }))
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Result<ModelEvent, ProviderError>> {
        if let Poll::Ready(event) = self.events.poll_next_unpin(context) {
            return Poll::Ready(event.unwrap_or(Err(ProviderError::Cut)));
        }
        loop {
            ready!(self.alarm.as_mut().poll(context));
            let (by, stage) = match self.next_by {
                (by, _) if by > self.total_by => (self.total_by, "total"),
                next_by => next_by,
            };
            if by <= Instant::now() {
                return Poll::Ready(Err(ProviderError::TimedOut { stage }));
            }
            self.alarm.as_mut().reset(by);
        }
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
        | ModelEvent::Working(_)
        | ModelEvent::Verbatim(_)
        | ModelEvent::Finished(_) => true,
        ModelEvent::Attempt { .. }
        | ModelEvent::Started { .. }
        | ModelEvent::Usage(_)
        | ModelEvent::SearchUnavailable
        | ModelEvent::Heartbeat => false,
    }
}
