//! The index of words: which rows hold which grams, kept in SQLite's FTS5 beside the rows and changed
//! in the transaction that changes a row.
//!
//! FTS5 numbers texts. A number is the user's block, then the place in the block: a block holds 256
//! texts of one conversation, so that the texts of a user lie side by side, those of a conversation
//! closer still, and a search within one user's rows is a search within a range of numbers. Only
//! grams are indexed (`contentless`) and not where they stand (`detail=none`), because every hit is
//! looked at again anyway; a text is one document of tokens, cut at spaces.

use std::collections::HashMap;

use domain::ports::StoreError;
use domain::search::grams_of;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;

use super::store_error;
use crate::rows;
use crate::table::TextPlace;

/// The tables of the index.
pub(super) const TABLES: &str = "
    CREATE TABLE search_users (number INTEGER PRIMARY KEY, user TEXT NOT NULL UNIQUE);
    CREATE TABLE search_blocks (
        number INTEGER PRIMARY KEY, user TEXT NOT NULL, conversation TEXT NOT NULL,
        part INTEGER NOT NULL, UNIQUE (user, conversation, part));
    CREATE TABLE search_unread (after_partition TEXT NOT NULL, after_sort TEXT NOT NULL);
    CREATE VIRTUAL TABLE search USING fts5(
        grams, content='', contentless_delete=1, detail=none, tokenize='ascii');
";

/// Bits of the place within a block.
const PLACE_BITS: u32 = 8;
/// Bits of a user's blocks.
const BLOCK_BITS: u32 = 24;
/// Places of a conversation: its title, its draft, then its messages from the first on.
const TITLE: i64 = 0;
const DRAFT: i64 = 1;
const DRAFT_SORT: &str = "d#draft";

/// A row whose text is indexed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place<'k> {
    user: &'k str,
    conversation: &'k str,
    /// Which text of the conversation.
    number: i64,
}

impl<'k> Place<'k> {
    /// The place of a row of conversations; none of those that hold no text to be found.
    pub(super) fn of(partition: &'k str, sort: &'k str) -> Option<Self> {
        let Some((user, conversation)) = partition.split_once('#') else {
            return Some(Self { user: partition, conversation: sort, number: TITLE });
        };
        if conversation.starts_with('#') {
            return None;
        }
        let number = match sort.strip_prefix("m#") {
            Some(number) => number.parse::<u32>().ok().map(|number| i64::from(number) + DRAFT)?,
            None if sort == DRAFT_SORT => DRAFT,
            None => return None,
        };
        Some(Self { user, conversation, number })
    }

    /// Whether the text is a message, and neither title nor draft.
    pub(super) fn is_message(&self) -> bool {
        self.number > DRAFT
    }

    fn part(&self) -> i64 {
        self.number >> PLACE_BITS
    }

    fn within(&self, block: i64) -> i64 {
        (block << PLACE_BITS) | (self.number & ((1 << PLACE_BITS) - 1))
    }
}

/// Which text has that number in its conversation.
fn text_at(number: i64) -> Option<TextPlace> {
    match number {
        TITLE => Some(TextPlace::Title),
        DRAFT => Some(TextPlace::Draft),
        message => u32::try_from(message - DRAFT).ok().map(TextPlace::Message),
    }
}

/// What of a row is searched; empty where it cannot be read.
fn text_of(place: &Place<'_>, body: &str) -> String {
    #[derive(Deserialize)]
    struct Texts {
        #[serde(default)]
        title: String,
        #[serde(default)]
        text: String,
        #[serde(default)]
        content: String,
    }
    let Ok(texts) = serde_json::from_str::<Texts>(body) else { return String::new() };
    match place.number {
        TITLE => {
            // An earlier program kept messages inside the header.
            let old = rows::old_messages(body).unwrap_or_default();
            let old = old.iter().map(|message| message.content.as_str());
            std::iter::once(texts.title.as_str()).chain(old).collect::<Vec<_>>().join("\n")
        }
        DRAFT => texts.text,
        _ => texts.content,
    }
}

/// Indexes a row that is about to be written over `before`.
pub(super) fn put(
    connection: &Connection,
    place: &Place<'_>,
    before: Option<&str>,
    body: &str,
) -> Result<(), StoreError> {
    let text = text_of(place, body);
    if before.is_some_and(|before| text_of(place, before) == text) {
        return Ok(());
    }
    index(connection, place, &text).map_err(store_error)
}

/// Indexes a row that is there already.
pub(super) fn put_again(
    connection: &Connection,
    place: &Place<'_>,
    body: &str,
) -> rusqlite::Result<()> {
    index(connection, place, &text_of(place, body))
}

fn index(connection: &Connection, place: &Place<'_>, text: &str) -> rusqlite::Result<()> {
    let grams = grams_of(text);
    let number = match (block(connection, place)?, grams.is_empty()) {
        (Some(block), _) => place.within(block),
        (None, true) => return Ok(()),
        (None, false) => place.within(new_block(connection, place)?),
    };
    forget(connection, number)?;
    if grams.is_empty() {
        return forget_empty_block(connection, place, number);
    }
    let sql = "INSERT INTO search (rowid, grams) VALUES (?1, ?2)";
    connection.prepare_cached(sql)?.execute(params![number, grams]).map(drop)
}

/// Takes a row that is removed out of the index.
pub(super) fn delete(connection: &Connection, place: &Place<'_>) -> rusqlite::Result<()> {
    let Some(block) = block(connection, place)? else { return Ok(()) };
    let number = place.within(block);
    forget(connection, number)?;
    forget_empty_block(connection, place, number)
}

fn forget(connection: &Connection, number: i64) -> rusqlite::Result<()> {
    // Only what is there may be deleted: FTS5 keeps a mark of every deletion for a while.
    let sql = "SELECT 1 FROM search_docsize WHERE id = ?1";
    if !connection.prepare_cached(sql)?.exists([number])? {
        return Ok(());
    }
    connection.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([number]).map(drop)
}

/// A block without texts says nothing any more of whose it was.
fn forget_empty_block(
    connection: &Connection,
    place: &Place<'_>,
    number: i64,
) -> rusqlite::Result<()> {
    let block = number >> PLACE_BITS;
    let texts = [block << PLACE_BITS, ((block + 1) << PLACE_BITS) - 1];
    let sql = "SELECT 1 FROM search_docsize WHERE id BETWEEN ?1 AND ?2";
    if connection.prepare_cached(sql)?.exists(texts)? {
        return Ok(());
    }
    connection.prepare_cached("DELETE FROM search_blocks WHERE number = ?1")?.execute([block])?;
    let sql = "DELETE FROM search_users WHERE user = ?1 AND NOT EXISTS \
               (SELECT 1 FROM search_blocks WHERE user = ?1)";
    connection.prepare_cached(sql)?.execute([place.user]).map(drop)
}

fn block(connection: &Connection, place: &Place<'_>) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT number FROM search_blocks \
               WHERE user = ?1 AND conversation = ?2 AND part = ?3";
    let key = params![place.user, place.conversation, place.part()];
    connection.prepare_cached(sql)?.query_row(key, |row| row.get(0)).optional()
}

fn new_block(connection: &Connection, place: &Place<'_>) -> rusqlite::Result<i64> {
    let user = match user(connection, place.user)? {
        Some(user) => user,
        None => {
            let sql = "INSERT INTO search_users (user) VALUES (?1)";
            connection.prepare_cached(sql)?.insert([place.user])?
        }
    };
    let [first, last] = blocks_of(user);
    let sql = "SELECT max(number) FROM search_blocks WHERE number BETWEEN ?1 AND ?2";
    let highest: Option<i64> =
        connection.prepare_cached(sql)?.query_row([first, last], |row| row.get(0))?;
    let number = highest.map_or(first, |highest| highest + 1);
    let sql = "INSERT INTO search_blocks VALUES (?1, ?2, ?3, ?4)";
    let row = params![number, place.user, place.conversation, place.part()];
    connection.prepare_cached(sql)?.execute(row)?;
    Ok(number)
}

fn user(connection: &Connection, user: &str) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT number FROM search_users WHERE user = ?1";
    connection.prepare_cached(sql)?.query_row([user], |row| row.get(0)).optional()
}

fn blocks_of(user: i64) -> [i64; 2] {
    [user << BLOCK_BITS, ((user + 1) << BLOCK_BITS) - 1]
}

/// Whether every row is in the index.
pub(super) fn is_built(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(!connection.prepare_cached("SELECT 1 FROM search_unread")?.exists([])?)
}

/// A user's texts that have all these grams, by conversation, ascending.
pub(super) fn texts_with(
    connection: &Connection,
    owner: &str,
    grams: &[String],
) -> rusqlite::Result<HashMap<String, Vec<TextPlace>>> {
    let mut texts: HashMap<String, Vec<TextPlace>> = HashMap::new();
    let Some(user) = user(connection, owner)? else { return Ok(texts) };
    let found = numbers_with(connection, blocks_of(user), grams)?;
    let (Some(first), Some(last)) = (found.first(), found.last()) else { return Ok(texts) };
    // Blocks and texts come in the same order: each is passed once.
    let sql = "SELECT number, conversation, part FROM search_blocks \
               WHERE number BETWEEN ?1 AND ?2 ORDER BY number";
    let mut statement = connection.prepare_cached(sql)?;
    let mut blocks = statement.query([first >> PLACE_BITS, last >> PLACE_BITS])?;
    let mut left = found.as_slice();
    while let Some(row) = blocks.next()? {
        let (block, part): (i64, i64) = (row.get(0)?, row.get(2)?);
        let here = left.partition_point(|number| number >> PLACE_BITS <= block);
        let (of_block, rest) = left.split_at(here);
        left = rest;
        if of_block.is_empty() {
            continue;
        }
        let places = of_block.iter().map(|number| number & ((1 << PLACE_BITS) - 1));
        let places = places.filter_map(|place| text_at((part << PLACE_BITS) | place));
        texts.entry(row.get(1)?).or_default().extend(places);
    }
    // A later block may hold an earlier part.
    texts.values_mut().for_each(|places| places.sort_unstable());
    Ok(texts)
}

/// Numbers of the texts in these blocks that have all these grams, ascending.
fn numbers_with(
    connection: &Connection,
    [first, last]: [i64; 2],
    grams: &[String],
) -> rusqlite::Result<Vec<i64>> {
    let wanted: Vec<String> = grams.iter().map(|gram| format!("\"{gram}\"")).collect();
    let sql = "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3 \
               ORDER BY rowid";
    let range = (first << PLACE_BITS, ((last + 1) << PLACE_BITS) - 1);
    let mut statement = connection.prepare_cached(sql)?;
    let numbers =
        statement.query_map(params![wanted.join(" "), range.0, range.1], |row| row.get(0))?;
    numbers.collect()
}

#[cfg(test)]
mod tests {
    use super::{Place, TextPlace, text_at};

    #[test]
    fn only_titles_drafts_and_messages_have_a_place() {
        let place = |number| Some(Place { user: "kim", conversation: "a%23b", number });
        assert_eq!(Place::of("kim", "a%23b"), place(0));
        assert_eq!(Place::of("kim#a%23b", "d#draft"), place(1));
        assert_eq!(Place::of("kim#a%23b", "m#000000000300"), place(301));
        for (partition, sort) in [
            ("kim#a", "n#messages"),
            ("kim#a", "w#000000000001"),
            ("kim#a", "j#t#000000000001"),
            ("kim##list", "0#2026#a"),
            ("##open", "t"),
        ] {
            assert_eq!(Place::of(partition, sort), None, "{partition} {sort}");
        }
        for (number, place) in
            [(0, TextPlace::Title), (1, TextPlace::Draft), (301, TextPlace::Message(300))]
        {
            assert_eq!(text_at(number), Some(place));
        }
    }
}
