//! Who may come in, put together from the settings: nobody to ask, the accounts of the data directory,
//! or an identity provider with its keys over HTTP.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use api::auth::jwt::{JwtAuthenticator, JwtSettings};
use api::auth::local::{LocalSignIn, SessionAuthenticator};
use api::auth::password::Argon2id;
use api::auth::{Authenticator, JwksSource, LocalAdmin, OidcPlace, SignIn};
use async_trait::async_trait;
use domain::sign_in::Accounts;
use providers::setup::system::SystemClock;
use serde::Deserialize;
use stores::SqliteStore;

use crate::config::Config;
use crate::config::auth::{Auth, OidcSettings};

const TIMEOUT: Duration = Duration::from_secs(5);
/// Keys and the provider's description of itself are a few thousand bytes.
const LIMIT_BYTES: usize = 256 * 1024;

/// Who may come in, and how.
pub(crate) struct Identity {
    pub(crate) authenticator: Arc<dyn Authenticator>,
    pub(crate) sign_in: SignIn,
    /// Whether only this machine's own pages may ask.
    pub(crate) loopback_only: bool,
    /// Origins of the provider that the page asks for tokens.
    pub(crate) page_asks: Vec<String>,
}

/// Puts identity together; an identity provider is asked for its addresses and keys.
///
/// # Errors
///
/// A provider that cannot be reached or is not the one that was set.
pub(crate) async fn open(config: &Config, store: &Arc<SqliteStore>) -> anyhow::Result<Identity> {
    match &config.auth.auth {
        Auth::None => Ok(Identity {
            authenticator: Arc::new(LocalAdmin),
            sign_in: SignIn::Nobody,
            loopback_only: true,
            page_asks: Vec::new(),
        }),
        Auth::Local => {
            let accounts = Arc::new(accounts(config, store));
            let is_behind_tls = config.auth.is_behind_tls;
            Ok(Identity {
                authenticator: Arc::new(SessionAuthenticator(Arc::clone(&accounts))),
                sign_in: SignIn::Local(LocalSignIn { accounts, is_behind_tls }),
                loopback_only: false,
                page_asks: Vec::new(),
            })
        }
        Auth::Oidc(settings) => oidc(settings).await,
    }
}

/// The accounts of a store.
pub(crate) fn accounts(config: &Config, store: &Arc<SqliteStore>) -> Accounts {
    Accounts {
        store: store.clone(),
        passwords: Arc::new(Argon2id::default()),
        audit: store.clone(),
        clock: Arc::new(SystemClock),
        rules: config.auth.sessions,
    }
}

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3).
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    jwks_uri: String,
}

async fn oidc(settings: &OidcSettings) -> anyhow::Result<Identity> {
    let issuer = &settings.issuer;
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(TIMEOUT)
        .timeout(TIMEOUT)
        .build()?;
    ensure!(is_private(&url), "the issuer {issuer} must be reached by https");
    let document = fetch(&client, &url).await.map_err(anyhow::Error::from_boxed);
    let document = document.with_context(|| format!("could not read {url}"))?;
    let found: Discovery =
        serde_json::from_slice(&document).with_context(|| format!("could not read {url}"))?;
    ensure!(found.issuer == *issuer, "{url} is of another issuer: {}", found.issuer);
    ensure!(is_private(&found.jwks_uri), "the keys at {} must be reached by https", found.jwks_uri);
    let jwt = JwtSettings {
        issuer: issuer.clone(),
        audiences: settings.audiences.clone(),
        roles_claim: settings.roles_claim.clone(),
        desk_claim: settings.desk_claim.clone(),
    };
    let keys = Arc::new(HttpKeys { client, url: found.jwks_uri });
    let authenticator = JwtAuthenticator::new(jwt, keys, Arc::new(SystemClock));
    authenticator.warm().await;
    let asked = [Some(issuer), found.token_endpoint.as_ref()].into_iter().flatten();
    let mut page_asks: Vec<String> = asked.filter_map(|url| origin(url)).collect();
    page_asks.dedup();
    let place = OidcPlace {
        issuer: issuer.clone(),
        client_id: settings.client_id.clone(),
        authorization_endpoint: found.authorization_endpoint,
        token_endpoint: found.token_endpoint,
        scopes: settings.scopes.clone(),
    };
    Ok(Identity {
        authenticator: Arc::new(authenticator),
        sign_in: SignIn::Oidc(place),
        loopback_only: false,
        page_asks,
    })
}

/// Whether nobody can change on the way what is read there.
fn is_private(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let address = host.parse::<std::net::IpAddr>();
    url.scheme() == "https" || address.is_ok_and(|address| address.is_loopback())
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> Option<String> {
    let origin = reqwest::Url::parse(url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// The provider's keys over HTTP.
struct HttpKeys {
    client: reqwest::Client,
    url: String,
}

/// The document is longer than any of its kind.
#[derive(Debug, thiserror::Error)]
#[error("the document is longer than {LIMIT_BYTES} bytes")]
struct TooLong;

type Fetched = Result<Vec<u8>, Box<dyn Error + Send + Sync>>;

async fn fetch(client: &reqwest::Client, url: &str) -> Fetched {
    let mut response = client.get(url).send().await?.error_for_status()?;
    let mut document = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        document.extend_from_slice(&chunk);
        if document.len() > LIMIT_BYTES {
            return Err(TooLong.into());
        }
    }
    Ok(document)
}

#[async_trait]
impl JwksSource for HttpKeys {
    async fn fetch(&self) -> Fetched {
        fetch(&self.client, &self.url).await
    }
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn keys_come_over_https_or_from_this_machine() {
        for url in ["https://issuer.example/keys", "http://127.0.0.1:1/", "http://[::1]:1/"] {
            assert!(is_private(url), "{url}");
        }
        for url in ["http://issuer.example/keys", "http://10.0.0.1/", "file:///keys", "keys"] {
            assert!(!is_private(url), "{url}");
        }
    }
}
