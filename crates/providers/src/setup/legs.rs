//! Puts the model's providers behind one another: Anthropic, then Amazon Bedrock.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::ports::{Clock, Provider};
use reqwest::header::HeaderValue;

use super::TurnSettings;
use super::model::{AnthropicAccess, KeyPlace, ModelSettings};
use super::system::{SystemClock, seed};
use crate::anthropic::KeySource;
use crate::models::ModelsError;
use crate::{Anthropic, AnthropicConfig, Failover, Leg, ModelEntry, Models, Settings, SetupError};

/// Why the providers cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum LegsError {
    /// The operator's table of models cannot be read.
    #[error("could not read {} (PRF_MODELS)", path.display())]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The operator's table of models cannot be used.
    #[error("{} (PRF_MODELS)", path.display())]
    Table {
        /// Where it is.
        path: PathBuf,
        /// What is wrong in it.
        #[source]
        source: ModelsError,
    },
    /// No such model, or a built-in table that cannot be used.
    #[error("could not choose the model")]
    Models(#[from] ModelsError),
    /// The answer would be longer than the model writes.
    #[error("ANTHROPIC_MAX_TOKENS is {asked}, but {model} writes {most} at most")]
    TooManyTokens {
        /// As set.
        asked: u64,
        /// Which model.
        model: String,
        /// What it writes.
        most: u64,
    },
    /// Anthropic's client cannot be made.
    #[error("could not set up Anthropic's client")]
    Anthropic(#[from] SetupError),
    /// The key cannot stand in a header.
    #[error("the API key holds characters no header can carry")]
    BadKey,
    /// Nobody gives Anthropic's key.
    #[error("nobody gives the key of Anthropic")]
    NoKey,
}

/// The built-in table of models with the operator's over it.
///
/// # Errors
///
/// A table that cannot be read or used.
pub fn models(path: Option<&Path>) -> Result<Models, LegsError> {
    let models = Models::built_in()?;
    let Some(path) = path else { return Ok(models) };
    let text = std::fs::read_to_string(path)
        .map_err(|source| LegsError::Unreadable { path: path.to_owned(), source })?;
    let table = models.overridden_by(&text);
    table.map_err(|source| LegsError::Table { path: path.to_owned(), source })
}

/// The providers as one; none where nobody is configured. Call it inside a runtime: credentials of
/// Bedrock are looked for beside the start.
pub(super) fn provider(
    settings: &TurnSettings,
    key: Option<Arc<dyn KeySource>>,
) -> Result<Option<Arc<dyn Provider>>, LegsError> {
    let models_path = settings.models.as_deref();
    let settings = &settings.model;
    if !settings.is_configured() {
        return Ok(None);
    }
    let models = models(models_path)?;
    let line = models.line(&settings.id)?;
    let Some(first) = line.first() else { return Ok(None) };
    let most = first.card.output_tokens;
    if settings.max_tokens > most {
        let (asked, model) = (settings.max_tokens, settings.id.clone());
        return Err(LegsError::TooManyTokens { asked, model, most });
    }
    warn_of_retirement(first);
    let anthropic = match &settings.anthropic {
        Some(access) => Some(anthropic(settings, access, key, &line)?),
        None => None,
    };
    let bedrock = bedrock::leg(settings, &line)?;
    let (bedrock, credentials) = bedrock.unzip();
    let mut legs = anthropic.into_iter().chain(bedrock);
    let Some(first) = legs.next() else { return Ok(None) };
    let timeouts = Settings { timeouts: settings.timeouts, ..Settings::default() };
    let failover = Failover::of(first, legs.collect(), timeouts, seed());
    if let Some(credentials) = credentials.flatten() {
        bedrock::watch(&credentials, &failover);
    }
    Ok(Some(Arc::new(failover)))
}

fn anthropic(
    settings: &ModelSettings,
    access: &AnthropicAccess,
    key: Option<Arc<dyn KeySource>>,
    line: &[&ModelEntry],
) -> Result<Leg, LegsError> {
    let key: Arc<dyn KeySource> = match &access.key {
        KeyPlace::Given(key) if HeaderValue::from_str(key.as_str()).is_err() => {
            return Err(LegsError::BadKey);
        }
        KeyPlace::Given(key) => Arc::new(key.clone()),
        KeyPlace::Stored(_) => key.ok_or(LegsError::NoKey)?,
    };
    let no_model = || ModelsError::Unknown(settings.id.clone());
    let (model, successors) = line.split_first().ok_or_else(no_model)?;
    let first = Anthropic::new(AnthropicConfig {
        base_url: access.base_url.clone(),
        key,
        model: (*model).clone(),
        temperature: settings.temperature,
        web_search: settings.web_search.clone(),
        prompt_caching: settings.prompt_caching,
    })?;
    let mut others: Vec<Arc<dyn Provider>> = Vec::new();
    for model in successors {
        others.push(Arc::new(first.with_model((*model).clone())?));
    }
    Ok(Leg::new(Arc::new(first), others))
}

fn warn_of_retirement(model: &ModelEntry) {
    if let Some(warning) = model.retirement_warning(SystemClock.now()) {
        tracing::warn!(
            event = "model.retires",
            model = warning.model,
            day = warning.day,
            days_left = warning.days_left,
            successor = warning.successor,
        );
    }
}

#[cfg(feature = "bedrock")]
mod bedrock {
    use super::{Arc, Failover, Leg, LegsError, ModelEntry, ModelSettings, Provider};
    use crate::{Bedrock, BedrockConfig};

    /// The leg, and the provider whose credentials are to be looked for where they are not there
    /// already; none where Bedrock is not asked or has no model of the line.
    pub(super) fn leg(
        settings: &ModelSettings,
        line: &[&ModelEntry],
    ) -> Result<Option<(Leg, Option<Bedrock>)>, LegsError> {
        let Some(access) = &settings.bedrock else { return Ok(None) };
        let mut known = line.iter().filter(|model| model.bedrock_id.is_some());
        let Some(model) = known.next() else {
            tracing::warn!(event = "provider.off", provider = "bedrock", reason = "no_model");
            return Ok(None);
        };
        let first = Bedrock::new(BedrockConfig {
            region: access.region.clone(),
            endpoint_url: access.endpoint_url.clone(),
            model: (*model).clone(),
            temperature: settings.temperature,
            prompt_caching: settings.prompt_caching,
            has_search_elsewhere: settings.web_search.is_some(),
        })?;
        let mut others: Vec<Arc<dyn Provider>> = Vec::new();
        for model in known {
            others.push(Arc::new(first.with_model((*model).clone())?));
        }
        let leg = Leg::new(Arc::new(first.clone()), others);
        Ok(Some((leg, (!access.has_keys).then_some(first))))
    }

    /// Looks for credentials beside the start, and turns the leg off where there are none.
    pub(super) fn watch(bedrock: &Bedrock, failover: &Failover) {
        let (bedrock, failover) = (bedrock.clone(), failover.clone());
        tokio::spawn(async move {
            if !bedrock.has_credentials().await {
                failover.turn_off(&bedrock.name(), "no_credentials");
            }
        });
    }
}

#[cfg(not(feature = "bedrock"))]
mod bedrock {
    use super::{Failover, Leg, LegsError, ModelEntry, ModelSettings};
    use crate::setup::model::BedrockAccess;

    /// Nothing looks for credentials.
    pub(super) enum Nobody {}

    /// No leg: this build has no Bedrock, and says so where it is asked for.
    pub(super) fn leg(
        settings: &ModelSettings,
        _line: &[&ModelEntry],
    ) -> Result<Option<(Leg, Option<Nobody>)>, LegsError> {
        if let Some(BedrockAccess { region, endpoint_url, .. }) = &settings.bedrock {
            tracing::warn!(
                event = "provider.off",
                provider = "bedrock",
                reason = "not_built_in",
                region,
                has_endpoint = endpoint_url.is_some(),
            );
        }
        Ok(None)
    }

    pub(super) fn watch(nobody: &Nobody, _failover: &Failover) {
        match *nobody {}
    }
}
