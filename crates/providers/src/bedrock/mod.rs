//! Anthropic's models on Amazon Bedrock: the same protocol in event-stream frames, without the web.

mod answer;
mod refusal;

use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{ProvideCredentials, StalledStreamProtectionConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider as Tls;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use domain::model::{ModelCard, ModelRequest, ModelStream, ProviderError, ProviderName};
use domain::ports::Provider;
use futures::{StreamExt, TryStreamExt};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::messages::{Bodies, CacheTtl, Options, events};
use crate::models::{ModelEntry, ModelsError, Thinking};
use answer::Answer;

const NAME: &str = "bedrock";
/// The version of the protocol, which on Bedrock stands in the body.
const VERSION: &str = "bedrock-2023-05-31";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Credentials that are not there by then are looked for again another time.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(5);

/// What the operator sets.
#[derive(Debug, Clone)]
pub struct BedrockConfig {
    /// Where the models are.
    pub region: String,
    /// Address in place of the region's own.
    pub endpoint_url: Option<String>,
    /// Which model; it needs a Bedrock id.
    pub model: ModelEntry,
    /// Sent only where the model takes it.
    pub temperature: f64,
    /// Whether cache breakpoints are set.
    pub prompt_caching: bool,
    /// Whether the editor expects searches and is told that there are none.
    pub has_search_elsewhere: bool,
}

/// The provider `bedrock`; credentials come by the SDK's usual chain when they are first needed.
#[derive(Debug, Clone)]
pub struct Bedrock {
    access: Arc<Access>,
    config: Arc<BedrockConfig>,
    card: ModelCard,
    bodies: Arc<Bodies>,
}

/// The client, once credentials were found; shared by all models.
#[derive(Debug)]
struct Access {
    region: String,
    endpoint_url: Option<String>,
    /// None inside when it is known that there are no credentials.
    client: OnceCell<Option<Client>>,
}

impl Bedrock {
    /// Makes the provider; nothing is looked up or sent yet.
    ///
    /// # Errors
    ///
    /// A model that has no id on Bedrock.
    pub fn new(config: BedrockConfig) -> Result<Self, ModelsError> {
        let (region, endpoint_url) = (config.region.clone(), config.endpoint_url.clone());
        Self::with(config, Access { region, endpoint_url, client: OnceCell::new() }.into())
    }

    /// The same over a client that is there already.
    ///
    /// # Errors
    ///
    /// A model that has no id on Bedrock.
    pub fn over(client: Client, config: BedrockConfig) -> Result<Self, ModelsError> {
        let (region, endpoint_url) = (config.region.clone(), config.endpoint_url.clone());
        let client = OnceCell::new_with(Some(Some(client)));
        Self::with(config, Access { region, endpoint_url, client }.into())
    }

    /// The same account with another model.
    ///
    /// # Errors
    ///
    /// A model that has no id on Bedrock.
    pub fn with_model(&self, model: ModelEntry) -> Result<Self, ModelsError> {
        let config = BedrockConfig { model, ..(*self.config).clone() };
        Self::with(config, Arc::clone(&self.access))
    }

    fn with(config: BedrockConfig, access: Arc<Access>) -> Result<Self, ModelsError> {
        let model = &config.model;
        let id = model.bedrock_id.clone();
        let id = id.ok_or_else(|| ModelsError::NotOnBedrock { model: model.card.id.clone() })?;
        let ttl = match model.bedrock_cache_1h {
            true => CacheTtl::OneHour,
            false => CacheTtl::FiveMinutes,
        };
        let options = Options {
            provider: ProviderName::new(NAME),
            model: None,
            version: Some(VERSION),
            temperature: model.takes_temperature.then_some(config.temperature),
            has_thinking_off: model.thinking == Thinking::ByDefault,
            takes_prefill: model.card.takes_prefill,
            web_search: None,
            system_cache: config.prompt_caching.then_some(ttl),
        };
        let card = ModelCard { id, ..model.card.clone() };
        Ok(Self { access, config: config.into(), card, bodies: Bodies::new(options).into() })
    }

    /// Whether the SDK's usual chain finds credentials; takes five seconds at most.
    pub async fn has_credentials(&self) -> bool {
        !matches!(self.access.client().await, Err(ProviderError::Unauthorised))
    }
}

impl Provider for Bedrock {
    fn name(&self) -> ProviderName {
        ProviderName::new(NAME)
    }

    fn model(&self) -> ModelCard {
        self.card.clone()
    }

    fn stream(&self, request: Arc<ModelRequest>) -> ModelStream {
        let provider = self.clone();
        let begun = async move { Answer::begin(&provider, &request).await };
        let answer = futures::stream::once(begun).map_ok(|(answer, first)| events(answer, first));
        answer.try_flatten().boxed()
    }
}

impl Access {
    async fn client(&self) -> Result<&Client, ProviderError> {
        let client = self.client.get_or_try_init(|| self.connect()).await?;
        client.as_ref().ok_or(ProviderError::Unauthorised)
    }

    /// The client where credentials are found, none where there are none; an error where it
    /// cannot be told now.
    async fn connect(&self) -> Result<Option<Client>, ProviderError> {
        let config = self.sdk_config().await;
        let Some(provider) = config.credentials_provider() else { return Ok(None) };
        let found = timeout(CREDENTIALS_TIMEOUT, provider.provide_credentials()).await;
        match found {
            Ok(Ok(_)) => Ok(Some(Client::new(&config))),
            Ok(Err(CredentialsError::CredentialsNotLoaded(_))) => Ok(None),
            Ok(Err(_)) | Err(_) => Err(ProviderError::Unauthorised),
        }
    }

    /// Retries are the failover's, and so are time limits but for connecting.
    async fn sdk_config(&self) -> SdkConfig {
        let http = Builder::new().tls_provider(Tls::Rustls(CryptoMode::Ring)).build_https();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .http_client(http)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).build())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        match &self.endpoint_url {
            Some(address) => config.endpoint_url(address).load().await,
            None => config.load().await,
        }
    }
}
