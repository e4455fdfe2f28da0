//! Anthropic's Messages API over HTTP: one streamed request a turn, cancelled when it is dropped.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::model::{
    ModelCard, ModelEvent, ModelRequest, ModelStream, ProviderError, ProviderName,
};
use domain::ports::Provider;
use domain::text::Secret;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use tokio::time::{Instant, timeout_at};

use crate::messages::{self, Decoder, Options};
use crate::models::ModelEntry;
use crate::sse;

/// At most so much of an error's body is read.
const ERROR_BODY_LIMIT_BYTES: usize = 64 * 1024;

/// How long each part of an answer may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// From the request to the first event.
    pub first_token: Duration,
    /// Between two events.
    pub idle: Duration,
    /// The whole answer.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            first_token: Duration::from_secs(60),
            idle: Duration::from_secs(45),
            total: Duration::from_secs(280),
        }
    }
}

/// What the operator sets.
#[derive(Debug, Clone)]
pub struct AnthropicConfig {
    /// Where the API is, without `/v1`.
    pub base_url: String,
    /// The key.
    pub api_key: Secret,
    /// Which model.
    pub model: ModelEntry,
    /// Sent only where the model takes it.
    pub temperature: f64,
    /// Searches of one answer; none where search is off.
    pub web_search_max_uses: Option<u32>,
    /// Whether cache breakpoints are set.
    pub prompt_caching: bool,
    /// How long each part may take.
    pub timeouts: Timeouts,
}

/// Why the client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The key cannot stand in a header.
    #[error("the API key holds characters no header can carry")]
    Key,
    /// The HTTP client cannot be made.
    #[error("could not set up the HTTP client")]
    Client(#[source] reqwest::Error),
}

/// The provider `anthropic_api`.
#[derive(Debug, Clone)]
pub struct Anthropic {
    client: reqwest::Client,
    address: String,
    card: ModelCard,
    options: Options,
    timeouts: Timeouts,
}

impl Anthropic {
    /// Makes the client; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// A key no header can carry, or an HTTP client that cannot be made.
    pub fn new(config: AnthropicConfig) -> Result<Self, SetupError> {
        let mut key =
            HeaderValue::from_str(config.api_key.as_str()).map_err(|_| SetupError::Key)?;
        key.set_sensitive(true);
        let version = HeaderValue::from_str(&config.model.api_version);
        let mut headers = HeaderMap::new();
        headers.insert("x-api-key", key);
        headers.insert("anthropic-version", version.map_err(|_| SetupError::Key)?);
        let client = reqwest::Client::builder()
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(SetupError::Client)?;
        let kind = config.model.web_search.clone();
        let web_search = kind
            .zip(config.web_search_max_uses)
            .map(|(kind, max_uses)| messages::WebSearch { kind, max_uses });
        let options = Options {
            model: config.model.card.id.clone(),
            temperature: config.model.takes_temperature.then_some(config.temperature),
            web_search,
            prompt_caching: config.prompt_caching,
        };
        let address = format!("{}/v1/messages", config.base_url.trim_end_matches('/'));
        let (card, timeouts) = (config.model.card, config.timeouts);
        Ok(Self { client, address, card, options, timeouts })
    }
}

impl Provider for Anthropic {
    fn name(&self) -> ProviderName {
        ProviderName::new("anthropic_api")
    }

    fn model(&self) -> ModelCard {
        self.card.clone()
    }

    fn stream(&self, request: Arc<ModelRequest>) -> ModelStream {
        let provider = self.clone();
        let begun = async move { provider.begin(&request).await };
        futures::stream::once(begun).try_flatten().boxed()
    }
}

impl Anthropic {
    async fn begin(&self, request: &ModelRequest) -> Result<ModelStream, ProviderError> {
        let begun = Instant::now();
        let body = messages::body(request, &self.options);
        // The body cannot fail to serialise: it is strings and numbers.
        let body = serde_json::to_vec(&body)
            .map_err(|_| ProviderError::Protocol { what: "request body" })?;
        let sent = self
            .client
            .post(&self.address)
            .header("content-type", "application/json")
            .body(body)
            .send();
        let first = begun + self.timeouts.first_token;
        let response = timeout_at(first, sent)
            .await
            .map_err(|_| ProviderError::TimedOut { stage: "first token" })?
            .map_err(connection)?;
        if !response.status().is_success() {
            return Err(refusal(response).await);
        }
        let bytes = response.bytes_stream().map_err(connection).boxed();
        let answer = Answer {
            bytes,
            reader: sse::Reader::default(),
            decoder: Decoder::new(request.mode),
            ready: VecDeque::new(),
            next_by: (first, "first token"),
            total_by: begun + self.timeouts.total,
            idle: self.timeouts.idle,
            is_over: false,
        };
        Ok(futures::stream::unfold(answer, Answer::next).boxed())
    }
}

/// An answer while it comes in.
struct Answer {
    bytes: BoxStream<'static, Result<Bytes, ProviderError>>,
    reader: sse::Reader,
    decoder: Decoder,
    ready: VecDeque<ModelEvent>,
    /// When the next bytes must be there, and what is late then.
    next_by: (Instant, &'static str),
    total_by: Instant,
    idle: Duration,
    is_over: bool,
}

impl Answer {
    async fn next(mut self) -> Option<(Result<ModelEvent, ProviderError>, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.is_over |= matches!(event, ModelEvent::Finished(_));
                return Some((Ok(event), self));
            }
            if self.is_over {
                return None;
            }
            if let Err(error) = self.read().await {
                self.is_over = true;
                return Some((Err(error), self));
            }
        }
    }

    async fn read(&mut self) -> Result<(), ProviderError> {
        let (by, stage) = match self.next_by {
            (by, _) if by > self.total_by => (self.total_by, "total"),
            next_by => next_by,
        };
        let bytes = timeout_at(by, self.bytes.next())
            .await
            .map_err(|_| ProviderError::TimedOut { stage })?
            .ok_or(ProviderError::Cut)??;
        self.next_by = (Instant::now() + self.idle, "idle");
        let events = self.reader.push(&bytes).map_err(|error| ProviderError::Protocol {
            what: match error {
                sse::SseError::TooLong => "event longer than the limit",
                sse::SseError::NotUtf8 => "event that is not UTF-8",
            },
        })?;
        for event in events {
            self.ready.extend(self.decoder.read(&event.data)?);
        }
        Ok(())
    }
}

fn connection(error: reqwest::Error) -> ProviderError {
    // The address may hold a proxy's credentials.
    ProviderError::Connection(Box::new(error.without_url()))
}

/// What a status other than success means; of the body only the error's type is used.
async fn refusal(mut response: reqwest::Response) -> ProviderError {
    let status = response.status().as_u16();
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after_ms =
        seconds.and_then(|text| text.parse::<u64>().ok()).map(|seconds| seconds * 1000);
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        if body.len() + chunk.len() > ERROR_BODY_LIMIT_BYTES {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let kind = json["error"]["type"].as_str().unwrap_or_default();
    messages::error_of(kind, status, retry_after_ms)
}
