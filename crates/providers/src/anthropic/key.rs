//! Who gives Anthropic's key: the operator's setting, or a secret store that may change it.

use std::error::Error;
use std::fmt::Debug;

use async_trait::async_trait;
use domain::model::ProviderError;
use domain::text::Secret;

/// Why there is no key now.
#[derive(Debug, thiserror::Error)]
#[error("the key could not be fetched")]
pub struct KeyError(#[source] pub Box<dyn Error + Send + Sync>);

/// Gives the key of each request.
#[async_trait]
pub trait KeySource: Debug + Send + Sync {
    /// The key to send.
    ///
    /// # Errors
    ///
    /// A store that cannot be asked; the next provider answers.
    async fn key(&self) -> Result<Secret, KeyError>;

    /// Another key in place of one that was refused; none where there is no other.
    async fn renewed(&self, refused: &Secret) -> Option<Secret>;
}

/// A key that never changes.
#[async_trait]
impl KeySource for Secret {
    async fn key(&self) -> Result<Secret, KeyError> {
        Ok(self.clone())
    }

    async fn renewed(&self, _refused: &Secret) -> Option<Secret> {
        None
    }
}

/// Without a key nobody can be asked; the chain of causes is for the operator.
pub(super) fn unavailable(error: &KeyError) -> ProviderError {
    let cause: &dyn Error = error;
    tracing::error!(event = "provider.no_key", error = cause);
    ProviderError::Unauthorised
}
