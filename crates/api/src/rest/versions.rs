//! `/conversations/{id}/versions`: earlier versions of the text, and keeping one more.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::ConversationId;
use domain::version::KeptVersion;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::address::InPath;
use crate::auth::Caller;
use crate::body::Body;
use crate::error::{ApiError, ErrorBody};
use crate::wire::version::{KeepVersion, VersionNoteWire, VersionWire};

/// Versions without their texts, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionList {
    versions: Vec<VersionNoteWire>,
}

/// Lists the versions of a conversation's text.
#[utoipa::path(get, path = "/conversations/{id}/versions", params(("id" = String, Path)),
    responses((status = 200, body = VersionList), (status = 404, body = ErrorBody)))]
pub(crate) async fn list_versions(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
) -> Result<Json<VersionList>, ApiError> {
    let id = ConversationId::new(id);
    let notes = app.turns.conversations.versions(&who.user_id, &id).await?;
    let notes = notes.ok_or_else(ApiError::not_found)?;
    Ok(Json(VersionList { versions: notes.iter().map(VersionNoteWire::new).collect() }))
}

/// Reads one version with its text.
#[utoipa::path(get, path = "/conversations/{id}/versions/{version}",
    params(("id" = String, Path), ("version" = u64, Path)),
    responses((status = 200, body = VersionWire), (status = 404, body = ErrorBody)))]
pub(crate) async fn read_version(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath((id, version)): InPath<(String, String)>,
) -> Result<Json<VersionWire>, ApiError> {
    let version: u64 = version.parse().map_err(|_| ApiError::not_found())?;
    let id = ConversationId::new(id);
    let found = app.turns.conversations.version(&who.user_id, &id, version).await?;
    found.map(|version| Json(VersionWire::new(&version))).ok_or_else(ApiError::not_found)
}

/// Keeps the draft as it now stands. Where the newest version has the same text, that one is given
/// back (200), with the label and, if it was kept by itself, the reason asked for.
#[utoipa::path(post, path = "/conversations/{id}/versions", params(("id" = String, Path)),
    request_body = KeepVersion,
    responses((status = 201, body = VersionNoteWire), (status = 200, body = VersionNoteWire),
        (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn keep_version(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
    Body(wish): Body<KeepVersion>,
) -> Result<(StatusCode, Json<VersionNoteWire>), ApiError> {
    let request = wish.request(&who.user_id, app.turns.clock.now());
    let request = request.ok_or_else(|| ApiError::bad_request("bad_value"))?;
    let id = ConversationId::new(id);
    let kept = app.turns.conversations.keep_version(&who.user_id, &id, &request).await?;
    match kept.ok_or_else(ApiError::not_found)? {
        KeptVersion::New(note) => Ok((StatusCode::CREATED, Json(VersionNoteWire::new(&note)))),
        KeptVersion::Same(note) => Ok((StatusCode::OK, Json(VersionNoteWire::new(&note)))),
    }
}
