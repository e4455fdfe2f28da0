//! Hangul syllables as initial, vowel and final consonant (Unicode, chapter 3.12).

const FIRST: u32 = 0xac00;
const VOWELS: u32 = 21;
const CODAS: u32 = 28;

/// Final consonants by their Unicode index; 0 is none.
pub(crate) const NIEUN: u32 = 4;
pub(crate) const RIEUL: u32 = 8;
pub(crate) const RIEUL_MIEUM: u32 = 10;
pub(crate) const MIEUM: u32 = 16;
pub(crate) const BIEUP: u32 = 17;
pub(crate) const SSANG_SIOT: u32 = 20;

/// Vowels by their Unicode index.
pub(crate) const A: u32 = 0;
pub(crate) const AE: u32 = 1;
pub(crate) const YA: u32 = 2;
pub(crate) const YAE: u32 = 3;
pub(crate) const EO: u32 = 4;
pub(crate) const E: u32 = 5;
pub(crate) const YEO: u32 = 6;
pub(crate) const YE: u32 = 7;
pub(crate) const O: u32 = 8;
pub(crate) const WA: u32 = 9;
pub(crate) const WAE: u32 = 10;
pub(crate) const OE: u32 = 11;
pub(crate) const U: u32 = 13;
pub(crate) const WEO: u32 = 14;
pub(crate) const EU: u32 = 18;
pub(crate) const I: u32 = 20;

/// ㅎ as an initial consonant.
pub(crate) const INITIAL_HIEUT: u32 = 18;

/// The three parts of a syllable, each by its Unicode index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syllable {
    /// 0 ㄱ to 18 ㅎ.
    pub(crate) initial: u32,
    /// 0 ㅏ to 20 ㅣ.
    pub(crate) vowel: u32,
    /// 0 none, 1 ㄱ to 27 ㅎ.
    pub(crate) coda: u32,
}

impl Syllable {
    /// The parts of a Hangul syllable; none of anything else.
    pub(crate) fn of(character: char) -> Option<Self> {
        if !('가'..='힣').contains(&character) {
            return None;
        }
        let at = u32::from(character) - FIRST;
        Some(Self { initial: at / CODAS / VOWELS, vowel: at / CODAS % VOWELS, coda: at % CODAS })
    }

    /// The syllable as a character.
    pub(crate) fn character(self) -> Option<char> {
        char::from_u32(FIRST + (self.initial * VOWELS + self.vowel) * CODAS + self.coda)
    }
}

#[cfg(test)]
mod tests {
    use super::Syllable;

    #[test]
    fn takes_syllables_apart_and_back() {
        for one in ['가', '힣', '한', '됐'] {
            assert_eq!(Syllable::of(one).unwrap().character(), Some(one));
        }
        assert_eq!(Syllable::of('a'), None);
        assert_eq!(Syllable::of('ㄱ'), None);
    }
}
