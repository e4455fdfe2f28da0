//! Letters as they are compared: composed, in lower case, syllables beside their initial consonants.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The consonants a Hangul syllable can begin with, in Unicode's order (The Unicode Standard, 3.12).
const INITIALS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ',
    'ㅌ', 'ㅍ', 'ㅎ',
];
const FIRST_SYLLABLE: u32 = 0xac00;
const LAST_SYLLABLE: u32 = 0xd7a3;
const SYLLABLES_OF_AN_INITIAL: u32 = 588;
/// Initial consonants that stand alone in decomposed text.
const FIRST_LEADING: u32 = 0x1100;

/// A text letter by letter, as it is shown and as it is compared.
pub(super) struct Letters {
    pub(super) shown: Vec<char>,
    pub(super) folded: Vec<char>,
}

impl Letters {
    pub(super) fn of(text: &str) -> Self {
        // Syllables that are composed and ASCII are their own normal form.
        let is_plain = |letter: char| letter.is_ascii() || is_syllable(letter);
        let shown: Vec<char> = match is_nfc_quick(text.chars().filter(|one| !is_plain(*one))) {
            IsNormalized::Yes => text.chars().collect(),
            IsNormalized::No | IsNormalized::Maybe => text.nfc().collect(),
        };
        let folded = shown.iter().map(|letter| folded(*letter)).collect();
        Self { shown, folded }
    }
}

/// One letter for one letter: what has several in lower case stays as it is.
fn folded(letter: char) -> char {
    // Nearly every letter is one of these, and neither has a lower case in the tables.
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    if is_syllable(letter) {
        return letter;
    }
    let leading = u32::from(letter).checked_sub(FIRST_LEADING);
    if let Some(initial) = leading.and_then(initial_at) {
        return initial;
    }
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

fn initial_at(index: u32) -> Option<char> {
    INITIALS.get(usize::try_from(index).ok()?).copied()
}

fn is_syllable(letter: char) -> bool {
    (FIRST_SYLLABLE..=LAST_SYLLABLE).contains(&u32::from(letter))
}

/// The consonant a Hangul syllable begins with.
pub(super) fn initial(letter: char) -> Option<char> {
    let offset = u32::from(letter).wrapping_sub(FIRST_SYLLABLE);
    is_syllable(letter).then(|| initial_at(offset / SYLLABLES_OF_AN_INITIAL))?
}

/// Whether the letter is a consonant that syllables begin with.
pub(super) fn is_initial(letter: char) -> bool {
    ('ㄱ'..='ㅎ').contains(&letter) && INITIALS.contains(&letter)
}

/// Whether a letter of a query is found in a letter of a text.
pub(super) fn is_same(asked: char, there: char) -> bool {
    asked == there || (is_initial(asked) && initial(there) == Some(asked))
}
