//! Puts the use cases together from the configuration.

use std::sync::Arc;

use domain::check::Checks;
use domain::meter::Meter;
use domain::ports::{Clock, ConversationStore, LedgerStore, PromptStore, Provider, TurnStore};
use domain::prefix::Prefixes;
use domain::turn::{TurnLimits, Turns};
use stores::{OpenError, SqliteOptions, SqliteStore};

use crate::clock::{RandomIds, SystemClock};
use crate::config::Config;
use crate::quotas;

/// The database inside the data directory.
pub(crate) const DATABASE: &str = "prf.sqlite";

/// The database of the data directory; made where there is none.
pub(crate) fn open_store(config: &Config) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(&config.data.join(DATABASE), SqliteOptions::default())
}

/// The database of the data directory, for commands that only look into it.
pub(crate) fn open_existing_store(config: &Config) -> anyhow::Result<Arc<SqliteStore>> {
    let path = config.data.join(DATABASE);
    anyhow::ensure!(path.is_file(), "there is no database {} (no_database)", path.display());
    Ok(Arc::new(open_store(config)?))
}

/// The use cases over a store.
pub(crate) fn turns<S>(
    config: &Config,
    store: &Arc<S>,
    checks: Arc<Checks>,
    provider: Option<Arc<dyn Provider>>,
    meter: Arc<dyn Meter>,
) -> anyhow::Result<Turns>
where
    S: ConversationStore + TurnStore + PromptStore + LedgerStore + 'static,
{
    Ok(Turns {
        conversations: store.clone(),
        turns: store.clone(),
        prompts: store.clone(),
        ledger: store.clone(),
        provider,
        prefixes: (config.model.is_configured() && config.model.prompt_caching)
            .then(|| Arc::new(Prefixes::new(SystemClock.now()))),
        checks,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        meter,
        limits: TurnLimits {
            max_text_chars: config.max_text_chars,
            max_answer_tokens: config.model.max_tokens,
            max_web_searches: config.model.web_search.as_ref().map_or(0, |one| one.max_uses.into()),
            quotas: quotas::load(config)?,
        },
    })
}
