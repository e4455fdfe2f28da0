//! `POST /check`: the rules over a text, at once and without a trace.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use checker::{ArticleDate, Settings};
use domain::finding::from_suggestions;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::auth::Caller;
use crate::body::Body;
use crate::error::{ApiError, ErrorBody};
use crate::wire::suggestion::CheckResponse;

/// A longer text is checked off the threads that serve sockets.
pub(super) const INLINE_LIMIT_BYTES: usize = 64 * 1024;

/// A text to check.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckRequest {
    text: String,
    /// `2026-11-24`, for weekdays.
    article_date: Option<String>,
    /// Whether style hints are wanted too.
    #[serde(default)]
    hints: bool,
}

/// The article's day from `2026-11-24`.
fn article_date(text: &str) -> Option<ArticleDate> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let date = ArticleDate {
        year: year.parse().ok()?,
        month: month.parse().ok()?,
        day: day.parse().ok()?,
    };
    ((1..=12).contains(&date.month) && (1..=31).contains(&date.day)).then_some(date)
}

/// Checks a text with the rules.
#[utoipa::path(post, path = "/check", request_body = CheckRequest, responses(
    (status = 200, body = CheckResponse), (status = 400, body = ErrorBody),
    (status = 413, body = ErrorBody)))]
pub(crate) async fn check(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Body(request): Body<CheckRequest>,
) -> Result<Json<CheckResponse>, ApiError> {
    let limit = app.turns.limits.max_text_chars;
    if request.text.len() > limit && request.text.chars().count() > limit {
        return Err(ApiError::too_large("text_too_long"));
    }
    let date = request.article_date.as_deref();
    let article_date = date
        .map(|text| article_date(text).ok_or_else(|| ApiError::bad_request("bad_value")))
        .transpose()?;
    let settings = Settings { article_date, hints: request.hints, ..Settings::default() };
    let (checks, text) = (Arc::clone(&app.turns.checks), request.text);
    let is_short = text.len() <= INLINE_LIMIT_BYTES;
    let run = move || {
        let findings = from_suggestions(checks.check(&text, &settings));
        CheckResponse::new(&text, &findings)
    };
    if is_short {
        return Ok(Json(run()));
    }
    let checked = tokio::task::spawn_blocking(run).await;
    checked.map(Json).map_err(|_| ApiError::internal())
}
