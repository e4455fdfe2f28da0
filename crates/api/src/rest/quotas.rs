//! `/quotas`: what everybody may use, set by admins, and what of it the caller has used.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use domain::access::Action;
use domain::audit::AuditAction;
use domain::ledger::{Nanodollars, Spend};
use domain::quota::{Limits, QuotaRow, Subject};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::conversations::Done;
use crate::App;
use crate::audit;
use crate::auth::Caller;
use crate::body::Body;
use crate::error::{ApiError, ErrorBody};

const NANO_PER_MICRO: u64 = 1_000;
/// A name of a user or desk holds at most so many bytes.
const NAME_LIMIT_BYTES: usize = 256;
/// More turns in a minute are no limit, and each is remembered for that minute.
const TURNS_LIMIT: u32 = 600;

/// Whose quota.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct SubjectWire {
    /// `user`, `role`, `desk`, or `all` for whoever is named nowhere else.
    kind: String,
    /// Empty for `all`.
    #[serde(default)]
    name: String,
}

/// A quota; what is left out has no limit, so that no name is read past.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct QuotaRowWire {
    subject: SubjectWire,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_per_month: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_micro_usd_per_month: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turns_per_minute: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrent_turns: Option<u32>,
    /// Characters of one text, not above what the service takes from anybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_chars: Option<usize>,
    /// `admin`, or `file` for the operator's file, which only the operator changes; a row an admin
    /// sets for the same subject stands above it. Ignored when sent.
    #[serde(default)]
    source: String,
}

impl QuotaRowWire {
    fn new(row: &QuotaRow, source: &str) -> Self {
        let Limits { tokens, cost, turns_per_minute, concurrent_turns, text_chars } = row.limits;
        let (kind, name) = (row.subject.kind().to_owned(), row.subject.name().to_owned());
        Self {
            subject: SubjectWire { kind, name },
            tokens_per_month: tokens,
            cost_micro_usd_per_month: cost.map(|cost| cost.0 / NANO_PER_MICRO),
            turns_per_minute,
            concurrent_turns,
            text_chars,
            source: source.to_owned(),
        }
    }

    fn row(&self, max_text_chars: usize) -> Result<QuotaRow, ApiError> {
        let bad = || ApiError::bad_request("bad_value");
        let is_fine = self.turns_per_minute.is_none_or(|turns| turns <= TURNS_LIMIT)
            && self.text_chars.is_none_or(|chars| chars <= max_text_chars);
        let micro = |cost: u64| cost.checked_mul(NANO_PER_MICRO).map(Nanodollars).ok_or_else(bad);
        let limits = Limits {
            tokens: self.tokens_per_month,
            cost: self.cost_micro_usd_per_month.map(micro).transpose()?,
            turns_per_minute: self.turns_per_minute,
            concurrent_turns: self.concurrent_turns,
            text_chars: self.text_chars,
        };
        let subject = subject(&self.subject.kind, &self.subject.name).filter(|_| is_fine);
        Ok(QuotaRow { subject: subject.ok_or_else(bad)?, limits })
    }
}

fn subject(kind: &str, name: &str) -> Option<Subject> {
    let is_fine = name.len() <= NAME_LIMIT_BYTES && !name.chars().any(char::is_control);
    Subject::of(kind, name).filter(|_| is_fine)
}

fn written(subject: &Subject) -> String {
    format!("{} {}", subject.kind(), subject.name()).trim_end().to_owned()
}

/// Every quota.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuotaList {
    rows: Vec<QuotaRowWire>,
}

/// Lists every quota; for admins.
#[utoipa::path(get, path = "/quotas", responses((status = 200, body = QuotaList),
    (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(crate) async fn list_quotas(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
) -> Result<Json<QuotaList>, ApiError> {
    audit::allow(&app, &who, Action::ManageQuotas).await?;
    let set = app.turns.quotas.quotas().await?;
    let file = app.turns.limits.quotas.rows().into_iter();
    let file = file.filter(|row| set.iter().all(|one| one.subject != row.subject));
    let mut rows: Vec<_> = file.map(|row| QuotaRowWire::new(&row, "file")).collect();
    rows.extend(set.iter().map(|row| QuotaRowWire::new(row, "admin")));
    Ok(Json(QuotaList { rows }))
}

/// Sets a subject's quota over what was set before; for admins.
#[utoipa::path(put, path = "/quotas", request_body = QuotaRowWire, responses(
    (status = 200, body = QuotaRowWire), (status = 400, body = ErrorBody),
    (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(crate) async fn save_quota(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Body(row): Body<QuotaRowWire>,
) -> Result<Json<QuotaRowWire>, ApiError> {
    audit::allow(&app, &who, Action::ManageQuotas).await?;
    let row = row.row(app.turns.limits.max_text_chars)?;
    app.turns.save_quota(&row).await?;
    audit::done(&app, &who, AuditAction::QuotaSaved, &written(&row.subject)).await?;
    Ok(Json(QuotaRowWire::new(&row, "admin")))
}

/// Whose quota is to go.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SubjectQuery {
    /// `user`, `role`, `desk` or `all`.
    kind: String,
    /// Empty or left out for `all`.
    #[serde(default)]
    name: String,
}

/// Removes what an admin has set for a subject; for admins.
#[utoipa::path(delete, path = "/quotas", params(SubjectQuery), responses(
    (status = 200, body = Done), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn remove_quota(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    query: Result<Query<SubjectQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Done>, ApiError> {
    audit::allow(&app, &who, Action::ManageQuotas).await?;
    let bad = || ApiError::bad_request("bad_value");
    let Query(query) = query.map_err(|_| bad())?;
    let subject = subject(&query.kind, &query.name).ok_or_else(bad)?;
    if !app.turns.remove_quota(&subject).await? {
        return Err(ApiError::not_found());
    }
    audit::done(&app, &who, AuditAction::QuotaRemoved, &written(&subject)).await?;
    Ok(Done::json("지웠습니다."))
}

/// What the caller has used and may use this month.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnQuota {
    /// With what running turns hold.
    tokens_used: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_limit: Option<u64>,
    cost_used_micro_usd: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_limit_micro_usd: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turns_per_minute: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrent_turns: Option<u32>,
    /// Characters one text may hold.
    text_chars: usize,
    /// When the next month begins in Seoul.
    resets_at: String,
}

/// Says what the caller has used and may use.
#[utoipa::path(get, path = "/quotas/mine", responses((status = 200, body = OwnQuota),
    (status = 401, body = ErrorBody)))]
pub(crate) async fn own_quota(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
) -> Result<Json<OwnQuota>, ApiError> {
    let now = app.turns.clock.now();
    let month = now.seoul_month();
    let months = app.turns.ledger.months(&who.user_id).await?;
    let own = months.iter().filter(|row| row.period == month);
    let settled = own.map(|row| row.totals.spend()).fold(Spend::default(), Spend::plus);
    let used = settled.plus(app.turns.ledger.reserved(&who.user_id, &month).await?);
    let limits = app.turns.limits_of(&who).await?;
    Ok(Json(OwnQuota {
        tokens_used: used.tokens,
        tokens_limit: limits.tokens,
        cost_used_micro_usd: used.cost.0.div_ceil(NANO_PER_MICRO),
        cost_limit_micro_usd: limits.cost.map(|cost| cost.0 / NANO_PER_MICRO),
        turns_per_minute: limits.turns_per_minute,
        concurrent_turns: limits.concurrent_turns,
        text_chars: app.turns.limits.text_chars(&limits),
        resets_at: now.next_seoul_month().rfc3339(),
    }))
}
