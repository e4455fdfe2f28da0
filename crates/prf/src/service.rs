//! Puts the use cases together from the configuration.

use std::sync::Arc;

use domain::check::Checks;
use domain::ports::{ConversationStore, LedgerStore, PromptStore, TurnStore};
use domain::turn::Turns;
use stores::{SqliteOptions, SqliteStore};

use crate::config::Config;

/// The database inside the data directory.
const DATABASE: &str = "prf.sqlite";

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
    Ok(config.turns.turns(store, checks, None)?)
}
