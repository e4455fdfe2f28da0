//! Cross-origin requests (Fetch standard, CORS protocol): pages of exactly the allowed origins may
//! read answers; a browser's question beforehand is answered here.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::App;

/// What a page may send.
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
/// With these headers.
const HEADERS: &str = "authorization, content-type, accept-language, last-event-id";
/// What it may read beside the body.
const EXPOSED: &str = "x-request-id, retry-after, content-disposition";
/// A browser remembers the answer for so many seconds.
const REMEMBERED_S: &str = "600";

/// Lets pages of allowed origins read every answer, errors too.
pub(crate) async fn tell_pages(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let origin = origin.filter(|origin| app.origins.allows(origin));
    let is_question = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match (&origin, is_question) {
        (Some(_), true) => StatusCode::NO_CONTENT.into_response(),
        (Some(_), false) | (None, _) => next.run(request).await,
    };
    if let Some(origin) = origin {
        tell(response.headers_mut(), origin, is_question);
    }
    if !app.origins.allowed.is_empty() {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    }
    response
}

fn tell(headers: &mut HeaderMap, origin: HeaderValue, is_question: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let told = match is_question {
        true => &[
            (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
            (header::ACCESS_CONTROL_MAX_AGE, REMEMBERED_S),
        ][..],
        false => &[(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED)][..],
    };
    for (name, value) in told {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
}
