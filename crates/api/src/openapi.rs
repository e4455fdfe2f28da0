//! The OpenAPI document, from the routes themselves, with the socket's frames as components.

mod refusals;

use utoipa::OpenApi;

use refusals::Refusals;

use crate::rest;
use crate::wire::frame::{ClientFrame, ServerFrame};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "nx-wt-prf",
        description = "AI proofreading for a newspaper desk",
        // Of the interface: which program answers is nothing to tell a stranger.
        version = "1"
    ),
    paths(
        rest::check,
        rest::status,
        rest::healthz,
        rest::readyz,
        rest::metrics,
        rest::list,
        rest::read,
        rest::create,
        rest::rename,
        rest::remove,
        rest::read_draft,
        rest::save_draft,
        rest::list_decisions,
        rest::add_decisions,
        rest::list_versions,
        rest::read_version,
        rest::keep_version,
        rest::search,
        rest::list_prompts,
        rest::read_prompt,
        rest::save_prompt,
        rest::list_prompt_versions,
        rest::read_prompt_version,
        rest::read_prompt_cache,
        rest::try_prompt,
        rest::list_files,
        rest::add_file,
        rest::update_file,
        rest::remove_file,
        rest::list_entries,
        rest::add_entry,
        rest::remove_entry,
        rest::export_entries,
        rest::import_entries,
        rest::list_rules,
        rest::read_usage,
        rest::update_usage,
        rest::export_usage,
        rest::usage_days,
        rest::acceptance,
        rest::check_form,
        rest::check_query,
        rest::list_languages,
        rest::extract_file,
        rest::write_docx,
        rest::begin_turn,
        rest::turn_events,
        rest::stop_turn,
        rest::read_session,
        rest::sign_in,
        rest::sign_out,
        rest::change_password,
        rest::list_quotas,
        rest::save_quota,
        rest::remove_quota,
        rest::own_quota,
        rest::read_audit,
        rest::export_audit,
    ),
    components(schemas(ClientFrame, ServerFrame)),
    modifiers(&Refusals)
)]
struct Document;

/// The document as JSON, the same text for the same code.
#[must_use]
pub fn document() -> String {
    Document::openapi().to_pretty_json().unwrap_or_default()
}
