//! The REST routes, one file a noun.

mod acceptance;
mod check;
mod conversations;
mod days;
mod drafts;
mod export;
mod files;
mod health;
mod languagetool;
mod prompts;
mod search;
mod status;
mod turns;
mod usage;
mod versions;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};

use crate::App;

pub(crate) use acceptance::__path_acceptance;
pub(crate) use check::__path_check;
pub(crate) use conversations::{
    __path_create, __path_list, __path_read, __path_remove, __path_rename,
};
pub(crate) use days::__path_usage_days;
pub(crate) use drafts::{
    __path_add_decisions, __path_list_decisions, __path_read_draft, __path_save_draft,
};
pub(crate) use export::__path_export_usage;
pub(crate) use files::{
    __path_add_file, __path_list_files, __path_remove_file, __path_update_file,
};
pub(crate) use health::{__path_healthz, __path_metrics, __path_readyz};
pub(crate) use languagetool::{__path_check_form, __path_check_query, __path_list_languages};
pub(crate) use prompts::{__path_list_prompts, __path_read_prompt, __path_save_prompt};
pub(crate) use search::__path_search;
pub(crate) use status::__path_status;
pub(crate) use turns::{__path_begin_turn, __path_stop_turn, __path_turn_events};
pub(crate) use usage::{__path_read_usage, __path_update_usage};
pub(crate) use versions::{__path_keep_version, __path_list_versions, __path_read_version};

/// Conversations, checks, turns, and what a page asks first.
pub(crate) fn conversation_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/check", post(check::check))
        .route("/v2/check", post(languagetool::check_form).get(languagetool::check_query))
        .route("/v2/languages", get(languagetool::list_languages))
        .route("/status", get(status::status))
        .route("/openapi.json", get(status::openapi))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/conversations", get(conversations::list).post(conversations::create))
        .route(
            "/conversations/{id}",
            get(conversations::read).patch(conversations::rename).delete(conversations::remove),
        )
        .route("/conversations/{id}/draft", get(drafts::read_draft).put(drafts::save_draft))
        .route(
            "/conversations/{id}/decisions",
            get(drafts::list_decisions).post(drafts::add_decisions),
        )
        .route(
            "/conversations/{id}/versions",
            get(versions::list_versions).post(versions::keep_version),
        )
        .route("/conversations/{id}/versions/{version}", get(versions::read_version))
        .route("/search", get(search::search))
        .route("/turns", post(turns::begin_turn))
        .route("/turns/{id}/events", get(turns::turn_events))
        .route("/turns/{id}/stop", post(turns::stop_turn))
}

/// Prompts and their files.
pub(crate) fn prompt_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/prompts", get(prompts::list_prompts))
        .route("/prompts/{engine}", get(prompts::read_prompt).put(prompts::save_prompt))
        .route("/prompts/{engine}/files", get(files::list_files).post(files::add_file))
        .route(
            "/prompts/{engine}/files/{fileId}",
            put(files::update_file).delete(files::remove_file),
        )
}

/// What was used.
pub(crate) fn usage_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/usage/acceptance", get(acceptance::acceptance))
        .route("/usage/days", get(days::usage_days))
        .route("/usage/export", get(export::export_usage))
        .route("/usage/update", post(usage::update_usage))
        .route("/usage/{userId}/{engineType}", get(usage::read_usage))
}
