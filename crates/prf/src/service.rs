//! Puts the use cases together from the configuration.

use std::sync::Arc;

use anyhow::Context;
use domain::check::Checks;
use domain::ports::{Clock, ConversationStore, LedgerStore, PromptStore, Provider, TurnStore};
use domain::prefix::Prefixes;
use domain::turn::{TurnLimits, Turns};
use providers::{
    Anthropic, AnthropicConfig, Domains, Failover, ModelEntry, Models, SearchSettings,
};
use stores::{SqliteOptions, SqliteStore};

use crate::clock::{RandomIds, SystemClock};
use crate::config::{AnthropicSettings, Config};
use crate::quotas;

/// The database inside the data directory.
const DATABASE: &str = "prf.sqlite";

/// Tokens of one answer where no model is configured.
const ANSWER_TOKENS: u64 = 4096;

/// The database of the data directory; made where there is none.
pub(crate) fn open_store(config: &Config) -> anyhow::Result<Arc<SqliteStore>> {
    let path = config.data.join(DATABASE);
    Ok(Arc::new(SqliteStore::open(&path, SqliteOptions::default())?))
}

/// The database of the data directory, for commands that only look into it.
pub(crate) fn open_existing_store(config: &Config) -> anyhow::Result<Arc<SqliteStore>> {
    let path = config.data.join(DATABASE);
    anyhow::ensure!(path.is_file(), "there is no database {} (no_database)", path.display());
    open_store(config)
}

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
        prefixes: anthropic
            .filter(|one| one.prompt_caching)
            .map(|_| Arc::new(Prefixes::new(SystemClock.now()))),
        checks,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        limits: TurnLimits {
            max_text_chars: config.max_text_chars,
            max_answer_tokens: anthropic.map_or(ANSWER_TOKENS, |one| one.max_tokens),
            max_web_searches: anthropic.and_then(|one| one.web_search_max_uses).unwrap_or(0).into(),
            quotas: quotas::load(config)?,
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
