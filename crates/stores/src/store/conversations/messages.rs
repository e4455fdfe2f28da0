//! Messages: one row each, numbered in order. An earlier program kept them inside the header, where
//! they are read until the first write gives them rows of their own.

use domain::conversation::Message;
use domain::id::{ConversationId, UserId};
use domain::ports::{MessageRange, StoreError};

use super::super::{end_of, next_number, numbered, partition_of};
use super::{TABLE, header};
use crate::rows::{self, MessageRow};
use crate::table::{Order, Range, Rows};

/// How many messages there are; those beyond are not there yet.
const COUNTER: &str = "n#messages";
/// Sort keys up to this hold the counter and, just below it, the newest message.
const AFTER_COUNTER: &str = "n#messages!";
/// How many messages of an old header have rows already.
const SPLIT: &str = "n#split";

fn put(
    rows: &mut dyn Rows,
    partition: &str,
    number: u64,
    message: &Message,
) -> Result<(), StoreError> {
    let body = rows::write("message", &MessageRow::from(message))?;
    rows.put(TABLE, partition, &numbered("m#", number), &body)?;
    rows.put(TABLE, partition, &id_key(message), &number.to_string())
}

fn id_key(message: &Message) -> String {
    format!("i#{}", message.id)
}

/// Appends those that are not there yet; gives their number.
pub(super) fn append(
    rows: &mut dyn Rows,
    partition: &str,
    messages: &[Message],
) -> Result<usize, StoreError> {
    let mut keys: Vec<String> = messages.iter().map(id_key).collect();
    keys.push(COUNTER.into());
    rows.prefetch(TABLE, partition, &keys)?;
    let mut appended = 0;
    for message in messages {
        if rows.get(TABLE, partition, &id_key(message))?.is_some() {
            continue;
        }
        let number = next_number(rows, partition, COUNTER)?;
        put(rows, partition, number, message)?;
        appended += 1;
    }
    Ok(appended)
}

/// Messages in order.
pub(super) fn read(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &ConversationId,
    wanted: &MessageRange,
) -> Result<Vec<Message>, StoreError> {
    let partition = partition_of(user, id);
    let limit = wanted.limit.unwrap_or(usize::MAX);
    let before = match &wanted.before {
        None => return read_newest(rows, user, id, limit),
        Some(before) => before,
    };
    let Some(number) = rows.get(TABLE, &partition, &format!("i#{before}"))? else {
        let old = old_messages(rows, user, id)?;
        let place = old.iter().position(|message| message.id == *before).unwrap_or(0);
        return Ok(last(old, place, limit));
    };
    let end = numbered("m#", rows::read("message number", &number)?);
    let range = Range { from: "m#", before: &end, order: Order::Descending, limit };
    let found = rows.range(TABLE, &partition, range)?;
    parse(found.iter().map(|(_, body)| body))
}

/// The newest messages. The counter, which lies beside them, says that they are all there.
fn read_newest(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &ConversationId,
    limit: usize,
) -> Result<Vec<Message>, StoreError> {
    // Between messages and their counter lies that of decisions.
    let range = Range {
        from: "m#",
        before: AFTER_COUNTER,
        order: Order::Descending,
        limit: limit.saturating_add(2),
    };
    let found = rows.range(TABLE, &partition_of(user, id), range)?;
    if found.first().is_none_or(|(key, _)| key != COUNTER) {
        let old = old_messages(rows, user, id)?;
        let all = old.len();
        return Ok(last(old, all, limit));
    }
    let messages = found.iter().filter(|(key, _)| *key < end_of("m#"));
    parse(messages.take(limit).map(|(_, body)| body))
}

fn parse<'a>(newest_first: impl Iterator<Item = &'a String>) -> Result<Vec<Message>, StoreError> {
    let read = |body: &String| rows::read::<MessageRow>("message", body)?.message();
    let mut messages: Vec<Message> = newest_first.map(read).collect::<Result<_, _>>()?;
    messages.reverse();
    Ok(messages)
}

/// The last so many of those before a place.
fn last(mut messages: Vec<Message>, place: usize, limit: usize) -> Vec<Message> {
    messages.truncate(place);
    messages.split_off(place.saturating_sub(limit))
}

fn old_messages(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &ConversationId,
) -> Result<Vec<Message>, StoreError> {
    let body = header::body(rows, user, id)?;
    body.map_or(Ok(Vec::new()), |body| rows::old_messages(&body))
}

/// Gives rows of their own to messages that lie in the header, so many rows at once; true when none
/// lies there. The header lets go of them with the last, and until then they are read there.
pub(super) fn split(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &ConversationId,
    at_once: usize,
) -> Result<bool, StoreError> {
    let Some(body) = header::body(rows, user, id)? else { return Ok(true) };
    let old = rows::old_messages(&body)?;
    if old.is_empty() {
        return Ok(true);
    }
    let partition = partition_of(user, id);
    let done: usize = match rows.get(TABLE, &partition, SPLIT)? {
        Some(count) => rows::read("count of split messages", &count)?,
        None => 0,
    };
    let step = (at_once / 2).max(1);
    for (number, message) in (1..).zip(&old).skip(done).take(step) {
        put(rows, &partition, number, message)?;
    }
    let done = done.saturating_add(step);
    if done < old.len() {
        rows.put(TABLE, &partition, SPLIT, &done.to_string())?;
        return Ok(false);
    }
    rows.delete(TABLE, &partition, SPLIT)?;
    rows.put(TABLE, &partition, COUNTER, &old.len().to_string())?;
    let header = header::parse(&body)?;
    header::write(rows, Some(&header), &header)?;
    Ok(true)
}
