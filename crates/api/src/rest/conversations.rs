//! `/conversations`: the list, one conversation, saving, changing and deleting.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::access::Action;
use domain::article::{ArticleMetadata, ArticleState, NAME_LIMIT_CHARS};
use domain::audit::AuditAction;
use domain::conversation::{Conversation, Message, TITLE_LIMIT_CHARS, title_of};
use domain::id::{ConversationId, MessageId};
use domain::ports::{ConversationChange, Created, ListFilter, MessageRange};
use domain::text::ArticleText;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::address::{InPath, InQuery};
use crate::audit;
use crate::auth::Caller;
use crate::body::{Body, conversation_id, embargo, engine};
use crate::error::{ApiError, ErrorBody};
use crate::long_json::LongJson;
use crate::wire::conversation::{ConversationWire, MessageWire, NewMessage};

const PAGE_DEFAULT: usize = 100;
/// What a conversation and each of its messages hold besides texts, rounded up.
const FRAME_BYTES: usize = 512;

/// Which conversations are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListQuery {
    engine_type: Option<String>,
    engine: Option<String>,
    /// 1 to 200, 100 when left out.
    limit: Option<usize>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Part of the title.
    q: Option<String>,
    /// `waiting`, `proofreading`, `review` or `done`.
    state: Option<String>,
}

/// One page of conversations, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationList {
    conversations: Vec<ConversationWire>,
    count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A sentence that says what was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct Done {
    message: String,
}

impl Done {
    pub(crate) fn json(message: &str) -> Json<Self> {
        Json(Self { message: message.to_owned() })
    }
}

/// Lists the caller's conversations without their messages.
#[utoipa::path(get, path = "/conversations", params(ListQuery), responses(
    (status = 200, body = ConversationList), (status = 400, body = ErrorBody)))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InQuery(query): InQuery<ListQuery>,
) -> Result<Json<ConversationList>, ApiError> {
    let name = query.engine_type.or(query.engine);
    let filter = ListFilter {
        engine: name.as_deref().map(engine).transpose()?,
        state: query.state.as_deref().map(state).transpose()?,
        title_contains: query.q.filter(|text| !text.is_empty()),
        limit: query.limit.unwrap_or(PAGE_DEFAULT),
        cursor: query.cursor,
    };
    let page = app.turns.conversations.list(&who.user_id, &filter).await?;
    let conversations: Vec<_> =
        page.rows.iter().map(|row| ConversationWire::new(row, vec![])).collect();
    let count = conversations.len();
    Ok(Json(ConversationList { conversations, count, next_cursor: page.next }))
}

/// Which messages are wanted; all when nothing is said.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MessagesQuery {
    /// Only those before the message with this id.
    before: Option<String>,
    /// Only the last so many.
    limit: Option<usize>,
}

/// Reads one conversation with its messages.
#[utoipa::path(get, path = "/conversations/{id}", params(("id" = String, Path), MessagesQuery),
    responses((status = 200, body = ConversationWire), (status = 404, body = ErrorBody)))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
    InQuery(query): InQuery<MessagesQuery>,
) -> Result<LongJson<ConversationWire>, ApiError> {
    let id = ConversationId::new(id);
    let store = &app.turns.conversations;
    let header = store.header(&who.user_id, &id).await?.ok_or_else(ApiError::not_found)?;
    let range = MessageRange { before: query.before.map(MessageId::new), limit: query.limit };
    let messages = store.messages(&who.user_id, &id, &range).await?;
    // A sixteenth is for what is escaped.
    let bytes = |text: &ArticleText| text.as_str().len() * 17 / 16 + FRAME_BYTES;
    let about_bytes =
        messages.iter().map(|message| bytes(&message.content)).sum::<usize>() + FRAME_BYTES;
    let answer = ConversationWire::new(&header, messages_on_the_wire(&messages));
    Ok(LongJson { answer, about_bytes })
}

/// The findings of an answer refer to the article before it.
fn messages_on_the_wire(messages: &[Message]) -> Vec<MessageWire> {
    let mut article: Option<&str> = None;
    let mut wire = Vec::with_capacity(messages.len());
    for message in messages {
        if message.kind == "article" {
            article = Some(message.content.as_str());
        }
        wire.push(MessageWire::new(message, article));
    }
    wire
}

/// A conversation as clients save it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewConversation {
    conversation_id: Option<String>,
    engine_type: String,
    title: Option<String>,
    #[serde(default)]
    messages: Vec<NewMessage>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// `none`, `no-search` or `no-model`; an existing conversation keeps its own.
    embargo: Option<String>,
    /// Ignored, unless it names somebody else.
    user_id: Option<String>,
}

/// Saves a conversation, or appends the messages that are new to an existing one.
#[utoipa::path(post, path = "/conversations", request_body = NewConversation, responses(
    (status = 201, body = ConversationWire), (status = 200, body = ConversationWire),
    (status = 400, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Body(new): Body<NewConversation>,
) -> Result<(StatusCode, Json<ConversationWire>), ApiError> {
    let named = new.user_id.map(domain::id::UserId::new);
    if named.is_some_and(|named| !who.may_act_for(&named)) {
        return Err(audit::deny(&app, &who, Action::ActForOthers.name()).await);
    }
    let now = app.turns.clock.now();
    let id = new.conversation_id.unwrap_or_else(|| app.turns.ids.next_id());
    let messages = new.messages.into_iter().enumerate();
    let messages: Option<Vec<Message>> =
        messages.map(|(place, message)| message.message(place, now)).collect();
    let messages = messages.ok_or_else(|| ApiError::bad_request("bad_value"))?;
    let first = messages.first().map_or("", |message| message.content.as_str());
    let embargo = new.embargo.as_deref().map(embargo).transpose()?.unwrap_or_default();
    let conversation = Conversation {
        user_id: who.user_id.clone(),
        id: conversation_id(id)?,
        engine: engine(&new.engine_type)?,
        title: title_of(new.title.as_deref().unwrap_or(first)),
        pinned: false,
        created_at: now,
        updated_at: now,
        article: ArticleMetadata { embargo, ..ArticleMetadata::default() },
        client_metadata: new.metadata.map(|fields| Value::Object(fields).to_string()),
    };
    let store = &app.turns.conversations;
    let (status, header) = match store.create(&conversation).await? {
        Created::New => (StatusCode::CREATED, conversation),
        Created::Existing(header) => (StatusCode::OK, header),
    };
    if !messages.is_empty() {
        store.append_messages(&who.user_id, &header.id, &messages, now).await?;
    }
    Ok((status, Json(ConversationWire::new(&header, vec![]))))
}

/// What a change sets; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Rename {
    title: Option<String>,
    pinned: Option<bool>,
    /// `waiting`, `review` or `done`; `proofreading` is the server's to set.
    state: Option<String>,
    /// Cut to 100 characters; empty takes the name away.
    reporter: Option<String>,
    /// Cut to 100 characters; empty takes it away.
    desk: Option<String>,
    /// `none`, `no-search` or `no-model`; in force from the next turn.
    embargo: Option<String>,
}

fn state(name: &str) -> Result<ArticleState, ApiError> {
    ArticleState::from_name(name).ok_or_else(|| ApiError::bad_request("bad_value"))
}

fn cut(text: &str, limit_chars: usize) -> ArticleText {
    ArticleText::new(text.chars().take(limit_chars).collect::<String>())
}

/// Changes title, pin, state, reporter, desk or embargo of a conversation.
#[utoipa::path(patch, path = "/conversations/{id}", params(("id" = String, Path)),
    request_body = Rename,
    responses((status = 200, body = Done), (status = 400, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
pub(crate) async fn rename(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
    Body(change): Body<Rename>,
) -> Result<Json<Done>, ApiError> {
    let state = change.state.as_deref().map(state).transpose()?;
    if state == Some(ArticleState::Proofreading) {
        return Err(ApiError::bad_request("bad_value"));
    }
    let name = |text: String| cut(text.trim(), NAME_LIMIT_CHARS);
    let change = ConversationChange {
        title: change.title.map(|title| cut(&title, TITLE_LIMIT_CHARS)),
        pinned: change.pinned,
        state,
        reporter: change.reporter.map(name),
        desk: change.desk.map(name),
        embargo: change.embargo.as_deref().map(embargo).transpose()?,
    };
    let id = ConversationId::new(id);
    let is_there = app.turns.conversations.update(&who.user_id, &id, &change).await?;
    is_there.then(|| Done::json("바꾸었습니다.")).ok_or_else(ApiError::not_found)
}

/// Deletes a conversation; its ledger rows stay.
#[utoipa::path(delete, path = "/conversations/{id}", params(("id" = String, Path)),
    responses((status = 200, body = Done), (status = 404, body = ErrorBody)))]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
) -> Result<Json<Done>, ApiError> {
    let id = ConversationId::new(id);
    let is_there = app.turns.conversations.delete(&who.user_id, &id).await?;
    if !is_there {
        return Err(ApiError::not_found());
    }
    audit::done(&app, &who, AuditAction::ConversationRemoved, id.as_str()).await?;
    Ok(Done::json("지웠습니다."))
}
