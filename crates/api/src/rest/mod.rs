//! The REST routes, one file a noun.

mod check;
mod conversations;
mod dictionary;
mod drafts;
mod export;
mod files;
mod health;
mod languagetool;
mod prompts;
mod rules;
mod status;
mod trial;
mod turns;
mod usage;
mod versions;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, post, put};

use crate::App;

pub(crate) use check::__path_check;
pub(crate) use conversations::{
    __path_create, __path_list, __path_read, __path_remove, __path_rename,
};
pub(crate) use dictionary::{
    __path_add_entry, __path_export_entries, __path_import_entries, __path_list_entries,
    __path_remove_entry,
};
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
pub(crate) use rules::__path_list_rules;
pub(crate) use status::__path_status;
pub(crate) use trial::__path_try_prompt;
pub(crate) use turns::{__path_begin_turn, __path_stop_turn, __path_turn_events};
pub(crate) use usage::{__path_read_usage, __path_update_usage};
pub(crate) use versions::{__path_list_versions, __path_read_cache, __path_read_version};

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
        .route("/turns", post(turns::begin_turn))
        .route("/prompts/{engine}/trial", post(trial::try_prompt))
        .route("/turns/{id}/events", get(turns::turn_events))
        .route("/turns/{id}/stop", post(turns::stop_turn))
}

/// Prompts and their files, dictionaries and rules.
pub(crate) fn prompt_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/prompts", get(prompts::list_prompts))
        .route("/prompts/{engine}", get(prompts::read_prompt).put(prompts::save_prompt))
        .route("/prompts/{engine}/versions", get(versions::list_versions))
        .route("/prompts/{engine}/versions/{version}", get(versions::read_version))
        .route("/prompts/{engine}/cache", get(versions::read_cache))
        .route("/prompts/{engine}/files", get(files::list_files).post(files::add_file))
        .route(
            "/prompts/{engine}/files/{fileId}",
            put(files::update_file).delete(files::remove_file),
        )
        .route("/dictionary", get(dictionary::list_entries).post(dictionary::add_entry))
        .route("/dictionary/export", get(dictionary::export_entries))
        .route("/dictionary/import", post(dictionary::import_entries))
        .route("/dictionary/{id}", delete(dictionary::remove_entry))
        .route("/rules", get(rules::list_rules))
}

/// What was used.
pub(crate) fn usage_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/usage/export", get(export::export_usage))
        .route("/usage/update", post(usage::update_usage))
        .route("/usage/{userId}/{engineType}", get(usage::read_usage))
}
