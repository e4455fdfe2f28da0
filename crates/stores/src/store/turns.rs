//! Turns and their journal.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::id::{IdempotencyKey, TurnId, UserId};
use domain::ports::{Conclusion, OpenedTurn, Opening, StoreError, TurnStore};
use domain::turn::{SequencedEvent, TurnRecord};
use serde::{Deserialize, Serialize};

use super::conversations::{self, Unready};
use super::{Store, end_of, ledger, numbered, partition_of, with_prefix};
use crate::rows::{self, JournalRow, TurnRow};
use crate::table::{Backend, Range, Rows, Table, key_part};

const TABLE: Table = Table::Conversations;
/// The partition of open turns.
pub(super) const OPEN: &str = "##open";
/// The beginning of a turn waits so long for the writes of other turns where these come …
const A_MOMENT: Duration = Duration::from_millis(25);
/// … and everything after it so long.
const A_WHILE: Duration = Duration::from_millis(100);
/// A key is remembered so long.
const KEY_LIFE_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyRow {
    turn_id: String,
    at_millis: i64,
}

/// The partition of a user's turns.
pub(super) fn partition(user: &UserId) -> String {
    format!("{}##turns", key_part(user.as_str()))
}

/// The partition of the keys of a user's requests.
pub(super) fn keys_partition(user: &UserId) -> String {
    format!("{}##keys", key_part(user.as_str()))
}

fn journal_prefix(turn: &TurnRecord) -> String {
    format!("j#{}#", turn.id)
}

/// Where a turn is asked to stop.
fn stop_key(turn: &str) -> String {
    format!("s#{turn}")
}

fn read_turn(
    rows: &mut dyn Rows,
    user: &UserId,
    turn: &str,
) -> Result<Option<TurnRecord>, StoreError> {
    let Some(body) = rows.get(TABLE, &partition(user), turn)? else { return Ok(None) };
    rows::read::<TurnRow>("turn", &body)?.turn().map(Some)
}

fn repeated(
    rows: &mut dyn Rows,
    turn: &TurnRecord,
    key: &IdempotencyKey,
) -> Result<Option<TurnRecord>, StoreError> {
    let body = rows.get(TABLE, &keys_partition(&turn.user_id), key.as_str())?;
    let Some(body) = body else { return Ok(None) };
    let earlier: KeyRow = rows::read("idempotency key", &body)?;
    if turn.started_at.millis() - earlier.at_millis >= KEY_LIFE_MS {
        return Ok(None);
    }
    read_turn(rows, &turn.user_id, &earlier.turn_id)
}

/// What came of a step: done, or something that must first be done to the conversation.
enum Step<T> {
    Done(T),
    Unready(Unready),
}

fn open(
    rows: &mut dyn Rows,
    opening: &Opening,
    at_once: usize,
) -> Result<Step<OpenedTurn>, StoreError> {
    let turn = &opening.record;
    if let Some(key) = &turn.idempotency_key
        && let Some(earlier) = repeated(rows, turn, key)?
    {
        return Ok(Step::Done(OpenedTurn::Repeated(earlier)));
    }
    let conversation = partition_of(&turn.user_id, &turn.conversation_id);
    if let Some(running) = rows.get(TABLE, &conversation, "t#open")?
        && let Some(running) = read_turn(rows, &turn.user_id, &running)?
    {
        return Ok(Step::Done(OpenedTurn::Busy(running)));
    }
    if let Some(unready) = conversations::ready(rows, turn, at_once)? {
        return Ok(Step::Unready(unready));
    }
    if !conversations::is_current(rows, opening)? {
        return Ok(Step::Done(OpenedTurn::Outdated));
    }
    if let Some(reservation) = &opening.reservation
        && let Some(reached) = ledger::reserve(rows, reservation)?
    {
        return Ok(Step::Done(OpenedTurn::QuotaReached(reached)));
    }
    let id = turn.id.as_str();
    let body = rows::write("turn", &TurnRow::from(turn))?;
    rows.put(TABLE, &partition(&turn.user_id), id, &body)?;
    rows.put(TABLE, &conversation, "t#open", id)?;
    rows.put(TABLE, OPEN, id, turn.user_id.as_str())?;
    if let Some(key) = &turn.idempotency_key {
        let row = KeyRow { turn_id: id.into(), at_millis: turn.started_at.millis() };
        let body = rows::write("idempotency key", &row)?;
        rows.put(TABLE, &keys_partition(&turn.user_id), key.as_str(), &body)?;
    }
    if let Some((header, question)) = &opening.question {
        conversations::save_question(rows, turn.kind, header, question)?;
    }
    Ok(Step::Done(OpenedTurn::New))
}

fn conclude(
    rows: &mut dyn Rows,
    conclusion: &Conclusion,
    at_once: usize,
) -> Result<(), StoreError> {
    ledger::settle(rows, &conclusion.entry)?;
    let turn = &conclusion.record;
    let id = turn.id.as_str();
    let Some(stored) = read_turn(rows, &turn.user_id, id)? else {
        return forget(rows, turn, at_once);
    };
    if stored.outcome.is_some() {
        return Ok(());
    }
    conversations::save_end(rows, conclusion)?;
    append(rows, turn, &conclusion.events)?;
    let closed = TurnRecord { outcome: Some(conclusion.outcome), ..stored };
    let body = rows::write("turn", &TurnRow::from(&closed))?;
    rows.put(TABLE, &partition(&turn.user_id), id, &body)?;
    free_conversation(rows, turn)
}

/// Removes what a turn kept after it had gone with its conversation: to look for it before keeping
/// anything would cost every turn more than keeping does. There are few, since it ends soon.
fn forget(rows: &mut dyn Rows, turn: &TurnRecord, at_once: usize) -> Result<(), StoreError> {
    let partition = partition_of(&turn.user_id, &turn.conversation_id);
    let kept = with_prefix(rows, TABLE, &partition, &journal_prefix(turn))?;
    for (key, _) in kept.iter().take(at_once / 2) {
        rows.delete(TABLE, &partition, key)?;
    }
    Ok(())
}

/// The conversation can take the next turn.
fn free_conversation(rows: &mut dyn Rows, turn: &TurnRecord) -> Result<(), StoreError> {
    let conversation = partition_of(&turn.user_id, &turn.conversation_id);
    rows.delete(TABLE, &conversation, "t#open")?;
    rows.delete(TABLE, &conversation, &stop_key(turn.id.as_str()))?;
    rows.delete(TABLE, OPEN, turn.id.as_str())
}

fn ask_stop(rows: &mut dyn Rows, user: &UserId, turn: &str) -> Result<bool, StoreError> {
    let Some(turn) = read_turn(rows, user, turn)? else { return Ok(false) };
    if turn.outcome.is_some() {
        return Ok(false);
    }
    let conversation = partition_of(user, &turn.conversation_id);
    rows.put(TABLE, &conversation, &stop_key(turn.id.as_str()), "true")?;
    Ok(true)
}

/// Events from one sequence number on, ascending. A row lies under the number of its last event, and
/// that of its first behind it.
fn kept_from(
    rows: &mut dyn Rows,
    turn: &TurnRecord,
    sequence: u64,
) -> Result<Vec<SequencedEvent>, StoreError> {
    let partition = partition_of(&turn.user_id, &turn.conversation_id);
    let prefix = journal_prefix(turn);
    let (from, end) = (numbered(&prefix, sequence), end_of(&prefix));
    let mut events = Vec::new();
    for (_, body) in rows.range(TABLE, &partition, Range::between(&from, &end))? {
        events.extend(rows::read::<JournalRow>("journal", &body)?.events()?);
    }
    events.retain(|event| event.sequence >= sequence);
    // A batch that was kept again after a failure, or by two at once, may have left an event twice.
    events.sort_by_key(|event| event.sequence);
    events.dedup_by_key(|event| event.sequence);
    Ok(events)
}

/// Keeps the events in one row, which no other event overwrites. What is there already is not asked
/// for: an event that is kept twice is read once.
fn append(
    rows: &mut dyn Rows,
    turn: &TurnRecord,
    events: &[Arc<SequencedEvent>],
) -> Result<(), StoreError> {
    let mut events: Vec<&SequencedEvent> = events.iter().map(|event| &**event).collect();
    events.sort_by_key(|event| event.sequence);
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
    let key = format!("{}#{}", numbered(&journal_prefix(turn), last.sequence), first.sequence);
    let body = rows::write("journal", &JournalRow::of(&events))?;
    rows.put(TABLE, &partition_of(&turn.user_id, &turn.conversation_id), &key, &body)
}

#[async_trait]
impl<B: Backend> TurnStore for Store<B> {
    async fn open(&self, opening: &Opening) -> Result<OpenedTurn, StoreError> {
        loop {
            let opening = opening.clone();
            let turn = opening.record.clone();
            let opens = move |rows: &mut dyn Rows| open(rows, &opening, B::ROWS_AT_ONCE);
            let step = self.transact_within(A_MOMENT, opens).await?;
            match step {
                Step::Done(opened) => return Ok(opened),
                Step::Unready(Unready::Split) => {}
                Step::Unready(Unready::Removing) => {
                    self.remove(&turn.user_id, &turn.conversation_id).await?;
                }
            }
        }
    }

    async fn find(&self, user: &UserId, turn: &TurnId) -> Result<Option<TurnRecord>, StoreError> {
        let (user, turn) = (user.clone(), turn.clone());
        self.glance(move |rows| read_turn(rows, &user, turn.as_str())).await
    }

    async fn append_events(
        &self,
        turn: &TurnRecord,
        events: &[Arc<SequencedEvent>],
    ) -> Result<(), StoreError> {
        let (turn, events) = (turn.clone(), events.to_vec());
        self.transact_within(A_WHILE, move |rows| append(rows, &turn, &events)).await
    }

    async fn events_after(
        &self,
        turn: &TurnRecord,
        sequence: u64,
    ) -> Result<Vec<SequencedEvent>, StoreError> {
        let turn = turn.clone();
        self.read(move |rows| kept_from(rows, &turn, sequence.saturating_add(1))).await
    }

    async fn conclude(&self, conclusion: &Conclusion) -> Result<(), StoreError> {
        let conclusion = conclusion.clone();
        self.transact_within(A_WHILE, move |rows| conclude(rows, &conclusion, B::ROWS_AT_ONCE))
            .await
    }

    async fn ask_stop(&self, user: &UserId, turn: &TurnId) -> Result<bool, StoreError> {
        let (user, turn) = (user.clone(), turn.clone());
        self.transact(move |rows| ask_stop(rows, &user, turn.as_str())).await
    }

    async fn stop_asked(&self, turn: &TurnRecord) -> Result<bool, StoreError> {
        let turn = turn.clone();
        self.transact(move |rows| {
            let conversation = partition_of(&turn.user_id, &turn.conversation_id);
            let asked = rows.get(TABLE, &conversation, &stop_key(turn.id.as_str()))?;
            Ok(asked.is_some())
        })
        .await
    }

    async fn open_turns(&self) -> Result<Vec<TurnRecord>, StoreError> {
        self.read(move |rows| {
            let open = with_prefix(rows, TABLE, OPEN, "")?;
            let mut found = Vec::new();
            for (turn, user) in open {
                found.extend(read_turn(rows, &UserId::new(user), &turn)?);
            }
            Ok(found)
        })
        .await
    }
}
