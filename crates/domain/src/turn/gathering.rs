//! An answer heard in batches: models write faster than anybody reads, and each time it is heard costs
//! a wake, and each piece an event, a frame and a place in the journal.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::StreamExt;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::model::{ModelEvent, ModelStream, ProviderError};

/// An answer that is being shown is heard at most so often …
const EVERY: Duration = Duration::from_millis(50);
/// … and so often while many others are.
const EVERY_AMONG_MANY: Duration = Duration::from_millis(200);
/// So many answers at the same time are many.
const MANY: u32 = 64;
/// So many beats are in that time. Answers are heard at beats, so that one wake serves several.
const BEATS_IN_A_PAUSE: u32 = 10;
/// No piece grows past so many bytes and one more delta.
const PIECE_BYTES: usize = 8 * 1024;
/// A stream that never waits is not heard out for longer, once nothing more is wanted.
const REST_EVENTS: usize = 4096;

/// When answers are heard; one for all turns of a process.
#[derive(Debug)]
pub struct Beats {
    begun: Instant,
    every: Duration,
    every_among_many: Duration,
    /// Answers that come in.
    answers: AtomicU32,
}

impl Default for Beats {
    fn default() -> Self {
        Self::of(EVERY, EVERY_AMONG_MANY)
    }
}

impl Beats {
    /// An answer that is being shown is heard once in `every`, and once in `every_among_many` while
    /// 64 answers and more come in.
    #[must_use]
    pub fn of(every: Duration, every_among_many: Duration) -> Self {
        Self { begun: Instant::now(), every, every_among_many, answers: AtomicU32::new(0) }
    }

    /// When an answer is heard next that was heard now.
    fn after(&self, now: Instant) -> Instant {
        let is_among_many = self.answers.load(Ordering::Relaxed) >= MANY;
        let every = if is_among_many { self.every_among_many } else { self.every };
        let beat = (every / BEATS_IN_A_PAUSE).as_micros().max(1);
        let since = (now + every).saturating_duration_since(self.begun).as_micros();
        let next = since.div_ceil(beat) * beat;
        self.begun + Duration::from_micros(u64::try_from(next).unwrap_or(u64::MAX))
    }
}

/// The events of an answer. Once something is shown, what comes waits with the provider until the
/// next beat, and text that comes together is one piece.
pub(super) struct Gathering {
    events: ModelStream,
    beats: Arc<Beats>,
    /// What has come and did not go on yet.
    text: String,
    /// What came behind the text, and goes on after it.
    behind: Option<Result<ModelEvent, ProviderError>>,
    /// Whether the editor was shown anything of the answer.
    is_shown: bool,
    /// Whether anything was heard since the last pause.
    has_heard: bool,
    is_paused: bool,
    /// Ends the pause.
    pause: Option<Pin<Box<Sleep>>>,
}

impl Gathering {
    pub(super) fn new(events: ModelStream, beats: Arc<Beats>) -> Self {
        beats.answers.fetch_add(1, Ordering::Relaxed);
        Self {
            events,
            beats,
            text: String::new(),
            behind: None,
            is_shown: false,
            has_heard: false,
            is_paused: false,
            pause: None,
        }
    }

    /// The next event; a stream that ends before the answer's end is cut.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<ModelEvent, ProviderError>> {
        if let Some(event) = self.behind.take() {
            return Poll::Ready(event);
        }
        loop {
            if self.is_paused {
                let over = self.pause.as_mut().map(|pause| pause.as_mut().poll(context));
                if over.is_some_and(|over| over.is_pending()) {
                    return Poll::Pending;
                }
                self.is_paused = false;
            }
            if let Some(event) = self.hear(&mut Context::from_waker(Waker::noop())) {
                return Poll::Ready(event);
            }
            if !(self.is_shown && self.has_heard) {
                // Nothing comes: whatever is next wakes the turn, and goes on at once.
                return self.hear(context).map_or(Poll::Pending, Poll::Ready);
            }
            self.begin_pause();
        }
    }

    /// Takes what is there, so that whoever sends is not held up: all text as one piece, with a pause
    /// behind it however fast more comes.
    fn hear(&mut self, context: &mut Context<'_>) -> Option<Result<ModelEvent, ProviderError>> {
        while let Poll::Ready(event) = self.events.poll_next_unpin(context) {
            self.has_heard = true;
            match event.unwrap_or(Err(ProviderError::Cut)) {
                Ok(ModelEvent::Text(text)) if self.text.is_empty() => self.text = text,
                Ok(ModelEvent::Text(text)) => self.text.push_str(&text),
                event if self.text.is_empty() || may_pass(&event) => {
                    self.is_shown |= matches!(event, Ok(ModelEvent::Finding(_)));
                    return Some(event);
                }
                event => {
                    self.behind = Some(event);
                    return self.piece();
                }
            }
            if self.text.len() >= PIECE_BYTES {
                return self.piece();
            }
        }
        let piece = self.piece()?;
        self.begin_pause();
        Some(piece)
    }

    fn begin_pause(&mut self) {
        let until = self.beats.after(Instant::now());
        self.has_heard = false;
        self.is_paused = true;
        match &mut self.pause {
            Some(pause) => pause.as_mut().reset(until),
            none => *none = Some(Box::pin(sleep_until(until))),
        }
    }

    /// What has come and did not go on yet, when nothing more is wanted.
    pub(super) fn rest(&mut self) -> impl Iterator<Item = ModelEvent> {
        let mut left = REST_EVENTS;
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let behind = self.behind.take();
            behind.or_else(|| self.hear(&mut Context::from_waker(Waker::noop())))?.ok()
        })
    }

    fn piece(&mut self) -> Option<Result<ModelEvent, ProviderError>> {
        if self.text.is_empty() {
            return None;
        }
        self.is_shown = true;
        Some(Ok(ModelEvent::Text(std::mem::take(&mut self.text))))
    }
}

impl Drop for Gathering {
    fn drop(&mut self) {
        self.beats.answers.fetch_sub(1, Ordering::Relaxed);
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
    use std::sync::Arc;
    use std::task::Poll;
    use std::time::Duration;

    use futures::{StreamExt, stream};
    use tokio::time::{Instant, sleep_until};

    use super::{Beats, Gathering, MANY};
    use crate::model::{FinishReason, ModelEvent, ProviderError, TokenUsage};

    type Event = Result<ModelEvent, ProviderError>;

    fn text(text: &str) -> Event {
        Ok(ModelEvent::Text(text.into()))
    }

    fn usage() -> Event {
        Ok(ModelEvent::Usage(TokenUsage::default()))
    }

    fn alive() -> Event {
        Ok(ModelEvent::Heartbeat)
    }

    fn end() -> Event {
        Ok(ModelEvent::Finished(FinishReason::EndTurn))
    }

    /// Events that come at these milliseconds from now.
    fn gathering(events: Vec<(u64, Event)>, beats: &Arc<Beats>) -> Gathering {
        let begun = Instant::now();
        let come = stream::iter(events).then(move |(at, event)| async move {
            sleep_until(begun + Duration::from_millis(at)).await;
            event
        });
        Gathering::new(come.boxed(), Arc::clone(beats))
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
    async fn check(events: Vec<(u64, Event)>, beats: &Arc<Beats>, expected: &[(u128, &str)]) {
        let (mut gathering, begun) = (gathering(events, beats), Instant::now());
        let mut heard = Vec::new();
        for _ in expected {
            let event = poll_fn(|context| gathering.poll_next(context)).await;
            heard.push((begun.elapsed().as_millis(), said(event)));
        }
        let heard: Vec<_> = heard.iter().map(|(at, said)| (*at, said.as_str())).collect();
        assert_eq!(heard, expected);
    }

    fn deltas() -> Vec<(u64, Event)> {
        (0..6).map(|count| (count * 21, text(&count.to_string()))).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn text_goes_on_at_once_then_what_has_come_every_50_ms() {
        let later = [(300, text("가")), (310, text("나")), (500, end())];
        let events = deltas().into_iter().chain(later).collect();
        let expected =
            [(0, "0"), (50, "12"), (100, "34"), (150, "5"), (300, "가"), (350, "나"), (500, "end")];
        check(events, &Arc::default(), &expected).await;
    }

    #[tokio::test(start_paused = true)]
    async fn text_that_comes_as_fast_as_it_is_heard_keeps_the_pace() {
        let begun = Instant::now();
        let mut polls = 0;
        let come = stream::poll_fn(move |_| {
            polls += 1;
            if polls % 2 == 0 { Poll::Pending } else { Poll::Ready(Some(text(&polls.to_string()))) }
        });
        let mut gathering = Gathering::new(come.boxed(), Arc::default());
        let mut heard = Vec::new();
        for _ in 0..3 {
            let event = poll_fn(|context| gathering.poll_next(context)).await;
            heard.push((begun.elapsed().as_millis(), said(event)));
        }
        assert_eq!(heard, [(0, "1".to_owned()), (50, "3".to_owned()), (100, "5".to_owned())]);
    }

    #[tokio::test(start_paused = true)]
    async fn among_many_answers_text_goes_on_every_200_ms() {
        let beats = Arc::default();
        let _others: Vec<_> = (1..MANY).map(|_| gathering(Vec::new(), &beats)).collect();
        let later = [(190, text("6")), (210, text("7"))];
        let events = deltas().into_iter().chain(later).collect();
        check(events, &beats, &[(0, "0"), (200, "123456"), (400, "7")]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn answers_are_heard_at_the_same_beats() {
        let beats = Arc::default();
        for (begun_at, expected) in [(0, [(0, "가"), (50, "나")]), (62, [(0, "가"), (53, "나")])]
        {
            tokio::time::sleep(Duration::from_millis(begun_at)).await;
            check(vec![(0, text("가")), (10, text("나"))], &beats, &expected).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_waits_before_anything_is_shown() {
        let events = vec![(0, usage()), (3, alive()), (7, alive()), (11, text("가"))];
        let expected = [(0, "usage"), (3, "Heartbeat"), (7, "Heartbeat"), (11, "가")];
        check(events, &Arc::default(), &expected).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_behind_text_takes_it_along_and_no_cut_loses_any() {
        let events =
            vec![(0, usage()), (10, text("가")), (15, text("나")), (20, usage()), (25, text("다"))];
        let expected =
            [(0, "usage"), (10, "가"), (60, "나"), (60, "usage"), (60, "다"), (60, "provider_cut")];
        check(events, &Arc::default(), &expected).await;
    }

    #[tokio::test(start_paused = true)]
    async fn signs_of_life_leave_text_in_one_piece() {
        let events = vec![
            (0, text("가")),
            (10, text("나")),
            (20, alive()),
            (30, text("다")),
            (40, alive()),
            (60, text("라")),
        ];
        let expected = [(0, "가"), (50, "Heartbeat"), (50, "Heartbeat"), (50, "나다"), (100, "라")];
        check(events, &Arc::default(), &expected).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_piece_has_a_limit() {
        let half = "a".repeat(5 * 1024);
        let mut events = vec![(0, text("0"))];
        events.extend((0..5).map(|_| (10, text(&half))));
        events.push((10, end()));
        let mut gathering = gathering(events, &Arc::default());
        let mut lengths = Vec::new();
        for _ in 0..5 {
            lengths.push(said(poll_fn(|context| gathering.poll_next(context)).await).len());
        }
        assert_eq!(lengths, [1, 10 * 1024, 10 * 1024, 5 * 1024, "end".len()]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_come_is_there_for_whoever_wants_no_more() {
        let events = vec![(0, text("가")), (10, text("나")), (12, usage()), (20, text("다"))];
        let mut gathering = gathering(events, &Arc::default());
        let heard = poll_fn(|context| gathering.poll_next(context)).await;
        assert_eq!(said(heard), "가");
        let waiting = tokio::time::timeout(
            Duration::from_millis(15),
            poll_fn(|context| gathering.poll_next(context)),
        );
        assert!(waiting.await.is_err());
        let rest: Vec<_> = gathering.rest().map(|event| said(Ok(event))).collect();
        assert_eq!(rest, ["나", "usage"]);
    }
}
