//! The text of an answer gathered to pieces: models write faster than anybody reads, and each piece
//! costs an event, a frame and a place in the journal.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::StreamExt;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::model::{ModelEvent, ModelStream, ProviderError};

/// The first text goes on at once, then what has come meanwhile at most so often.
const TEXT_EVERY: Duration = Duration::from_millis(50);
/// It goes on with the next delta; where none comes, by itself after so long.
const TEXT_WAITS: Duration = Duration::from_millis(100);
/// No piece grows past so many bytes and one more delta.
const PIECE_BYTES: usize = 8 * 1024;

/// The events of an answer; text waits, and what must not come before it takes it along.
pub(super) struct Gathering {
    events: ModelStream,
    /// What has come and did not go on yet.
    text: String,
    /// When the last piece went on.
    piece_at: Option<Instant>,
    /// Goes off when the text has waited long enough.
    pace: Option<Pin<Box<Sleep>>>,
    /// What came behind the text, and goes on after it.
    behind: Option<Result<ModelEvent, ProviderError>>,
}

impl Gathering {
    pub(super) fn new(events: ModelStream) -> Self {
        Self { events, text: String::new(), piece_at: None, pace: None, behind: None }
    }

    /// The next event; a stream that ends before the answer's end is cut.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<ModelEvent, ProviderError>> {
        if let Some(event) = self.behind.take() {
            return Poll::Ready(event);
        }
        // Whatever is there is taken, so that whoever sends is never held up.
        while let Poll::Ready(event) = self.events.poll_next_unpin(context) {
            match event.unwrap_or(Err(ProviderError::Cut)) {
                Ok(ModelEvent::Text(text)) => {
                    let now = Instant::now();
                    self.text.push_str(&text);
                    let is_due = self.piece_at.is_none_or(|at| now >= at + TEXT_EVERY);
                    if is_due || self.text.len() >= PIECE_BYTES {
                        return Poll::Ready(Ok(self.piece(now)));
                    }
                    if self.text.len() == text.len() {
                        self.wait(now);
                    }
                }
                event if self.text.is_empty() || may_pass(&event) => return Poll::Ready(event),
                event => {
                    self.behind = Some(event);
                    return Poll::Ready(Ok(self.piece(Instant::now())));
                }
            }
        }
        if !self.text.is_empty()
            && self.pace.as_mut().is_some_and(|pace| pace.as_mut().poll(context).is_ready())
        {
            return Poll::Ready(Ok(self.piece(Instant::now())));
        }
        Poll::Pending
    }

    /// What has come and did not go on yet, when nothing more is wanted.
    pub(super) fn rest(&mut self) -> impl Iterator<Item = ModelEvent> {
        let text = std::mem::take(&mut self.text);
        let text = (!text.is_empty()).then_some(ModelEvent::Text(text));
        text.into_iter().chain(self.behind.take().and_then(Result::ok))
    }

    /// The text that begins to be gathered now goes on after a while.
    fn wait(&mut self, now: Instant) {
        let until = self.piece_at.unwrap_or(now) + TEXT_WAITS;
        match &mut self.pace {
            Some(pace) => pace.as_mut().reset(until),
            none => *none = Some(Box::pin(sleep_until(until))),
        }
    }

    fn piece(&mut self, now: Instant) -> ModelEvent {
        self.piece_at = Some(now);
        ModelEvent::Text(std::mem::take(&mut self.text))
    }
}

/// Whether it may come before text that was said before it: a sign of life or a source, which nobody
/// is shown before the end. Frames of text would follow each other at once otherwise.
fn may_pass(event: &Result<ModelEvent, ProviderError>) -> bool {
    matches!(event, Ok(ModelEvent::Heartbeat | ModelEvent::Working(_) | ModelEvent::Source(_)))
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use futures::{StreamExt, stream};
    use tokio::time::{Instant, sleep_until};

    use super::Gathering;
    use crate::model::{FinishReason, ModelEvent, ProviderError, TokenUsage};

    type Event = Result<ModelEvent, ProviderError>;

    fn text(text: &str) -> Event {
        Ok(ModelEvent::Text(text.into()))
    }

    fn usage() -> Event {
        Ok(ModelEvent::Usage(TokenUsage::default()))
    }

    fn end() -> Event {
        Ok(ModelEvent::Finished(FinishReason::EndTurn))
    }

    /// Events that come at these milliseconds from now.
    fn gathering(events: Vec<(u64, Event)>) -> Gathering {
        let begun = Instant::now();
        let come = stream::iter(events).then(move |(at, event)| async move {
            sleep_until(begun + Duration::from_millis(at)).await;
            event
        });
        Gathering::new(come.boxed())
    }

    fn said(event: Event) -> String {
        match event {
            Ok(ModelEvent::Text(text)) => text,
            Ok(ModelEvent::Usage(_)) => "usage".into(),
            Ok(ModelEvent::Finished(_)) => "end".into(),
            Ok(event) => format!("{event:?}"),
            Err(error) => error.code().into(),
        }
    }

    /// What goes on at which milliseconds.
    async fn check(events: Vec<(u64, Event)>, expected: &[(u128, &str)]) {
        let (mut gathering, begun) = (gathering(events), Instant::now());
        let mut heard = Vec::new();
        for _ in expected {
            let event = poll_fn(|context| gathering.poll_next(context)).await;
            heard.push((begun.elapsed().as_millis(), said(event)));
        }
        let heard: Vec<_> = heard.iter().map(|(at, said)| (*at, said.as_str())).collect();
        assert_eq!(heard, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn text_goes_on_at_once_then_with_the_first_delta_after_50_ms_or_after_100() {
        let mut events: Vec<_> =
            (0..6).map(|count| (count * 21, text(&count.to_string()))).collect();
        events.extend([(300, text("가")), (310, text("나")), (500, end())]);
        let expected = [(0, "0"), (63, "123"), (163, "45"), (300, "가"), (400, "나"), (500, "end")];
        check(events, &expected).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_behind_text_takes_it_along_and_no_cut_loses_any() {
        let events =
            vec![(0, usage()), (10, text("가")), (15, text("나")), (20, usage()), (25, text("다"))];
        let expected =
            [(0, "usage"), (10, "가"), (20, "나"), (20, "usage"), (25, "다"), (25, "provider_cut")];
        check(events, &expected).await;
    }

    #[tokio::test(start_paused = true)]
    async fn signs_of_life_leave_text_its_pace() {
        let alive = || Ok(ModelEvent::Heartbeat);
        let events = vec![
            (0, text("가")),
            (10, text("나")),
            (20, alive()),
            (30, text("다")),
            (40, alive()),
            (60, text("라")),
        ];
        let expected = [(0, "가"), (20, "Heartbeat"), (40, "Heartbeat"), (60, "나다라")];
        check(events, &expected).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_piece_has_a_limit() {
        let half = "a".repeat(5 * 1024);
        let mut events = vec![(0, text("0"))];
        events.extend((0..5).map(|_| (10, text(&half))));
        events.push((10, end()));
        let mut gathering = gathering(events);
        let mut lengths = Vec::new();
        for _ in 0..5 {
            lengths.push(said(poll_fn(|context| gathering.poll_next(context)).await).len());
        }
        assert_eq!(lengths, [1, 10 * 1024, 10 * 1024, 5 * 1024, "end".len()]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_did_not_go_on_yet_is_there_for_whoever_wants_no_more() {
        let mut gathering = gathering(vec![(0, text("가")), (10, text("나")), (20, text("다"))]);
        let heard = poll_fn(|context| gathering.poll_next(context)).await;
        assert_eq!(said(heard), "가");
        let waiting = tokio::time::timeout(
            Duration::from_millis(15),
            poll_fn(|context| gathering.poll_next(context)),
        );
        assert!(waiting.await.is_err());
        let rest: Vec<_> = gathering.rest().map(|event| said(Ok(event))).collect();
        assert_eq!(rest, ["나"]);
    }
}
