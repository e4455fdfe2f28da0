//! Dictionaries as checks use them: made ready once for each version, and looked after.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use checker::{Pack, ReadyPack};

use super::{Dictionary, DictionaryEntry, DictionaryRule, DictionaryScope};
use crate::ports::{DictionaryStore, StoreError};
use crate::time::Timestamp;

/// So long a version is believed: what another process has changed is in force here after that.
pub const FRESH_MS: i64 = 5_000;
/// What all ready dictionaries may take together; the least recently used are forgotten first.
const LIMIT_BYTES: usize = 64 * 1024 * 1024;
/// What a ready dictionary takes beside its entries: the map of characters and the starts of texts.
const PACK_BYTES: usize = 320 * 1024;
/// What an entry takes.
const ENTRY_BYTES: usize = 1024;
/// What an empty dictionary takes.
const EMPTY_BYTES: usize = 128;

/// A rule's id begins so when it is the entry of a dictionary; the entry's own id follows.
pub(super) const RULE_PREFIX: &str = "house-style/dictionary-";

/// The pack of these entries; none where there is none.
pub(super) fn ready<'e>(
    entries: impl IntoIterator<Item = &'e DictionaryEntry>,
) -> Option<Arc<ReadyPack>> {
    let mut pack: Option<Pack> = None;
    for DictionaryEntry { id, rule, reason, .. } in entries {
        let pack = pack.get_or_insert_default();
        match rule {
            DictionaryRule::Replace { wrong, right } => {
                pack.replace(&format!("dictionary-{id}"), wrong, right, reason.as_deref());
            }
            DictionaryRule::Except { word } => pack.except(word),
            DictionaryRule::IgnoreRule { rule, word } => {
                pack.silence(rule.clone(), word.as_deref());
            }
        }
    }
    pack.map(|pack| Arc::new(pack.ready()))
}

/// A dictionary as it was last read.
#[derive(Debug)]
struct Kept {
    version: u64,
    pack: Option<Arc<ReadyPack>>,
    bytes: usize,
    /// When the store last said that this is the version; none once it was changed here.
    seen_at: Option<Timestamp>,
    used: u64,
}

#[derive(Debug, Default)]
struct All {
    kept: HashMap<DictionaryScope, Kept>,
    /// How often anything was changed here.
    changes: u64,
    uses: u64,
    bytes: usize,
}

/// Every dictionary this process has needed.
#[derive(Debug, Default)]
pub(super) struct InForce(Mutex<All>);

impl InForce {
    fn all(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What this process has changed is read again before the next check.
    pub(super) fn changed(&self, scope: &DictionaryScope) {
        let mut all = self.all();
        all.changes += 1;
        if let Some(kept) = all.kept.get_mut(scope) {
            kept.seen_at = None;
        }
    }

    /// The packs of these dictionaries. A store that cannot be read leaves in force what was read last.
    pub(super) async fn packs(
        &self,
        store: &dyn DictionaryStore,
        scopes: &[DictionaryScope],
        now: Timestamp,
    ) -> Vec<Arc<ReadyPack>> {
        if let Err(error) = self.refresh(store, scopes, now).await {
            tracing::warn!(
                event = "dictionary.unreadable",
                code = error.code(),
                error = &error as &dyn std::error::Error
            );
        }
        self.all().use_all(scopes)
    }

    async fn refresh(
        &self,
        store: &dyn DictionaryStore,
        scopes: &[DictionaryScope],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (stale, changes) = self.all().stale(scopes, now);
        if stale.is_empty() {
            return Ok(());
        }
        let versions = store.dictionary_versions(&stale).await?;
        for (scope, version) in stale.into_iter().zip(versions) {
            if self.all().confirm(&scope, version, changes, now) {
                continue;
            }
            // Nobody has ever changed most dictionaries.
            let read = match version {
                0 => Dictionary::default(),
                _ => store.dictionary(&scope).await?,
            };
            let pack = ready(&read.entries);
            self.all().keep(scope, &read, pack, changes, now);
        }
        Ok(())
    }
}

impl All {
    /// Those whose version must be asked for, and how often anything was changed here until now.
    fn stale(&self, scopes: &[DictionaryScope], now: Timestamp) -> (Vec<DictionaryScope>, u64) {
        let is_fresh = |scope: &&DictionaryScope| {
            let seen_at = self.kept.get(scope).and_then(|kept| kept.seen_at);
            seen_at.is_some_and(|at| at <= now && at.plus_millis(FRESH_MS) > now)
        };
        (scopes.iter().filter(|scope| !is_fresh(scope)).cloned().collect(), self.changes)
    }

    /// When the store was asked; not believed where something was changed here meanwhile.
    fn seen(&self, changes: u64, now: Timestamp) -> Option<Timestamp> {
        (self.changes == changes).then_some(now)
    }

    /// Whether the version is the one that is kept.
    fn confirm(
        &mut self,
        scope: &DictionaryScope,
        version: u64,
        changes: u64,
        now: Timestamp,
    ) -> bool {
        let seen_at = self.seen(changes, now);
        let kept = self.kept.get_mut(scope).filter(|kept| kept.version == version);
        kept.map(|kept| kept.seen_at = seen_at).is_some()
    }

    fn keep(
        &mut self,
        scope: DictionaryScope,
        read: &Dictionary,
        pack: Option<Arc<ReadyPack>>,
        changes: u64,
        now: Timestamp,
    ) {
        let bytes = match pack {
            Some(_) => PACK_BYTES + read.entries.len() * ENTRY_BYTES,
            None => EMPTY_BYTES,
        };
        self.uses += 1;
        let (version, used, seen_at) = (read.version, self.uses, self.seen(changes, now));
        let before = self.kept.insert(scope, Kept { version, pack, bytes, seen_at, used });
        self.bytes += bytes;
        self.bytes -= before.map_or(0, |before| before.bytes);
        while self.bytes > LIMIT_BYTES && self.kept.len() > 1 {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.used);
            let Some(oldest) = oldest.map(|(scope, _)| scope.clone()) else { break };
            let gone = self.kept.remove(&oldest);
            self.bytes -= gone.map_or(0, |gone| gone.bytes);
        }
    }

    fn use_all(&mut self, scopes: &[DictionaryScope]) -> Vec<Arc<ReadyPack>> {
        let mut packs = Vec::new();
        for scope in scopes {
            self.uses += 1;
            if let Some(kept) = self.kept.get_mut(scope) {
                kept.used = self.uses;
                packs.extend(kept.pack.clone());
            }
        }
        packs
    }
}

#[cfg(test)]
mod tests {
    use super::{All, LIMIT_BYTES};
    use crate::dictionary::{Dictionary, DictionaryScope};
    use crate::time::Timestamp;

    fn desk(number: usize) -> DictionaryScope {
        DictionaryScope::Desk(number.to_string())
    }

    #[test]
    fn what_was_changed_while_it_was_read_is_read_again() {
        let (mut all, now) = (All::default(), Timestamp::from_millis(0));
        let scopes = [desk(0)];
        let (stale, changes) = all.stale(&scopes, now);
        assert_eq!(stale, scopes);
        all.changes += 1;
        all.keep(desk(0), &Dictionary::default(), None, changes, now);
        assert_eq!(all.stale(&scopes, now), (vec![desk(0)], 1));
        assert!(all.confirm(&desk(0), 0, 1, now));
        assert_eq!(all.stale(&scopes, now), (vec![], 1));
        assert_eq!(all.stale(&scopes, now.plus_millis(4_999)).0, []);
        assert_eq!(all.stale(&scopes, now.plus_millis(5_000)).0, scopes);
        // A clock that was set back believes nothing.
        assert_eq!(all.stale(&scopes, now.plus_millis(-1)).0, scopes);
    }

    #[test]
    fn the_least_recently_used_are_forgotten() {
        let (mut all, now) = (All::default(), Timestamp::from_millis(0));
        let entries = |count: usize| {
            let mut all = Vec::new();
            all.resize_with(count, super::tests::entry);
            Dictionary { version: 1, entries: all }
        };
        let large = entries(10_000);
        for number in 0..7 {
            let pack = super::ready(&large.entries[..1]);
            all.keep(desk(number), &large, pack, 0, now);
            all.use_all(&[desk(0)]);
        }
        let mut left: Vec<_> = all.kept.keys().cloned().collect();
        left.sort();
        assert_eq!(left, [desk(0), desk(2), desk(3), desk(4), desk(5), desk(6)]);
        assert!(all.bytes <= LIMIT_BYTES);
    }

    fn entry() -> crate::dictionary::DictionaryEntry {
        crate::dictionary::DictionaryEntry {
            id: crate::id::EntryId::new("e"),
            rule: crate::dictionary::DictionaryRule::Except { word: "가".into() },
            reason: None,
            created_by: crate::id::UserId::new("kim"),
            created_at: Timestamp::from_millis(0),
        }
    }
}
