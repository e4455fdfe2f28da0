//! Who is asking, and from which page.

mod credentials;
pub mod jwt;
mod keys;
pub mod local;
pub mod password;
mod signatures;

use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::id::UserId;
use domain::principal::{Principal, Role};
use domain::time::Timestamp;

use crate::App;
use crate::audit;
use crate::error::ApiError;

pub use credentials::Credentials;
pub use keys::JwksSource;

/// Why a token names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// There is no token.
    #[error("no token was sent")]
    Missing,
    /// It is not valid.
    #[error("the token is not valid")]
    Invalid,
    /// Nobody can say whether it is valid.
    #[error("the identity provider is out of reach")]
    Unavailable,
}

/// A caller who may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Who it is.
    pub who: Principal,
    /// From when on the credentials count no more; none where they do not end by themselves.
    pub until: Option<Timestamp>,
    /// What a session by cookie must send along; none where a token says who asks.
    pub csrf_token: Option<String>,
}

impl Admission {
    /// Somebody whose credentials neither end nor come from a cookie.
    #[must_use]
    pub fn of(who: Principal) -> Self {
        Self { who, until: None, csrf_token: None }
    }
}

/// Turns credentials into a person.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// The person they name, who is using the service.
    async fn admit(&self, credentials: &Credentials) -> Result<Admission, AuthError>;
    /// The same, asked without any use by that person: it keeps no session alive.
    async fn look(&self, credentials: &Credentials) -> Result<Admission, AuthError> {
        self.admit(credentials).await
    }
}

/// The one person of `--auth none`; only for servers that nobody else can reach.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalAdmin;

#[async_trait]
impl Authenticator for LocalAdmin {
    async fn admit(&self, _credentials: &Credentials) -> Result<Admission, AuthError> {
        Ok(Admission::of(Principal::new(UserId::new("local"), Role::Admin)))
    }
}

/// How one signs in.
pub enum SignIn {
    /// Not at all.
    Nobody,
    /// With an account of the service itself.
    Local(local::LocalSignIn),
    /// At an identity provider.
    Oidc(OidcPlace),
}

/// An identity provider as a page needs it (OpenID Connect Discovery, section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcPlace {
    /// As tokens name it.
    pub issuer: String,
    /// Our page, as the provider knows it.
    pub client_id: String,
    /// Where a browser goes to sign in; none: as the provider's own document says.
    pub authorization_endpoint: Option<String>,
    /// Where the code that comes back becomes a token; none as above.
    pub token_endpoint: Option<String>,
    /// What is asked for, with spaces between.
    pub scopes: String,
}

/// From where browsers may ask.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// Whether requests must be addressed to a loopback name: a server without sign-in must not be
    /// reached by another site's page, nor under a name an attacker's DNS gives it.
    pub loopback_only: bool,
    /// Further origins whose pages may call, such as `https://prf.example`.
    pub allowed: Vec<String>,
}

impl Origins {
    /// Whether a request with these headers may come in.
    pub(crate) fn may_enter(&self, headers: &HeaderMap) -> bool {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let host = text(header::HOST).unwrap_or_default();
        if self.loopback_only && !is_loopback(host) {
            return false;
        }
        match text(header::ORIGIN) {
            None => true,
            Some(origin) => {
                let own = origin.parse::<Uri>().ok();
                own.is_some_and(|uri| uri.authority().is_some_and(|own| own == host))
                    || self.allowed.iter().any(|allowed| allowed == origin)
            }
        }
    }

    /// Whether pages of that origin may call.
    pub(crate) fn allows(&self, origin: &HeaderValue) -> bool {
        self.allowed.iter().any(|allowed| origin == allowed)
    }
}

fn is_loopback(host: &str) -> bool {
    let Ok(uri) = host.parse::<axum::http::uri::Authority>() else { return false };
    let name = uri.host().trim_matches(['[', ']']);
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Refuses requests from pages of other sites.
pub(crate) async fn check_origin(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    if app.origins.may_enter(request.headers()) {
        next.run(request).await
    } else {
        ApiError::forbidden("bad_origin").into_response()
    }
}

/// The verified caller of a request.
pub(crate) struct Caller(pub(crate) Principal);

/// The same with what the caller came in by.
pub(crate) struct Entry {
    pub(crate) admission: Admission,
    pub(crate) credentials: Credentials,
}

impl FromRequestParts<Arc<App>> for Entry {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let credentials = Credentials::of(&parts.headers, &parts.uri);
        let admission = app.authenticator.admit(&credentials).await?;
        if let Some(wanted) = &admission.csrf_token {
            check_page(app, parts, &admission.who, wanted).await?;
        }
        Ok(Self { admission, credentials })
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        Ok(Self(Entry::from_request_parts(parts, app).await?.admission.who))
    }
}

/// A browser sends a cookie whoever's page asks: only our own page knows the token beside it, and
/// only a page whose origin was checked opens a socket.
async fn check_page(
    app: &App,
    parts: &Parts,
    who: &Principal,
    wanted: &str,
) -> Result<(), ApiError> {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if parts.headers.contains_key(header::SEC_WEBSOCKET_KEY) {
        return match text("origin") {
            Some(_) => Ok(()),
            None => Err(ApiError::forbidden("bad_origin")),
        };
    }
    let is_safe = matches!(parts.method, Method::GET | Method::HEAD);
    if is_safe || text("x-csrf-token").is_some_and(|sent| password::are_equal(sent, wanted)) {
        return Ok(());
    }
    audit::deny(app, who, "csrf").await;
    Err(ApiError::forbidden("csrf"))
}

#[cfg(test)]
mod tests {
    use super::Origins;
    use axum::http::{HeaderMap, HeaderValue};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn check(pairs: &[(&'static str, &'static str)], expected: bool) {
        let origins = Origins { loopback_only: true, allowed: vec!["https://prf.example".into()] };
        assert_eq!(origins.may_enter(&headers(pairs)), expected, "{pairs:?}");
    }

    #[test]
    fn only_own_and_allowed_pages_may_enter() {
        check(&[("host", "127.0.0.1:8080")], true);
        check(&[("host", "localhost:8080"), ("origin", "http://localhost:8080")], true);
        check(&[("host", "[::1]:8080"), ("origin", "http://[::1]:8080")], true);
        check(&[("host", "127.0.0.1:8080"), ("origin", "https://prf.example")], true);
        check(&[("host", "127.0.0.1:8080"), ("origin", "https://evil.example")], false);
        check(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:9")], false);
        check(&[("host", "127.0.0.1:8080"), ("origin", "null")], false);
        check(&[("host", "rebound.example:8080")], false);
        check(&[], false);
    }
}
