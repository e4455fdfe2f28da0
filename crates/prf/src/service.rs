//! Puts the use cases together from the configuration.

use std::sync::Arc;

use domain::check::Checks;
use domain::ports::{ConversationStore, LedgerStore, PromptStore, TurnStore};
use domain::turn::{TurnLimits, Turns};

use crate::clock::{RandomIds, SystemClock};
use crate::config::Config;
use crate::legs;

/// The use cases over a store.
pub(crate) fn turns<S>(
    config: &Config,
    store: &Arc<S>,
    checks: Arc<Checks>,
) -> anyhow::Result<Turns>
where
    S: ConversationStore + TurnStore + PromptStore + LedgerStore + 'static,
{
    Ok(Turns {
        conversations: store.clone(),
        turns: store.clone(),
        prompts: store.clone(),
        ledger: store.clone(),
        provider: legs::provider(config)?,
        checks,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        limits: TurnLimits {
            max_text_chars: config.max_text_chars,
            max_answer_tokens: config.model.max_tokens,
            month_tokens: config.month_tokens,
        },
    })
}
