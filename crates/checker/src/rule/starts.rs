//! Which pairs of characters the texts of rules begin with. Most places of an article begin no text,
//! and this says so without a walk through the trie; the build reads this file too.

/// 2^16 bits: the texts of all rules begin with a tenth as many pairs.
const BITS: usize = 1 << 16;
/// Bits of one number.
pub(crate) const WORD: usize = u64::BITS as usize;

/// Stands for the second character of a text that has none.
pub(crate) const NONE: char = '\0';

/// Pairs of characters by a hash, as bits: a pair that is not in it begins no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Starts(pub(crate) Vec<u64>);

impl Starts {
    /// The starts of these texts.
    pub(crate) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut bits = vec![0; BITS / WORD];
        for text in texts {
            let mut characters = text.chars();
            let Some(first) = characters.next() else { continue };
            let place = place(first, characters.next().unwrap_or(NONE));
            if let Some(word) = bits.get_mut(place / WORD) {
                *word |= 1 << (place % WORD);
            }
        }
        Self(bits)
    }
}

/// The bit of a pair (multiplicative hashing; Knuth, volume 3, 6.4).
pub(crate) fn place(first: char, second: char) -> usize {
    let mixed =
        u32::from(first).wrapping_mul(0x9e37_79b1) ^ u32::from(second).wrapping_mul(0x85eb_ca6b);
    (mixed.wrapping_mul(0x9e37_79b1) >> 16) as usize
}

#[cfg(test)]
mod tests {
    use super::Starts;

    #[test]
    fn passes_every_start_and_few_others() {
        let starts = Starts::of(["몇일", "되", "", "😀 가"].into_iter());
        for (first, second) in
            [('몇', Some('일')), ('되', None), ('되', Some('서')), ('😀', Some(' '))]
        {
            assert!(starts.may_begin(first, second), "{first}");
        }
        assert!(!starts.may_begin('몇', None));
        let others = ('가'..='힣').filter(|one| starts.may_begin('몇', Some(*one)));
        assert_eq!(others.collect::<String>(), "일");
    }
}
