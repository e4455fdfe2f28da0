//! Puts the use cases together from the configuration.

use std::sync::Arc;

use domain::check::Checks;
use domain::meter::Meter;
use domain::ports::{ConversationStore, LedgerStore, PromptStore, Provider, QuotaStore, TurnStore};
use domain::turn::Turns;
use stores::{OpenError, SqliteOptions, SqliteStore};

use crate::config::Config;

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
    S: ConversationStore + TurnStore + PromptStore + LedgerStore + QuotaStore + 'static,
{
    Ok(config.turns.turns(store, checks, provider, meter)?)
}
