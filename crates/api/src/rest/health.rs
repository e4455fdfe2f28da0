//! `/healthz`, `/readyz` and `/metrics`: for load balancers, service managers and Prometheus.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::access::Action;
use domain::id::ConnectionId;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::App;
use crate::audit;
use crate::auth::Caller;
use crate::error::{ApiError, ErrorBody};

/// A store that takes longer is not ready.
const STORE_LIMIT: Duration = Duration::from_secs(2);

/// Prometheus' text format, as its own client names it.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// That all is well.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    status: &'static str,
}

/// Says that the process is up, and nothing more.
#[utoipa::path(get, path = "/healthz", responses((status = 200, body = Health)))]
pub(crate) async fn healthz() -> Json<Health> {
    Json(Health { status: "up" })
}

/// Whether a turn could begin now: the rules are there, the store answers within two seconds, and the
/// process is not about to end. Providers do not count: without them the rules still run.
#[utoipa::path(get, path = "/readyz",
    responses((status = 200, body = Health), (status = 503, body = ErrorBody)))]
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Result<Json<Health>, ApiError> {
    if app.operations.stopping.is_cancelled() {
        return Err(ApiError::unavailable("stopping"));
    }
    if app.turns.checks.checker().rules().next().is_none() {
        return Err(ApiError::unavailable("no_rules"));
    }
    // Forgetting a socket that is none changes nothing, and succeeds only where writing would.
    let nobody = ConnectionId::new("readyz");
    let asked = app.connections.close(&nobody);
    match timeout(STORE_LIMIT, asked).await {
        Ok(Ok(_)) => Ok(Json(Health { status: "ready" })),
        Ok(Err(error)) => Err(ApiError::store_not_ready(error)),
        Err(_) => Err(ApiError::unavailable("store_timed_out")),
    }
}

/// Every figure in Prometheus' text format; only for administrators.
#[utoipa::path(get, path = "/metrics",
    responses((status = 200, content_type = "text/plain"), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
pub(crate) async fn metrics(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
) -> Result<impl IntoResponse, ApiError> {
    audit::allow(&app, &who, Action::SeeOperations).await?;
    let figures = app.operations.figures.as_ref().ok_or_else(ApiError::not_found)?;
    Ok(([(header::CONTENT_TYPE, TEXT_FORMAT)], figures()))
}
