//! Articles whose time is over go once a day, while the server runs.

use std::sync::Arc;
use std::time::Duration;

use domain::erasure::{Erasure, ErasureScope};
use domain::ports::StoreError;
use domain::retention::Retention;
use providers::setup::system::SystemClock;
use stores::SqliteStore;

/// Who erases then, in the audit log.
const ACTOR: &str = "retention";

/// Between two sweeps; the first comes with the start.
const SWEEP_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Sweeps until the server ends; a sweep that fails is done with the next.
pub(crate) async fn sweep_daily(store: Arc<SqliteStore>, retention: Retention) {
    let erasure = Erasure { store: store.clone(), audit: store, clock: Arc::new(SystemClock) };
    loop {
        if let Err(error) = sweep(&erasure, &retention).await {
            tracing::warn!(event = "retention.not_swept", code = error.code());
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

async fn sweep(erasure: &Erasure, retention: &Retention) -> Result<(), StoreError> {
    let scope = ErasureScope::Over(retention.clone());
    let plan = erasure.plan(&scope, erasure.clock.now()).await?;
    if plan.conversations.is_empty() {
        return Ok(());
    }
    let receipt = erasure.erase(plan, ACTOR).await?;
    tracing::info!(
        event = "retention.swept",
        erased = receipt.conversations.len(),
        audit_sequence = receipt.sequence
    );
    Ok(())
}
