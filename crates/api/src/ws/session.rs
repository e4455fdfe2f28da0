//! What a client's frames do, alike for a socket of this process and for one that API Gateway holds;
//! frames out go into a channel.

use std::sync::Arc;

use domain::audit::AuditAction;
use domain::check::CheckOptions;
use domain::finding::from_suggestions;
use domain::id::{ConnectionId, ConversationId, TurnId};
use domain::part::{Joined, MessagePart};
use domain::text::{ArticleText, Secret};
use domain::time::Timestamp;
use tokio::sync::mpsc::Sender;
use tracing::Instrument;

use super::standing::{CloseCode, Refused, Standing};
use crate::App;
use crate::audit;
use crate::body::conversation_id;
use crate::checking;
use crate::error::ApiError;
use crate::live::{self, Asked};
use crate::wire::frame::{ClientFrame, FrameBody, ServerFrame};
use crate::wire::suggestion::suggestions;
use crate::wire::turn::Question;

/// A message may hold so many bytes, as on API Gateway.
pub(super) const MESSAGE_LIMIT_BYTES: usize = 128 * 1024;
/// Frames that wait for a slow client; a follower waits beyond it, the turn does not.
pub(crate) const WAITING_FRAMES: usize = 64;

/// One client on one socket.
pub(crate) struct Session {
    app: Arc<App>,
    connection: ConnectionId,
    standing: Standing,
    /// Boxed, so that the room an idle socket keeps for frames is small.
    frames: Sender<Box<ServerFrame>>,
}

impl Session {
    pub(crate) fn new(
        app: Arc<App>,
        connection: ConnectionId,
        standing: Standing,
        frames: Sender<Box<ServerFrame>>,
    ) -> Self {
        Self { app, connection, standing, frames }
    }

    pub(crate) async fn say(&self, frame: ServerFrame) {
        // A writer that is gone means a client that is gone; the read side will notice.
        let _ = self.frames.send(Box::new(frame)).await;
    }

    async fn refuse(&self, error: ApiError) {
        error.log("socket");
        self.say(error.frame(self.app.turns.clock.now())).await;
    }

    /// Whether the client may go on, asked without any use.
    pub(crate) async fn look(&self) -> Result<(), CloseCode> {
        Box::pin(self.standing.renew(&self.app, false)).await
    }

    /// Does what a message asks; what it makes of a turn goes on after this returns.
    ///
    /// # Errors
    ///
    /// The code to close the socket with: the client may not go on, and nothing was done.
    pub(crate) async fn receive(&self, text: &str) -> Result<(), CloseCode> {
        if text.len() > MESSAGE_LIMIT_BYTES {
            self.say(ServerFrame::error("message_too_large")).await;
            return Ok(());
        }
        let frame = match parse(text) {
            Ok(frame) => frame,
            Err(code) => {
                self.say(ServerFrame::error(code)).await;
                return Ok(());
            }
        };
        match frame {
            ClientFrame::Refresh { token } => Box::pin(self.refresh(&token.0)).await,
            ClientFrame::Ping => {
                self.say(ServerFrame::bare(FrameBody::Pong)).await;
                Ok(())
            }
            other => {
                // Boxed, so that an idle socket keeps no room for what a turn's beginning needs.
                Box::pin(self.standing.renew(&self.app, true)).await?;
                if let Err(error) = Box::pin(self.act(other)).await {
                    self.refuse(error).await;
                }
                Ok(())
            }
        }
    }

    async fn refresh(&self, token: &Secret) -> Result<(), CloseCode> {
        match self.standing.refresh(&self.app, &self.connection, token).await {
            Ok(until) => {
                let expires_at = until.map(Timestamp::rfc3339);
                self.say(ServerFrame::bare(FrameBody::Refreshed { expires_at })).await;
                Ok(())
            }
            Err(Refused { error, code }) => {
                self.refuse(*error).await;
                code.map_or(Ok(()), Err)
            }
        }
    }

    async fn act(&self, frame: ClientFrame) -> Result<(), ApiError> {
        match frame {
            ClientFrame::SendMessage(mut question) => {
                let Some(message) = self.whole(&mut question).await? else { return Ok(()) };
                self.begin(Asked::New(question.request(message)?)).await
            }
            ClientFrame::Proofread(proofreading) => {
                self.begin(Asked::New(proofreading.request(&self.standing.who())?)).await
            }
            ClientFrame::Check { text, conversation_id, options } => {
                self.check(&text, conversation_id, options.read(&self.standing.who())?).await
            }
            ClientFrame::Stop { turn_id } => {
                live::stop(&self.app, &self.standing.who(), &TurnId::new(turn_id)).await
            }
            ClientFrame::Resume { turn_id, after_seq } => {
                self.resume(&TurnId::new(turn_id), after_seq).await
            }
            ClientFrame::Continue(continuation) => self.begin(continuation.into()).await,
            ClientFrame::ClearHistory { conversation_id } => self.clear(conversation_id).await,
            // Both were answered before anybody was asked to act.
            ClientFrame::Refresh { .. } | ClientFrame::Ping => Ok(()),
        }
    }

    /// The whole message once its last part has come.
    async fn whole(&self, question: &mut Question) -> Result<Option<String>, ApiError> {
        let message = std::mem::take(&mut question.message);
        let Some(info) = question.chunk_info.filter(|info| info.total > 1) else {
            return Ok(Some(message));
        };
        let part = MessagePart {
            connection: self.connection.clone(),
            message: question.key().unwrap_or_default().to_owned(),
            number: info.current,
            total: info.total,
            text: ArticleText::new(message),
            at: self.app.turns.clock.now(),
        };
        match self.app.connections.join(&part).await? {
            Joined::Waiting => Ok(None),
            Joined::Whole(message) => Ok(Some(message.as_str().to_owned())),
            Joined::TooLarge => Err(ApiError::too_large("message_too_large")),
        }
    }

    async fn begin(&self, asked: Asked) -> Result<(), ApiError> {
        let turn = live::begin(&self.app, &self.standing.who(), asked).await?;
        self.resume(&turn.id, 0).await
    }

    async fn resume(&self, turn: &TurnId, after: u64) -> Result<(), ApiError> {
        let who = self.standing.who();
        let following = live::follow(&self.app, &who, turn, after, self.frames.clone()).await?;
        // Its log lines name the socket.
        tokio::spawn(following.in_current_span());
        Ok(())
    }

    async fn check(
        &self,
        text: &str,
        article: Option<String>,
        mut options: CheckOptions,
    ) -> Result<(), ApiError> {
        let who = self.standing.who();
        self.app.turns.check_length(&who, text).await?;
        options.article_date.get_or_insert_with(|| self.app.turns.clock.now().seoul_date());
        let article = article.map(conversation_id).transpose()?;
        let dictionaries = &self.app.turns.dictionaries;
        let settings = dictionaries.settings(&options, &who.user_id, article.as_ref()).await;
        let findings = from_suggestions(checking::check(&self.app, text, settings).await?);
        let suggestions = suggestions(text, &findings);
        let count = suggestions.len();
        for suggestion in suggestions {
            self.say(ServerFrame::bare(FrameBody::Suggestion { suggestion })).await;
        }
        self.say(ServerFrame::bare(FrameBody::CheckEnd { count })).await;
        Ok(())
    }

    async fn clear(&self, conversation: String) -> Result<(), ApiError> {
        let id = ConversationId::new(conversation.as_str());
        let who = self.standing.who();
        let is_there = self.app.turns.conversations.delete(&who.user_id, &id).await?;
        if !is_there {
            return Err(ApiError::not_found());
        }
        audit::done(&self.app, &who, AuditAction::ConversationRemoved, id.as_str()).await?;
        let body = FrameBody::HistoryCleared { conversation_id: conversation };
        self.say(ServerFrame::bare(body)).await;
        Ok(())
    }
}

/// A frame, or the code that says why it is none.
fn parse(text: &str) -> Result<ClientFrame, &'static str> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| "bad_json")?;
    const ACTIONS: [&str; 9] = [
        "sendMessage",
        "proofread",
        "check",
        "stop",
        "resume",
        "continue",
        "clearHistory",
        "refresh",
        "ping",
    ];
    if !ACTIONS.contains(&value["action"].as_str().unwrap_or_default()) {
        return Err("unknown_action");
    }
    serde_json::from_value(value).map_err(|_| "bad_json")
}
