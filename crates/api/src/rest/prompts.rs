//! `/prompts`: what each engine's model is told.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Action;
use domain::audit::AuditAction;
use domain::engine::Engine;
use domain::ports::StoreError;
use domain::prompt::{Prompt, PromptChange};
use domain::text::ArticleText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::files::FileWire;
use crate::App;
use crate::address::InPath;
use crate::audit;
use crate::auth::Caller;
use crate::body::{Body, engine};
use crate::error::{ApiError, ErrorBody};

/// A prompt.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PromptWire {
    id: String,
    engine_type: String,
    description: String,
    instruction: String,
    version: u64,
    updated_at: Option<String>,
    updated_by: Option<String>,
}

impl PromptWire {
    fn new(prompt: &Prompt) -> Self {
        Self {
            id: prompt.engine.name().to_owned(),
            engine_type: prompt.engine.name().to_owned(),
            description: prompt.description.as_str().to_owned(),
            instruction: prompt.instruction.as_str().to_owned(),
            version: prompt.version,
            updated_at: prompt.updated_at.map(domain::time::Timestamp::rfc3339),
            updated_by: prompt.updated_by.as_ref().map(|user| user.as_str().to_owned()),
        }
    }
}

/// Every engine's prompt.
#[derive(Serialize, ToSchema)]
pub(crate) struct PromptList {
    prompts: Vec<PromptWire>,
}

/// A prompt with its files.
#[derive(Serialize, ToSchema)]
pub(crate) struct PromptWithFiles {
    prompt: PromptWire,
    files: Vec<FileWire>,
}

/// What a save changes; `version` is the one that was read.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SavePrompt {
    description: Option<String>,
    instruction: Option<String>,
    version: Option<u64>,
}

/// What a save answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct PromptSaved {
    message: String,
    version: u64,
}

/// Lists the prompts of all engines.
#[utoipa::path(get, path = "/prompts", responses((status = 200, body = PromptList)))]
pub(crate) async fn list_prompts(
    State(app): State<Arc<App>>,
    _caller: Caller,
) -> Result<Json<PromptList>, ApiError> {
    let mut prompts = Vec::new();
    for engine in Engine::ALL {
        prompts.push(PromptWire::new(&app.turns.prompts.prompt(engine).await?));
    }
    Ok(Json(PromptList { prompts }))
}

/// Reads an engine's prompt with its files.
#[utoipa::path(get, path = "/prompts/{engine}", params(("engine" = String, Path)),
    responses((status = 200, body = PromptWithFiles), (status = 400, body = ErrorBody)))]
pub(crate) async fn read_prompt(
    State(app): State<Arc<App>>,
    _caller: Caller,
    InPath(name): InPath<String>,
) -> Result<Json<PromptWithFiles>, ApiError> {
    let engine = engine(&name)?;
    let prompt = PromptWire::new(&app.turns.prompts.prompt(engine).await?);
    let files = app.turns.prompts.files(engine).await?;
    Ok(Json(PromptWithFiles { prompt, files: files.iter().map(FileWire::new).collect() }))
}

/// Saves an engine's prompt as its next version.
#[utoipa::path(put, path = "/prompts/{engine}", params(("engine" = String, Path)),
    request_body = SavePrompt,
    responses((status = 200, body = PromptSaved), (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
pub(crate) async fn save_prompt(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(name): InPath<String>,
    Body(save): Body<SavePrompt>,
) -> Result<Json<PromptSaved>, ApiError> {
    audit::allow(&app, &who, Action::EditPrompts).await?;
    let change = PromptChange {
        description: save.description.map(ArticleText::new),
        instruction: save.instruction.map(ArticleText::new),
    };
    let (engine, now) = (engine(&name)?, app.turns.clock.now());
    let saved = app.turns.prompts.save_prompt(engine, &change, save.version, &who.user_id, now);
    let version = match saved.await {
        // The page shows what was saved meanwhile beside what it wanted to save.
        Err(StoreError::Conflict) => {
            let live = app.turns.prompts.prompt(engine).await?;
            return Err(ApiError::outdated(live.version));
        }
        saved => saved?,
    };
    let subject = format!("{} v{version}", engine.name());
    audit::done(&app, &who, AuditAction::PromptSaved, &subject).await?;
    Ok(Json(PromptSaved { message: "저장했습니다.".to_owned(), version }))
}
