//! The key of Anthropic in AWS Secrets Manager: fetched once, and again when it is refused.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use domain::text::Secret;
use providers::{KeyError, KeySource};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// A refused key is fetched anew at most so often.
const RENEW_EVERY: Duration = Duration::from_secs(30);

/// A key under a name.
pub(crate) struct StoredKey {
    client: Client,
    name: String,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    key: Option<Secret>,
    /// When a refused key was last fetched anew.
    renewed: Option<Instant>,
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "StoredKey({:?})", self.name)
    }
}

/// What the secret holds; anything else in it is passed over.
#[derive(Deserialize)]
struct Content {
    api_key: String,
}

/// The secret is no `{"api_key": …}`; what it is must not be said.
#[derive(Debug, thiserror::Error)]
#[error("secret {0:?} does not hold an api_key")]
struct NoApiKey(String);

impl StoredKey {
    /// A key that nobody has asked for yet.
    pub(crate) fn new(config: &SdkConfig, name: &str) -> Self {
        Self { client: Client::new(config), name: name.to_owned(), kept: Mutex::default() }
    }

    /// Fetches the key before it is needed; a failure is logged and tried again then.
    pub(crate) async fn warm(&self) {
        if let Err(error) = self.key().await {
            self.say_unavailable(&error);
        }
    }

    fn say_unavailable(&self, error: &(dyn Error + 'static)) {
        tracing::warn!(event = "secret.unavailable", name = self.name, error);
    }

    async fn fetch(&self) -> Result<Secret, Box<dyn Error + Send + Sync>> {
        let answer = self.client.get_secret_value().secret_id(&self.name).send().await?;
        let text = answer.secret_string().unwrap_or_default();
        let content: Result<Content, _> = serde_json::from_str(text);
        let content = content.map_err(|_| NoApiKey(self.name.clone()))?;
        tracing::info!(event = "secret.fetched", name = self.name);
        Ok(Secret::new(content.api_key.trim()))
    }
}

#[async_trait]
impl KeySource for StoredKey {
    async fn key(&self) -> Result<Secret, KeyError> {
        let mut kept = self.kept.lock().await;
        if let Some(key) = &kept.key {
            return Ok(key.clone());
        }
        let key = self.fetch().await.map_err(KeyError)?;
        kept.key = Some(key.clone());
        Ok(key)
    }

    async fn renewed(&self, refused: &Secret) -> Option<Secret> {
        let mut kept = self.kept.lock().await;
        // Another turn may have fetched it meanwhile.
        if let Some(other) = kept.key.as_ref().filter(|key| *key != refused) {
            return Some(other.clone());
        }
        if kept.renewed.is_some_and(|renewed| renewed.elapsed() < RENEW_EVERY) {
            return None;
        }
        kept.renewed = Some(Instant::now());
        let fetched = self.fetch().await;
        let key = fetched.inspect_err(|error| self.say_unavailable(error.as_ref())).ok()?;
        kept.key = Some(key.clone());
        (key != *refused).then_some(key)
    }
}
