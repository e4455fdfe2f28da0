//! Turns of other processes over the same store: followed by reading their journal again and again,
//! and heard when they ask for a stop.

use std::sync::Arc;
use std::time::Duration;

use domain::id::TurnId;
use domain::ports::{StoreError, TurnStore};
use domain::text::ArticleText;
use domain::turn::{SequencedEvent, TurnRecord};
use tokio::sync::mpsc::Sender;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::article_of;
use super::follow::replay;
use crate::App;
use crate::error::ApiError;
use crate::wire::frame::ServerFrame;

/// The journal is kept at most a second behind; it is read so often.
const READ_EVERY: Duration = Duration::from_millis(400);
/// A running turn looks so often whether it was asked to stop: with the way there and back, and the
/// end of the turn, a stop takes less than a second.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Sends the frames of an open turn after `sequence`, until it ends or nobody takes them.
pub(super) async fn follow(
    app: &App,
    record: TurnRecord,
    sequence: u64,
    frames: &Sender<Box<ServerFrame>>,
) {
    let turn = record.id.clone();
    let mut reading = Reading { app, record, sequence, article: None };
    loop {
        match reading.more().await {
            Ok(More { events, is_over }) => {
                let article = reading.article.as_ref().map_or("", ArticleText::as_str);
                replay(&turn, events, article, frames).await;
                if is_over {
                    return;
                }
            }
            Err(error) => {
                let error = ApiError::from(error);
                error.log(turn.as_str());
                let _ = frames.send(Box::new(error.frame(app.turns.clock.now()))).await;
                return;
            }
        }
        tokio::select! {
            () = sleep(READ_EVERY) => {}
            () = frames.closed() => return,
        }
    }
}

/// How far the journal of a turn was read.
struct Reading<'a> {
    app: &'a App,
    record: TurnRecord,
    sequence: u64,
    /// The text that findings refer to, once there are events: by then it is saved.
    article: Option<ArticleText>,
}

struct More {
    events: Vec<SequencedEvent>,
    is_over: bool,
}

impl Reading<'_> {
    async fn more(&mut self) -> Result<More, StoreError> {
        let turns = &self.app.turns;
        let mut events = turns.turns.events_after(&self.record, self.sequence).await?;
        let mut is_over = false;
        if events.is_empty() {
            // Silence may be the end, which stands in the journal before the turn is closed.
            let found = turns.find(&self.record.user_id, &self.record.id).await?;
            is_over = found.is_none_or(|record| record.outcome.is_some());
            if is_over {
                events = turns.turns.events_after(&self.record, self.sequence).await?;
            }
        }
        if let Some(last) = events.last() {
            self.sequence = last.sequence;
            is_over |= last.event.is_last();
        }
        if self.article.is_none() && !events.is_empty() {
            self.article = Some(article_of(self.app, &self.record).await?);
        }
        Ok(More { events, is_over })
    }
}

/// Cancels a running turn once another process has asked for it; ends with the turn.
pub(super) async fn stop_when_asked(
    store: Arc<dyn TurnStore>,
    record: TurnRecord,
    stop: &CancellationToken,
) {
    let id: &TurnId = &record.id;
    while !stop.is_cancelled() {
        sleep(LOOK_EVERY).await;
        match store.stop_asked(&record).await {
            Ok(true) => stop.cancel(),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(
                    event = "turn.stop_unheard",
                    turn_id = id.as_str(),
                    code = error.code()
                );
            }
        }
    }
    std::future::pending::<()>().await;
}
