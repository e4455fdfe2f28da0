//! Numbers a turn's events, hands them on at once and keeps them in batches.

use super::{SequencedEvent, TurnEvent, TurnRecord, TurnSink};
use crate::ports::{Clock, StoreError, TurnStore};
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
    waiting: Vec<SequencedEvent>,
    waiting_bytes: usize,
    kept_at: Timestamp,
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
            kept_at: clock.now(),
        }
    }

    /// Numbers the event, sends it, and keeps what has waited long enough. A store that fails here
    /// does not stop the turn: the whole answer is saved at its end.
    pub(super) async fn emit(&mut self, event: TurnEvent) {
        self.last_sequence += 1;
        let event = SequencedEvent { sequence: self.last_sequence, event };
        self.sink.send(&event).await;
        self.waiting_bytes += text_bytes(&event.event);
        self.waiting.push(event);
        self.keep_if_due().await;
    }

    /// Keeps what waits when it is time to.
    pub(super) async fn keep_if_due(&mut self) {
        let waited_ms = self.clock.now().millis() - self.kept_at.millis();
        if waited_ms < KEEP_EVERY_MS && self.waiting_bytes < KEEP_EVERY_BYTES {
            return;
        }
        if let Err(error) = self.keep().await {
            log_failure(self.record, &error);
        }
    }

    /// Keeps everything that waits.
    pub(super) async fn keep(&mut self) -> Result<(), StoreError> {
        self.kept_at = self.clock.now();
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.store.append_events(self.record, &self.waiting).await?;
        self.waiting.clear();
        self.waiting_bytes = 0;
        Ok(())
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
