//! Reading and changing dictionaries.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use checker::{Category, Profile, Settings};

use super::in_force::{self, InForce, RULE_PREFIX};
use super::{
    DICTIONARY_LIMIT_ENTRIES, Dictionary, DictionaryEntry, DictionaryError, DictionaryRule,
    DictionaryScope, EntryFault, NewEntry, Subject,
};
use crate::check::{CheckOptions, Checks};
use crate::id::{ConversationId, EntryId, UserId};
use crate::ports::{Clock, DictionaryStore, IdSource, StoreError};
use crate::principal::Principal;

/// A dictionary that somebody else changes meanwhile is read anew so often.
const ATTEMPTS: usize = 8;

/// The use case with everything it needs; build one and share it.
pub struct Dictionaries {
    store: Arc<dyn DictionaryStore>,
    /// The rules that entries name.
    checks: Arc<Checks>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    in_force: InForce,
    profiles: BTreeMap<String, Profile>,
}

/// Which entries a page shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryFilter {
    /// Of this desk too.
    pub desk: Option<String>,
    /// Only those that hold this in a word or the reason, letter case aside.
    pub holds: Option<String>,
    /// After so many of them.
    pub skip: usize,
    /// At most so many.
    pub limit: usize,
}

/// A page of entries with whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPage {
    /// One's own first, then the desk's, then everybody's; the newest of each first.
    pub entries: Vec<(DictionaryScope, DictionaryEntry)>,
    /// How many there are on all pages.
    pub total: usize,
}

/// What became of several entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Added {
    /// Those that stand now.
    pub entries: Vec<DictionaryEntry>,
    /// Those that may not, by their place in what was given.
    pub faults: Vec<(usize, EntryFault)>,
}

impl Dictionaries {
    /// Dictionaries of a store, beside the rules of these checks.
    #[must_use]
    pub fn new(
        store: Arc<dyn DictionaryStore>,
        checks: Arc<Checks>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        let (in_force, profiles) = (InForce::default(), BTreeMap::new());
        Self { store, checks, clock, ids, in_force, profiles }
    }

    /// The same, where these desks write in a house style of their own.
    #[must_use]
    pub fn with_profiles(self, profiles: BTreeMap<String, Profile>) -> Self {
        Self { profiles, ..self }
    }

    /// Settings of a check with every dictionary that concerns the user: in force at once where it was
    /// changed by this process, within [`super::FRESH_MS`] where by another; and with the desk's house
    /// style where no other is wanted.
    pub async fn settings(
        &self,
        options: &CheckOptions,
        user: &UserId,
        article: Option<&ConversationId>,
    ) -> Settings {
        let scopes = scopes(user, options.desk.as_deref());
        let packs = self.in_force.packs(&*self.store, &scopes, self.clock.now()).await;
        let of_desk = options.desk.as_ref().and_then(|desk| self.profiles.get(desk).copied());
        let profile = options.profile.or(of_desk).unwrap_or_default();
        Settings { packs, profile, ..options.settings(user, article) }
    }

    /// Entries that concern the caller.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub async fn list(
        &self,
        who: &Principal,
        filter: &EntryFilter,
    ) -> Result<EntryPage, StoreError> {
        let wanted = filter.holds.as_deref().map(str::to_lowercase);
        let mut all = Vec::new();
        for scope in scopes(&who.user_id, filter.desk.as_deref()) {
            let entries = self.store.dictionary(&scope).await?.entries;
            let found = entries.into_iter().rev().filter(|one| holds(one, wanted.as_deref()));
            all.extend(found.map(|entry| (scope.clone(), entry)));
        }
        let total = all.len();
        let entries = all.into_iter().skip(filter.skip).take(filter.limit).collect();
        Ok(EntryPage { entries, total })
    }

    /// A dictionary with all entries; everybody may read that of everybody and those of desks.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub async fn whole(&self, scope: &DictionaryScope) -> Result<Dictionary, StoreError> {
        self.store.dictionary(scope).await
    }

    /// Adds one entry.
    ///
    /// # Errors
    ///
    /// A dictionary that the caller may not change or that is full, an entry that may not stand, or a
    /// failed store.
    pub async fn add(
        &self,
        who: &Principal,
        scope: &DictionaryScope,
        new: NewEntry,
    ) -> Result<DictionaryEntry, DictionaryError> {
        let added = self.add_all(who, scope, vec![new]).await?;
        if let Some((_, fault)) = added.faults.first() {
            return Err(DictionaryError::Entry(*fault));
        }
        added.entries.into_iter().next().ok_or(DictionaryError::Store(StoreError::Conflict))
    }

    /// Adds those of many entries that may stand, and says why the others may not.
    ///
    /// # Errors
    ///
    /// A dictionary that the caller may not change or where not all find room, or a failed store; an
    /// entry may have been added then, and the same call adds the rest.
    pub async fn add_all(
        &self,
        who: &Principal,
        scope: &DictionaryScope,
        new: Vec<NewEntry>,
    ) -> Result<Added, DictionaryError> {
        if !scope.may_be_changed_by(who) {
            return Err(DictionaryError::Forbidden);
        }
        for _ in 0..ATTEMPTS {
            let stored = self.store.dictionary(scope).await?;
            let added = self.judged(who, &stored, &new);
            if stored.entries.len() + added.entries.len() > DICTIONARY_LIMIT_ENTRIES {
                return Err(DictionaryError::Full);
            }
            if added.entries.is_empty() {
                return Ok(added);
            }
            let written = self.store.add_entries(scope, &added.entries, stored.version).await;
            self.in_force.changed(scope);
            match written {
                Err(StoreError::Conflict) => {}
                written => return written.map(|()| added).map_err(Into::into),
            }
        }
        Err(DictionaryError::Store(StoreError::Conflict))
    }

    /// Removes an entry; false where there is none.
    ///
    /// # Errors
    ///
    /// A dictionary that the caller may not change, or a failed store.
    pub async fn remove(
        &self,
        who: &Principal,
        scope: &DictionaryScope,
        id: &EntryId,
    ) -> Result<bool, DictionaryError> {
        if !scope.may_be_changed_by(who) {
            return Err(DictionaryError::Forbidden);
        }
        let removed = self.store.remove_entry(scope, id).await;
        self.in_force.changed(scope);
        Ok(removed?)
    }

    /// The entries that may stand beside those that are there, and why the others may not.
    fn judged(&self, who: &Principal, stored: &Dictionary, new: &[NewEntry]) -> Added {
        let mut added = Added::default();
        let mut said: HashSet<Subject> =
            stored.entries.iter().map(|entry| entry.rule.subject()).collect();
        for (at, one) in new.iter().enumerate() {
            match self.read(one, &mut said) {
                Ok(NewEntry { rule, reason }) => added.entries.push(DictionaryEntry {
                    id: EntryId::new(self.ids.next_id()),
                    rule,
                    reason,
                    created_by: who.user_id.clone(),
                    created_at: self.clock.now(),
                }),
                Err(fault) => added.faults.push((at, fault)),
            }
        }
        let places = (0..new.len()).filter(|at| added.faults.iter().all(|fault| fault.0 != *at));
        let places: Vec<usize> = places.collect();
        let loops = self.loops(stored, &added.entries);
        let mut at = places.into_iter();
        added.entries.retain(|entry| {
            let at = at.next().unwrap_or_default();
            let is_loop = loops.contains(&entry.id);
            if is_loop {
                added.faults.push((at, EntryFault::Loop));
            }
            !is_loop
        });
        added
    }

    /// Which of the new entries would be flagged by the dictionary in what they write, or flag what an
    /// entry that is there writes.
    fn loops(&self, stored: &Dictionary, new: &[DictionaryEntry]) -> HashSet<EntryId> {
        let mut loops = HashSet::new();
        let Some(pack) = in_force::ready(stored.entries.iter().chain(new)) else { return loops };
        let settings = Settings {
            packs: vec![pack],
            hints: true,
            only_categories: vec![Category::HouseStyle],
            ..Settings::default()
        };
        let checker = self.checks.checker();
        let flagged_by = |right: &str| -> Vec<EntryId> {
            let found = checker.check(right, &settings);
            let ids = found.iter().filter_map(|one| one.rule.as_str().strip_prefix(RULE_PREFIX));
            ids.map(EntryId::new).collect()
        };
        for entry in new {
            if let DictionaryRule::Replace { right, .. } = &entry.rule
                && !flagged_by(right).is_empty()
            {
                loops.insert(entry.id.clone());
            }
        }
        let ids: HashSet<&EntryId> = new.iter().map(|entry| &entry.id).collect();
        for entry in &stored.entries {
            // What holds no new word was looked at when it was added.
            if let DictionaryRule::Replace { right, .. } = &entry.rule
                && new.iter().any(|new| new.rule.is_in(right))
            {
                loops.extend(flagged_by(right).into_iter().filter(|id| ids.contains(id)));
            }
        }
        loops
    }

    fn read(&self, new: &NewEntry, said: &mut HashSet<Subject>) -> Result<NewEntry, EntryFault> {
        let read = new.clone().read()?;
        if let DictionaryRule::IgnoreRule { rule, .. } = &read.rule
            && self.checks.checker().rule(rule.as_str()).is_none()
        {
            return Err(EntryFault::UnknownRule);
        }
        if !said.insert(read.rule.subject()) {
            return Err(EntryFault::Repeated);
        }
        Ok(read)
    }
}

/// Whose dictionaries concern a user.
fn scopes(user: &UserId, desk: Option<&str>) -> Vec<DictionaryScope> {
    let own = DictionaryScope::Me(user.clone());
    let desk = desk.map(|desk| DictionaryScope::Desk(desk.to_owned()));
    [own].into_iter().chain(desk).chain([DictionaryScope::All]).collect()
}

fn holds(entry: &DictionaryEntry, wanted: Option<&str>) -> bool {
    let mut texts = entry.rule.texts().chain(entry.reason.as_deref());
    wanted.is_none_or(|wanted| texts.any(|text| text.to_lowercase().contains(wanted)))
}
