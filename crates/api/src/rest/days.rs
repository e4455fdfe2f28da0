//! `GET /usage/days`: what was used, by user, engine and day in Seoul.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use domain::id::UserId;
use domain::principal::Principal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::auth::Caller;
use crate::error::{ApiError, ErrorBody};
use crate::export::is_day;
use crate::wire::usage::DayWire;

/// Which days, and whose.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DaysQuery {
    /// First day in Seoul, such as 2026-11-01.
    from: String,
    /// Last day, included.
    to: String,
    /// Only that user; left out, the caller alone, and for admins everybody.
    user_id: Option<String>,
}

/// Totals of days, by user, then ascending by day and engine.
#[derive(Serialize, ToSchema)]
pub(crate) struct DaysResponse {
    rows: Vec<DayWire>,
}

/// Whose rows a query is about: one user's, or for admins who name nobody, everybody's (`None`).
/// Another user's are not there for those who may not see them.
pub(super) fn whose(who: &Principal, named: Option<String>) -> Result<Option<UserId>, ApiError> {
    match named.map(UserId::new) {
        Some(named) if !who.may_act_for(&named) => Err(ApiError::not_found()),
        Some(named) => Ok(Some(named)),
        None if who.may_export_usage() => Ok(None),
        None => Ok(Some(who.user_id.clone())),
    }
}

/// A first and a last day that are days.
pub(super) fn check_days(from: &str, to: &str) -> Result<(), ApiError> {
    let are_days = is_day(from) && is_day(to) && from <= to;
    are_days.then_some(()).ok_or_else(|| ApiError::bad_request("bad_value"))
}

/// Reads totals of days.
#[utoipa::path(get, path = "/usage/days", params(DaysQuery),
    responses((status = 200, body = DaysResponse), (status = 400, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
pub(crate) async fn usage_days(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    query: Result<Query<DaysQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<DaysResponse>, ApiError> {
    let Query(asked) = query.map_err(|_| ApiError::bad_request("bad_value"))?;
    check_days(&asked.from, &asked.to)?;
    let ledger = &app.turns.ledger;
    let users = match whose(&who, asked.user_id)? {
        Some(user) => vec![user],
        None => ledger.users().await?,
    };
    let mut rows = Vec::new();
    for user in users {
        let days = ledger.days(&user, &asked.from, &asked.to).await?;
        rows.extend(days.iter().map(DayWire::new));
    }
    Ok(Json(DaysResponse { rows }))
}
