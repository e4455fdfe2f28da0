//! The identity provider's keys over HTTP.

use std::error::Error;
use std::time::Duration;

use api::auth::JwksSource;
use async_trait::async_trait;

const TIMEOUT: Duration = Duration::from_secs(3);
/// A set of keys is a few thousand bytes.
const LIMIT_BYTES: usize = 256 * 1024;

/// A JWKS document behind an address.
pub(crate) struct HttpJwks {
    client: reqwest::Client,
    url: String,
}

/// The document is larger than any set of keys.
#[derive(Debug, thiserror::Error)]
#[error("the key set is longer than {LIMIT_BYTES} bytes")]
struct TooLong;

impl HttpJwks {
    /// Makes the client; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// An HTTP client that cannot be made.
    pub(crate) fn new(url: &str) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(TIMEOUT)
            .timeout(TIMEOUT)
            .build()?;
        Ok(Self { client, url: url.to_owned() })
    }
}

#[async_trait]
impl JwksSource for HttpJwks {
    async fn fetch(&self) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        let mut response = self.client.get(&self.url).send().await?.error_for_status()?;
        let mut document = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            document.extend_from_slice(&chunk);
            if document.len() > LIMIT_BYTES {
                return Err(TooLong.into());
            }
        }
        Ok(document)
    }
}
