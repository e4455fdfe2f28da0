//! Tokens of an identity provider (OpenID Connect, Amazon Cognito), verified here: signature,
//! issuer, audience and time. The one algorithm is RS256; keys come from the provider's JWKS.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::UserId;
use domain::ports::Clock;
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::keys::{JwksSource, KeyRing, NoKey};
use super::{Admission, AuthError, Authenticator, Credentials};

/// A longer token is none.
const TOKEN_LIMIT_BYTES: usize = 16 * 1024;
/// Clocks may differ by so much.
const LEEWAY_S: i64 = 60;

/// Whose tokens are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtSettings {
    /// Exactly as `iss` says it.
    pub issuer: String,
    /// Our clients: one of them must stand in `aud`, or in `client_id` of Cognito's access tokens.
    pub audiences: Vec<String>,
    /// The claim that lists roles, such as `cognito:groups`; the highest counts, none is a user.
    pub roles_claim: String,
    /// The claim that names the bearer's desk, such as `custom:desk`.
    pub desk_claim: String,
}

/// Verifies tokens of one issuer.
pub struct JwtAuthenticator {
    settings: JwtSettings,
    keys: KeyRing,
    clock: Arc<dyn Clock>,
}

/// What a token says about its signature (RFC 7515, section 4.1).
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions we would have to understand; we understand none.
    crit: Option<Value>,
}

/// What a token says about its bearer (RFC 7519, section 4.1; Cognito's own beside them).
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: f64,
    nbf: Option<f64>,
    aud: Option<Audience>,
    client_id: Option<String>,
    token_use: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl JwtAuthenticator {
    /// Verifies tokens by the keys of `source`, which is asked when the first token comes.
    pub fn new(settings: JwtSettings, source: Arc<dyn JwksSource>, clock: Arc<dyn Clock>) -> Self {
        Self { settings, keys: KeyRing::new(source), clock }
    }

    /// Fetches the keys before the first token comes; a failure is logged and tried again then.
    pub async fn warm(&self) {
        self.keys.refresh(self.clock.now().millis()).await;
    }

    async fn verify(&self, token: &str) -> Result<Admission, AuthError> {
        if token.len() > TOKEN_LIMIT_BYTES {
            return Err(AuthError::Invalid);
        }
        let (signed, _) = token.rsplit_once('.').ok_or(AuthError::Invalid)?;
        let (header, claims) = signed.split_once('.').ok_or(AuthError::Invalid)?;
        let header: Header = part(header)?;
        let kid = header.kid.filter(|_| header.alg == "RS256" && header.crit.is_none());
        let kid = kid.ok_or(AuthError::Invalid)?;
        let now_ms = self.clock.now().millis();
        let key = self.keys.key(&kid, now_ms).await.map_err(|error| match error {
            NoKey::Unknown => AuthError::Invalid,
            NoKey::Unavailable => AuthError::Unavailable,
        })?;
        if !key.has_signed(token) {
            return Err(AuthError::Invalid);
        }
        self.admission(part(claims)?, now_ms / 1000)
    }

    fn admission(&self, claims: Claims, now_s: i64) -> Result<Admission, AuthError> {
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit into 52 bits")]
        let (now, leeway) = (now_s as f64, LEEWAY_S as f64);
        let is_in_time =
            now < claims.exp + leeway && claims.nbf.is_none_or(|from| from <= now + leeway);
        let is_ours = claims.iss == self.settings.issuer && self.is_for_us(&claims);
        if !is_in_time || !is_ours || claims.sub.is_empty() {
            return Err(AuthError::Invalid);
        }
        let role = role(claims.others.get(&self.settings.roles_claim));
        let desk = claims.others.get(&self.settings.desk_claim).and_then(Value::as_str);
        let desk = desk.filter(|desk| !desk.is_empty()).map(str::to_owned);
        let who = Principal { user_id: UserId::new(claims.sub), role, desk };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float that is too large becomes the largest"
        )]
        let until = Timestamp::from_millis(((claims.exp + leeway) * 1000.0) as i64);
        Ok(Admission { who, until: Some(until), csrf_token: None })
    }

    /// Cognito's access tokens name the client in `client_id` and have no audience; every other token
    /// names it in `aud`.
    fn is_for_us(&self, claims: &Claims) -> bool {
        let is_ours = |client: &String| self.settings.audiences.contains(client);
        match claims.token_use.as_deref() {
            Some("access") => claims.client_id.as_ref().is_some_and(is_ours),
            Some("id") | None => match &claims.aud {
                Some(Audience::One(client)) => is_ours(client),
                Some(Audience::Many(clients)) => clients.iter().any(is_ours),
                None => false,
            },
            Some(_) => false,
        }
    }
}

/// One part of a token; its reader's error could quote it and is dropped.
fn part<T: DeserializeOwned>(text: &str) -> Result<T, AuthError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| AuthError::Invalid)?;
    serde_json::from_slice(&bytes).map_err(|_| AuthError::Invalid)
}

/// The highest role of a claim: a list of names, or one name.
fn role(claim: Option<&Value>) -> Role {
    let names = match claim {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(name)) => vec![name.as_str()],
        Some(_) | None => vec![],
    };
    names.into_iter().filter_map(Role::from_name).max().unwrap_or(Role::User)
}

#[async_trait]
impl Authenticator for JwtAuthenticator {
    async fn admit(&self, credentials: &Credentials) -> Result<Admission, AuthError> {
        self.verify(credentials.token.as_deref().ok_or(AuthError::Missing)?).await
    }
}
