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
const FETCH_EVERY: Duration = Duration::from_secs(30);

/// A key under a name.
pub(crate) struct StoredKey {
    client: Client,
    name: String,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    key: Secret,
    fetched: Instant,
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
            let cause: &dyn Error = &error;
            tracing::warn!(event = "secret.unavailable", name = self.name, error = cause);
        }
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
        if let Some(kept) = kept.as_ref() {
            return Ok(kept.key.clone());
        }
        let key = self.fetch().await.map_err(KeyError)?;
        *kept = Some(Kept { key: key.clone(), fetched: Instant::now() });
        Ok(key)
    }

    async fn renewed(&self, refused: &Secret) -> Option<Secret> {
        let mut kept = self.kept.lock().await;
        match kept.as_mut() {
            // Another turn has fetched it meanwhile.
            Some(kept) if kept.key != *refused => return Some(kept.key.clone()),
            Some(kept) if kept.fetched.elapsed() < FETCH_EVERY => return None,
            Some(_) | None => {}
        }
        let fetched = self.fetch().await;
        let key = match fetched {
            Ok(key) => key,
            Err(error) => {
                let cause: &dyn Error = error.as_ref();
                tracing::warn!(event = "secret.unavailable", name = self.name, error = cause);
                return None;
            }
        };
        *kept = Some(Kept { key: key.clone(), fetched: Instant::now() });
        (key != *refused).then_some(key)
    }
}
