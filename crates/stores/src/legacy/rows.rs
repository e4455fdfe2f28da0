//! What was read of an old item as rows of this service, laid out by the store itself.

use domain::ports::{ConversationStore, PromptStore, StoreError};
use futures::TryStreamExt;

use super::{Old, OldConversation};
use crate::MemoryStore;
use crate::bulk::Row;
use crate::store::prompts::write_prompt;

/// The rows; totals and sockets have none.
///
/// # Errors
///
/// The store cannot put something into words.
pub async fn rows(old: &Old) -> Result<Vec<Row>, StoreError> {
    let store = MemoryStore::default();
    match old {
        Old::Conversation(OldConversation { header, messages, .. }) => {
            store.create(header).await?;
            let (user, id, at) = (&header.user_id, &header.id, header.updated_at);
            store.append_messages(user, id, messages, at).await?;
        }
        Old::Prompt(prompt) => {
            let prompt = prompt.clone();
            store.transact(move |rows| write_prompt(rows, &prompt)).await?;
        }
        Old::File(file) => store.add_file(file).await?,
        Old::Totals(_) | Old::Socket => return Ok(Vec::new()),
    }
    store.dump().try_concat().await
}
