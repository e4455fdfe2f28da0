//! One open socket: reads its frames in order, never waits for a turn, and writes what turns say.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use domain::check::CheckOptions;
use domain::finding::from_suggestions;
use domain::id::{ConversationId, TurnId};
use domain::principal::Principal;
use futures::{SinkExt, StreamExt};
use tokio::sync::mpsc::{self, Sender};

use crate::App;
use crate::body::conversation_id;
use crate::error::ApiError;
use crate::live::{self, Asked};
use crate::wire::frame::{ClientFrame, FrameBody, ServerFrame};
use crate::wire::suggestion::suggestions;
use crate::wire::turn::ChunkInfo;

/// A message may hold so many bytes, as on API Gateway.
pub(super) const MESSAGE_LIMIT_BYTES: usize = 128 * 1024;
/// Parts of one message hold together at most so many bytes.
const JOINED_LIMIT_BYTES: usize = 1024 * 1024;
/// Frames that wait for a slow client; a follower waits beyond it, the turn does not.
const WAITING_FRAMES: usize = 64;

/// Serves a socket until either side ends it.
pub(super) async fn run(app: &Arc<App>, who: Principal, socket: WebSocket) {
    let (mut out, mut incoming) = socket.split();
    let (frames, mut waiting) = mpsc::channel::<Box<ServerFrame>>(WAITING_FRAMES);
    let writer = tokio::spawn(async move {
        let mut ready = Vec::new();
        // What waits goes out in one write.
        while waiting.recv_many(&mut ready, WAITING_FRAMES).await > 0 {
            for frame in ready.drain(..) {
                let Ok(text) = serde_json::to_string(&frame) else { continue };
                if out.feed(Message::Text(text.into())).await.is_err() {
                    return;
                }
            }
            if out.flush().await.is_err() {
                return;
            }
        }
    });
    let mut session = Session { app: Arc::clone(app), who, frames, parts: String::new() };
    while let Some(Ok(message)) = incoming.next().await {
        match message {
            Message::Text(text) => session.receive(text.as_str()).await,
            Message::Binary(_) => session.say(ServerFrame::error("bad_json")).await,
            Message::Ping(_) | Message::Pong(_) => {}
            Message::Close(_) => break,
        }
    }
    writer.abort();
}

struct Session {
    app: Arc<App>,
    who: Principal,
    /// Boxed, so that the room an idle socket keeps for frames is small.
    frames: Sender<Box<ServerFrame>>,
    /// Parts of a long message that have come so far.
    parts: String,
}

impl Session {
    async fn say(&self, frame: ServerFrame) {
        // A writer that is gone means a client that is gone; the read side will notice.
        let _ = self.frames.send(Box::new(frame)).await;
    }

    async fn refuse(&self, error: ApiError) {
        error.log("socket");
        self.say(error.frame()).await;
    }

    async fn receive(&mut self, text: &str) {
        if text.len() > MESSAGE_LIMIT_BYTES {
            return self.say(ServerFrame::error("message_too_large")).await;
        }
        let frame = match parse(text) {
            Ok(frame) => frame,
            Err(code) => return self.say(ServerFrame::error(code)).await,
        };
        // Boxed, so that an idle socket keeps no room for what a turn's beginning needs.
        if let Err(error) = Box::pin(self.act(frame)).await {
            self.refuse(error).await;
        }
    }

    async fn act(&mut self, frame: ClientFrame) -> Result<(), ApiError> {
        match frame {
            ClientFrame::SendMessage(mut question) => {
                let part = std::mem::take(&mut question.message);
                let Some(message) = self.join(part, question.chunk_info)? else { return Ok(()) };
                self.begin(Asked::New(question.request(message)?)).await
            }
            ClientFrame::Proofread(proofreading) => {
                self.begin(Asked::New(proofreading.request()?)).await
            }
            ClientFrame::Check { text, conversation_id, options } => {
                self.check(&text, conversation_id, options.read()?).await
            }
            ClientFrame::Stop { turn_id } => {
                let is_running = self.app.hub.stop(&self.who.user_id, &TurnId::new(turn_id));
                if is_running { Ok(()) } else { Err(ApiError::not_found()) }
            }
            ClientFrame::Resume { turn_id, after_seq } => {
                self.resume(&TurnId::new(turn_id), after_seq).await
            }
            ClientFrame::Continue(continuation) => self.begin(continuation.into()).await,
            ClientFrame::ClearHistory { conversation_id } => self.clear(conversation_id).await,
            ClientFrame::Ping => {
                self.say(ServerFrame::bare(FrameBody::Pong)).await;
                Ok(())
            }
        }
    }

    /// Collects parts of a long message; gives it once the last has come.
    fn join(
        &mut self,
        message: String,
        part: Option<ChunkInfo>,
    ) -> Result<Option<String>, ApiError> {
        let Some(part) = part.filter(|part| part.total > 1) else { return Ok(Some(message)) };
        if part.is_first || part.current == 1 {
            self.parts.clear();
        }
        if self.parts.len() + message.len() > JOINED_LIMIT_BYTES {
            self.parts.clear();
            return Err(ApiError::too_large("message_too_large"));
        }
        self.parts.push_str(&message);
        let is_whole = part.is_last || part.current >= part.total;
        Ok(is_whole.then(|| std::mem::take(&mut self.parts)))
    }

    async fn begin(&self, asked: Asked) -> Result<(), ApiError> {
        let turn = live::begin(&self.app, &self.who, asked).await?;
        self.resume(&turn.id, 0).await
    }

    async fn resume(&self, turn: &TurnId, after: u64) -> Result<(), ApiError> {
        live::follow(&self.app, &self.who, turn, after, self.frames.clone()).await
    }

    async fn check(
        &self,
        text: &str,
        article: Option<String>,
        mut options: CheckOptions,
    ) -> Result<(), ApiError> {
        self.app.turns.limits.check_length(text)?;
        options.article_date.get_or_insert_with(|| self.app.turns.clock.now().seoul_date());
        let article = article.map(conversation_id).transpose()?;
        let settings = options.settings(&self.who.user_id, article.as_ref());
        let findings = from_suggestions(self.app.turns.checks.check(text, &settings));
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
        let is_there = self.app.turns.conversations.delete(&self.who.user_id, &id).await?;
        if !is_there {
            return Err(ApiError::not_found());
        }
        let body = FrameBody::HistoryCleared { conversation_id: conversation };
        self.say(ServerFrame::bare(body)).await;
        Ok(())
    }
}

/// A frame, or the code that says why it is none.
fn parse(text: &str) -> Result<ClientFrame, &'static str> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| "bad_json")?;
    const ACTIONS: [&str; 8] =
        ["sendMessage", "proofread", "check", "stop", "resume", "continue", "clearHistory", "ping"];
    if !ACTIONS.contains(&value["action"].as_str().unwrap_or_default()) {
        return Err("unknown_action");
    }
    serde_json::from_value(value).map_err(|_| "bad_json")
}
