//! Conversations, messages, drafts and decisions.

mod decisions;
mod header;
mod list;
mod messages;
mod removal;
mod search;
mod versions;

use std::sync::Arc;

use async_trait::async_trait;
use domain::conversation::{Conversation, Decision, Draft, Message};
use domain::id::{ConversationId, UserId};
use domain::ports::{
    Basis, Conclusion, ConversationChange, ConversationStore, Created, ListFilter, MessageRange,
    Opening, Page, StoreError,
};
use domain::time::Timestamp;
use domain::turn::{Outcome, TurnKind, TurnRecord};

use super::{Store, partition_of, with_prefix};
use crate::rows::{self, DecisionRow, DraftRow};
use crate::table::{Backend, Rows, Table};
use removal::Removal;

const TABLE: Table = Table::Conversations;

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
    versions::keep_draft(rows, partition, &header.user_id, draft)?;
    let updated_at = header.updated_at.max(draft.updated_at);
    let article = header.article.saved(&draft.findings);
    header::write(rows, Some(header), &Conversation { updated_at, article, ..header.clone() })
}

/// What must be done before a turn writes to a conversation.
pub(super) enum Unready {
    /// Messages were taken out of its old header, perhaps not all.
    Split,
    /// What is left of one that was removed must go first.
    Removing,
}

/// Whether a turn may write to its conversation; takes one step where it may not yet.
pub(super) fn ready(
    rows: &mut dyn Rows,
    turn: &TurnRecord,
    at_once: usize,
) -> Result<Option<Unready>, StoreError> {
    let (user, id) = (&turn.user_id, &turn.conversation_id);
    let Some(body) = header::body(rows, user, id)? else {
        let is_begun = removal::is_begun(rows, user, id)?;
        return Ok(is_begun.then_some(Unready::Removing));
    };
    if rows::old_messages(&body)?.is_empty() {
        return Ok(None);
    }
    messages::split(rows, user, id, at_once)?;
    Ok(Some(Unready::Split))
}

/// Whether the conversation still ends with the message a request was built on, and has no stricter
/// embargo than the request keeps to.
pub(super) fn is_current(rows: &mut dyn Rows, opening: &Opening) -> Result<bool, StoreError> {
    let (user, id) = (&opening.record.user_id, &opening.record.conversation_id);
    let header = header::read(rows, user, id)?;
    if header.is_some_and(|header| header.article.embargo > opening.embargo) {
        return Ok(false);
    }
    match &opening.basis {
        Basis::Nothing => Ok(true),
        Basis::MessagesUpTo(known) => {
            Ok(messages::last_id(rows, &partition_of(user, id))? == *known)
        }
    }
}

/// Saves a question, with the header of its conversation where there is none.
pub(super) fn save_question(
    rows: &mut dyn Rows,
    kind: TurnKind,
    new: &Conversation,
    question: &Message,
) -> Result<(), StoreError> {
    let existing = header::read(rows, &new.user_id, &new.id)?;
    let mut after = existing.clone().unwrap_or_else(|| new.clone());
    after.updated_at = after.updated_at.max(question.at);
    after.article.embargo = after.article.embargo.max(new.article.embargo);
    if kind == TurnKind::Proofread {
        after.article = after.article.proofreading();
    }
    header::write(rows, existing.as_ref(), &after)?;
    let partition = partition_of(&new.user_id, &new.id);
    messages::append(rows, &partition, std::slice::from_ref(question)).map(drop)
}

/// Saves what a turn leaves in its conversation, where that is still there.
pub(super) fn save_end(rows: &mut dyn Rows, conclusion: &Conclusion) -> Result<(), StoreError> {
    let Conclusion { record: turn, outcome, answer, at, .. } = conclusion;
    let (user, id) = (&turn.user_id, &turn.conversation_id);
    let Some(before) = header::read(rows, user, id)? else { return Ok(()) };
    let mut after = before.clone();
    if turn.kind == TurnKind::Proofread {
        let findings = answer.as_ref().and_then(|message| message.answer.as_ref());
        let count = findings.map_or(0, |answer| answer.findings.len());
        after.article = before.article.proofread(count, *outcome == Outcome::Completed);
    }
    if answer.is_some() {
        after.updated_at = before.updated_at.max(*at);
    }
    if after != before {
        header::write(rows, Some(&before), &after)?;
    }
    let Some(answer) = answer else { return Ok(()) };
    messages::append(rows, &partition_of(user, id), std::slice::from_ref(answer)).map(drop)
}

/// What goes at once, in order; one step, and be it empty, always goes.
fn steps<T>(all: &[T], at_once: usize) -> impl Iterator<Item = &[T]> {
    let first = all.is_empty().then_some(all);
    first.into_iter().chain(all.chunks(at_once.max(1)))
}

impl<B: Backend> Store<B> {
    /// Takes headers that an earlier program wrote into the list, as many as go at once.
    async fn adopt(&self, user: &UserId) -> Result<(), StoreError> {
        let owner = user.clone();
        self.transact(move |rows| list::adopt(rows, &owner, B::ROWS_AT_ONCE)).await.map(drop)
    }

    /// Runs work on a header, whose messages have rows of their own by then. None without a header.
    async fn on_header<T: Send + 'static>(
        &self,
        user: &UserId,
        id: &ConversationId,
        work: impl Fn(&mut dyn Rows, &Conversation) -> Result<T, StoreError> + Send + Sync + 'static,
    ) -> Result<Option<T>, StoreError> {
        let work = Arc::new(work);
        loop {
            let (user, id, work) = (user.clone(), id.clone(), Arc::clone(&work));
            let done = self.transact(move |rows| {
                let Some(body) = header::body(rows, &user, &id)? else { return Ok(Some(None)) };
                if !rows::old_messages(&body)?.is_empty() {
                    messages::split(rows, &user, &id, B::ROWS_AT_ONCE)?;
                    return Ok(None);
                }
                work(rows, &header::parse(&body)?).map(|done| Some(Some(done)))
            });
            if let Some(done) = done.await? {
                return Ok(done);
            }
        }
    }

    /// Removes what is there of a conversation; false when there was nothing.
    pub(super) async fn remove(
        &self,
        user: &UserId,
        id: &ConversationId,
    ) -> Result<bool, StoreError> {
        let mut was_there = false;
        loop {
            let (user, id) = (user.clone(), id.clone());
            let step = move |rows: &mut dyn Rows| removal::step(rows, &user, &id, B::ROWS_AT_ONCE);
            match self.transact(step).await? {
                Removal::Nothing => return Ok(was_there),
                Removal::Begun => was_there = true,
                Removal::Done => return Ok(true),
            }
        }
    }
}

#[async_trait]
impl<B: Backend> ConversationStore for Store<B> {
    async fn create(&self, conversation: &Conversation) -> Result<Created, StoreError> {
        loop {
            let new = conversation.clone();
            let created = self.transact(move |rows| {
                if let Some(existing) = header::read(rows, &new.user_id, &new.id)? {
                    return Ok(Some(Created::Existing(existing)));
                }
                if removal::is_begun(rows, &new.user_id, &new.id)? {
                    return Ok(None);
                }
                header::write(rows, None, &new)?;
                Ok(Some(Created::New))
            });
            if let Some(created) = created.await? {
                return Ok(created);
            }
            self.remove(&conversation.user_id, &conversation.id).await?;
        }
    }

    async fn header(
        &self,
        user: &UserId,
        id: &ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        let (user, id) = (user.clone(), id.clone());
        self.read(move |rows| header::read(rows, &user, &id)).await
    }

    async fn list(
        &self,
        user: &UserId,
        filter: &ListFilter,
    ) -> Result<Page<Conversation>, StoreError> {
        loop {
            let (owner, filter) = (user.clone(), filter.clone());
            let page = self.read(move |rows| list::page(rows, &owner, &filter));
            if let Some(page) = page.await? {
                return Ok(page);
            }
            self.adopt(user).await?;
        }
    }

    async fn update(
        &self,
        user: &UserId,
        id: &ConversationId,
        change: &ConversationChange,
    ) -> Result<bool, StoreError> {
        let change = change.clone();
        let updated = self.on_header(user, id, move |rows, header| {
            let mut changed = header.clone();
            if let Some(title) = &change.title {
                changed.title.clone_from(title);
            }
            changed.pinned = change.pinned.unwrap_or(changed.pinned);
            changed.article.state = change.state.unwrap_or(changed.article.state);
            changed.article.embargo = change.embargo.unwrap_or(changed.article.embargo);
            if let Some(reporter) = &change.reporter {
                changed.article.reporter = Some(reporter.clone());
            }
            if let Some(desk) = &change.desk {
                changed.article.desk = Some(desk.clone());
            }
            header::write(rows, Some(header), &changed)
        });
        Ok(updated.await?.is_some())
    }

    async fn delete(&self, user: &UserId, id: &ConversationId) -> Result<bool, StoreError> {
        self.remove(user, id).await
    }

    async fn append_messages(
        &self,
        user: &UserId,
        id: &ConversationId,
        messages: &[Message],
        at: Timestamp,
    ) -> Result<Option<usize>, StoreError> {
        let partition = partition_of(user, id);
        let mut appended = 0;
        for step in steps(messages, B::ROWS_AT_ONCE / 2) {
            let (partition, step) = (partition.clone(), step.to_vec());
            let more = self.on_header(user, id, move |rows, header| {
                header::touch(rows, header, at)?;
                messages::append(rows, &partition, &step)
            });
            let Some(more) = more.await? else { return Ok(None) };
            appended += more;
        }
        Ok(Some(appended))
    }

    async fn messages(
        &self,
        user: &UserId,
        id: &ConversationId,
        range: &MessageRange,
    ) -> Result<Vec<Message>, StoreError> {
        let (user, id, range) = (user.clone(), id.clone(), range.clone());
        self.glance(move |rows| messages::read(rows, &user, &id, &range)).await
    }

    async fn draft(&self, user: &UserId, id: &ConversationId) -> Result<Option<Draft>, StoreError> {
        let partition = partition_of(user, id);
        self.glance(move |rows| {
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
        let (partition, draft) = (partition_of(user, id), draft.clone());
        let saved = self
            .on_header(user, id, move |rows, header| save_draft(rows, header, &partition, &draft));
        Ok(saved.await?.is_some())
    }

    async fn add_decisions(
        &self,
        user: &UserId,
        id: &ConversationId,
        decisions: &[Decision],
    ) -> Result<Option<usize>, StoreError> {
        let partition = partition_of(user, id);
        let mut added = 0;
        for step in steps(decisions, B::ROWS_AT_ONCE / decisions::ROWS_OF_ONE) {
            let (partition, step) = (partition.clone(), step.to_vec());
            let more = self.on_header(user, id, move |rows, header| {
                decisions::add(rows, &partition, header.engine, &step)
            });
            let Some(more) = more.await? else { return Ok(None) };
            added += more;
        }
        Ok(Some(added))
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
