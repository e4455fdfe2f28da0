//! The web page inside the binary: its files, and the headers that keep everything else out.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use domain::ports::IdSource;
use providers::setup::system::RandomIds;
use rust_embed::RustEmbed;
use tower_http::compression::CompressionLayer;

#[derive(RustEmbed)]
#[folder = "../../web/dist/"]
#[allow_missing = true]
struct Files;

/// What index.html holds where the nonce of its styles belongs.
const NONCE_PLACE: &str = "__CSP_NONCE__";

/// Files with a hash in their name never change.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Who may make HTML of text: Svelte of its own templates, DOMPurify of what it has cleaned.
const TRUSTED_TYPES: &str = "svelte-trusted-html dompurify";

const NOT_BUILT: &str = "<!doctype html><html lang=\"ko\"><meta charset=\"utf-8\">\
<title>넥스 교열</title><p>페이지가 빌드되지 않았습니다. make serve로 시작해 주세요.</p></html>";

/// What pages need nothing of (Permissions Policy).
const NO_DEVICES: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Browsers that have once come by TLS come by nothing else for a year (RFC 6797).
const ONLY_TLS: &str = "max-age=31536000; includeSubDomains";

/// What headers depend on.
#[derive(Debug, Clone, Default)]
pub(crate) struct PageSettings {
    /// Whether clients come by TLS, which ends here or at a proxy in front.
    pub(crate) is_behind_tls: bool,
    /// Further origins the page asks: those of an identity provider.
    pub(crate) connect: Vec<String>,
}

/// Wraps the API: a browser that asks for a page gets one, everything else goes to the API.
pub(crate) fn with_page(api: Router, settings: PageSettings) -> Router {
    let first = from_fn_with_state(Arc::new(settings), page_first);
    api.layer(first).layer(CompressionLayer::new())
}

async fn page_first(
    State(settings): State<Arc<PageSettings>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match page(&request, &settings) {
        Some(page) => page,
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert("permissions-policy", HeaderValue::from_static(NO_DEVICES));
    if settings.is_behind_tls {
        let only_tls = HeaderValue::from_static(ONLY_TLS);
        headers.insert(header::STRICT_TRANSPORT_SECURITY, only_tls);
    }
    response
}

fn page(request: &Request, settings: &PageSettings) -> Option<Response> {
    if request.method() != Method::GET {
        return None;
    }
    let path = request.uri().path().trim_start_matches('/');
    if path.starts_with("assets/") || path == "favicon.svg" {
        return Some(asset(path));
    }
    // The list lives at /conversations for the API, and pages have paths of their own: what a
    // browser opens asks for HTML, what a script fetches does not.
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let is_page = accepted.is_some_and(|accepted| accepted.contains("text/html"));
    is_page.then(|| index(settings))
}

fn asset(path: &str) -> Response {
    let Some(file) = Files::get(path) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, file.metadata.mimetype().to_owned()),
        (header::CACHE_CONTROL, FOREVER.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, file.data.into_owned()).into_response()
}

fn index(settings: &PageSettings) -> Response {
    let Some(file) = Files::get("index.html") else { return Html(NOT_BUILT).into_response() };
    let nonce = RandomIds.nonce();
    let html = String::from_utf8_lossy(&file.data).replace(NONCE_PLACE, &nonce);
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy(&nonce, &settings.connect)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    (headers, Html(html)).into_response()
}

/// What the page may load, run and ask (Content Security Policy, level 3).
fn policy(nonce: &str, connect: &[String]) -> String {
    let connect = [["'self'".to_owned()].as_slice(), connect].concat().join(" ");
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         font-src 'self'; img-src 'self' data:; connect-src {connect}; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types {TRUSTED_TYPES}"
    )
}

#[cfg(test)]
mod tests {
    use super::policy;

    #[test]
    fn the_page_runs_its_own_scripts_alone_and_asks_nobody_it_need_not() {
        let rest = |connect: &str| {
            format!(
                "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-n'; \
                 font-src 'self'; img-src 'self' data:; connect-src 'self'{connect}; \
                 base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'; trusted-types svelte-trusted-html dompurify"
            )
        };
        assert_eq!(policy("n", &[]), rest(""));
        let issuer = "https://id.example".to_owned();
        assert_eq!(policy("n", &[issuer]), rest(" https://id.example"));
    }
}
