//! `GET /usage/acceptance`: what editors did with findings, by rule and category.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use domain::acceptance::AcceptanceFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::days::{check_days, whose};
use crate::App;
use crate::auth::Caller;
use crate::body::engine;
use crate::error::{ApiError, ErrorBody};
use crate::wire::acceptance::AcceptanceWire;

/// Which decisions, and whose.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AcceptanceQuery {
    /// First day in Seoul, such as 2026-11-01.
    from: String,
    /// Last day, included.
    to: String,
    /// Of that engine only.
    engine_type: Option<String>,
    /// Only that user's; left out, the caller's own, and for admins everybody's.
    user_id: Option<String>,
}

/// Counts by category, rule and source, ascending.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcceptanceResponse {
    rows: Vec<AcceptanceWire>,
}

/// Reads how findings were taken.
#[utoipa::path(get, path = "/usage/acceptance", params(AcceptanceQuery),
    responses((status = 200, body = AcceptanceResponse), (status = 400, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
pub(crate) async fn acceptance(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    query: Result<Query<AcceptanceQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<AcceptanceResponse>, ApiError> {
    let Query(asked) = query.map_err(|_| ApiError::bad_request("bad_value"))?;
    check_days(&asked.from, &asked.to)?;
    let user = whose(&who, asked.user_id)?;
    let engine = asked.engine_type.as_deref().map(engine).transpose()?;
    let filter = AcceptanceFilter { from: asked.from, to: asked.to, engine };
    let rows = app.turns.conversations.acceptance(user.as_ref(), &filter).await?;
    Ok(Json(AcceptanceResponse { rows: rows.iter().map(AcceptanceWire::new).collect() }))
}
