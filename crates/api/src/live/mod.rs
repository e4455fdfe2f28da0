//! Turns as clients see them, over the socket and over REST: begun, followed from any frame on any
//! connection, and stopped.

mod follow;
pub(crate) mod hub;

use std::sync::Arc;

use domain::id::TurnId;
use domain::ports::{MessageRange, StoreError};
use domain::principal::Principal;
use domain::text::ArticleText;
use domain::turn::{Begun, TurnRecord};
use tokio::sync::mpsc::Sender;

use crate::App;
use crate::error::ApiError;
use crate::wire::frame::ServerFrame;

/// Runs what has begun; gives the turn to follow, which is an earlier one for a repeated request.
pub(crate) fn start(app: &Arc<App>, begun: Begun) -> TurnRecord {
    match begun {
        Begun::New(turn) => {
            let record = turn.record().clone();
            app.hub.start(Arc::clone(&app.turns), turn);
            record
        }
        Begun::Attached(earlier) => earlier,
    }
}

/// Sends the frames of a turn after `sequence` for as long as anybody takes them: as they come
/// while it runs, from the journal when it is over.
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
) -> Result<(), ApiError> {
    let turn = turn.clone();
    if let Some(live) = app.hub.find(&who.user_id, &turn) {
        tokio::spawn(async move { follow::follow(&live, &turn, sequence, &frames).await });
        return Ok(());
    }
    let store = &app.turns.turns;
    let found = store.find(&who.user_id, &turn).await?;
    let record = found.ok_or_else(ApiError::not_found)?;
    let events = store.events_after(&record, sequence).await?;
    let article = article_of(app, &record).await?;
    tokio::spawn(async move { follow::replay(&turn, events, article.as_str(), &frames).await });
    Ok(())
}

/// The text a kept turn's findings refer to: the message that asked for them.
async fn article_of(app: &App, record: &TurnRecord) -> Result<ArticleText, StoreError> {
    let (user, id) = (&record.user_id, &record.conversation_id);
    let messages = app.turns.conversations.messages(user, id, &MessageRange::default()).await?;
    let asked = messages.into_iter().find(|message| message.id == record.question_id());
    Ok(asked.map(|message| message.content).unwrap_or_default())
}
