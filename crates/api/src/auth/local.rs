//! Accounts of the service itself: the session's cookie, and from where a request comes.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use domain::account::csrf_token;
use domain::sign_in::Accounts;
use domain::text::Secret;

use super::credentials::{PLAIN_COOKIE, SECURE_COOKIE};
use super::{Admission, AuthError, Authenticator, Credentials, SignIn};
use crate::App;

/// Accounts, and whether a proxy in front of the server ends TLS.
pub struct LocalSignIn {
    /// The use case.
    pub accounts: Arc<Accounts>,
    /// Whether cookies are for TLS alone, and the client's address is the last that the proxy names.
    pub is_behind_tls: bool,
}

impl LocalSignIn {
    /// The header that hands a session's token to the browser.
    pub(crate) fn cookie(&self, token: &str) -> Option<HeaderValue> {
        self.header(token, "")
    }

    /// The header that takes it back.
    pub(crate) fn no_cookie(&self) -> Option<HeaderValue> {
        self.header("", "; Max-Age=0")
    }

    fn header(&self, value: &str, more: &str) -> Option<HeaderValue> {
        let (name, secure) = match self.is_behind_tls {
            true => (SECURE_COOKIE, "; Secure"),
            false => (PLAIN_COOKIE, ""),
        };
        let header = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{more}");
        HeaderValue::from_str(&header).ok()
    }
}

/// Turns a session's cookie into its person.
pub struct SessionAuthenticator(pub Arc<Accounts>);

impl SessionAuthenticator {
    async fn find(&self, credentials: &Credentials, is_use: bool) -> Result<Admission, AuthError> {
        let cookie = credentials.cookie.as_deref().ok_or(AuthError::Missing)?;
        let token = Secret::new(cookie);
        let found = self.0.admit(&token, is_use).await.map_err(|error| {
            let cause: &dyn std::error::Error = &error;
            tracing::error!(
                event = "auth.accounts_unavailable",
                code = error.code(),
                error = cause
            );
            AuthError::Unavailable
        })?;
        let (who, until) = found.ok_or(AuthError::Invalid)?;
        Ok(Admission { who, until: Some(until), csrf_token: Some(csrf_token(&token)) })
    }
}

#[async_trait]
impl Authenticator for SessionAuthenticator {
    async fn admit(&self, credentials: &Credentials) -> Result<Admission, AuthError> {
        self.find(credentials, true).await
    }

    async fn look(&self, credentials: &Credentials) -> Result<Admission, AuthError> {
        self.find(credentials, false).await
    }
}

/// From where a request comes, as tries to sign in are counted.
pub(crate) struct Peer(pub(crate) String);

impl FromRequestParts<Arc<App>> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Self::Rejection> {
        let is_behind = matches!(&app.sign_in, SignIn::Local(local) if local.is_behind_tls);
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let own = info.map(|ConnectInfo(address)| address.ip());
        let address = if is_behind { forwarded(&parts.headers).or(own) } else { own };
        Ok(Self(address.map_or_else(|| "unknown".to_owned(), network)))
    }
}

/// The address the proxy saw: the last of the last header, which no client can write.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").into_iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// An IPv6 client has a whole /64 to come from.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{forwarded, network};
    use axum::http::{HeaderMap, HeaderValue};

    #[test]
    fn the_address_is_the_one_the_proxy_saw() {
        let mut headers = HeaderMap::new();
        assert_eq!(forwarded(&headers), None);
        headers.append("x-forwarded-for", HeaderValue::from_static("1.1.1.1"));
        headers.append("x-forwarded-for", HeaderValue::from_static("2.2.2.2, 3.3.3.3"));
        assert_eq!(forwarded(&headers), "3.3.3.3".parse().ok());
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        for (address, expected) in [
            ("10.0.0.1", "10.0.0.1"),
            ("::ffff:10.0.0.1", "10.0.0.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(network(address.parse().unwrap()), expected);
        }
    }
}
