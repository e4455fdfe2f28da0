//! Removing a conversation: the header goes first, the rest in as many steps as it takes.

use std::collections::BTreeSet;

use domain::id::{ConversationId, UserId};
use domain::ports::StoreError;

use super::super::{partition_of, turns, with_prefix};
use super::TABLE;
use super::header::{self, list_key, list_partition};
use crate::table::{Range, Rows, key_part};

/// Says that what lies in the partition belongs to no conversation any more. It sorts after all.
const REMOVING: &str = "z#removing";

/// What a step of a removal came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removal {
    /// There was nothing to remove.
    Nothing,
    /// The conversation is gone, and some of its rows are not.
    Begun,
    /// Nothing is left.
    Done,
}

/// Whether rows of a conversation that was removed are still to go.
pub(super) fn is_begun(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &ConversationId,
) -> Result<bool, StoreError> {
    Ok(rows.get(TABLE, &partition_of(user, id), REMOVING)?.is_some())
}

/// Removes the header and so many rows at once; what is left goes with the next step.
pub(super) fn step(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &ConversationId,
    at_once: usize,
) -> Result<Removal, StoreError> {
    let (partition, was_begun) = (partition_of(user, id), is_begun(rows, user, id)?);
    let header = header::body(rows, user, id)?;
    match header {
        Some(body) => remove_header(rows, user, id, &body)?,
        None if was_begun => {}
        None => return Ok(Removal::Nothing),
    }
    let range = Range { limit: at_once, ..Range::between("", REMOVING) };
    let found = rows.range(TABLE, &partition, range)?;
    let mut is_all = found.len() < at_once;
    let (mut turns, mut removed) = (BTreeSet::new(), 0_usize);
    for (sort, _) in &found {
        if removed.saturating_add(3) > at_once {
            is_all = false;
            break;
        }
        let turn = sort.strip_prefix("j#").and_then(|rest| rest.split('#').next());
        if let Some(turn) = turn.filter(|turn| turns.insert((*turn).to_owned())) {
            rows.delete(TABLE, &turns::partition(user), turn)?;
            rows.delete(TABLE, turns::OPEN, turn)?;
            removed += 2;
        }
        rows.delete(TABLE, &partition, sort)?;
        removed += 1;
    }
    if !is_all {
        rows.put(TABLE, &partition, REMOVING, "true")?;
        return Ok(Removal::Begun);
    }
    if was_begun {
        rows.delete(TABLE, &partition, REMOVING)?;
    }
    Ok(Removal::Done)
}

fn remove_header(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &ConversationId,
    body: &str,
) -> Result<(), StoreError> {
    let (list, key) = (list_partition(user), key_part(id.as_str()));
    match header::parse(body) {
        Ok(header) => rows.delete(TABLE, &list, &list_key(&header))?,
        // An unreadable header does not say where its place is.
        Err(_) => {
            for (place, listed) in with_prefix(rows, TABLE, &list, "")? {
                if listed == key {
                    rows.delete(TABLE, &list, &place)?;
                }
            }
        }
    }
    rows.delete(TABLE, &key_part(user.as_str()), &key)
}
