//! `/dictionary`: the house dictionary of the caller, a desk and everybody.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::audit::AuditAction;
use domain::dictionary::{DictionaryError, DictionaryScope, EntryFilter};
use domain::id::UserId;
use domain::principal::Principal;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::App;
use crate::address::{InPath, InQuery};
use crate::audit;
use crate::auth::Caller;
use crate::body::{Body, RawBody};
use crate::error::{ApiError, ErrorBody};
use crate::wire::check_options::desk_name;
use crate::wire::dictionary::{
    DictionaryPage, EntryWire, ImportAnswer, LineFault, NewEntryWire, ScopeWire, read_entry_id,
};
use crate::wire::dictionary_csv;

/// Entries of a page where nobody says how many.
const PAGE_DEFAULT: usize = 500;
/// Entries of a page at most.
const PAGE_LIMIT: usize = 2_000;

/// Which entries are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DictionaryQuery {
    /// The desk whose entries are wanted too.
    desk: Option<String>,
    /// Part of a word, a rule's id or a reason.
    q: Option<String>,
    /// 1 to 2,000, 500 when left out.
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the entries that concern the caller.
#[utoipa::path(get, path = "/dictionary", params(DictionaryQuery),
    responses((status = 200, body = DictionaryPage), (status = 400, body = ErrorBody)))]
pub(crate) async fn list_entries(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InQuery(query): InQuery<DictionaryQuery>,
) -> Result<Json<DictionaryPage>, ApiError> {
    let skip = match query.cursor.as_deref() {
        Some(cursor) => cursor.parse().map_err(|_| ApiError::bad_request("bad_value"))?,
        None => 0,
    };
    let filter = EntryFilter {
        desk: desk_name(query.desk)?.or_else(|| who.desk.clone()),
        holds: query.q.filter(|text| !text.trim().is_empty()),
        skip,
        limit: query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_LIMIT),
    };
    let page = app.turns.dictionaries.list(&who, &filter).await?;
    Ok(Json(DictionaryPage::new(page, skip)))
}

/// Adds an entry; it is in force at the next check of everybody it concerns.
#[utoipa::path(post, path = "/dictionary", request_body = NewEntryWire,
    responses((status = 201, body = EntryWire), (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn add_entry(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Body(new): Body<NewEntryWire>,
) -> Result<(StatusCode, Json<EntryWire>), ApiError> {
    let scope = new.scope.read(&who.user_id, new.desk.clone())?;
    let added = app.turns.dictionaries.add(&who, &scope, new.entry()).await;
    let added = allowed(&app, &who, &scope, added).await?;
    Ok((StatusCode::CREATED, Json(EntryWire::new(&scope, added))))
}

/// Removes an entry.
#[utoipa::path(delete, path = "/dictionary/{id}", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn remove_entry(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(id): InPath<String>,
) -> Result<StatusCode, ApiError> {
    let (scope, entry) = read_entry_id(&who.user_id, &id).ok_or_else(ApiError::not_found)?;
    let removed = app.turns.dictionaries.remove(&who, &scope, &entry).await;
    if !allowed(&app, &who, &scope, removed).await? {
        return Err(ApiError::not_found());
    }
    // What somebody keeps for themselves alone is nobody else's to know of.
    if scope.action().is_some() {
        audit::done(&app, &who, AuditAction::EntryRemoved, &id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What came of a change; that the caller may not make it is written down.
async fn allowed<T>(
    app: &App,
    who: &Principal,
    scope: &DictionaryScope,
    changed: Result<T, DictionaryError>,
) -> Result<T, ApiError> {
    if let (Err(DictionaryError::Forbidden), Some(action)) = (&changed, scope.action()) {
        return Err(audit::deny(app, who, action.name()).await);
    }
    Ok(changed?)
}

/// Whose dictionary a file is of.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FileQuery {
    scope: ScopeWire,
    /// Which desk, where the scope is `desk`.
    desk: Option<String>,
}

impl FileQuery {
    fn read(self, user: &UserId) -> Result<DictionaryScope, ApiError> {
        self.scope.read(user, self.desk)
    }
}

/// Writes a dictionary as CSV: `wrong,right,reason,kind,ruleId`.
#[utoipa::path(get, path = "/dictionary/export", params(FileQuery),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = 400, body = ErrorBody)))]
pub(crate) async fn export_entries(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InQuery(query): InQuery<FileQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let scope = query.read(&who.user_id)?;
    let dictionary = app.turns.dictionaries.whole(&scope).await?;
    let file = dictionary_csv::write(&dictionary.entries).map_err(|_| ApiError::internal())?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"dictionary.csv\""),
    ];
    Ok((headers, file))
}

/// Adds the lines of a CSV file; those that may not stand are passed over and named.
#[utoipa::path(post, path = "/dictionary/import", params(FileQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ImportAnswer), (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn import_entries(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InQuery(query): InQuery<FileQuery>,
    RawBody(body): RawBody,
) -> Result<Json<ImportAnswer>, ApiError> {
    let scope = query.read(&who.user_id)?;
    let text = std::str::from_utf8(&body).map_err(|_| ApiError::bad_request("bad_csv"))?;
    let file = dictionary_csv::read(text).ok_or_else(|| ApiError::bad_request("bad_csv"))?;
    let (lines, entries): (Vec<u64>, Vec<_>) = file.entries.into_iter().unzip();
    let added = app.turns.dictionaries.add_all(&who, &scope, entries).await;
    let added = allowed(&app, &who, &scope, added).await?;
    let unreadable = file.unreadable.into_iter().map(|line| LineFault::new(line, "bad_line"));
    let faults = added
        .faults
        .iter()
        .filter_map(|(at, fault)| Some(LineFault::new(*lines.get(*at)?, fault.code())));
    let errors = unreadable.chain(faults).collect();
    Ok(Json(ImportAnswer::new(added.entries.len(), errors)))
}
