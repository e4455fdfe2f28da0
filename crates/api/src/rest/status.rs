//! `GET /status`: what the page needs to know first, and the API's own description.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::access::Action;
use domain::check::PackState;
use domain::model::{LegState, RetirementWarning, Standing};
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
    /// Who is asked, in this order; only for administrators.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    legs: Vec<LegStatus>,
    /// From 60 days before the configured model may be gone; only for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    retirement: Option<RetirementStatus>,
}

/// A provider as it stands in the order of those that are asked.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LegStatus {
    provider: String,
    model: String,
    standing: LegStanding,
    /// Code of what went wrong, where it is left out or off.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// For so long it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    for_ms: Option<u64>,
}

/// Whether a provider is asked.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LegStanding {
    /// It is asked.
    Asked,
    /// It is left out for a while after failures.
    LeftOut,
    /// One turn is finding out whether it is well again.
    Tried,
    /// It is not asked at all.
    Off,
}

impl From<LegState> for LegStatus {
    fn from(state: LegState) -> Self {
        let (standing, reason, for_ms) = match state.standing {
            Standing::Asked => (LegStanding::Asked, None, None),
            Standing::LeftOut { reason, for_ms } => {
                (LegStanding::LeftOut, Some(reason), Some(for_ms))
            }
            Standing::Tried => (LegStanding::Tried, None, None),
            Standing::Off { reason } => (LegStanding::Off, Some(reason), None),
        };
        let provider = state.provider.as_str().to_owned();
        Self { provider, model: state.model, standing, reason, for_ms }
    }
}

/// A model that may soon be gone, or is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RetirementStatus {
    model: String,
    /// The day in Seoul from which it may be gone.
    day: String,
    /// 0 or less: it may be gone now.
    days_left: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    successor: Option<String>,
}

impl From<RetirementWarning> for RetirementStatus {
    fn from(warning: RetirementWarning) -> Self {
        let RetirementWarning { model, day, days_left, successor } = warning;
        Self { model, day, days_left, successor }
    }
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserStatus {
    user_id: String,
    role: &'static str,
}

/// What the caller may send.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LimitStatus {
    /// Characters of one text: of the service, or fewer by the caller's quota.
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
    let seen = first.filter(|_| who.may(Action::SeeOperations));
    let retirement = app.operations.retirement.as_ref().filter(|_| seen.is_some());
    let warning = retirement.and_then(|one| one.warning(app.turns.clock.now()));
    let max_text_chars = app.turns.text_chars(&who).await;
    Json(Status {
        service: "nx-wt-prf",
        version: app.version,
        ai: AiStatus {
            configured: first.is_some(),
            provider: first.map(|provider| provider.name().as_str().to_owned()),
            model: first.map(|provider| provider.model().id),
            legs: seen.into_iter().flat_map(|all| all.legs()).map(LegStatus::from).collect(),
            retirement: warning.map(RetirementStatus::from),
        },
        user: UserStatus { user_id: who.user_id.as_str().to_owned(), role: who.role.name() },
        limits: LimitStatus { max_text_chars },
        packs: app.turns.checks.packs().into_iter().map(PackStatus::from).collect(),
    })
}

pub(crate) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], crate::document())
}
