//! What a request brings to say who asks: a token in the header, the socket's protocol pair or the
//! query of old clients' sockets, or the cookie of a session.

use std::fmt;

use axum::http::{HeaderMap, Uri, header};

/// The session's cookie behind TLS: the prefix binds it to this host and to TLS (RFC 6265bis).
pub(crate) const SECURE_COOKIE: &str = "__Host-prf_session";
/// The session's cookie without TLS.
pub(crate) const PLAIN_COOKIE: &str = "prf_session";

/// What a request brings.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// A token of an identity provider.
    pub token: Option<String>,
    /// The value of a session's cookie.
    pub cookie: Option<String>,
}

/// What it holds is a secret.
impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (token, cookie) = (self.token.is_some(), self.cookie.is_some());
        write!(out, "Credentials {{ token: {token}, cookie: {cookie} }}")
    }
}

impl Credentials {
    /// What a request brings; the query counts for sockets alone.
    pub(crate) fn of(headers: &HeaderMap, uri: &Uri) -> Self {
        let is_socket = headers.contains_key(header::SEC_WEBSOCKET_KEY);
        Self::with_query(headers, uri.query().filter(|_| is_socket))
    }

    /// The same where the query of a socket stands beside it.
    pub(crate) fn with_query(headers: &HeaderMap, socket_query: Option<&str>) -> Self {
        Self { token: token(headers, socket_query), cookie: cookie(headers) }
    }
}

fn token(headers: &HeaderMap, socket_query: Option<&str>) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(token) = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "))
    {
        return Some(token.trim().to_owned());
    }
    let protocols = text(header::SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
    if let Some(token) = protocols.strip_prefix("bearer,") {
        return Some(token.trim().to_owned());
    }
    socket_query?.split('&').find_map(|pair| pair.strip_prefix("token=")).map(str::to_owned)
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs: Vec<(&str, &str)> = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .collect();
    let named = |wanted: &str| pairs.iter().find(|(name, _)| *name == wanted);
    let found = named(SECURE_COOKIE).or_else(|| named(PLAIN_COOKIE));
    found.map(|(_, value)| (*value).to_owned())
}

#[cfg(test)]
mod tests {
    use super::Credentials;
    use axum::http::{HeaderMap, HeaderValue, Uri};

    fn found(pairs: &[(&'static str, &'static str)], uri: &'static str) -> Credentials {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        Credentials::of(&headers, &Uri::from_static(uri))
    }

    #[test]
    fn finds_the_token_where_clients_put_it() {
        let check = |pairs: &[(&'static str, &'static str)], uri, expected| {
            assert_eq!(found(pairs, uri).token.as_deref(), expected);
        };
        check(&[("authorization", "Bearer abc")], "/", Some("abc"));
        check(&[("sec-websocket-protocol", "bearer, abc")], "/ws", Some("abc"));
        check(&[("sec-websocket-key", "k")], "/ws?a=b&token=abc", Some("abc"));
        check(&[], "/conversations?token=abc", None);
        check(&[("authorization", "Basic abc")], "/", None);
    }

    #[test]
    fn finds_the_cookie_among_others() {
        let check = |pairs: &[(&'static str, &'static str)], expected| {
            assert_eq!(found(pairs, "/").cookie.as_deref(), expected);
        };
        check(&[("cookie", "a=b; prf_session=x; c")], Some("x"));
        check(&[("cookie", "a=b"), ("cookie", "__Host-prf_session=y")], Some("y"));
        check(&[("cookie", "prf_session=x; __Host-prf_session=y")], Some("y"));
        check(&[("cookie", "xprf_session=x")], None);
        check(&[], None);
    }

    #[test]
    fn nothing_of_it_is_printed() {
        let both = found(&[("authorization", "Bearer abc"), ("cookie", "prf_session=x")], "/");
        assert_eq!(format!("{both:?}"), "Credentials { token: true, cookie: true }");
    }
}
