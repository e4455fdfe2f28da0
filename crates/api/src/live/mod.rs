//! Turns as clients see them, over the socket and over REST: begun, followed from any frame on any
//! connection, and stopped.

mod elsewhere;
mod follow;
pub(crate) mod hub;

use std::sync::Arc;

use domain::id::{IdempotencyKey, TurnId};
use domain::ports::{MessageRange, StoreError};
use domain::principal::Principal;
use domain::text::ArticleText;
use domain::turn::{Begun, TurnRecord, TurnRequest};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::mpsc::Sender;
use tracing::Instrument;

use crate::App;
use crate::error::ApiError;
use crate::wire::frame::ServerFrame;

/// What a client asks to begin.
pub(crate) enum Asked {
    /// A question or a text.
    New(TurnRequest),
    /// The rest of a turn that was cut.
    Rest {
        /// That turn.
        of: TurnId,
        /// So that a repeated request runs once.
        idempotency_key: Option<IdempotencyKey>,
    },
}

impl Asked {
    fn key(&self) -> Option<&IdempotencyKey> {
        match self {
            Self::New(request) => request.idempotency_key.as_ref(),
            Self::Rest { idempotency_key, .. } => idempotency_key.as_ref(),
        }
    }
}

/// Begins a turn and runs it; gives the turn to follow, which is an earlier one for a repeated
/// request. A client that hangs up meanwhile leaves no turn behind that never runs.
///
/// # Errors
///
/// Everything `Turns::begin` and `Turns::go_on` refuse.
pub(crate) async fn begin(
    app: &Arc<App>,
    who: &Principal,
    asked: Asked,
) -> Result<TurnRecord, ApiError> {
    let (app, who) = (Arc::clone(app), who.clone());
    let begun = async move {
        let beginning = app.hub.beginning(&who.user_id, asked.key()).await;
        let begun = match asked {
            Asked::New(request) => app.turns.begin(&who, request).await?,
            Asked::Rest { of, idempotency_key } => {
                app.turns.go_on(&who, &of, idempotency_key).await?
            }
        };
        let record = start(&app, begun);
        drop(beginning);
        Ok(record)
    };
    tokio::spawn(Box::pin(begun.in_current_span())).await.map_err(|_| ApiError::internal())?
}

fn start(app: &Arc<App>, begun: Begun) -> TurnRecord {
    match begun {
        Begun::New(turn) => {
            let record = turn.record().clone();
            app.hub.start(Arc::clone(&app.turns), *turn);
            record
        }
        Begun::Attached(earlier) => earlier,
    }
}

/// What sends the frames of a turn after `sequence` for as long as it is polled and anybody takes
/// them: as they come while it runs, from the journal when it is over.
///
/// # Errors
///
/// No such turn of that user, or a failed store.
pub(crate) async fn follow(
    app: &Arc<App>,
    who: &Principal,
    turn: &TurnId,
    sequence: u64,
    frames: Sender<Box<ServerFrame>>,
) -> Result<BoxFuture<'static, ()>, ApiError> {
    let (turn, store) = (turn.clone(), &app.turns.turns);
    let mut beginning = app.hub.watch();
    let record = loop {
        beginning.mark_unchanged();
        if let Some(live) = app.hub.find(&who.user_id, &turn) {
            let follow = async move { follow::follow(&live, &turn, sequence, &frames).await };
            return Ok(follow.boxed());
        }
        let found = app.turns.find(&who.user_id, &turn).await?;
        let record = found.ok_or_else(ApiError::not_found)?;
        // A turn that is open but does not run yet may be one that is just beginning here.
        let is_quiet = *beginning.borrow() == 0 && !beginning.has_changed().unwrap_or(false);
        if record.outcome.is_some() || is_quiet || beginning.changed().await.is_err() {
            break record;
        }
    };
    if record.outcome.is_none() && app.hub.is_shared() {
        let app = Arc::clone(app);
        let follow = async move { elsewhere::follow(&app, record, sequence, &frames).await };
        return Ok(follow.boxed());
    }
    let events = store.events_after(&record, sequence).await?;
    let article = article_of(app, &record).await?;
    let follow = async move { follow::replay(&turn, events, article.as_str(), &frames).await };
    Ok(follow.boxed())
}

/// Stops a running turn; what came is kept. One that another process runs is asked to stop there.
///
/// # Errors
///
/// No such running turn of that user, or a failed store.
pub(crate) async fn stop(app: &App, who: &Principal, turn: &TurnId) -> Result<(), ApiError> {
    if app.hub.stop(&who.user_id, turn) {
        return Ok(());
    }
    let is_asked = app.hub.is_shared() && app.turns.turns.ask_stop(&who.user_id, turn).await?;
    if is_asked { Ok(()) } else { Err(ApiError::not_found()) }
}

/// The text a kept turn's findings refer to: the message that asked for them.
async fn article_of(app: &App, record: &TurnRecord) -> Result<ArticleText, StoreError> {
    let (user, id) = (&record.user_id, &record.conversation_id);
    let messages = app.turns.conversations.messages(user, id, &MessageRange::default()).await?;
    let asked = messages.into_iter().find(|message| message.id == record.question_id());
    Ok(asked.map(|message| message.content).unwrap_or_default())
}
