//! The REST routes, one file a noun.

mod acceptance;
mod audit;
mod check;
mod conversations;
mod days;
mod dictionary;
mod documents;
mod drafts;
mod events;
mod export;
mod files;
mod health;
mod languagetool;
mod prompt_versions;
mod prompts;
mod quotas;
mod rules;
mod search;
mod session;
mod status;
mod trial;
mod turns;
mod usage;
mod versions;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, post, put};

use crate::App;

pub(crate) use acceptance::__path_acceptance;
pub use audit::lines as audit_lines;
pub(crate) use audit::{__path_export_audit, __path_read_audit};
pub(crate) use check::__path_check;
pub(crate) use conversations::{
    __path_create, __path_list, __path_read, __path_remove, __path_rename,
};
pub(crate) use days::__path_usage_days;
pub(crate) use dictionary::{
    __path_add_entry, __path_export_entries, __path_import_entries, __path_list_entries,
    __path_remove_entry,
};
pub use documents::FileReader;
pub(crate) use documents::{__path_extract_file, __path_write_docx};
pub(crate) use drafts::{
    __path_add_decisions, __path_list_decisions, __path_read_draft, __path_save_draft,
};
pub(crate) use export::__path_export_usage;
pub(crate) use files::{
    __path_add_file, __path_list_files, __path_remove_file, __path_update_file,
};
pub(crate) use health::{__path_healthz, __path_metrics, __path_readyz};
pub(crate) use languagetool::{__path_check_form, __path_check_query, __path_list_languages};
pub(crate) use prompt_versions::{
    __path_list_prompt_versions, __path_read_prompt_cache, __path_read_prompt_version,
};
pub(crate) use prompts::{__path_list_prompts, __path_read_prompt, __path_save_prompt};
pub(crate) use quotas::{
    __path_list_quotas, __path_own_quota, __path_remove_quota, __path_save_quota,
};
pub(crate) use rules::__path_list_rules;
pub(crate) use search::__path_search;
pub(crate) use session::{
    __path_change_password, __path_read_session, __path_sign_in, __path_sign_out,
};
pub(crate) use status::__path_status;
pub(crate) use trial::__path_try_prompt;
pub(crate) use turns::{__path_begin_turn, __path_stop_turn, __path_turn_events};
pub(crate) use usage::{__path_read_usage, __path_update_usage};
pub(crate) use versions::{__path_keep_version, __path_list_versions, __path_read_version};

/// Conversations, checks, turns, what of prompts needs the model, and what a page asks first.
pub(crate) fn conversation_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/check", post(check::check))
        .route("/v2/check", post(languagetool::check_form).get(languagetool::check_query))
        .route("/v2/languages", get(languagetool::list_languages))
        .route("/status", get(status::status))
        .route(
            "/session",
            get(session::read_session).post(session::sign_in).delete(session::sign_out),
        )
        .route("/session/password", post(session::change_password))
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
        .merge(document_routes())
        .route("/turns", post(turns::begin_turn))
        .route("/prompts/{engine}/trial", post(trial::try_prompt))
        .route("/prompts/{engine}/cache", get(prompt_versions::read_prompt_cache))
        .route("/turns/{id}/events", get(turns::turn_events))
        .route("/turns/{id}/stop", post(turns::stop_turn))
}

/// Files that are opened and documents that are written.
fn document_routes() -> Router<Arc<App>> {
    let whole = DefaultBodyLimit::max(documents::FILE_LIMIT_BYTES);
    Router::new()
        .route("/files/extract", post(documents::extract_file).layer(whole))
        .route("/files/docx", post(documents::write_docx))
}

/// Prompts and their files, dictionaries and rules.
pub(crate) fn prompt_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/prompts", get(prompts::list_prompts))
        .route("/prompts/{engine}", get(prompts::read_prompt).put(prompts::save_prompt))
        .route("/prompts/{engine}/versions", get(prompt_versions::list_prompt_versions))
        .route("/prompts/{engine}/versions/{version}", get(prompt_versions::read_prompt_version))
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
        .route(
            "/quotas",
            get(quotas::list_quotas).put(quotas::save_quota).delete(quotas::remove_quota),
        )
        .route("/quotas/mine", get(quotas::own_quota))
        .route("/audit", get(audit::read_audit))
        .route("/audit/export", get(audit::export_audit))
        .route("/usage/acceptance", get(acceptance::acceptance))
        .route("/usage/days", get(days::usage_days))
        .route("/usage/export", get(export::export_usage))
        .route("/usage/update", post(usage::update_usage))
        .route("/usage/{userId}/{engineType}", get(usage::read_usage))
}
