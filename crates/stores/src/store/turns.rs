//! Turns and their journal.

use std::sync::Arc;

use async_trait::async_trait;
use domain::id::{IdempotencyKey, TurnId, UserId};
use domain::ports::{Basis, Conclusion, OpenedTurn, Opening, StoreError, TurnStore};
use domain::turn::{SequencedEvent, TurnRecord};
use serde::{Deserialize, Serialize};

use super::{Store, conversations, end_of, ledger, numbered, partition_of, with_prefix};
use crate::rows::{self, EventRow, MessageRow, TurnRow};
use crate::table::{Backend, Order, Range, Rows, Table, key_part};

const TABLE: Table = Table::Conversations;
/// The partition of open turns.
pub(super) const OPEN: &str = "##open";
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

fn keys_partition(user: &UserId) -> String {
    format!("{}##keys", key_part(user.as_str()))
}

fn journal_prefix(turn: &TurnRecord) -> String {
    format!("j#{}#", turn.id)
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

/// Whether the conversation still ends with the message the request was built on.
fn is_current(rows: &mut dyn Rows, conversation: &str, basis: &Basis) -> Result<bool, StoreError> {
    let Basis::MessagesUpTo(known) = basis else { return Ok(true) };
    let end = end_of("m#");
    let range = Range { from: "m#", before: &end, order: Order::Descending, limit: 1 };
    let last = rows.range(TABLE, conversation, range)?;
    let last = last.first().map(|(_, body)| rows::read::<MessageRow>("message", body));
    let last = last.transpose()?.map(MessageRow::message).transpose()?;
    Ok(last.map(|message| message.id) == *known)
}

fn open(rows: &mut dyn Rows, opening: &Opening) -> Result<OpenedTurn, StoreError> {
    let turn = &opening.record;
    if let Some(key) = &turn.idempotency_key
        && let Some(earlier) = repeated(rows, turn, key)?
    {
        return Ok(OpenedTurn::Repeated(earlier));
    }
    let conversation = partition_of(&turn.user_id, &turn.conversation_id);
    if let Some(running) = rows.get(TABLE, &conversation, "t#open")?
        && let Some(running) = read_turn(rows, &turn.user_id, &running)?
    {
        return Ok(OpenedTurn::Busy(running));
    }
    if !is_current(rows, &conversation, &opening.basis)? {
        return Ok(OpenedTurn::Outdated);
    }
    if let Some(reservation) = &opening.reservation
        && let Some(reached) = ledger::reserve(rows, reservation)?
    {
        return Ok(OpenedTurn::QuotaReached(reached));
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
        conversations::save_into(rows, header, question)?;
    }
    Ok(OpenedTurn::New)
}

fn conclude(rows: &mut dyn Rows, conclusion: &Conclusion) -> Result<(), StoreError> {
    ledger::settle(rows, &conclusion.entry)?;
    let turn = &conclusion.record;
    let id = turn.id.as_str();
    let Some(stored) = read_turn(rows, &turn.user_id, id)? else { return Ok(()) };
    if stored.outcome.is_some() {
        return Ok(());
    }
    if let Some(answer) = &conclusion.answer {
        let answer = std::slice::from_ref(answer);
        let (user, id) = (&turn.user_id, &turn.conversation_id);
        conversations::append_to(rows, user, id, answer, conclusion.at)?;
    }
    append(rows, turn, &conclusion.events)?;
    let closed = TurnRecord { outcome: Some(conclusion.outcome), ..stored };
    let body = rows::write("turn", &TurnRow::from(&closed))?;
    rows.put(TABLE, &partition(&turn.user_id), id, &body)?;
    rows.delete(TABLE, &partition_of(&turn.user_id, &turn.conversation_id), "t#open")?;
    rows.delete(TABLE, OPEN, id)
}

/// Keeps a batch of events as one row under the number of its first.
fn append(
    rows: &mut dyn Rows,
    turn: &TurnRecord,
    events: &[Arc<SequencedEvent>],
) -> Result<(), StoreError> {
    let Some(first) = events.first() else { return Ok(()) };
    let partition = partition_of(&turn.user_id, &turn.conversation_id);
    let key = numbered(&journal_prefix(turn), first.sequence);
    let mut batch: Vec<EventRow> = match rows.get(TABLE, &partition, &key)? {
        Some(body) => rows::read_events(&body)?,
        None => Vec::new(),
    };
    // A batch that was kept though the store had not said so comes again with more behind it.
    let kept = batch.last().map_or(0, EventRow::sequence);
    let new = events.iter().filter(|event| event.sequence > kept);
    batch.extend(new.map(|event| EventRow::from(&**event)));
    rows.put(TABLE, &partition, &key, &rows::write("events", &batch)?)
}

/// The events of a turn after that number, from batches that may overlap.
fn read_events(
    rows: &mut dyn Rows,
    turn: &TurnRecord,
    sequence: u64,
) -> Result<Vec<SequencedEvent>, StoreError> {
    let partition = partition_of(&turn.user_id, &turn.conversation_id);
    let prefix = journal_prefix(turn);
    let next = numbered(&prefix, sequence.saturating_add(1));
    let around = numbered(&prefix, sequence.saturating_add(2));
    // The batch that holds the next event may begin before it.
    let begun = Range { from: &prefix, before: &around, order: Order::Descending, limit: 1 };
    let begun = rows.range(TABLE, &partition, begun)?.pop();
    let from = begun.map_or(next, |(key, _)| key);
    let end = end_of(&prefix);
    let found = rows.range(TABLE, &partition, Range::between(&from, &end))?;
    let mut last = sequence;
    let mut events = Vec::new();
    for (_, body) in found {
        for row in rows::read_events(&body)? {
            if row.sequence() > last {
                last = row.sequence();
                events.push(row.event()?);
            }
        }
    }
    Ok(events)
}

#[async_trait]
impl<B: Backend> TurnStore for Store<B> {
    async fn open(&self, opening: &Opening) -> Result<OpenedTurn, StoreError> {
        let opening = opening.clone();
        self.transact(move |rows| open(rows, &opening)).await
    }

    async fn find(&self, user: &UserId, turn: &TurnId) -> Result<Option<TurnRecord>, StoreError> {
        let (user, turn) = (user.clone(), turn.clone());
        self.read(move |rows| read_turn(rows, &user, turn.as_str())).await
    }

    async fn append_events(
        &self,
        turn: &TurnRecord,
        events: &[Arc<SequencedEvent>],
    ) -> Result<(), StoreError> {
        let (turn, events) = (turn.clone(), events.to_vec());
        self.transact(move |rows| append(rows, &turn, &events)).await
    }

    async fn events_after(
        &self,
        turn: &TurnRecord,
        sequence: u64,
    ) -> Result<Vec<SequencedEvent>, StoreError> {
        let turn = turn.clone();
        self.read(move |rows| read_events(rows, &turn, sequence)).await
    }

    async fn conclude(&self, conclusion: &Conclusion) -> Result<(), StoreError> {
        let conclusion = conclusion.clone();
        self.transact(move |rows| conclude(rows, &conclusion)).await
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
