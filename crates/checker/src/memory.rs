//! What earlier checks have found in each paragraph, so that a changed article costs only what has
//! changed.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Suggestion;

/// What an entry takes beside its findings.
const ENTRY_BYTES: usize = 160;

/// Findings by paragraph, the least recently used forgotten first. Threads share one; it is locked
/// only while something is looked up or put in, never while a paragraph is read.
pub struct Memory {
    limit_bytes: usize,
    /// Two keyed hashes make one of 128 bits that nobody can aim at.
    hashes: [RandomState; 2],
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    entries: HashMap<u128, Entry>,
    /// Keys by when they were last used.
    uses: BTreeMap<u64, u128>,
    now: u64,
    bytes: usize,
    checked: u64,
}

struct Entry {
    /// Before arbitration, with spans from the start of the paragraph.
    found: Arc<[Suggestion]>,
    bytes: usize,
    used: u64,
}

impl fmt::Debug for Memory {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is remembered is article text.
        let known = self.known();
        write!(out, "Memory({} paragraphs, {} bytes)", known.entries.len(), known.bytes)
    }
}

impl Memory {
    /// An empty memory that holds about so many bytes at most.
    #[must_use]
    pub fn new(limit_bytes: usize) -> Self {
        let hashes = [RandomState::new(), RandomState::new()];
        Self { limit_bytes, hashes, known: Mutex::default() }
    }

    /// How many paragraphs were read because they were not known.
    #[must_use]
    pub fn paragraphs_checked(&self) -> u64 {
        self.known().checked
    }

    /// What names a paragraph read with these settings.
    pub(crate) fn key(&self, of: &impl Hash) -> u128 {
        let [high, low] = self.hashes.each_ref().map(|hash| u128::from(hash.hash_one(of)));
        high << 64 | low
    }

    /// What is known under the key, or what `read` finds.
    pub(crate) fn recall(
        &self,
        key: u128,
        read: impl FnOnce() -> Vec<Suggestion>,
    ) -> Arc<[Suggestion]> {
        if let Some(found) = self.known().find(key) {
            return found;
        }
        let found: Arc<[Suggestion]> = read().into();
        self.known().keep(key, Arc::clone(&found), self.limit_bytes);
        found
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn find(&mut self, key: u128) -> Option<Arc<[Suggestion]>> {
        self.now += 1;
        let entry = self.entries.get_mut(&key)?;
        self.uses.remove(&entry.used);
        entry.used = self.now;
        self.uses.insert(self.now, key);
        Some(Arc::clone(&entry.found))
    }

    fn keep(&mut self, key: u128, found: Arc<[Suggestion]>, limit_bytes: usize) {
        self.checked += 1;
        self.now += 1;
        let bytes = ENTRY_BYTES + found.iter().map(size).sum::<usize>();
        self.bytes += bytes;
        self.uses.insert(self.now, key);
        // Two threads may have read the same paragraph.
        if let Some(other) = self.entries.insert(key, Entry { found, bytes, used: self.now }) {
            self.uses.remove(&other.used);
            self.bytes -= other.bytes;
        }
        while self.bytes > limit_bytes
            && let Some((_, oldest)) = self.uses.pop_first()
        {
            let gone = self.entries.remove(&oldest);
            self.bytes -= gone.map_or(0, |gone| gone.bytes);
        }
    }
}

fn size(one: &Suggestion) -> usize {
    let replacements: usize =
        one.replacements.iter().map(|text| text.len() + size_of::<String>()).sum();
    let reference = one.reference.as_ref().map_or(0, String::len);
    let rule = one.rule.as_str().len();
    size_of::<Suggestion>()
        + one.original.len()
        + one.message.len()
        + replacements
        + reference
        + rule
}

#[cfg(test)]
mod tests {
    use super::{ENTRY_BYTES, Memory};
    use crate::{Checker, Settings};

    #[test]
    fn the_least_recently_used_is_forgotten_first() {
        let memory = Memory::new(2 * ENTRY_BYTES);
        let read = |key| {
            let before = memory.paragraphs_checked();
            assert_eq!(memory.recall(key, Vec::new).len(), 0);
            memory.paragraphs_checked() > before
        };
        let reads = [1, 2, 1, 3, 1, 2, 3].map(read);
        assert_eq!(reads, [true, true, false, true, false, true, true]);
        assert_eq!(format!("{memory:?}"), "Memory(2 paragraphs, 320 bytes)");
    }

    #[test]
    fn findings_count_with_their_texts_and_are_not_printed() {
        let (checker, settings) = (Checker::new(), Settings::default());
        let small = Memory::new(ENTRY_BYTES);
        for _ in 0..2 {
            assert_eq!(checker.check_again("😀 몇일 뒤", &settings, &small).len(), 1);
        }
        assert_eq!(small.paragraphs_checked(), 2);
        assert_eq!(format!("{small:?}"), "Memory(0 paragraphs, 0 bytes)");
    }

    #[test]
    fn a_key_is_the_same_for_the_same_and_another_for_another() {
        let memory = Memory::new(0);
        assert_eq!(memory.key(&(1, "가")), memory.key(&(1, "가")));
        assert_ne!(memory.key(&(1, "가")), memory.key(&(2, "가")));
        assert_ne!(memory.key(&(1, "가")) >> 64, memory.key(&(1, "가")) & u128::from(u64::MAX));
    }
}
