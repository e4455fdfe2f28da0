//! Puts the model's providers behind one another: Anthropic, then Amazon Bedrock.

use std::sync::Arc;

use anyhow::{Context, ensure};
use domain::meter::Meter;
use domain::model::Retirement;
use domain::ports::{Clock, Provider};
use providers::{Anthropic, AnthropicConfig, Failover, Leg, ModelEntry, Models, Settings};

use crate::clock::{SystemClock, seed};
use crate::config::{AnthropicAccess, Config, ModelSettings};

/// The built-in table of models with the operator's over it.
pub(crate) fn models(config: &Config) -> anyhow::Result<Models> {
    let models = Models::built_in()?;
    let Some(path) = &config.models else { return Ok(models) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("could not read {}", path.display()))?;
    models.overridden_by(&text).with_context(|| path.display().to_string())
}

/// Who is asked.
#[derive(Default)]
pub(crate) struct Legs {
    /// The providers as one; none where nobody is configured.
    pub(crate) provider: Option<Arc<dyn Provider>>,
    /// When the configured model may be gone; none where no day is known.
    pub(crate) retirement: Option<Retirement>,
}

/// Puts the providers together. Call it inside a runtime: credentials of Bedrock are looked for
/// beside the start.
pub(crate) fn open(config: &Config, meter: Arc<dyn Meter>) -> anyhow::Result<Legs> {
    let settings = &config.model;
    if !settings.is_configured() {
        return Ok(Legs::default());
    }
    let models = models(config)?;
    let line = models.line(&settings.id)?;
    let Some(first) = line.first() else { return Ok(Legs::default()) };
    let most = first.card.output_tokens;
    ensure!(
        settings.max_tokens <= most,
        "ANTHROPIC_MAX_TOKENS is {}, but {} writes {most} at most",
        settings.max_tokens,
        settings.id
    );
    let retirement = first.retirement();
    if let Some(retirement) = &retirement {
        warn_of(retirement);
    }
    let anthropic =
        settings.anthropic.as_ref().map(|access| anthropic(settings, access, &line)).transpose()?;
    let bedrock = bedrock::leg(settings, &line)?;
    let (bedrock, credentials) = bedrock.unzip();
    let mut legs = anthropic.into_iter().chain(bedrock);
    let Some(first) = legs.next() else { return Ok(Legs::default()) };
    let timeouts = Settings { timeouts: settings.timeouts, ..Settings::default() };
    let failover = Failover::measured(first, legs.collect(), timeouts, seed(), meter);
    if let Some(credentials) = credentials {
        bedrock::watch(&credentials, &failover);
    }
    Ok(Legs { provider: Some(Arc::new(failover)), retirement })
}

fn anthropic(
    settings: &ModelSettings,
    access: &AnthropicAccess,
    line: &[&ModelEntry],
) -> anyhow::Result<Leg> {
    let (model, successors) = line.split_first().context("no model is named")?;
    let first = Anthropic::new(AnthropicConfig {
        base_url: access.base_url.clone(),
        api_key: access.api_key.clone(),
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

fn warn_of(retirement: &Retirement) {
    if let Some(warning) = retirement.warning(SystemClock.now()) {
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
    use super::{Arc, Failover, Leg, ModelEntry, ModelSettings, Provider};
    use providers::{Bedrock, BedrockConfig};

    /// The leg, and the provider whose credentials are to be looked for; none where Bedrock is not
    /// asked or has no model of the line.
    pub(super) fn leg(
        settings: &ModelSettings,
        line: &[&ModelEntry],
    ) -> anyhow::Result<Option<(Leg, Bedrock)>> {
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
        Ok(Some((Leg::new(Arc::new(first.clone()), others), first)))
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
    use super::{Failover, Leg, ModelEntry, ModelSettings};
    use crate::config::BedrockAccess;

    /// Nothing looks for credentials.
    pub(super) enum Nobody {}

    /// No leg: this build has no Bedrock, and says so where it is asked for.
    pub(super) fn leg(
        settings: &ModelSettings,
        _line: &[&ModelEntry],
    ) -> anyhow::Result<Option<(Leg, Nobody)>> {
        if let Some(BedrockAccess { region, endpoint_url }) = &settings.bedrock {
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
