//! `GET /status`: what the page needs to know first, and the API's own description.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::check::PackState;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::auth::Caller;

/// The service as its page sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Status {
    service: &'static str,
    version: &'static str,
    ai: AiStatus,
    user: UserStatus,
    limits: LimitStatus,
    packs: Vec<PackStatus>,
}

/// Whether a model answers.
#[derive(Serialize, ToSchema)]
struct AiStatus {
    configured: bool,
    provider: Option<String>,
    model: Option<String>,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserStatus {
    user_id: String,
    role: &'static str,
}

/// What a text may hold.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LimitStatus {
    max_text_chars: usize,
}

/// A pack as its file stands.
#[derive(Serialize, ToSchema)]
struct PackStatus {
    /// Its path below the directory of packs.
    file: String,
    /// Rules in force.
    rules: usize,
    /// `file:line: reason` where the file is refused; its last good version stays in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl From<PackState> for PackStatus {
    fn from(state: PackState) -> Self {
        let PackState { file, rules, error } = state;
        Self { file, rules, error: error.map(|error| error.to_string()) }
    }
}

/// Says who is asking and what is configured.
#[utoipa::path(get, path = "/status", responses((status = 200, body = Status)))]
pub(crate) async fn status(State(app): State<Arc<App>>, Caller(who): Caller) -> Json<Status> {
    let first = app.turns.provider.as_ref();
    Json(Status {
        service: "nx-wt-prf",
        version: app.version,
        ai: AiStatus {
            configured: first.is_some(),
            provider: first.map(|provider| provider.name().as_str().to_owned()),
            model: first.map(|provider| provider.model().id),
        },
        user: UserStatus { user_id: who.user_id.as_str().to_owned(), role: who.role.name() },
        limits: LimitStatus { max_text_chars: app.turns.limits.max_text_chars },
        packs: app.turns.checks.packs().into_iter().map(PackStatus::from).collect(),
    })
}

pub(crate) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], crate::document())
}
