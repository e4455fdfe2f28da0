//! Search: over the index where the rows have one, and otherwise conversation by conversation.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use domain::conversation::{Conversation, Message};
use domain::id::UserId;
use domain::ports::{MessageRange, SearchStore, StoreError};
use domain::search::{SearchHit, SearchPlace, SearchQuery, Snippet};
use futures::future::try_join_all;

use super::super::{Store, numbered, partition_of};
use super::{TABLE, header, list, messages};
use crate::rows::{self, DraftRow, MessageRow};
use crate::table::{Backend, Rows, TextPlace, key_part};

/// So many headers are read at once.
const HEADERS: usize = 100;
/// So many conversations are read at once, each in a transaction of its own.
const AT_ONCE: usize = 8;
/// Without an index, drafts and messages of so many conversations are looked through at most, the
/// newest; of older ones the titles.
const LOOKED_THROUGH: usize = 2_000;

/// The texts that may hold what is searched for, by conversation; none where only looking tells.
fn indexed(
    rows: &mut dyn Rows,
    user: &UserId,
    query: &SearchQuery,
) -> Result<Option<HashMap<String, Vec<TextPlace>>>, StoreError> {
    let grams = query.grams();
    if grams.is_empty() {
        return Ok(None);
    }
    rows.texts_with(&key_part(user.as_str()), &grams)
}

/// What came of asking the index.
enum Indexed {
    /// What it found, in order.
    Hits(Vec<SearchHit>),
    /// There is none.
    NoIndex,
    /// Headers must first be taken into the list, which says their order.
    Unlisted,
}

/// What an index finds.
fn search_indexed(
    rows: &mut dyn Rows,
    user: &UserId,
    query: &SearchQuery,
    limit: usize,
) -> Result<Indexed, StoreError> {
    let Some(texts) = indexed(rows, user, query)? else { return Ok(Indexed::NoIndex) };
    if texts.is_empty() {
        return Ok(Indexed::Hits(Vec::new()));
    }
    let Some(recent) = list::recent(rows, user)? else { return Ok(Indexed::Unlisted) };
    let recent: Vec<(&String, &Vec<TextPlace>)> =
        recent.iter().filter_map(|id| Some((id, texts.get(id)?))).collect();
    let mut hits = Vec::new();
    let mut titled = BTreeSet::new();
    for (id, _) in recent.iter().filter(|(_, texts)| texts.contains(&TextPlace::Title)) {
        if hits.len() == limit {
            return Ok(Indexed::Hits(hits));
        }
        let Some((conversation, _)) = read_header(rows, user, id)? else { continue };
        if let Some(snippet) = query.find(conversation.title.as_str()) {
            titled.insert((*id).clone());
            hits.push(SearchHit { conversation, place: SearchPlace::Title, snippet });
        }
    }
    for (id, texts) in recent {
        if hits.len() == limit {
            break;
        }
        if titled.contains(id) {
            continue;
        }
        let Some((conversation, body)) = read_header(rows, user, id)? else { continue };
        let found = find_within(rows, &conversation, &body, query, Some(texts))?;
        hits.extend(found.map(|(place, snippet)| SearchHit { conversation, place, snippet }));
    }
    Ok(Indexed::Hits(hits))
}

/// A header with its row; none where it cannot be read, as in lists.
fn read_header(
    rows: &mut dyn Rows,
    user: &UserId,
    id: &str,
) -> Result<Option<(Conversation, String)>, StoreError> {
    let body = rows.get(TABLE, &key_part(user.as_str()), id)?;
    Ok(body.and_then(|body| Some((header::parse(&body).ok()?, body))))
}

/// The first place below the title where all words are found, among all rows or some.
fn find_within(
    rows: &mut dyn Rows,
    conversation: &Conversation,
    header: &str,
    query: &SearchQuery,
    texts: Option<&[TextPlace]>,
) -> Result<Option<(SearchPlace, Snippet)>, StoreError> {
    let partition = partition_of(&conversation.user_id, &conversation.id);
    if texts.is_none_or(|texts| texts.contains(&TextPlace::Draft))
        && let Some(body) = rows.get(TABLE, &partition, "d#draft")?
        && let Some(snippet) = query.find(&rows::read::<DraftRow>("draft", &body)?.text)
    {
        return Ok(Some((SearchPlace::Article, snippet)));
    }
    let Some(texts) = texts else {
        let all = MessageRange::default();
        let all = messages::read(rows, &conversation.user_id, &conversation.id, &all)?;
        return Ok(find_in(&all, query));
    };
    for place in texts.iter().rev() {
        let TextPlace::Message(number) = place else { continue };
        let sort = numbered("m#", u64::from(*number));
        let Some(body) = rows.get(TABLE, &partition, &sort)? else { continue };
        let message = rows::read::<MessageRow>("message", &body)?.message()?;
        if let Some(found) = find_in(std::slice::from_ref(&message), query) {
            return Ok(Some(found));
        }
    }
    Ok(find_in(&rows::old_messages(header)?, query))
}

/// The newest of these messages that holds all words.
fn find_in(messages: &[Message], query: &SearchQuery) -> Option<(SearchPlace, Snippet)> {
    messages.iter().rev().find_map(|message| {
        let snippet = query.find(message.content.as_str())?;
        Some((SearchPlace::of_message(&message.kind), snippet))
    })
}

impl<B: Backend> Store<B> {
    /// Ids of all conversations, newest first.
    async fn recent(&self, user: &UserId) -> Result<Vec<String>, StoreError> {
        loop {
            let owner = user.clone();
            if let Some(ids) = self.read(move |rows| list::recent(rows, &owner)).await? {
                return Ok(ids);
            }
            self.adopt(user).await?;
        }
    }

    async fn headers(
        &self,
        user: &UserId,
        ids: &[String],
    ) -> Result<Vec<(Conversation, String)>, StoreError> {
        let (user, ids) = (user.clone(), ids.to_vec());
        self.read(move |rows| {
            rows.prefetch(TABLE, &key_part(user.as_str()), &ids)?;
            let mut found = Vec::with_capacity(ids.len());
            for id in &ids {
                found.extend(read_header(rows, &user, id)?);
            }
            Ok(found)
        })
        .await
    }

    /// Looks through everything: titles first, then drafts and messages from the newest on.
    async fn look_through(
        &self,
        user: &UserId,
        query: &SearchQuery,
        limit: usize,
    ) -> Result<Vec<SearchHit>, StoreError> {
        let (mut hits, mut others) = (Vec::new(), Vec::new());
        for ids in self.recent(user).await?.chunks(HEADERS) {
            for (conversation, body) in self.headers(user, ids).await? {
                if hits.len() == limit {
                    return Ok(hits);
                }
                match query.find(conversation.title.as_str()) {
                    Some(snippet) => {
                        hits.push(SearchHit { conversation, place: SearchPlace::Title, snippet });
                    }
                    None => others.push((conversation, body)),
                }
            }
        }
        others.truncate(LOOKED_THROUGH);
        for some in others.chunks(AT_ONCE) {
            if hits.len() >= limit {
                break;
            }
            let found = some.iter().map(|(conversation, body)| {
                let (conversation, body) = (conversation.clone(), body.clone());
                let query = query.clone();
                self.read(move |rows| {
                    let found = find_within(rows, &conversation, &body, &query, None)?;
                    let conversation = conversation.clone();
                    Ok(found.map(|(place, snippet)| SearchHit { conversation, place, snippet }))
                })
            });
            hits.extend(try_join_all(found).await?.into_iter().flatten());
        }
        hits.truncate(limit);
        Ok(hits)
    }
}

#[async_trait]
impl<B: Backend> SearchStore for Store<B> {
    async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        limit: usize,
    ) -> Result<Vec<SearchHit>, StoreError> {
        loop {
            let (owner, asked) = (user.clone(), query.clone());
            let found = self.read(move |rows| search_indexed(rows, &owner, &asked, limit)).await?;
            match found {
                Indexed::Hits(hits) => return Ok(hits),
                Indexed::NoIndex => return self.look_through(user, query, limit).await,
                Indexed::Unlisted => self.adopt(user).await?,
            }
        }
    }
}
