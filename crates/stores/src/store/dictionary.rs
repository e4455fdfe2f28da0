//! House dictionaries: entries under their dictionary, and versions side by side, so that those of
//! several dictionaries are one read.

use async_trait::async_trait;
use domain::dictionary::{Dictionary, DictionaryEntry, DictionaryScope};
use domain::id::EntryId;
use domain::ports::{DictionaryStore, StoreError};

use super::{Store, with_prefix};
use crate::rows::{self, EntryRow, VersionRow};
use crate::table::{Backend, Range, Rows, Table, key_part};

const TABLE: Table = Table::Files;
/// The partition of versions; those of entries begin with it. No engine has such a name.
pub(crate) const DICTIONARIES: &str = "##dictionary";

/// The sort key of a dictionary's version, and the end of the partition of its entries.
fn scope_key(scope: &DictionaryScope) -> String {
    match scope {
        DictionaryScope::Me(user) => format!("user:{}", key_part(user.as_str())),
        DictionaryScope::Desk(desk) => format!("desk:{}", key_part(desk)),
        DictionaryScope::All => "all".to_owned(),
    }
}

/// Where one dictionary lies.
#[derive(Clone)]
struct Place {
    scope: String,
    entries: String,
}

impl Place {
    fn of(scope: &DictionaryScope) -> Self {
        let scope = scope_key(scope);
        let entries = format!("{DICTIONARIES}#{scope}");
        Self { scope, entries }
    }

    fn version(&self, rows: &mut dyn Rows) -> Result<u64, StoreError> {
        version(rows, &self.scope)
    }

    fn set_version(&self, rows: &mut dyn Rows, version: u64) -> Result<(), StoreError> {
        let body = rows::write("dictionary version", &VersionRow { version })?;
        rows.put(TABLE, DICTIONARIES, &self.scope, &body)
    }

    /// Adds entries as the next version; gives that version.
    fn add(
        &self,
        rows: &mut dyn Rows,
        entries: &[DictionaryEntry],
        expected: u64,
    ) -> Result<u64, StoreError> {
        if self.version(rows)? != expected {
            return Err(StoreError::Conflict);
        }
        for entry in entries {
            let body = rows::write("dictionary entry", &EntryRow::from(entry))?;
            rows.put(TABLE, &self.entries, &key_part(entry.id.as_str()), &body)?;
        }
        self.set_version(rows, expected + 1)?;
        Ok(expected + 1)
    }

    fn remove(&self, rows: &mut dyn Rows, id: &EntryId) -> Result<bool, StoreError> {
        let sort = key_part(id.as_str());
        let version = self.version(rows)?;
        if rows.get(TABLE, &self.entries, &sort)?.is_none() {
            return Ok(false);
        }
        rows.delete(TABLE, &self.entries, &sort)?;
        self.set_version(rows, version + 1)?;
        Ok(true)
    }

    /// Removes the first so many entries as the next version; gives their number.
    fn clear(&self, rows: &mut dyn Rows, limit: usize) -> Result<usize, StoreError> {
        let version = self.version(rows)?;
        let some = Range { limit, ..Range::between("", "\u{10ffff}") };
        let found = rows.range(TABLE, &self.entries, some)?;
        for (sort, _) in &found {
            rows.delete(TABLE, &self.entries, sort)?;
        }
        if !found.is_empty() {
            self.set_version(rows, version + 1)?;
        }
        Ok(found.len())
    }
}

fn version(rows: &mut dyn Rows, scope: &str) -> Result<u64, StoreError> {
    let body = rows.get(TABLE, DICTIONARIES, scope)?;
    let row = body.map(|body| rows::read::<VersionRow>("dictionary version", &body)).transpose()?;
    Ok(row.unwrap_or_default().version)
}

#[async_trait]
impl<B: Backend> DictionaryStore for Store<B> {
    async fn dictionary_versions(
        &self,
        scopes: &[DictionaryScope],
    ) -> Result<Vec<u64>, StoreError> {
        let scopes: Vec<String> = scopes.iter().map(scope_key).collect();
        self.glance(move |rows| {
            rows.prefetch(TABLE, DICTIONARIES, &scopes)?;
            scopes.iter().map(|scope| version(rows, scope)).collect()
        })
        .await
    }

    async fn dictionary(&self, scope: &DictionaryScope) -> Result<Dictionary, StoreError> {
        let place = Place::of(scope);
        // The version first: what is added after it is read again by whoever sees the next one.
        let read = place.clone();
        let version = self.read(move |rows| read.version(rows)).await?;
        self.read(move |rows| {
            let found = with_prefix(rows, TABLE, &place.entries, "")?;
            let entry = |(sort, body): &(String, String)| {
                let id = sort.replace("%23", "#").replace("%25", "%");
                rows::read::<EntryRow>("dictionary entry", body)?.entry(&id)
            };
            let entries = found.iter().map(entry).collect::<Result<_, _>>()?;
            Ok(Dictionary { version, entries })
        })
        .await
    }

    async fn add_entries(
        &self,
        scope: &DictionaryScope,
        entries: &[DictionaryEntry],
        expected: u64,
    ) -> Result<(), StoreError> {
        let place = Place::of(scope);
        let mut version = expected;
        for some in entries.chunks(B::ROWS_AT_ONCE) {
            let (place, some) = (place.clone(), some.to_vec());
            version = self.transact(move |rows| place.add(rows, &some, version)).await?;
        }
        Ok(())
    }

    async fn remove_entry(
        &self,
        scope: &DictionaryScope,
        id: &EntryId,
    ) -> Result<bool, StoreError> {
        let (place, id) = (Place::of(scope), id.clone());
        self.transact(move |rows| place.remove(rows, &id)).await
    }

    async fn clear_dictionary(&self, scope: &DictionaryScope) -> Result<usize, StoreError> {
        let place = Place::of(scope);
        let mut removed = 0;
        loop {
            let place = place.clone();
            let some = self.transact(move |rows| place.clear(rows, B::ROWS_AT_ONCE)).await?;
            removed += some;
            if some < B::ROWS_AT_ONCE {
                return Ok(removed);
            }
        }
    }
}
