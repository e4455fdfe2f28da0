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
use crate::checking;
use crate::error::{ApiError, ErrorBody};
use crate::wire::check_options::CheckOptionsWire;
use crate::wire::suggestion::CheckResponse;

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
    app.turns.check_length(&who, &request.text).await?;
    let article = request.conversation_id.map(conversation_id).transpose()?;
    let options = request.options.read(&who)?;
    let dictionaries = &app.turns.dictionaries;
    let settings = dictionaries.settings(&options, &who.user_id, article.as_ref()).await;
    let found = checking::check(&app, &request.text, settings).await?;
    Ok(Json(CheckResponse::new(&request.text, &from_suggestions(found))))
}
