//! `GET /search`: the caller's own articles and conversations by words in them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use domain::search::SearchQuery;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::auth::Caller;
use crate::error::{ApiError, ErrorBody};
use crate::wire::search::SearchResult;

const LIMIT_DEFAULT: usize = 20;
const LIMIT_MOST: usize = 100;

/// What is searched for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WordsQuery {
    /// Words that must all be found in one text, with whatever stands around them; Hangul may be
    /// given by its initial consonants. The first eight count, with their first 40 letters.
    q: String,
    /// 1 to 100, 20 when left out.
    limit: Option<usize>,
}

/// Conversations, those with the words in their title first, then by last activity, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SearchResponse {
    results: Vec<SearchResult>,
}

/// Searches titles, drafts and messages of the caller.
#[utoipa::path(get, path = "/search", params(WordsQuery),
    responses((status = 200, body = SearchResponse), (status = 400, body = ErrorBody)))]
pub(crate) async fn search(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    query: Result<Query<WordsQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<SearchResponse>, ApiError> {
    let Query(asked) = query.map_err(|_| ApiError::bad_request("bad_value"))?;
    let limit = asked.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MOST);
    let Some(query) = SearchQuery::new(&asked.q) else {
        return Ok(Json(SearchResponse { results: Vec::new() }));
    };
    let hits = app.turns.conversations.search(&who.user_id, &query, limit).await?;
    Ok(Json(SearchResponse { results: hits.iter().map(SearchResult::new).collect() }))
}
