//! The public keys of an identity provider: fetched once, kept, and fetched again when a token names
//! a key that is not among them, but never more often than the provider can bear.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::signatures::SignedTokens;

/// Keys are fetched again when they are older than this, so that a withdrawn one ends.
const LIFE_MS: i64 = 24 * 60 * 60 * 1000;
/// Between two fetches that found the provider well lies at least so much.
const REST_MS: i64 = 60 * 1000;
/// The first wait after a failed fetch; it doubles up to [`REST_MS`].
const FIRST_WAIT_MS: i64 = 1000;

/// Where the provider's JSON Web Key Set (RFC 7517) comes from.
#[async_trait]
pub trait JwksSource: Send + Sync {
    /// The document.
    async fn fetch(&self) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>>;
}

/// Why a key cannot be used.
pub(super) enum NoKey {
    /// The provider has no such key.
    Unknown,
    /// The provider could not be asked.
    Unavailable,
}

/// An RSA key by its numbers, big-endian.
#[derive(Debug)]
pub(super) struct RsaKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    /// They go with the key, when it is withdrawn or fetched again.
    signed: SignedTokens,
}

impl RsaKey {
    /// Whether the token ends with this key's RS256 signature of what stands before (RFC 7515, section 5.2;
    /// RFC 7518, section 3.3).
    pub(super) fn has_signed(&self, token: &str) -> bool {
        self.signed.holds(token, || {
            let Some((message, signature)) = token.rsplit_once('.') else { return false };
            let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
            let key = RsaPublicKeyComponents { n: &self.modulus, e: &self.exponent };
            key.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature).is_ok()
        })
    }
}

type Keys = HashMap<String, Arc<RsaKey>>;

/// The keys that are known.
pub(super) struct KeyRing {
    source: Arc<dyn JwksSource>,
    known: RwLock<Known>,
    fetching: Mutex<Fetching>,
}

#[derive(Default)]
struct Known {
    keys: Keys,
    fetched_ms: Option<i64>,
}

/// When the provider may be asked again.
#[derive(Default)]
struct Fetching {
    not_before_ms: i64,
    failures: u32,
}

impl KeyRing {
    pub(super) fn new(source: Arc<dyn JwksSource>) -> Self {
        Self { source, known: RwLock::default(), fetching: Mutex::default() }
    }

    /// The key of that id. A provider that cannot be asked leaves its old keys in force.
    pub(super) async fn key(&self, kid: &str, now_ms: i64) -> Result<Arc<RsaKey>, NoKey> {
        if let (Some(key), true) = self.find(kid, now_ms) {
            return Ok(key);
        }
        self.refresh(now_ms).await;
        match self.find(kid, now_ms) {
            (Some(key), _) => Ok(key),
            (None, true) => Err(NoKey::Unknown),
            (None, false) => Err(NoKey::Unavailable),
        }
    }

    /// The key, and whether what is known is fresh.
    fn find(&self, kid: &str, now_ms: i64) -> (Option<Arc<RsaKey>>, bool) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = known.fetched_ms.is_some_and(|at| now_ms - at < LIFE_MS);
        (known.keys.get(kid).map(Arc::clone), is_fresh)
    }

    /// Fetches the keys, unless that was just done or has just failed.
    pub(super) async fn refresh(&self, now_ms: i64) {
        let mut fetching = self.fetching.lock().await;
        if now_ms < fetching.not_before_ms {
            return;
        }
        let fetched = self.source.fetch().await;
        let read = fetched.and_then(|document| read(&document).map_err(Into::into));
        match read {
            Ok(keys) => {
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                *known = Known { keys, fetched_ms: Some(now_ms) };
                *fetching = Fetching { not_before_ms: now_ms + REST_MS, failures: 0 };
            }
            Err(error) => {
                let wait = FIRST_WAIT_MS << fetching.failures.min(10);
                fetching.not_before_ms = now_ms + wait.min(REST_MS);
                fetching.failures += 1;
                tracing::error!(
                    event = "auth.keys_unavailable",
                    failures = fetching.failures,
                    error = error.as_ref() as &dyn Error
                );
            }
        }
    }
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

/// The RSA keys for signatures; others are passed over.
fn read(document: &[u8]) -> Result<Keys, serde_json::Error> {
    let document: Document = serde_json::from_slice(document)?;
    Ok(document.keys.into_iter().filter_map(key).collect())
}

fn key(entry: Entry) -> Option<(String, Arc<RsaKey>)> {
    let is_for_signatures = entry.purpose.is_none_or(|purpose| purpose == "sig");
    let is_ours = entry.kty == "RSA" && entry.alg.is_none_or(|alg| alg == "RS256");
    if !is_ours || !is_for_signatures {
        return None;
    }
    let modulus = URL_SAFE_NO_PAD.decode(entry.n?).ok()?;
    let exponent = URL_SAFE_NO_PAD.decode(entry.e?).ok()?;
    let signed = SignedTokens::default();
    Some((entry.kid?, Arc::new(RsaKey { modulus, exponent, signed })))
}
