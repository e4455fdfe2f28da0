//! Headers, and their places in the list.

use domain::conversation::Conversation;
use domain::id::{ConversationId, UserId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use super::TABLE;
use crate::rows::{self, ConversationRow};
use crate::table::{Rows, key_part};

/// The header as it stands in its row.
pub(super) fn body(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &ConversationId,
) -> Result<Option<String>, StoreError> {
    rows.get(TABLE, &key_part(user.as_str()), &key_part(id.as_str()))
}

/// The header.
pub(super) fn read(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &ConversationId,
) -> Result<Option<Conversation>, StoreError> {
    let Some(body) = body(rows, user, id)? else { return Ok(None) };
    parse(&body).map(Some)
}

/// The header in the text of its row.
pub(super) fn parse(body: &str) -> Result<Conversation, StoreError> {
    rows::read::<ConversationRow>("conversation", body)?.conversation()
}

/// The partition of a user's list.
pub(super) fn list_partition(user: &UserId) -> String {
    format!("{}##list", key_part(user.as_str()))
}

/// Sorts descending to pinned first, then newest, then greatest id.
pub(super) fn list_key(conversation: &Conversation) -> String {
    let pinned = u8::from(conversation.pinned);
    let id = key_part(conversation.id.as_str());
    format!("{pinned}#{}#{id}", conversation.updated_at.rfc3339())
}

/// Writes a header and moves its place in the list.
pub(super) fn write(
    rows: &mut dyn Rows,
    before: Option<&Conversation>,
    after: &Conversation,
) -> Result<(), StoreError> {
    let list = list_partition(&after.user_id);
    if let Some(before) = before {
        rows.delete(TABLE, &list, &list_key(before))?;
    }
    let id = key_part(after.id.as_str());
    rows.put(TABLE, &list, &list_key(after), &id)?;
    let body = rows::write("conversation", &ConversationRow::from(after))?;
    rows.put(TABLE, &key_part(after.user_id.as_str()), &id, &body)
}

/// Sets the last activity; it never goes back.
pub(super) fn touch(
    rows: &mut dyn Rows,
    header: &Conversation,
    at: Timestamp,
) -> Result<(), StoreError> {
    let updated_at = header.updated_at.max(at);
    write(rows, Some(header), &Conversation { updated_at, ..header.clone() })
}
