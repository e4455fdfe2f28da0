//! Numbers a turn's events, hands them on at once and keeps them in batches beside the stream, so
//! that a slow store holds up no word of the answer.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures::future::BoxFuture;

use super::{Outcome, SequencedEvent, TurnEvent, TurnRecord, TurnSink, UnsavedEnds};
use crate::conversation::Message;
use crate::ledger::LedgerEntry;
use crate::ports::{Clock, Conclusion, StoreError, TurnStore};
use crate::time::Timestamp;

/// Events wait at most so long before they are kept …
const KEEP_EVERY_MS: i64 = 1_000;
/// … or until they hold so many bytes of text.
const KEEP_EVERY_BYTES: usize = 8 * 1024;

/// The writing end of one turn's events.
pub(super) struct Journal<'a> {
    store: &'a dyn TurnStore,
    clock: &'a dyn Clock,
    sink: &'a dyn TurnSink,
    record: &'a TurnRecord,
    last_sequence: u64,
    waiting: Vec<Arc<SequencedEvent>>,
    waiting_bytes: usize,
    /// Something waits that a kill must not take: what the provider wants to be paid for.
    is_urgent: bool,
    /// The store failed last time: only time makes the next attempt due.
    has_failed: bool,
    kept_at: Timestamp,
    keeping: Option<BoxFuture<'a, Kept>>,
}

/// A batch that was given to the store, and what became of it.
struct Kept {
    batch: Vec<Arc<SequencedEvent>>,
    result: Result<(), StoreError>,
}

impl<'a> Journal<'a> {
    pub(super) fn new(
        store: &'a dyn TurnStore,
        clock: &'a dyn Clock,
        sink: &'a dyn TurnSink,
        record: &'a TurnRecord,
        last_sequence: u64,
    ) -> Self {
        Self {
            store,
            clock,
            sink,
            record,
            last_sequence,
            waiting: Vec::new(),
            waiting_bytes: 0,
            is_urgent: false,
            has_failed: false,
            kept_at: clock.now(),
            keeping: None,
        }
    }

    /// Numbers the event and sends it; it is kept with the next batch. A store that fails here does
    /// not stop the turn: the whole answer is saved at its end.
    pub(super) fn emit(&mut self, event: TurnEvent) {
        self.last_sequence += 1;
        let event = Arc::new(SequencedEvent { sequence: self.last_sequence, event });
        self.sink.send(&event);
        self.waiting_bytes += text_bytes(&event.event);
        self.is_urgent |= matches!(event.event, TurnEvent::Usage { .. });
        self.waiting.push(event);
    }

    /// Concludes the turn with its last events and everything that waits, and only then hands the
    /// events on: whoever has heard the end can ask anew at once, and no kill makes another end of
    /// it. A store that fails leaves the turn open, with what waits still waiting and the end among
    /// those that are to be saved yet.
    pub(super) async fn conclude(
        &mut self,
        last: Vec<TurnEvent>,
        outcome: Outcome,
        entry: LedgerEntry,
        answer: Option<Message>,
        unsaved: &UnsavedEnds,
    ) -> Result<(), StoreError> {
        // A batch on its way that fails waits again, and goes with the rest.
        if self.keeping.is_some() {
            let _ = poll_fn(|context| self.poll_keeping(context)).await;
        }
        let numbered = (self.last_sequence + 1..).zip(last);
        let last: Vec<_> = numbered
            .map(|(sequence, event)| Arc::new(SequencedEvent { sequence, event }))
            .collect();
        let conclusion = Conclusion {
            record: self.record.clone(),
            outcome,
            entry,
            answer,
            events: self.waiting.iter().chain(&last).map(Arc::clone).collect(),
            at: self.clock.now(),
        };
        if let Err(error) = self.store.conclude(&conclusion).await {
            unsaved.keep(conclusion, last.len());
            return Err(error);
        }
        self.waiting.clear();
        self.last_sequence += u64::try_from(last.len()).unwrap_or_default();
        for event in &last {
            self.sink.send(event);
        }
        Ok(())
    }

    /// Keeps the last event of a turn that could not be concluded with everything that waits, and
    /// only then hands it on: who has heard it may end the process, and the turn is recovered.
    pub(super) async fn leave_open(&mut self, last: TurnEvent) -> Result<(), StoreError> {
        self.last_sequence += 1;
        let last = Arc::new(SequencedEvent { sequence: self.last_sequence, event: last });
        self.waiting.push(Arc::clone(&last));
        let kept = self.keep().await;
        self.sink.send(&last);
        kept
    }

    /// Begins to keep what waits when it is time to and nothing is being kept already.
    fn keep_if_due(&mut self) {
        let waited_ms = self.clock.now().millis() - self.kept_at.millis();
        let is_much = self.is_urgent || self.is_full();
        if waited_ms >= KEEP_EVERY_MS || (is_much && !self.has_failed) {
            self.begin_keeping();
        }
    }

    fn begin_keeping(&mut self) {
        if self.keeping.is_some() || self.waiting.is_empty() {
            return;
        }
        let (store, record) = (self.store, self.record);
        let batch = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        self.is_urgent = false;
        self.kept_at = self.clock.now();
        self.keeping = Some(Box::pin(async move {
            let result = store.append_events(record, &batch).await;
            Kept { batch, result }
        }));
    }

    /// Whether what waits is to be kept before more is heard.
    pub(super) fn is_full(&self) -> bool {
        self.waiting_bytes >= KEEP_EVERY_BYTES
    }

    /// Whether a batch is on its way and the next is full already: then the answer waits, so that a
    /// kill never takes more than these two. A store that fails holds nothing up.
    pub(super) fn is_behind(&self) -> bool {
        self.keeping.is_some() && !self.has_failed && self.is_full()
    }

    /// Keeps what is due beside whatever the turn waits for; ready when a batch is done.
    pub(super) fn poll_progress(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.keep_if_due();
        let done = ready!(self.poll_keeping(context));
        if let Err(error) = done {
            log_failure(self.record, &error);
        }
        Poll::Ready(())
    }

    fn poll_keeping(&mut self, context: &mut Context<'_>) -> Poll<Result<(), StoreError>> {
        let Some(keeping) = &mut self.keeping else { return Poll::Pending };
        let Poll::Ready(Kept { mut batch, result }) = keeping.as_mut().poll(context) else {
            return Poll::Pending;
        };
        self.keeping = None;
        self.has_failed = result.is_err();
        if result.is_err() {
            // Tried again with the next batch, before it.
            self.waiting_bytes += batch.iter().map(|event| text_bytes(&event.event)).sum::<usize>();
            batch.append(&mut self.waiting);
            self.waiting = batch;
        }
        Poll::Ready(result)
    }

    /// Keeps everything that waits, and waits until it is kept.
    async fn keep(&mut self) -> Result<(), StoreError> {
        loop {
            self.begin_keeping();
            if self.keeping.is_none() {
                return Ok(());
            }
            poll_fn(|context| self.poll_keeping(context)).await?;
        }
    }
}

fn text_bytes(event: &TurnEvent) -> usize {
    match event {
        TurnEvent::Text { text, .. } => text.as_str().len(),
        TurnEvent::Sources { message, .. } | TurnEvent::Ended { message, .. } => {
            message.as_str().len()
        }
        TurnEvent::Finding(finding) => finding.original.len() + finding.message.len(),
        TurnEvent::Started { .. }
        | TurnEvent::AnswerStarted { .. }
        | TurnEvent::Notice(_)
        | TurnEvent::Switched { .. }
        | TurnEvent::Usage { .. }
        | TurnEvent::Failed { .. } => 0,
    }
}

/// One line for a store that failed under a running turn; carries no text.
pub(super) fn log_failure(record: &TurnRecord, error: &StoreError) {
    tracing::error!(
        event = "turn.store_failed",
        turn_id = record.id.as_str(),
        code = error.code(),
        error = error as &dyn std::error::Error,
    );
}
