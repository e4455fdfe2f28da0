//! Puts the use cases together from the configuration.

use std::sync::Arc;

use anyhow::Context;
use domain::check::Checks;
use domain::ports::{Clock, ConversationStore, LedgerStore, PromptStore, Provider, TurnStore};
use domain::prefix::Prefixes;
use domain::turn::{TurnLimits, Turns};
use providers::{Anthropic, AnthropicConfig, Failover, Models, Timeouts};

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
        prefixes: anthropic
            .filter(|one| one.prompt_caching)
            .map(|_| Arc::new(Prefixes::new(SystemClock.now()))),
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

fn provider(config: &Config, settings: &AnthropicSettings) -> anyhow::Result<Arc<dyn Provider>> {
    let models = match &config.models {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("could not read {}", path.display()))?;
            Models::parse(&text).with_context(|| path.display().to_string())?
        }
        None => Models::built_in()?,
    };
    let anthropic = Anthropic::new(AnthropicConfig {
        base_url: settings.base_url.clone(),
        api_key: settings.api_key.clone(),
        model: models.find(&settings.model_id)?.clone(),
        temperature: settings.temperature,
        web_search_max_uses: settings.web_search_max_uses,
        prompt_caching: settings.prompt_caching,
        timeouts: Timeouts::default(),
    })?;
    Ok(Arc::new(Failover::new(Arc::new(anthropic), Vec::new())))
}
