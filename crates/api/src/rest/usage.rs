//! `/usage`: what was used, by the ledger's own count.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Action;
use domain::audit::AuditAction;
use domain::engine::Engine;
use domain::id::UserId;
use domain::ledger::Spend;
use domain::principal::Principal;
use domain::usage::UsageTotals;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::address::InPath;
use crate::audit;
use crate::auth::Caller;
use crate::body::{Body, engine};
use crate::error::{ApiError, ErrorBody};
use crate::wire::usage::{MonthWire, QuotaWire, UsageWire};

/// The month's totals of one engine.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsageResponse {
    success: bool,
    data: MonthWire,
}

/// All months of every engine, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AllUsageResponse {
    success: bool,
    data: BTreeMap<String, Vec<UsageWire>>,
}

/// What is read of a user: the month of one engine, or with `all` every month of every engine.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ReadUsageResponse {
    Month(Box<UsageResponse>),
    All(AllUsageResponse),
}

async fn this_month(
    app: &App,
    who: &Principal,
    user: &UserId,
    engine: Engine,
) -> Result<UsageResponse, ApiError> {
    let month = app.turns.clock.now().seoul_month();
    let mut rows = app.turns.ledger.months(user).await?;
    rows.retain(|row| row.period == month);
    let row = rows.iter().find(|row| row.engine == engine);
    let totals = row.map_or_else(UsageTotals::default, |row| row.totals);
    let totals = UsageWire::new(user.as_str(), engine.name(), &month, totals);
    let used = rows.iter().map(|row| row.totals.spend()).fold(Spend::default(), Spend::plus);
    let reserved = app.turns.ledger.reserved(user, &month).await?;
    let limits = match who.user_id == *user {
        true => app.turns.limits_of(who).await?,
        false => {
            let quotas = app.turns.limits.quotas.clone();
            quotas.with(app.turns.quotas.quotas().await?).of_user(user).unwrap_or_default()
        }
    };
    let data = MonthWire::new(totals, QuotaWire::new(used, reserved, limits));
    Ok(UsageResponse { success: true, data })
}

async fn all_months(app: &App, user: &UserId) -> Result<AllUsageResponse, ApiError> {
    let mut data: BTreeMap<String, Vec<UsageWire>> = BTreeMap::new();
    for row in app.turns.ledger.months(user).await? {
        let wire = UsageWire::new(user.as_str(), row.engine.name(), &row.period, row.totals);
        data.entry(row.engine.name().to_owned()).or_default().push(wire);
    }
    Ok(AllUsageResponse { success: true, data })
}

/// Another user's usage is not there for those who may not see it.
fn allowed(who: &Principal, user: String) -> Result<UserId, ApiError> {
    let user = UserId::new(user);
    if who.may_act_for(&user) { Ok(user) } else { Err(ApiError::not_found()) }
}

/// Reads this month's totals of an engine, or with `all` every month of every engine.
#[utoipa::path(get, path = "/usage/{userId}/{engineType}",
    params(("userId" = String, Path), ("engineType" = String, Path)),
    responses((status = 200, body = ReadUsageResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn read_usage(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath((user, name)): InPath<(String, String)>,
) -> Result<Json<ReadUsageResponse>, ApiError> {
    let user = allowed(&who, user)?;
    if user != who.user_id {
        let subject = format!("usage {user}");
        audit::done(&app, &who, AuditAction::ReadOfAnother, &subject).await?;
    }
    if name == "all" {
        return Ok(Json(ReadUsageResponse::All(all_months(&app, &user).await?)));
    }
    let month = this_month(&app, &who, &user, engine(&name)?).await?;
    Ok(Json(ReadUsageResponse::Month(Box::new(month))))
}

/// What old clients claim to have used; only the engine's name is read.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageClaim {
    engine_type: String,
    user_id: Option<String>,
}

/// Answers old clients with the ledger's numbers; what they claim is never added.
#[utoipa::path(post, path = "/usage/update", request_body = UsageClaim,
    responses((status = 200, body = UsageResponse), (status = 403, body = ErrorBody)))]
pub(crate) async fn update_usage(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Body(claim): Body<UsageClaim>,
) -> Result<Json<UsageResponse>, ApiError> {
    let named = claim.user_id.map(UserId::new);
    if named.is_some_and(|named| !who.may_act_for(&named)) {
        return Err(audit::deny(&app, &who, Action::ActForOthers.name()).await);
    }
    this_month(&app, &who, &who.user_id, engine(&claim.engine_type)?).await.map(Json)
}
