//! How the end of a word sounds, which decides the form of the particle after it.

/// The end of a word as particles hear it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// A vowel: 가, 를, 는, 와, 로.
    Vowel,
    /// The consonant ㄹ: 이, 을, 은, 과, but 로.
    Rieul,
    /// Another consonant: 이, 을, 은, 과, 으로.
    Consonant,
}

/// Number of the final consonant of a Hangul syllable; 0 is none.
pub(crate) fn final_of(syllable: char) -> Option<u32> {
    ('가'..='힣').contains(&syllable).then(|| (u32::from(syllable) - 0xac00) % 28)
}

/// ㄴ as a final consonant.
pub(crate) const FINAL_NIEUN: u32 = 4;
/// ㄹ as a final consonant.
pub(crate) const FINAL_RIEUL: u32 = 8;

/// How a Hangul syllable ends.
pub(crate) fn end_of_syllable(syllable: char) -> Option<End> {
    Some(match final_of(syllable)? {
        0 => End::Vowel,
        FINAL_RIEUL => End::Rieul,
        _ => End::Consonant,
    })
}

/// How a number ends when it is read in Sino-Korean: 영 일 이 삼 사 오 육 칠 팔 구, and 십 백 천 만
/// after zeros.
pub(crate) fn end_of_number(digits: &str) -> Option<End> {
    Some(match digits.chars().next_back()? {
        '2' | '4' | '5' | '9' => End::Vowel,
        '1' | '7' | '8' => End::Rieul,
        '0' | '3' | '6' => End::Consonant,
        _ => return None,
    })
}

/// How an abbreviation in capitals ends when its letters are named: 엘, 엠, 엔, 알 end in a
/// consonant. One that may be read as a word (NATO, LAN) is `None`.
pub(crate) fn end_of_letters(letters: &str) -> Option<End> {
    let is_vowel = |letter: char| "AEIOU".contains(letter);
    let has_vowel = letters.chars().any(is_vowel);
    let vowels: Vec<bool> = letters.chars().take(6).map(is_vowel).collect();
    let is_spelled = match vowels.len() {
        2 => true,
        3 => vowels != [false, true, false],
        4 | 5 => !has_vowel,
        _ => false,
    };
    if !is_spelled || !letters.chars().all(|letter| letter.is_ascii_uppercase()) {
        return None;
    }
    Some(match letters.chars().next_back()? {
        'L' | 'R' => End::Rieul,
        'M' | 'N' => End::Consonant,
        _ => End::Vowel,
    })
}

#[cfg(test)]
mod tests {
    use super::{End, end_of_letters, end_of_number, end_of_syllable};

    #[test]
    fn hears_the_end_of_words() {
        let syllable = |one| end_of_syllable(one);
        assert_eq!(
            ['부', '울', '책', 'a'].map(syllable),
            [Some(End::Vowel), Some(End::Rieul), Some(End::Consonant), None]
        );
        let number = |digits| end_of_number(digits);
        assert_eq!(
            ["2", "1,200", "0.7", ""].map(number),
            [Some(End::Vowel), Some(End::Consonant), Some(End::Rieul), None]
        );
        let letters = |one| end_of_letters(one);
        assert_eq!(
            ["LG", "IBM", "KBL", "NATO", "LAN", "kg"].map(letters),
            [Some(End::Vowel), Some(End::Consonant), Some(End::Rieul), None, None, None]
        );
    }
}
