//! `GET /status`: what the page needs to know first, and the API's own description.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
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

/// Says who is asking and what is configured.
#[utoipa::path(get, path = "/status", responses((status = 200, body = Status)))]
pub(crate) async fn status(State(app): State<Arc<App>>, Caller(who): Caller) -> Json<Status> {
    let first = app.turns.providers.first();
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
    })
}

pub(crate) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], crate::document())
}
