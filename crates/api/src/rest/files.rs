//! `/prompts/{engine}/files`: the files a model reads with its prompt.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::access::Action;
use domain::audit::AuditAction;
use domain::engine::Engine;
use domain::id::FileId;
use domain::prompt::PromptFile;
use domain::text::ArticleText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::conversations::Done;
use crate::App;
use crate::address::InPath;
use crate::audit;
use crate::auth::Caller;
use crate::body::{Body, engine};
use crate::error::{ApiError, ErrorBody};

/// A file, whole.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileWire {
    prompt_id: String,
    file_id: String,
    file_name: String,
    file_content: String,
    created_at: String,
}

impl FileWire {
    pub(crate) fn new(file: &PromptFile) -> Self {
        Self {
            prompt_id: file.engine.name().to_owned(),
            file_id: file.id.as_str().to_owned(),
            file_name: file.name.clone(),
            file_content: file.content.as_str().to_owned(),
            created_at: file.created_at.rfc3339(),
        }
    }
}

/// Every file of an engine.
#[derive(Serialize, ToSchema)]
pub(crate) struct FileList {
    files: Vec<FileWire>,
}

/// The file that was added.
#[derive(Serialize, ToSchema)]
pub(crate) struct FileAdded {
    file: FileWire,
}

/// A file to add.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewFile {
    file_name: String,
    file_content: String,
}

/// What changes of a file.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileChange {
    file_name: Option<String>,
    file_content: Option<String>,
}

/// How the audit log names a file: its own name could hold anything.
fn subject(engine: Engine, id: &FileId) -> String {
    format!("{} {id}", engine.name())
}

/// Lists an engine's files.
#[utoipa::path(get, path = "/prompts/{engine}/files", params(("engine" = String, Path)),
    responses((status = 200, body = FileList), (status = 400, body = ErrorBody)))]
pub(crate) async fn list_files(
    State(app): State<Arc<App>>,
    _caller: Caller,
    InPath(name): InPath<String>,
) -> Result<Json<FileList>, ApiError> {
    let files = app.turns.prompts.files(engine(&name)?).await?;
    Ok(Json(FileList { files: files.iter().map(FileWire::new).collect() }))
}

/// Adds a file to an engine's prompt.
#[utoipa::path(post, path = "/prompts/{engine}/files", params(("engine" = String, Path)),
    request_body = NewFile,
    responses((status = 201, body = FileAdded), (status = 403, body = ErrorBody)))]
pub(crate) async fn add_file(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(name): InPath<String>,
    Body(new): Body<NewFile>,
) -> Result<(StatusCode, Json<FileAdded>), ApiError> {
    audit::allow(&app, &who, Action::EditPrompts).await?;
    let file = PromptFile {
        engine: engine(&name)?,
        id: FileId::new(app.turns.ids.next_id()),
        name: new.file_name,
        content: ArticleText::new(new.file_content),
        created_at: app.turns.clock.now(),
    };
    app.turns.prompts.add_file(&file).await?;
    let subject = subject(file.engine, &file.id);
    audit::done(&app, &who, AuditAction::FileAdded, &subject).await?;
    Ok((StatusCode::CREATED, Json(FileAdded { file: FileWire::new(&file) })))
}

/// Changes a file.
#[utoipa::path(put, path = "/prompts/{engine}/files/{fileId}",
    params(("engine" = String, Path), ("fileId" = String, Path)), request_body = FileChange,
    responses((status = 200, body = Done), (status = 404, body = ErrorBody)))]
pub(crate) async fn update_file(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath((name, id)): InPath<(String, String)>,
    Body(change): Body<FileChange>,
) -> Result<Json<Done>, ApiError> {
    audit::allow(&app, &who, Action::EditPrompts).await?;
    let content = change.file_content.map(ArticleText::new);
    let (engine, id) = (engine(&name)?, FileId::new(id));
    let name = change.file_name.as_deref();
    let is_there = app.turns.prompts.update_file(engine, &id, name, content.as_ref()).await?;
    if !is_there {
        return Err(ApiError::not_found());
    }
    audit::done(&app, &who, AuditAction::FileChanged, &subject(engine, &id)).await?;
    Ok(Done::json("저장했습니다."))
}

/// Removes a file.
#[utoipa::path(delete, path = "/prompts/{engine}/files/{fileId}",
    params(("engine" = String, Path), ("fileId" = String, Path)),
    responses((status = 200, body = Done), (status = 404, body = ErrorBody)))]
pub(crate) async fn remove_file(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath((name, id)): InPath<(String, String)>,
) -> Result<Json<Done>, ApiError> {
    audit::allow(&app, &who, Action::EditPrompts).await?;
    let (engine, id) = (engine(&name)?, FileId::new(id));
    if !app.turns.prompts.delete_file(engine, &id).await? {
        return Err(ApiError::not_found());
    }
    audit::done(&app, &who, AuditAction::FileRemoved, &subject(engine, &id)).await?;
    Ok(Done::json("지웠습니다."))
}
