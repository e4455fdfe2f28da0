//! What stands behind an engine's live prompt: its versions, and what its provider holds of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Action;
use domain::engine::Engine;
use domain::principal::Principal;
use domain::prompt::Prompt;
use domain::time::Timestamp;
use domain::turn::PromptCache;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::address::InPath;
use crate::audit;
use crate::auth::Caller;
use crate::body::engine;
use crate::error::{ApiError, ErrorBody};

/// A saved version without its instruction.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PromptVersionWire {
    version: u64,
    updated_at: Option<String>,
    updated_by: Option<String>,
    description: String,
    /// Of the instruction.
    characters: usize,
}

impl PromptVersionWire {
    fn new(prompt: &Prompt) -> Self {
        Self {
            version: prompt.version,
            updated_at: prompt.updated_at.map(Timestamp::rfc3339),
            updated_by: prompt.updated_by.as_ref().map(|user| user.as_str().to_owned()),
            description: prompt.description.as_str().to_owned(),
            characters: prompt.instruction.as_str().chars().count(),
        }
    }
}

/// Every saved version, newest first; the first is live.
#[derive(Serialize, ToSchema)]
pub(crate) struct PromptVersionList {
    versions: Vec<PromptVersionWire>,
}

/// A saved version with its instruction.
#[derive(Serialize, ToSchema)]
pub(crate) struct WholePromptVersion {
    #[serde(flatten)]
    version: PromptVersionWire,
    instruction: String,
}

/// What the provider holds of the live prompt.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PromptCacheWire {
    /// Characters of everything that is cached together: the service's own instruction, description,
    /// instruction and files.
    characters: usize,
    /// Three fifths of a token a character, as reservations count them.
    estimated_tokens: u64,
    /// As the provider counted them in the last turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    reported_tokens: Option<u64>,
    /// The model caches nothing shorter; left out where no model is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_tokens: Option<u64>,
    state: PromptCacheStateWire,
    /// Until when it stays without another turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    warm_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_hit: Option<PromptCacheHit>,
}

/// Whether the next turn will find the prompt in the cache.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PromptCacheStateWire {
    /// It is there.
    Warm,
    /// It is not, and the next turn writes it.
    Cold,
    /// No turn of this process has told.
    Unknown,
    /// It is too short to be cached.
    TooShort,
}

/// What the last turn on the prompt was told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PromptCacheHit {
    at: String,
    read_tokens: u64,
    written_tokens: u64,
}

impl PromptCacheWire {
    fn new(cache: &PromptCache) -> Self {
        use domain::prefix::CacheState;
        Self {
            characters: cache.characters,
            estimated_tokens: cache.estimated_tokens,
            reported_tokens: cache.reported_tokens,
            minimum_tokens: cache.minimum_tokens,
            state: match cache.state {
                CacheState::Warm => PromptCacheStateWire::Warm,
                CacheState::Cold => PromptCacheStateWire::Cold,
                CacheState::Unknown => PromptCacheStateWire::Unknown,
                CacheState::TooShort => PromptCacheStateWire::TooShort,
            },
            warm_until: cache.warm_until.map(Timestamp::rfc3339),
            last_hit: cache.last_use.as_ref().map(|last| PromptCacheHit {
                at: last.at.rfc3339(),
                read_tokens: last.read_tokens,
                written_tokens: last.written_tokens,
            }),
        }
    }
}

/// The engine of that name, for those who may change prompts.
pub(super) async fn edited(app: &App, who: &Principal, name: &str) -> Result<Engine, ApiError> {
    audit::allow(app, who, Action::EditPrompts).await?;
    engine(name)
}

/// Lists the saved versions of an engine's prompt.
#[utoipa::path(get, path = "/prompts/{engine}/versions", params(("engine" = String, Path)),
    responses((status = 200, body = PromptVersionList), (status = 403, body = ErrorBody)))]
pub(crate) async fn list_prompt_versions(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(name): InPath<String>,
) -> Result<Json<PromptVersionList>, ApiError> {
    let versions = app.turns.prompts.prompt_versions(edited(&app, &who, &name).await?).await?;
    Ok(Json(PromptVersionList { versions: versions.iter().map(PromptVersionWire::new).collect() }))
}

/// Reads one version; saving its text again with the live `version` brings it back.
#[utoipa::path(get, path = "/prompts/{engine}/versions/{version}",
    params(("engine" = String, Path), ("version" = u64, Path)),
    responses((status = 200, body = WholePromptVersion), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
pub(crate) async fn read_prompt_version(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath((name, version)): InPath<(String, String)>,
) -> Result<Json<WholePromptVersion>, ApiError> {
    let engine = edited(&app, &who, &name).await?;
    let version = version.parse().map_err(|_| ApiError::not_found())?;
    let found = app.turns.prompts.prompt_version(engine, version).await?;
    let found = found.ok_or_else(ApiError::not_found)?;
    let instruction = found.instruction.as_str().to_owned();
    Ok(Json(WholePromptVersion { version: PromptVersionWire::new(&found), instruction }))
}

/// Says how large an engine's prompt is and whether its provider still holds it.
#[utoipa::path(get, path = "/prompts/{engine}/cache", params(("engine" = String, Path)),
    responses((status = 200, body = PromptCacheWire), (status = 403, body = ErrorBody)))]
pub(crate) async fn read_prompt_cache(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(name): InPath<String>,
) -> Result<Json<PromptCacheWire>, ApiError> {
    let cache = app.turns.prompt_cache(edited(&app, &who, &name).await?).await?;
    Ok(Json(PromptCacheWire::new(&cache)))
}
