//! `GET /usage/export`: everybody's usage of a period as a file.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::audit::AuditAction;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::App;
use crate::audit;
use crate::auth::Caller;
use crate::error::{ApiError, ErrorBody};
use crate::export::UsageExport;

/// Which part of the ledger.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// First day in Seoul, such as 2026-11-01.
    from: String,
    /// Last day, included.
    to: String,
    /// `csv` (the default) or `json`: one object a line.
    format: Option<String>,
    /// `day` or `month`; without it every ledger row.
    totals: Option<String>,
}

/// Streams ledger rows or totals of all users; for admins.
#[utoipa::path(get, path = "/usage/export", params(ExportQuery),
    responses((status = 200, content_type = "text/csv", body = String),
        (status = 400, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(crate) async fn export_usage(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    query: Result<Query<ExportQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    audit::allow(&app, &who, Action::ExportUsage).await?;
    let bad = || ApiError::bad_request("bad_value");
    let Query(asked) = query.map_err(|_| bad())?;
    let (format, totals) = (asked.format.as_deref(), asked.totals.as_deref());
    let export = UsageExport::new(&asked.from, &asked.to, format, totals).map_err(|_| bad())?;
    let period = format!("usage {} {}", asked.from, asked.to);
    audit::done(&app, &who, AuditAction::Exported, &period).await?;
    let headers = [
        (header::CONTENT_TYPE, export.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", export.file_name())),
    ];
    let pieces = export.stream(Arc::clone(&app.turns.ledger)).await?;
    Ok((headers, Body::from_stream(pieces)).into_response())
}
