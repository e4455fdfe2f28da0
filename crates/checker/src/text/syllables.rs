//! A fixed set of Hangul syllables that answers without a search: every word of a text is held
//! against several such lists.

const FIRST: u32 = 0xac00;
const COUNT: usize = 11_172;
const BITS: usize = u64::BITS as usize;

/// Syllables as bits, from 가 to 힣.
#[derive(Debug)]
pub(crate) struct Syllables([u64; COUNT.div_ceil(BITS)]);

impl Syllables {
    /// The syllables of a text; whatever else stands in it is left out.
    pub(crate) const fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut bits = [0; COUNT.div_ceil(BITS)];
        let mut at = 0;
        while at + 2 < bytes.len() {
            // Every syllable has three bytes in UTF-8: 1110xxxx 10xxxxxx 10xxxxxx.
            let [a, b, c] = [bytes[at] as u32, bytes[at + 1] as u32, bytes[at + 2] as u32];
            let number =
                ((a & 0xf) << 12 | (b & 0x3f) << 6 | c & 0x3f).wrapping_sub(FIRST) as usize;
            if a >> 4 == 0xe && number < COUNT {
                bits[number / BITS] |= 1 << (number % BITS);
            }
            at += 1;
        }
        Self(bits)
    }

    /// Whether the character is one of them.
    pub(crate) fn contains(&self, character: char) -> bool {
        let number = u32::from(character).wrapping_sub(FIRST) as usize;
        self.0.get(number / BITS).is_some_and(|bits| bits >> (number % BITS) & 1 == 1)
    }

    /// Whether the text begins with one of them.
    pub(crate) fn begin(&self, text: &str) -> bool {
        text.chars().next().is_some_and(|first| self.contains(first))
    }
}

impl FromIterator<char> for Syllables {
    fn from_iter<I: IntoIterator<Item = char>>(all: I) -> Self {
        let mut bits = [0; COUNT.div_ceil(BITS)];
        for one in all {
            let number = u32::from(one).wrapping_sub(FIRST) as usize;
            if let Some(bits) = bits.get_mut(number / BITS).filter(|_| number < COUNT) {
                *bits |= 1 << (number % BITS);
            }
        }
        Self(bits)
    }
}

/// Bytes of a syllable in UTF-8.
const BYTES: usize = 3;

/// Where a syllable stands first in a run of Hangul. Runs are so short that looking is faster than
/// searching.
pub(crate) fn place_of(run: &str, syllable: char) -> Option<usize> {
    let sought = encoded(syllable);
    let at = run.as_bytes().chunks_exact(BYTES).position(|one| one == sought);
    at.map(|at| at * BYTES)
}

/// Where a syllable stands last in a run of Hangul.
pub(crate) fn last_place_of(run: &str, syllable: char) -> Option<usize> {
    let sought = encoded(syllable);
    let at = run.as_bytes().chunks_exact(BYTES).rposition(|one| one == sought);
    at.map(|at| at * BYTES)
}

/// A syllable in UTF-8: 1110xxxx 10xxxxxx 10xxxxxx.
fn encoded(syllable: char) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    let number = u32::from(syllable);
    for (byte, (mark, bits)) in bytes.iter_mut().zip([(0xe0, 12), (0x80, 6), (0x80, 0)]) {
        *byte = mark | (number >> bits & 0x3f) as u8;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{Syllables, last_place_of, place_of};

    #[test]
    fn finds_a_syllable_in_a_run() {
        let run = "할수있을수";
        assert_eq!((place_of(run, '수'), last_place_of(run, '수')), (Some(3), Some(12)));
        assert_eq!((place_of(run, '것'), last_place_of("", '수')), (None, None));
        for one in ['가', '힣', '중'] {
            assert_eq!(place_of(&format!("나{one}"), one), Some(3));
        }
    }

    #[test]
    fn holds_what_it_was_made_of() {
        static SOME: Syllables = Syllables::of("가 김a힣，😀한");
        let held: String = ('\0'..=char::MAX).filter(|one| SOME.contains(*one)).collect();
        assert_eq!(held, "가김한힣");
        let same: Syllables = "가 김a힣，😀한".chars().collect();
        assert_eq!(('\0'..=char::MAX).filter(|one| same.contains(*one)).collect::<String>(), held);
        assert!(SOME.begin("김치") && !SOME.begin("") && !SOME.begin("치김"));
        // 한글 in conjoining letters holds no syllable.
        assert!(!SOME.begin("\u{1112}\u{1161}\u{11ab}"));
    }
}
