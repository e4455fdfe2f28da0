//! The list of a user's conversations, and taking into it those an earlier program wrote.

use std::collections::BTreeSet;

use domain::conversation::Conversation;
use domain::id::UserId;
use domain::ports::{ListFilter, Page, StoreError};

use super::super::{end_of, with_prefix};
use super::TABLE;
use super::header::{self, list_key, list_partition};
use crate::table::{Order, Range, Rows, key_part};

/// At most so many rows of one page; a filtered list is read in steps of as many.
const PAGE_LIMIT: usize = 200;
/// Says that every header of the user has its place. It sorts before all of them, so that whoever
/// reads the first page reads it along.
const ADOPTED: &str = "~adopted";

/// One page; none when headers must first be taken into the list.
pub(super) fn page(
    rows: &mut dyn Rows,
    user: &UserId,
    filter: &ListFilter,
) -> Result<Option<Page<Conversation>>, StoreError> {
    let limit = filter.limit.clamp(1, PAGE_LIMIT);
    let wanted = filter.title_contains.as_ref().map(|title| title.to_lowercase());
    let is_wanted = |conversation: &Conversation| {
        let has_engine = filter.engine.is_none_or(|engine| conversation.engine == engine);
        let title = conversation.title.as_str();
        let has_state = filter.state.is_none_or(|state| conversation.article.state == state);
        has_engine
            && has_state
            && wanted.as_ref().is_none_or(|wanted| title.to_lowercase().contains(wanted))
    };
    let takes_all = filter.engine.is_none() && filter.state.is_none() && wanted.is_none();
    let mut before = filter.cursor.clone().unwrap_or_else(|| end_of(""));
    let mut may_be_unadopted = filter.cursor.is_none();
    let mut found = Vec::new();
    loop {
        let step = if takes_all { limit - found.len() } else { PAGE_LIMIT };
        let step = step + usize::from(may_be_unadopted);
        let range = Range { from: "", before: &before, order: Order::Descending, limit: step };
        let mut places = rows.range(TABLE, &list_partition(user), range)?;
        let is_last = places.len() < step;
        if may_be_unadopted {
            if places.first().is_none_or(|(key, _)| key != ADOPTED) {
                return Ok(None);
            }
            places.remove(0);
            may_be_unadopted = false;
        }
        let ids: Vec<String> = places.iter().map(|(_, id)| id.clone()).collect();
        rows.prefetch(TABLE, &key_part(user.as_str()), &ids)?;
        for (key, id) in places {
            let body = rows.get(TABLE, &key_part(user.as_str()), &id)?;
            before = key;
            // One unreadable header must not take the whole list away; reading it by its id says
            // what is wrong.
            let header = body.and_then(|body| header::parse(&body).ok());
            found.extend(header.filter(&is_wanted));
            if found.len() == limit {
                return Ok(Some(Page { rows: found, next: Some(before) }));
            }
        }
        if is_last {
            return Ok(Some(Page { rows: found, next: None }));
        }
    }
}

/// Ids as they stand in keys, by last activity, newest first, whether pinned or not; none when
/// headers must first be taken into the list.
pub(super) fn recent(
    rows: &mut dyn Rows,
    user: &UserId,
) -> Result<Option<Vec<String>>, StoreError> {
    let range = Range { order: Order::Descending, ..Range::between("", "~\u{10ffff}") };
    // Each row lies elsewhere in the file, and says only what its key says: the pin, the time, the id.
    let mut keys = rows.keys(TABLE, &list_partition(user), range)?;
    if keys.first().is_none_or(|key| key != ADOPTED) {
        return Ok(None);
    }
    keys.remove(0);
    keys.sort_by(|a, b| b.get(1..).cmp(&a.get(1..)));
    let id = |key: String| key.splitn(3, '#').nth(2).map(str::to_owned);
    Ok(Some(keys.into_iter().filter_map(id).collect()))
}

/// Gives a place to headers that have none, so many rows at once; true when all have one.
pub(super) fn adopt(
    rows: &mut dyn Rows,
    user: &UserId,
    at_once: usize,
) -> Result<bool, StoreError> {
    let (owner, list) = (key_part(user.as_str()), list_partition(user));
    let places = with_prefix(rows, TABLE, &list, "")?;
    let listed: BTreeSet<String> = places.into_iter().map(|(_, id)| id).collect();
    let headers = with_prefix(rows, TABLE, &owner, "")?;
    let is_missing = |(id, body): &(String, String)| {
        let header = header::parse(body).ok().filter(|_| !listed.contains(id))?;
        Some((id.clone(), header))
    };
    let missing: Vec<(String, Conversation)> = headers.iter().filter_map(is_missing).collect();
    // A place and the header it was read from, which must not have moved meanwhile.
    let step = (at_once / 2).max(1);
    for (id, header) in missing.iter().take(step) {
        rows.get(TABLE, &owner, id)?;
        rows.put(TABLE, &list, &list_key(header), id)?;
    }
    if missing.len() > step {
        return Ok(false);
    }
    rows.put(TABLE, &list, ADOPTED, "all")?;
    Ok(true)
}
