//! Conversations, messages, drafts and decisions.

use async_trait::async_trait;
use domain::conversation::{Conversation, Decision, Draft, Message};
use domain::id::{ConversationId, UserId};
use domain::ports::{
    ConversationChange, ConversationStore, Created, ListFilter, MessageRange, Page, StoreError,
};
use domain::time::Timestamp;

use super::{Store, end_of, next_number, numbered, partition_of, with_prefix};
use crate::rows::{self, ConversationRow, DecisionRow, DraftRow, MessageRow};
use crate::table::{Backend, Order, Range, Rows, Table, key_part};

const TABLE: Table = Table::Conversations;
/// The list is read in steps of so many rows until the page is full.
const LIST_STEP: usize = 100;
/// At most so many rows of one page.
const PAGE_LIMIT: usize = 200;

fn read_header(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &ConversationId,
) -> Result<Option<Conversation>, StoreError> {
    let body = rows.get(TABLE, &key_part(user.as_str()), &key_part(id.as_str()))?;
    let Some(body) = body else { return Ok(None) };
    rows::read::<ConversationRow>("conversation", &body)?.conversation().map(Some)
}

fn list_partition(user: &UserId) -> String {
    format!("{}##list", key_part(user.as_str()))
}

/// Sorts descending to pinned first, then newest, then greatest id.
fn list_key(conversation: &Conversation) -> String {
    let pinned = u8::from(conversation.pinned);
    let id = key_part(conversation.id.as_str());
    format!("{pinned}#{}#{id}", conversation.updated_at.rfc3339())
}

/// Writes a header and moves its place in the list.
fn write_header(
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
fn touch(rows: &mut dyn Rows, header: &Conversation, at: Timestamp) -> Result<(), StoreError> {
    let updated_at = header.updated_at.max(at);
    write_header(rows, Some(header), &Conversation { updated_at, ..header.clone() })
}

fn list(
    rows: &mut dyn Rows,
    user: &UserId,
    filter: &ListFilter,
) -> Result<Page<Conversation>, StoreError> {
    let limit = filter.limit.clamp(1, PAGE_LIMIT);
    let wanted = filter.title_contains.as_ref().map(|title| title.to_lowercase());
    let is_wanted = |conversation: &Conversation| {
        let has_engine = filter.engine.is_none_or(|engine| conversation.engine == engine);
        let title = conversation.title.as_str();
        has_engine && wanted.as_ref().is_none_or(|wanted| title.to_lowercase().contains(wanted))
    };
    let mut before = filter.cursor.clone().unwrap_or_else(|| end_of(""));
    let mut found = Vec::new();
    loop {
        let range = Range { from: "", before: &before, order: Order::Descending, limit: LIST_STEP };
        let step = rows.range(TABLE, &list_partition(user), range)?;
        let is_last = step.len() < LIST_STEP;
        for (key, id) in step {
            let body = rows.get(TABLE, &key_part(user.as_str()), &id)?;
            before = key;
            // One unreadable header must not take the whole list away; reading it by its id says
            // what is wrong.
            let row = body.and_then(|body| rows::read::<ConversationRow>("header", &body).ok());
            let header = row.and_then(|row| row.conversation().ok());
            if let Some(header) = header.filter(|header| is_wanted(header)) {
                found.push(header);
            }
            if found.len() == limit {
                return Ok(Page { rows: found, next: Some(before) });
            }
        }
        if is_last {
            return Ok(Page { rows: found, next: None });
        }
    }
}

fn append(rows: &mut dyn Rows, partition: &str, messages: &[Message]) -> Result<usize, StoreError> {
    let mut appended = 0;
    for message in messages {
        let id_key = format!("i#{}", message.id);
        if rows.get(TABLE, partition, &id_key)?.is_some() {
            continue;
        }
        let number = next_number(rows, partition, "n#messages")?;
        let body = rows::write("message", &MessageRow::from(message))?;
        rows.put(TABLE, partition, &numbered("m#", number), &body)?;
        rows.put(TABLE, partition, &id_key, &number.to_string())?;
        appended += 1;
    }
    Ok(appended)
}

/// Appends messages and sets the last activity; none without a header.
pub(super) fn append_to(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &ConversationId,
    messages: &[Message],
    at: Timestamp,
) -> Result<Option<usize>, StoreError> {
    let Some(header) = read_header(rows, user, id)? else { return Ok(None) };
    touch(rows, &header, at)?;
    append(rows, &partition_of(user, id), messages).map(Some)
}

/// Saves a question, with the header of its conversation where there is none.
pub(super) fn save_into(
    rows: &mut dyn Rows,
    header: &Conversation,
    question: &Message,
) -> Result<(), StoreError> {
    match read_header(rows, &header.user_id, &header.id)? {
        Some(existing) => touch(rows, &existing, question.at)?,
        None => write_header(rows, None, header)?,
    }
    let partition = partition_of(&header.user_id, &header.id);
    append(rows, &partition, std::slice::from_ref(question))?;
    Ok(())
}

fn read_messages(
    rows: &mut dyn Rows,
    partition: &str,
    wanted: &MessageRange,
) -> Result<Vec<Message>, StoreError> {
    let before = match &wanted.before {
        None => end_of("m#"),
        Some(id) => match rows.get(TABLE, partition, &format!("i#{id}"))? {
            Some(number) => numbered("m#", rows::read("message number", &number)?),
            None => return Ok(Vec::new()),
        },
    };
    let range = Range {
        from: "m#",
        before: &before,
        order: Order::Descending,
        limit: wanted.limit.unwrap_or(usize::MAX),
    };
    let found = rows.range(TABLE, partition, range)?;
    let newest_first = found.iter().rev();
    newest_first.map(|(_, body)| rows::read::<MessageRow>("message", body)?.message()).collect()
}

fn save_draft(
    rows: &mut dyn Rows,
    header: &Conversation,
    partition: &str,
    draft: &Draft,
) -> Result<(), StoreError> {
    let stored = match rows.get(TABLE, partition, "d#draft")? {
        Some(body) => rows::read::<DraftRow>("draft", &body)?.version,
        None => 0,
    };
    if stored + 1 != draft.version {
        return Err(StoreError::Conflict);
    }
    rows.put(TABLE, partition, "d#draft", &rows::write("draft", &DraftRow::from(draft))?)?;
    touch(rows, header, draft.updated_at)
}

fn add_decisions(
    rows: &mut dyn Rows,
    partition: &str,
    decisions: &[Decision],
) -> Result<usize, StoreError> {
    let mut added = 0;
    for decision in decisions {
        let id_key = format!("y#{}", decision.id);
        if rows.get(TABLE, partition, &id_key)?.is_some() {
            continue;
        }
        let number = next_number(rows, partition, "n#decisions")?;
        let body = rows::write("decision", &DecisionRow::from(decision))?;
        rows.put(TABLE, partition, &numbered("x#", number), &body)?;
        rows.put(TABLE, partition, &id_key, &number.to_string())?;
        added += 1;
    }
    Ok(added)
}

fn delete(rows: &mut dyn Rows, user: &UserId, id: &ConversationId) -> Result<bool, StoreError> {
    let (owner, key) = (key_part(user.as_str()), key_part(id.as_str()));
    let is_there = rows.get(TABLE, &owner, &key)?.is_some();
    if !is_there {
        return Ok(false);
    }
    let list = list_partition(user);
    for (place, listed) in with_prefix(rows, TABLE, &list, "")? {
        if listed == key {
            rows.delete(TABLE, &list, &place)?;
        }
    }
    let partition = partition_of(user, id);
    for (sort, _) in with_prefix(rows, TABLE, &partition, "")? {
        let turn = sort.strip_prefix("j#").and_then(|rest| rest.split('#').next());
        if let Some(turn) = turn {
            rows.delete(TABLE, &super::turns::partition(user), turn)?;
            rows.delete(TABLE, super::turns::OPEN, turn)?;
        }
        rows.delete(TABLE, &partition, &sort)?;
    }
    rows.delete(TABLE, &owner, &key)?;
    Ok(true)
}

#[async_trait]
impl<B: Backend> ConversationStore for Store<B> {
    async fn create(&self, conversation: &Conversation) -> Result<Created, StoreError> {
        let new = conversation.clone();
        self.transact(move |rows| {
            if let Some(existing) = read_header(rows, &new.user_id, &new.id)? {
                return Ok(Created::Existing(existing));
            }
            write_header(rows, None, &new)?;
            Ok(Created::New)
        })
        .await
    }

    async fn header(
        &self,
        user: &UserId,
        id: &ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        let (user, id) = (user.clone(), id.clone());
        self.read(move |rows| read_header(rows, &user, &id)).await
    }

    async fn list(
        &self,
        user: &UserId,
        filter: &ListFilter,
    ) -> Result<Page<Conversation>, StoreError> {
        let (user, filter) = (user.clone(), filter.clone());
        self.read(move |rows| list(rows, &user, &filter)).await
    }

    async fn update(
        &self,
        user: &UserId,
        id: &ConversationId,
        change: &ConversationChange,
    ) -> Result<bool, StoreError> {
        let (user, id, change) = (user.clone(), id.clone(), change.clone());
        self.transact(move |rows| {
            let Some(header) = read_header(rows, &user, &id)? else { return Ok(false) };
            let mut changed = header.clone();
            if let Some(title) = &change.title {
                changed.title.clone_from(title);
            }
            changed.pinned = change.pinned.unwrap_or(changed.pinned);
            write_header(rows, Some(&header), &changed)?;
            Ok(true)
        })
        .await
    }

    async fn delete(&self, user: &UserId, id: &ConversationId) -> Result<bool, StoreError> {
        let (user, id) = (user.clone(), id.clone());
        self.transact(move |rows| delete(rows, &user, &id)).await
    }

    async fn append_messages(
        &self,
        user: &UserId,
        id: &ConversationId,
        messages: &[Message],
        at: Timestamp,
    ) -> Result<Option<usize>, StoreError> {
        let (user, id, messages) = (user.clone(), id.clone(), messages.to_vec());
        self.transact(move |rows| append_to(rows, &user, &id, &messages, at)).await
    }

    async fn messages(
        &self,
        user: &UserId,
        id: &ConversationId,
        range: &MessageRange,
    ) -> Result<Vec<Message>, StoreError> {
        let (partition, range) = (partition_of(user, id), range.clone());
        self.read(move |rows| read_messages(rows, &partition, &range)).await
    }

    async fn draft(&self, user: &UserId, id: &ConversationId) -> Result<Option<Draft>, StoreError> {
        let partition = partition_of(user, id);
        self.read(move |rows| {
            let Some(body) = rows.get(TABLE, &partition, "d#draft")? else { return Ok(None) };
            rows::read::<DraftRow>("draft", &body)?.draft().map(Some)
        })
        .await
    }

    async fn save_draft(
        &self,
        user: &UserId,
        id: &ConversationId,
        draft: &Draft,
    ) -> Result<bool, StoreError> {
        let (user, id, draft) = (user.clone(), id.clone(), draft.clone());
        self.transact(move |rows| {
            let Some(header) = read_header(rows, &user, &id)? else { return Ok(false) };
            save_draft(rows, &header, &partition_of(&user, &id), &draft)?;
            Ok(true)
        })
        .await
    }

    async fn add_decisions(
        &self,
        user: &UserId,
        id: &ConversationId,
        decisions: &[Decision],
    ) -> Result<Option<usize>, StoreError> {
        let (user, id, decisions) = (user.clone(), id.clone(), decisions.to_vec());
        self.transact(move |rows| {
            let is_there = read_header(rows, &user, &id)?.is_some();
            let partition = partition_of(&user, &id);
            is_there.then(|| add_decisions(rows, &partition, &decisions)).transpose()
        })
        .await
    }

    async fn decisions(
        &self,
        user: &UserId,
        id: &ConversationId,
    ) -> Result<Vec<Decision>, StoreError> {
        let partition = partition_of(user, id);
        self.read(move |rows| {
            let found = with_prefix(rows, TABLE, &partition, "x#")?;
            let bodies = found.iter();
            bodies
                .map(|(_, body)| rows::read::<DecisionRow>("decision", body)?.decision())
                .collect()
        })
        .await
    }
}
