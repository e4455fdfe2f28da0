//! Long lists by their first or last syllable, so that a word is held only against the few entries
//! that can fit it.

use rustc_hash::FxHashMap;

/// Entries by a syllable; those of one syllable stay in the order of the list.
#[derive(Debug)]
pub(crate) struct Grouped<T> {
    groups: FxHashMap<char, Vec<T>>,
    /// Keys by a hash, as bits: most syllables of a text are no key, and this says so at once.
    keys: [u64; KEY_BITS / WORD],
}

/// The lists have a hundred keys or so.
const KEY_BITS: usize = 1024;
/// Bits of one number.
const WORD: usize = u64::BITS as usize;

/// The bit of a key (multiplicative hashing; Knuth, volume 3, 6.4).
fn place(key: char) -> usize {
    (u32::from(key).wrapping_mul(0x9e37_79b1) >> (u32::BITS - KEY_BITS.ilog2())) as usize
}

impl<T: Copy> Grouped<T> {
    /// The entries by the syllable that `key` names; those without one are left out.
    pub(crate) fn new(all: impl IntoIterator<Item = T>, key: impl Fn(T) -> Option<char>) -> Self {
        let mut groups: FxHashMap<char, Vec<T>> = FxHashMap::default();
        let mut keys = [0; KEY_BITS / WORD];
        for one in all {
            if let Some(key) = key(one) {
                groups.entry(key).or_default().push(one);
                if let Some(word) = keys.get_mut(place(key) / WORD) {
                    *word |= 1 << (place(key) % WORD);
                }
            }
        }
        Self { groups, keys }
    }

    /// The entries of a syllable.
    pub(crate) fn at(&self, key: Option<char>) -> &[T] {
        let may_hold = |key: &char| {
            self.keys
                .get(place(*key) / WORD)
                .is_some_and(|word| word >> (place(*key) % WORD) & 1 == 1)
        };
        let key = key.filter(may_hold);
        key.and_then(|key| self.groups.get(&key)).map_or(&[], Vec::as_slice)
    }
}

impl Grouped<&'static str> {
    /// Words by their first syllable.
    pub(crate) fn by_first(all: &[&'static str]) -> Self {
        Self::new(all.iter().copied(), |word| word.chars().next())
    }

    /// Words by their last syllable.
    pub(crate) fn by_last(all: &[&'static str]) -> Self {
        Self::new(all.iter().copied(), |word| word.chars().next_back())
    }

    /// The words that stand at the end of the text, which were grouped by their last syllable.
    pub(crate) fn ends<'s>(&'s self, text: &'s str) -> impl Iterator<Item = &'static str> + 's {
        let all = self.at(text.chars().next_back()).iter().copied();
        all.filter(move |word| text.ends_with(word))
    }

    /// The words that stand at the start of the text, which were grouped by their first syllable.
    pub(crate) fn starts<'s>(&'s self, text: &'s str) -> impl Iterator<Item = &'static str> + 's {
        let all = self.at(text.chars().next()).iter().copied();
        all.filter(move |word| text.starts_with(word))
    }
}

#[cfg(test)]
mod tests {
    use super::Grouped;

    #[test]
    fn finds_every_entry_in_the_order_of_the_list() {
        let list = ["는", "에서", "에서는", "로", "에", ""];
        let (first, last) = (Grouped::by_first(&list), Grouped::by_last(&list));
        assert_eq!(first.starts("에서는 😀").collect::<Vec<_>>(), ["에서", "에서는", "에"]);
        assert_eq!(last.ends("집에서는").collect::<Vec<_>>(), ["는", "에서는"]);
        assert_eq!(last.ends("").count() + first.starts("\u{110b}\u{1166}").count(), 0);
    }
}
