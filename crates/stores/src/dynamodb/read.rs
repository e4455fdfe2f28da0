//! Reading: items by key, ranges by query, partitions by scan; always strongly consistent and to
//! the last page.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, Select};

use super::Dynamo;
use super::attribute::{self, Item};
use super::key::{self, Key};
use super::refusal::Refusal;
use super::view::{Found, Stretch, View, Wanted};
use crate::table::Table;

/// Keys of one BatchGetItem, at most.
const BATCH: usize = 100;

/// Whether what was read fits together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    Whole,
    /// A part was gone, or a seal has moved: somebody wrote in between.
    Torn,
}

impl Dynamo {
    /// Reads what the work lacked into the view.
    pub(super) async fn fetch(&self, view: &mut View, wanted: Wanted) -> Result<Fit, Refusal> {
        match wanted {
            Wanted::Rows(keys) => {
                self.read_seals(view, &keys).await?;
                self.fetch_rows(view, keys).await
            }
            Wanted::Stretch(stretch) => {
                let any = Key::new(stretch.table, &stretch.partition, &stretch.from);
                self.read_seals(view, std::slice::from_ref(&any)).await?;
                self.fetch_stretch(view, stretch).await
            }
            Wanted::Partitions(table) => {
                let partitions = self.scan_partitions(table).await?;
                view.partitions.insert(table, partitions);
                Ok(Fit::Whole)
            }
        }
    }

    /// Whether the seals are as they were before anything under them was read.
    pub(super) async fn seals_hold(&self, view: &View) -> Result<Fit, Refusal> {
        // One request is one instant by itself.
        if view.sealed_reads < 2 {
            return Ok(Fit::Whole);
        }
        for (seal, before) in &view.seals {
            let now = self.read_seal(seal).await?;
            if now != *before {
                return Ok(Fit::Torn);
            }
        }
        Ok(Fit::Whole)
    }

    /// Seals are read before what they watch over, so that no change goes unseen.
    async fn read_seals(&self, view: &mut View, keys: &[Key]) -> Result<(), Refusal> {
        let seals: BTreeSet<Key> = keys.iter().filter_map(Key::seal).collect();
        for seal in seals {
            view.sealed_reads += 1;
            if let Entry::Vacant(unread) = view.seals.entry(seal) {
                let revision = self.read_seal(unread.key()).await?;
                unread.insert(revision);
            }
        }
        Ok(())
    }

    async fn read_seal(&self, seal: &Key) -> Result<Option<String>, Refusal> {
        if let Some(read) = self.get_directly(seal).await {
            return Ok(read.rows.into_iter().next().and_then(|(_, seal)| seal.revision));
        }
        let item = self.get_item(seal).await?;
        Ok(item.and_then(|item| attribute::revision(&item).map(str::to_owned)))
    }

    async fn fetch_rows(&self, view: &mut View, keys: Vec<Key>) -> Result<Fit, Refusal> {
        if let [one] = keys.as_slice()
            && let Some(read) = self.get_directly(one).await
        {
            let found = read.rows.into_iter().next().map(|(_, found)| found);
            view.seen.entry(one.clone()).or_insert(found);
            return Ok(Fit::Whole);
        }
        let mut items = match keys.as_slice() {
            [one] => {
                self.get_item(one).await?.map(|item| (one.clone(), item)).into_iter().collect()
            }
            _ => self.batch_get(&keys).await?,
        };
        for key in keys {
            let found = match items.remove(&key) {
                Some(item) => match self.row(&key, &item, &BTreeMap::new()).await? {
                    Some(found) => Some(found),
                    None => return Ok(Fit::Torn),
                },
                None => None,
            };
            view.seen.entry(key).or_insert(found);
        }
        Ok(Fit::Whole)
    }

    async fn fetch_stretch(&self, view: &mut View, stretch: Stretch) -> Result<Fit, Refusal> {
        let (mut sorts, mut start) = (Vec::new(), None);
        if let Some(read) = self.query_directly(&stretch).await {
            for (key, found) in read.rows.into_iter().filter(|(key, _)| stretch.keeps(key)) {
                sorts.push(key.sort.clone());
                view.seen.entry(key).or_insert(Some(found));
            }
            if read.next.is_none() || sorts.len() >= stretch.limit {
                view.stretches.insert(stretch, sorts);
                return Ok(Fit::Whole);
            }
            start = read.next;
            view.sealed_reads += 1;
        }
        let left = stretch.limit - sorts.len();
        let (heads, parts) = self.query(view, &stretch, start, left).await?;
        for (key, item) in heads {
            let Some(found) = self.row(&key, &item, &parts).await? else { return Ok(Fit::Torn) };
            sorts.push(key.sort.clone());
            view.seen.entry(key).or_insert(Some(found));
        }
        view.stretches.insert(stretch, sorts);
        Ok(Fit::Whole)
    }

    /// The row of an item, with parts that are there already or are fetched; none when one is gone.
    pub(super) async fn row(
        &self,
        key: &Key,
        item: &Item,
        parts: &BTreeMap<Key, Item>,
    ) -> Result<Option<Found>, Refusal> {
        let revision = attribute::revision(item).map(str::to_owned);
        let (Some(count), Some(name)) = (attribute::parts(item), &revision) else {
            return Ok(Some(Found { body: attribute::body(item), revision, parts: 0 }));
        };
        let keys: Vec<Key> = (0..count).map(|number| key.part(name, number)).collect();
        let missing: Vec<Key> =
            keys.iter().filter(|key| !parts.contains_key(key)).cloned().collect();
        let fetched = self.batch_get(&missing).await?;
        let mut body = String::new();
        for key in &keys {
            let part = parts.get(key).or_else(|| fetched.get(key));
            let Some(text) = part.and_then(attribute::part_text) else { return Ok(None) };
            body.push_str(text);
        }
        Ok(Some(Found { body, revision, parts: count }))
    }

    pub(super) async fn get_item(&self, key: &Key) -> Result<Option<Item>, Refusal> {
        let request = self.client.get_item().table_name(self.table(key.table));
        let request = request.set_key(Some(key.item())).consistent_read(true);
        let answer = request.send().await.map_err(|error| Refusal::of("GetItem", error))?;
        Ok(answer.item)
    }

    async fn batch_get(&self, keys: &[Key]) -> Result<BTreeMap<Key, Item>, Refusal> {
        let mut found = BTreeMap::new();
        let mut round = 0;
        let mut left: Vec<Key> = keys.to_vec();
        while !left.is_empty() {
            let rest = left.split_off(left.len().min(BATCH));
            let before = left.len();
            let mut unread = self.batch_get_once(&left, &mut found).await?;
            // DynamoDB gives back what it had no capacity or no room for.
            if unread.len() == before {
                round += 1;
                if round == super::TRIES {
                    return Err(Refusal::contended(round));
                }
                self.pause(round).await;
            }
            unread.extend(rest);
            left = unread;
        }
        Ok(found)
    }

    async fn batch_get_once(
        &self,
        keys: &[Key],
        found: &mut BTreeMap<Key, Item>,
    ) -> Result<Vec<Key>, Refusal> {
        let mut tables: HashMap<Table, Vec<Item>> = HashMap::new();
        for key in keys {
            tables.entry(key.table).or_default().push(key.item());
        }
        let names: HashMap<String, Table> =
            tables.keys().map(|table| (self.table(*table), *table)).collect();
        let mut request = self.client.batch_get_item();
        for (table, keys) in tables {
            let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true);
            let keys = keys.build().map_err(|error| Refusal::unbuilt("BatchGetItem", error))?;
            request = request.request_items(self.table(table), keys);
        }
        let answer = request.send().await.map_err(|error| Refusal::of("BatchGetItem", error))?;
        let keyed = |name: &String, item: &Item| Key::of(*names.get(name)?, item);
        for (name, items) in answer.responses.unwrap_or_default() {
            found.extend(items.into_iter().filter_map(|item| Some((keyed(&name, &item)?, item))));
        }
        let unread = answer.unprocessed_keys.unwrap_or_default();
        let unread = unread.iter().flat_map(|(name, keys)| {
            keys.keys().iter().filter_map(|item| keyed(name, item)).collect::<Vec<_>>()
        });
        Ok(unread.collect())
    }

    /// At most so many rows of a range in order, from the start of a page on, and the parts that lay
    /// between them.
    async fn query(
        &self,
        view: &mut View,
        stretch: &Stretch,
        mut start: Option<Item>,
        limit: usize,
    ) -> Result<(Vec<(Key, Item)>, BTreeMap<Key, Item>), Refusal> {
        let (mut heads, mut parts) = (Vec::new(), BTreeMap::new());
        loop {
            let left = limit - heads.len();
            let page = i32::try_from(left).ok();
            let request = self.query_of(stretch).set_limit(page).set_exclusive_start_key(start);
            let answer = request.send().await.map_err(|error| Refusal::of("Query", error))?;
            for item in answer.items.unwrap_or_default() {
                let Some(key) = Key::of(stretch.table, &item) else { continue };
                if attribute::part_text(&item).is_some() {
                    parts.insert(key, item);
                } else if stretch.keeps(&key) {
                    heads.push((key, item));
                }
            }
            start = answer.last_evaluated_key;
            if start.is_none() || heads.len() >= limit {
                return Ok((heads, parts));
            }
            view.sealed_reads += 1;
        }
    }

    fn query_of(
        &self,
        stretch: &Stretch,
    ) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        let text = |value: &str| AttributeValue::S(key::stored(value).into_owned());
        let request =
            self.client.query().table_name(self.table(stretch.table)).consistent_read(true);
        let request = request
            .scan_index_forward(!stretch.is_descending)
            .expression_attribute_names("#p", stretch.table.partition_key())
            .expression_attribute_names("#s", stretch.table.sort_key())
            .expression_attribute_values(":p", text(&stretch.partition))
            .expression_attribute_values(":b", text(&stretch.before));
        let request = request.key_condition_expression(stretch.condition());
        match stretch.from.is_empty() {
            true => request,
            false => request.expression_attribute_values(":f", text(&stretch.from)),
        }
    }

    async fn scan_partitions(&self, table: Table) -> Result<Vec<String>, Refusal> {
        let mut partitions = BTreeSet::new();
        let mut start = None;
        loop {
            let request = self.client.scan().table_name(self.table(table)).consistent_read(true);
            let request = request
                .select(Select::SpecificAttributes)
                .projection_expression("#p")
                .expression_attribute_names("#p", table.partition_key())
                .set_exclusive_start_key(start);
            let answer = request.send().await.map_err(|error| Refusal::of("Scan", error))?;
            for item in answer.items.unwrap_or_default() {
                let partition = item.get(table.partition_key()).and_then(|key| key.as_s().ok());
                partitions.extend(partition.map(|partition| key::read(partition)));
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(partitions.into_iter().collect());
            }
        }
    }
}
