//! Which two and three characters the texts of rules begin with. Most places of an article begin no
//! text, and this says so without a walk through the trie; the build reads this file too.

/// The texts of all rules begin with a tenth as many pairs.
const PAIR_BITS: usize = 1 << 16;
/// The bits of threes come after those of pairs.
const THREE_BITS: usize = 1 << 18;
/// Bits of one number.
pub(crate) const WORD: usize = u64::BITS as usize;

/// Stands for the second or third character of a text that has none.
pub(crate) const NONE: char = '\0';

/// Pairs and threes of characters by a hash, as bits: what is not among them begins no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Starts(pub(crate) Vec<u64>);

impl Starts {
    /// The starts of these texts.
    pub(crate) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut bits = vec![0; (PAIR_BITS + THREE_BITS) / WORD];
        for text in texts {
            let mut characters = text.chars();
            let Some(first) = characters.next() else { continue };
            let second = characters.next().unwrap_or(NONE);
            let third = characters.next().unwrap_or(NONE);
            for place in [pair(first, second), three(first, second, third)] {
                if let Some(word) = bits.get_mut(place / WORD) {
                    *word |= 1 << (place % WORD);
                }
            }
        }
        Self(bits)
    }
}

/// The bit of a pair (multiplicative hashing; Knuth, volume 3, 6.4).
pub(crate) fn pair(first: char, second: char) -> usize {
    hash(mix(first, second), PAIR_BITS)
}

/// The bit of three characters.
pub(crate) fn three(first: char, second: char, third: char) -> usize {
    let mixed = mix(first, second) ^ u32::from(third).wrapping_mul(0xc2b2_ae35);
    PAIR_BITS + hash(mixed, THREE_BITS)
}

fn mix(first: char, second: char) -> u32 {
    u32::from(first).wrapping_mul(0x9e37_79b1) ^ u32::from(second).wrapping_mul(0x85eb_ca6b)
}

fn hash(mixed: u32, bits: usize) -> usize {
    (mixed.wrapping_mul(0x9e37_79b1) >> (u32::BITS - bits.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::Starts;

    #[test]
    fn passes_every_start_and_few_others() {
        let starts = Starts::of(["몇일", "되", "", "😀 가", "먹거리"].into_iter());
        for text in ["몇일", "몇일을", "되", "되서", "😀 가", "먹거리"] {
            assert!(starts.may_begin(text.chars()), "{text}");
        }
        for text in ["", "몇", "먹거", "😀 "] {
            assert!(!starts.may_begin(text.chars()), "{text}");
        }
        let second = ('가'..='힣').filter(|one| starts.may_begin(['몇', *one].into_iter()));
        assert_eq!(second.collect::<String>(), "일");
        let third = ('가'..='힣').filter(|one| starts.may_begin(['먹', '거', *one].into_iter()));
        assert_eq!(third.collect::<String>(), "리");
    }
}
