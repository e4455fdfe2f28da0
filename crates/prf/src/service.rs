//! Puts the use cases together from the configuration.

use std::sync::Arc;

use anyhow::Context;
use domain::check::Checks;
use domain::ports::{Clock, ConversationStore, LedgerStore, PromptStore, Provider, TurnStore};
use domain::turn::{TurnLimits, Turns};
use providers::{
    Anthropic, AnthropicConfig, Domains, Failover, ModelEntry, Models, SearchSettings,
};

use crate::clock::{RandomIds, SystemClock};
use crate::config::{AnthropicSettings, Config};

/// Tokens of one answer where no model is configured.
const ANSWER_TOKENS: u64 = 4096;

/// The use cases over a store.
pub(crate) fn turns<S>(
    config: &Config,
    store: &Arc<S>,
    checks: Arc<Checks>,
) -> anyhow::Result<Turns>
where
    S: ConversationStore + TurnStore + PromptStore + LedgerStore + 'static,
{
    let anthropic = config.anthropic.as_ref();
    Ok(Turns {
        conversations: store.clone(),
        turns: store.clone(),
        prompts: store.clone(),
        ledger: store.clone(),
        provider: anthropic.map(|one| provider(config, one)).transpose()?,
        checks,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        limits: TurnLimits {
            max_text_chars: config.max_text_chars,
            max_answer_tokens: anthropic.map_or(ANSWER_TOKENS, |one| one.max_tokens),
            month_tokens: config.month_tokens,
        },
    })
}

/// The built-in table of models with the operator's over it.
pub(crate) fn models(config: &Config) -> anyhow::Result<Models> {
    let models = Models::built_in()?;
    let Some(path) = &config.models else { return Ok(models) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("could not read {}", path.display()))?;
    models.overridden_by(&text).with_context(|| path.display().to_string())
}

fn provider(config: &Config, settings: &AnthropicSettings) -> anyhow::Result<Arc<dyn Provider>> {
    let models = models(config)?;
    let model = models.find(&config.model_id)?;
    warn_of_retirement(model);
    let anthropic = Anthropic::new(AnthropicConfig {
        base_url: settings.base_url.clone(),
        api_key: settings.api_key.clone(),
        model: model.clone(),
        temperature: settings.temperature,
        web_search: settings
            .web_search_max_uses
            .map(|max_uses| SearchSettings { max_uses, domains: Domains::All }),
        prompt_caching: settings.prompt_caching,
    })?;
    Ok(Arc::new(Failover::new(Arc::new(anthropic), Vec::new())))
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
