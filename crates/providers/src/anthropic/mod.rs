//! Anthropic's Messages API over HTTP: one streamed request an attempt, cancelled when it is dropped.

mod answer;
mod key;
#[cfg(test)]
mod unasked;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use domain::model::{ModelCard, ModelRequest, ModelStream, ProviderError, ProviderName};
use domain::ports::Provider;
use domain::text::Secret;
use futures::{StreamExt, TryStreamExt};
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

use crate::messages::{self, Bodies, CacheTtl, Extra, Options, Refusal, events};
use crate::models::{ModelEntry, Thinking};
use answer::Answer;

pub use crate::messages::Domains;
pub use key::{KeyError, KeySource};

/// At most so much of an error's body is read.
const ERROR_BODY_LIMIT_BYTES: usize = 64 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// An idle connection is kept so long; the next turn then saves the handshake.
const POOL_IDLE: Duration = Duration::from_secs(300);
/// So often an open HTTP/2 connection is asked whether it is alive.
const PING_EVERY: Duration = Duration::from_secs(30);

/// What the operator sets.
#[derive(Debug, Clone)]
pub struct AnthropicConfig {
    /// Where the API is, without `/v1`.
    pub base_url: String,
    /// Who gives the key.
    pub key: Arc<dyn KeySource>,
    /// Which model.
    pub model: ModelEntry,
    /// Sent only where the model takes it.
    pub temperature: f64,
    /// How the web may be searched; none where search is off.
    pub web_search: Option<SearchSettings>,
    /// Whether cache breakpoints are set.
    pub prompt_caching: bool,
}

impl AnthropicConfig {
    /// How requests are written.
    pub(crate) fn options(&self) -> Options {
        let model = &self.model;
        let tool = model.web_search.clone().zip(self.web_search.clone());
        Options {
            provider: ProviderName::new(NAME),
            model: Some(model.card.id.clone()),
            version: None,
            temperature: model.takes_temperature.then_some(self.temperature),
            has_thinking_off: model.thinking == Thinking::ByDefault,
            takes_prefill: model.card.takes_prefill,
            web_search: tool.map(|(kind, search)| messages::WebSearch {
                kind,
                max_uses: search.max_uses,
                domains: search.domains,
            }),
            system_cache: self.prompt_caching.then_some(CacheTtl::OneHour),
        }
    }
}

/// How the web may be searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchSettings {
    /// Searches of one answer.
    pub max_uses: u32,
    /// Where.
    pub domains: Domains,
}

/// Why the client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The version cannot stand in a header.
    #[error("model {model}: its api_version holds characters no header can carry")]
    Version {
        /// Which model.
        model: String,
    },
    /// The HTTP client cannot be made.
    #[error("could not set up the HTTP client")]
    Client(#[source] reqwest::Error),
}

/// The provider `anthropic_api`.
#[derive(Debug, Clone)]
pub struct Anthropic {
    client: reqwest::Client,
    config: Arc<AnthropicConfig>,
    version: HeaderValue,
    bodies: Arc<Bodies>,
    /// Whether the account was last refused the search tool; the same for all of its models.
    is_search_refused: Arc<AtomicBool>,
}

impl Anthropic {
    /// Makes the client; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// A version no header can carry, or an HTTP client that cannot be made.
    pub fn new(config: AnthropicConfig) -> Result<Self, SetupError> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(POOL_IDLE)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(PING_EVERY)
            .http2_keep_alive_while_idle(true)
            .build()
            .map_err(SetupError::Client)?;
        Self::over(client, config, Arc::default())
    }

    /// The same account and connections with another model.
    ///
    /// # Errors
    ///
    /// A version no header can carry.
    pub fn with_model(&self, model: ModelEntry) -> Result<Self, SetupError> {
        let config = AnthropicConfig { model, ..(*self.config).clone() };
        Self::over(self.client.clone(), config, Arc::clone(&self.is_search_refused))
    }

    fn over(
        client: reqwest::Client,
        config: AnthropicConfig,
        is_search_refused: Arc<AtomicBool>,
    ) -> Result<Self, SetupError> {
        let model = &config.model;
        let version = HeaderValue::from_str(&model.api_version)
            .map_err(|_| SetupError::Version { model: model.card.id.clone() })?;
        let bodies = Arc::new(Bodies::new(config.options()));
        Ok(Self { client, config: Arc::new(config), version, bodies, is_search_refused })
    }
}

const NAME: &str = "anthropic_api";

impl Provider for Anthropic {
    fn name(&self) -> ProviderName {
        ProviderName::new(NAME)
    }

    fn model(&self) -> ModelCard {
        self.config.model.card.clone()
    }

    fn stream(&self, request: Arc<ModelRequest>) -> ModelStream {
        let provider = self.clone();
        let begun = async move { Answer::begin(provider, request).await };
        futures::stream::once(begun).map_ok(|answer| events(answer, None)).try_flatten().boxed()
    }
}

impl Anthropic {
    /// Sends the request, or goes on with an answer whose blocks so far are given.
    async fn send(
        &self,
        request: &ModelRequest,
        paused: Vec<String>,
    ) -> Result<reqwest::Response, ProviderError> {
        // Where it may search it is asked again: the account may have been given the tool since.
        let was_refused = self.is_search_refused.load(Ordering::Relaxed);
        let extra = Extra { has_no_tools: was_refused && !request.may_search, paused };
        let body = Bytes::from(self.bodies.write(request, &extra)?);
        let key = self.config.key.key().await.map_err(|error| key::unavailable(&error))?;
        let mut response = self.post(&key, body.clone()).await?;
        // A key that was changed meanwhile is fetched anew, and the turn goes on with it.
        if response.status() == StatusCode::UNAUTHORIZED
            && let Some(key) = self.config.key.renewed(&key).await
        {
            response = self.post(&key, body).await?;
        }
        if !response.status().is_success() {
            let error = refusal(response).await;
            if matches!(error, ProviderError::SearchDisabled) {
                self.is_search_refused.store(true, Ordering::Relaxed);
            }
            return Err(error);
        }
        if was_refused && !extra.has_no_tools {
            self.is_search_refused.store(false, Ordering::Relaxed);
        }
        Ok(response)
    }
}

impl Anthropic {
    async fn post(&self, key: &Secret, body: Bytes) -> Result<reqwest::Response, ProviderError> {
        let mut key = HeaderValue::from_str(key.as_str()).map_err(|_| {
            tracing::error!(event = "provider.bad_key", provider = NAME);
            ProviderError::Unauthorised
        })?;
        key.set_sensitive(true);
        self.client
            .post(format!("{}/v1/messages", self.config.base_url.trim_end_matches('/')))
            .header("x-api-key", key)
            .header("anthropic-version", self.version.clone())
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .map_err(connection)
    }
}

fn connection(error: reqwest::Error) -> ProviderError {
    // The address may hold a proxy's credentials.
    ProviderError::Connection(Box::new(error.without_url()))
}

/// What a status other than success means.
async fn refusal(mut response: reqwest::Response) -> ProviderError {
    let status = response.status().as_u16();
    let retry_after_ms = retry_after_ms(response.headers());
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        if body.len() + chunk.len() > ERROR_BODY_LIMIT_BYTES {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| json["error"][name].as_str().unwrap_or_default();
    let (kind, message) = (text("type"), text("message"));
    Refusal { status, kind, message, retry_after_ms }.meaning()
}

/// How long to wait: so many seconds, or until a time, which is read against the answer's own clock
/// (RFC 9110, sections 10.2.3 and 6.6.1).
fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let after = text(RETRY_AFTER)?;
    if let Ok(seconds) = after.parse::<u64>() {
        return Some(seconds.saturating_mul(1000));
    }
    let at = |text: &str| httpdate::parse_http_date(text).ok();
    let wait = at(after)?.duration_since(at(text(DATE)?)?).unwrap_or_default();
    u64::try_from(wait.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::retry_after_ms;
    use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

    #[test]
    fn a_wait_is_seconds_or_a_time() {
        let check = |after: &'static str, date: Option<&'static str>, expected| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(after));
            headers.extend(date.map(|date| (DATE, HeaderValue::from_static(date))));
            assert_eq!(retry_after_ms(&headers), expected, "{after}");
        };
        let now = Some("Fri, 27 Nov 2026 09:00:00 GMT");
        check(" 7 ", None, Some(7_000));
        check("Fri, 27 Nov 2026 09:00:30 GMT", now, Some(30_000));
        check("Fri, 27 Nov 2026 08:59:30 GMT", now, Some(0));
        check("Fri, 27 Nov 2026 09:00:30 GMT", None, None);
        check("soon", now, None);
        assert_eq!(retry_after_ms(&HeaderMap::new()), None);
    }
}
