//! `/audit`: the audit log page by page, and whole as a file.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::audit::{AuditAction, AuditEntry, ChainProof};
use domain::ports::{AuditStore, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::audit;
use crate::auth::Caller;
use crate::error::{ApiError, ErrorBody};

const PAGE_DEFAULT: usize = 100;
const PAGE_LIMIT: usize = 1_000;

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditEntryWire {
    sequence: u64,
    at: String,
    /// A user's id, `operator` for commands on the machine, or `unknown`.
    actor: String,
    action: &'static str,
    subject: String,
    /// `done` or `refused`.
    outcome: &'static str,
    previous_hash: String,
    hash: String,
}

impl From<&AuditEntry> for AuditEntryWire {
    fn from(entry: &AuditEntry) -> Self {
        Self {
            sequence: entry.sequence,
            at: entry.event.at.rfc3339(),
            actor: entry.event.actor.clone(),
            action: entry.event.action.name(),
            subject: entry.event.subject.clone(),
            outcome: entry.event.outcome.name(),
            previous_hash: entry.previous_hash.clone(),
            hash: entry.hash.clone(),
        }
    }
}

/// Some entries, ascending.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditPage {
    rows: Vec<AuditEntryWire>,
    /// Whether each entry follows from the one before, and the last from what was written last where
    /// the page reaches it; the whole chain is proven by `prf audit verify`.
    intact: bool,
}

/// Which entries; the newest when nothing is said.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Those after this number.
    after: Option<u64>,
    /// The last ones before this number.
    before: Option<u64>,
    /// 1 to 1,000, 100 when left out.
    limit: Option<usize>,
}

/// Reads the audit log; for admins.
#[utoipa::path(get, path = "/audit", params(AuditQuery), responses(
    (status = 200, body = AuditPage), (status = 400, body = ErrorBody),
    (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(crate) async fn read_audit(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    query: Result<Query<AuditQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<AuditPage>, ApiError> {
    audit::allow(&app, &who, Action::ReadAudit).await?;
    let Query(query) = query.map_err(|_| ApiError::bad_request("bad_value"))?;
    let limit = query.limit.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_LIMIT).contains(&limit) {
        return Err(ApiError::bad_request("bad_value"));
    }
    let rows = u64::try_from(limit).unwrap_or(u64::MAX);
    let head = app.audit.head().await?;
    let last = head.as_ref().map_or(0, |(sequence, _)| *sequence);
    let before = query.before.unwrap_or(last.saturating_add(1));
    let after = query.after.unwrap_or_else(|| before.saturating_sub(rows.saturating_add(1)));
    let limit = match query.after {
        Some(_) => limit,
        None => usize::try_from(before.saturating_sub(after + 1)).unwrap_or(limit).min(limit),
    };
    let entries = app.audit.entries_after(after, limit).await?;
    let intact = is_intact(&*app.audit, after, &entries, head).await?;
    Ok(Json(AuditPage { rows: entries.iter().map(AuditEntryWire::from).collect(), intact }))
}

async fn is_intact(
    store: &dyn AuditStore,
    after: u64,
    entries: &[AuditEntry],
    head: Option<(u64, String)>,
) -> Result<bool, StoreError> {
    let last = head.as_ref().map(|(sequence, hash)| (*sequence, hash.as_str()));
    let end = last.map_or(0, |(sequence, _)| sequence);
    let mut proof = ChainProof::default();
    if after > 0 {
        let one_before = store.entries_after(after - 1, 1).await?;
        match one_before.first().filter(|entry| entry.sequence == after) {
            Some(entry) => proof = ChainProof::after(after, &entry.hash),
            // Behind the end there is nothing to hold anything against.
            None => return Ok(after > end),
        }
    }
    let holds = entries.iter().all(|entry| proof.take(entry).is_ok());
    let (reached, _) = proof.last();
    // An entry written while this was read stands behind the head that was read.
    Ok(holds && (reached != end || proof.ends_with(last).is_ok()))
}

/// Writes the whole audit log as JSON lines; for admins.
#[utoipa::path(get, path = "/audit/export", responses(
    (status = 200, content_type = "application/x-ndjson", body = String),
    (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(crate) async fn export_audit(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
) -> Result<Response, ApiError> {
    audit::allow(&app, &who, Action::ReadAudit).await?;
    audit::done(&app, &who, AuditAction::Exported, "audit").await?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.jsonl\""),
    ];
    let store = Arc::clone(&app.audit);
    let pieces = futures::stream::try_unfold(0, move |after| {
        let store = Arc::clone(&store);
        async move {
            let entries = store.entries_after(after, PAGE_LIMIT).await?;
            let next = entries.last().map(|entry| (lines(&entries), entry.sequence));
            Ok::<_, StoreError>(next)
        }
    });
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// Entries as JSON lines, as `/audit` shows them.
#[must_use]
pub fn lines(entries: &[AuditEntry]) -> String {
    let line = |entry| serde_json::to_string(&AuditEntryWire::from(entry)).unwrap_or_default();
    entries.iter().map(|entry| line(entry) + "\n").collect()
}
