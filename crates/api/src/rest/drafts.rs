//! `/conversations/{id}/draft` and `/decisions`: the working text and what editors decided.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::conversation::Decision;
use domain::id::ConversationId;
use domain::ports::StoreError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::address::InPath;
use crate::auth::Caller;
use crate::body::Body;
use crate::error::{ApiError, ErrorBody};
use crate::wire::conversation::{DraftWire, SaveDraft};
use crate::wire::decision::DecisionWire;

/// Reads the working text with its suggestions.
#[utoipa::path(get, path = "/conversations/{id}/draft", params(("id" = String, Path)),
    responses((status = 200, body = DraftWire), (status = 404, body = ErrorBody)))]
pub(crate) async fn read_draft(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
) -> Result<Json<DraftWire>, ApiError> {
    let id = ConversationId::new(id);
    let draft = app.turns.conversations.draft(&who.user_id, &id).await?;
    draft.map(|draft| Json(DraftWire::new(&draft))).ok_or_else(ApiError::not_found)
}

/// What a save answers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DraftSaved {
    version: u64,
    updated_at: String,
}

/// Saves the working text when nobody else has saved since it was read.
#[utoipa::path(put, path = "/conversations/{id}/draft", params(("id" = String, Path)),
    request_body = SaveDraft,
    responses((status = 200, body = DraftSaved), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 413, body = ErrorBody)))]
pub(crate) async fn save_draft(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
    Body(save): Body<SaveDraft>,
) -> Result<Json<DraftSaved>, ApiError> {
    app.turns.check_length(&who, &save.text).await?;
    let draft = save.draft(app.turns.clock.now());
    let draft = draft.ok_or_else(|| ApiError::bad_request("bad_value"))?;
    let id = ConversationId::new(id);
    match app.turns.conversations.save_draft(&who.user_id, &id, &draft).await {
        Ok(true) => {
            Ok(Json(DraftSaved { version: draft.version, updated_at: draft.updated_at.rfc3339() }))
        }
        Ok(false) => Err(ApiError::not_found()),
        Err(StoreError::Conflict) => Err(ApiError::conflict("draft_conflict")),
        Err(error) => Err(error.into()),
    }
}

/// The decision log.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Decisions {
    decisions: Vec<DecisionWire>,
}

/// How many decisions were new.
#[derive(Serialize, ToSchema)]
pub(crate) struct DecisionsAdded {
    count: usize,
}

/// Lists the decisions in the order they were taken.
#[utoipa::path(get, path = "/conversations/{id}/decisions", params(("id" = String, Path)),
    responses((status = 200, body = Decisions)))]
pub(crate) async fn list_decisions(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
) -> Result<Json<Decisions>, ApiError> {
    let id = ConversationId::new(id);
    let decisions = app.turns.conversations.decisions(&who.user_id, &id).await?;
    Ok(Json(Decisions { decisions: decisions.iter().map(DecisionWire::new).collect() }))
}

/// Adds decisions; one that was added before is passed over.
#[utoipa::path(post, path = "/conversations/{id}/decisions", params(("id" = String, Path)),
    request_body = Decisions,
    responses((status = 201, body = DecisionsAdded), (status = 400, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
pub(crate) async fn add_decisions(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
    Body(new): Body<Decisions>,
) -> Result<(StatusCode, Json<DecisionsAdded>), ApiError> {
    let (by, now) = (&who.user_id, app.turns.clock.now());
    let decisions: Option<Vec<Decision>> =
        new.decisions.into_iter().map(|decision| decision.decision(by, now)).collect();
    let decisions = decisions.ok_or_else(|| ApiError::bad_request("bad_value"))?;
    let id = ConversationId::new(id);
    let added = app.turns.conversations.add_decisions(&who.user_id, &id, &decisions).await?;
    let count = added.ok_or_else(ApiError::not_found)?;
    Ok((StatusCode::CREATED, Json(DecisionsAdded { count })))
}
