//! What clients meet: REST routes, socket frames, sign-in, errors as responses, and the OpenAPI
//! document. Who may do what is decided in `domain`.

mod address;
mod answers;
mod audit;
pub mod auth;
mod body;
mod checking;
mod cors;
mod error;
pub mod export;
#[cfg(feature = "files")]
pub mod files;
pub mod gateway;
mod json_text;
mod live;
mod long_json;
mod openapi;
mod operations;
mod parameters;
mod rest;
mod sentence_spans;
mod sentences;
mod wire;
mod ws;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use domain::ports::{AuditStore, ConnectionStore};
use domain::turn::Turns;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

pub use answers::AnswerRoom;
pub use body::NoRoom;
pub use checking::LongChecks;
pub use json_text::JsonText;
pub use live::hub::Hub;
pub use openapi::document;
pub use operations::{Figures, Operations};
pub use rest::{FileReader, audit_lines};
pub use wire::suggestion::{CheckResponse, Suggestion, suggestions};

/// A request's body may hold so many bytes.
const BODY_LIMIT_BYTES: usize = 4 * 1024 * 1024;

/// How long a revoked session or an ended token may still hold a socket open.
pub const SESSION_CHECK: Duration = Duration::from_secs(15);

/// Everything the routes need; build one and share it.
pub struct App {
    /// The use cases with their stores.
    pub turns: Arc<Turns>,
    /// Open sockets.
    pub connections: Arc<dyn ConnectionStore>,
    /// Who is asking.
    pub authenticator: Arc<dyn auth::Authenticator>,
    /// How one signs in.
    pub sign_in: auth::SignIn,
    /// So often it is asked whether the client of an open socket may go on.
    pub session_check: Duration,
    /// Who did what.
    pub audit: Arc<dyn AuditStore>,
    /// From where browsers may ask.
    pub origins: auth::Origins,
    /// Running turns.
    pub hub: Hub,
    /// Reads files; none where this home has no reader.
    pub files: Option<FileReader>,
    /// What whoever runs the service asks.
    pub operations: Operations,
    /// Version of the program.
    pub version: &'static str,
}

/// Some of the REST routes, for a process that answers no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Conversations, checks, turns, and what a page asks first.
    Conversations,
    /// Prompts and their files, dictionaries and rules.
    Prompts,
    /// What was used, what may be, and the audit log.
    Usage,
}

/// All routes over `app`.
pub fn router(app: Arc<App>) -> Router {
    let rest = rest::conversation_routes().merge(rest::prompt_routes()).merge(rest::usage_routes());
    finished(rest.merge(ws::routes()), app)
}

/// The routes of one part over `app`.
pub fn router_of(part: Part, app: Arc<App>) -> Router {
    let routes = match part {
        Part::Conversations => rest::conversation_routes(),
        Part::Prompts => rest::prompt_routes(),
        Part::Usage => rest::usage_routes(),
    };
    finished(routes, app)
}

/// The routes with what every request passes on its way there and back, the outermost first. It is one
/// layer: each layer of a router is a service of its own around every route.
fn finished(routes: Router<Arc<App>>, app: Arc<App>) -> Router {
    let around = ServiceBuilder::new()
        .layer(from_fn(error::security_headers))
        .layer(from_fn_with_state(Arc::clone(&app), cors::tell_pages))
        .layer(from_fn_with_state(Arc::clone(&app), error::finish))
        .layer(from_fn_with_state(Arc::clone(&app), answers::hold))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(from_fn_with_state(Arc::clone(&app), auth::check_origin))
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES));
    routes
        .fallback(error::no_route)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(around)
        .with_state(app)
}
