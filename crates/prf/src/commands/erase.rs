//! `prf erase`: articles gone for good, with a receipt.

use std::process::ExitCode;
use std::sync::Arc;

use domain::erasure::{Erasure, ErasurePlan, ErasureReceipt, ErasureScope};
use domain::id::{ConversationId, UserId};
use domain::ports::Clock;
use domain::retention::Retention;
use providers::setup::system::SystemClock;
use serde_json::{Value, json};

use super::{FOUND, print};
use crate::args::EraseFlags;
use crate::storage::{self, Existing};

/// Who erases by this command, in the audit log.
const ACTOR: &str = "operator";

pub(crate) fn run(flags: &EraseFlags) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(erase(flags))
}

async fn erase(flags: &EraseFlags) -> anyhow::Result<ExitCode> {
    let clock = Arc::new(SystemClock);
    let (erasure, file) = match storage::existing(&flags.store).await? {
        Existing::Sqlite(store) => {
            (Erasure { store: store.clone(), audit: store.clone(), clock }, Some(store))
        }
        #[cfg(feature = "aws")]
        Existing::Dynamo(store) => {
            let store: Arc<stores::DynamoStore> = Arc::from(store);
            (Erasure { store: store.clone(), audit: store, clock }, None)
        }
    };
    let plan = erasure.plan(&scope(flags), SystemClock.now()).await?;
    if !flags.yes {
        print(&format!("{}\n", planned(&plan)))?;
        return Ok(ExitCode::from(FOUND));
    }
    let receipt = erasure.erase(plan, ACTOR).await?;
    if let Some(file) = file {
        tokio::task::spawn_blocking(move || file.rewrite()).await??;
    }
    print(&format!("{}\n", written(&receipt)))?;
    Ok(if receipt.running.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

fn scope(flags: &EraseFlags) -> ErasureScope {
    let user = flags.user.as_deref().map(UserId::new);
    match (&flags.conversation, user) {
        (Some(id), user) => ErasureScope::Conversation { user, id: ConversationId::new(id) },
        (None, Some(user)) => ErasureScope::User { user, has_dictionary: flags.dictionary },
        (None, None) => {
            ErasureScope::Over(Retention::of_days(flags.older_than.unwrap_or(u32::MAX)))
        }
    }
}

fn listed(conversations: &[(UserId, ConversationId)]) -> Vec<Value> {
    let one = |(user, id): &(UserId, ConversationId)| json!({"user": user.as_str(), "conversation": id.as_str()});
    conversations.iter().map(one).collect()
}

fn planned(plan: &ErasurePlan) -> Value {
    json!({"wouldErase": listed(&plan.conversations), "running": listed(&plan.running)})
}

fn written(receipt: &ErasureReceipt) -> Value {
    json!({
        "at": receipt.at.rfc3339(),
        "erased": listed(&receipt.conversations),
        "running": listed(&receipt.running),
        "turns": receipt.turns,
        "dictionaryEntries": receipt.dictionary_entries,
        "auditSequence": receipt.sequence,
        "auditHash": receipt.hash,
    })
}
