//! `POST /check`: the rules over a text, at once and without a trace.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::finding::from_suggestions;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::auth::Caller;
use crate::body::{Body, conversation_id};
use crate::error::{ApiError, ErrorBody};
use crate::wire::check_options::CheckOptionsWire;
use crate::wire::suggestion::CheckResponse;

/// A longer text is checked off the threads that serve sockets.
pub(super) const INLINE_LIMIT_BYTES: usize = 64 * 1024;

/// A text to check.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckRequest {
    text: String,
    /// The article whose own packs apply too.
    conversation_id: Option<String>,
    #[serde(flatten)]
    options: CheckOptionsWire,
}

/// Checks a text with the rules.
#[utoipa::path(post, path = "/check", request_body = CheckRequest, responses(
    (status = 200, body = CheckResponse), (status = 400, body = ErrorBody),
    (status = 413, body = ErrorBody)))]
pub(crate) async fn check(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Body(request): Body<CheckRequest>,
) -> Result<Json<CheckResponse>, ApiError> {
    app.turns.limits.check_length(&request.text)?;
    let article = request.conversation_id.map(conversation_id).transpose()?;
    let options = request.options.read()?;
    let dictionaries = &app.turns.dictionaries;
    let settings = dictionaries.settings(&options, &who.user_id, article.as_ref()).await;
    let (checks, text) = (Arc::clone(&app.turns.checks), request.text);
    let is_short = text.len() <= INLINE_LIMIT_BYTES;
    let run = move || {
        let findings = from_suggestions(checks.check(&text, &settings));
        CheckResponse::new(&text, &findings)
    };
    if is_short {
        return Ok(Json(run()));
    }
    let checked = tokio::task::spawn_blocking(run).await;
    checked.map(Json).map_err(|_| ApiError::internal())
}
