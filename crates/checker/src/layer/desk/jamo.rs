//! How far two words are apart in letters of Hangul.

/// The letters of a word in order: a silent ㅇ at the start of a syllable is left out, so that
/// 하늘 and 한을 are the same but for nothing that is heard.
fn letters(word: &str) -> Vec<u32> {
    /// Vowels and final consonants are numbered after the nineteen initial ones.
    const VOWELS: u32 = 32;
    const SILENT: u32 = 11;
    let mut letters = Vec::new();
    for character in word.chars() {
        if !('가'..='힣').contains(&character) {
            letters.push(u32::from(character));
            continue;
        }
        let place = u32::from(character) - 0xac00;
        let (initial, vowel, last) = (place / 588, place / 28 % 21, place % 28);
        if initial != SILENT {
            letters.push(initial);
        }
        letters.push(VOWELS + vowel);
        if last > 0 {
            letters.push(initial_of_final(last));
        }
    }
    letters
}

/// The initial consonant that is the same letter as a final one; a cluster keeps its own number.
fn initial_of_final(last: u32) -> u32 {
    const SAME: [u32; 28] = [
        0, 0, 1, 103, 2, 105, 106, 3, 5, 109, 110, 111, 112, 113, 114, 115, 6, 7, 118, 9, 10, 121,
        12, 14, 15, 16, 17, 18,
    ];
    let place = usize::try_from(last).unwrap_or_default();
    SAME.get(place).copied().unwrap_or_default()
}

/// Whether two words differ in exactly one letter: another, one more, or one fewer.
pub(super) fn is_one_apart(one: &str, other: &str) -> bool {
    let (one, other) = (letters(one), letters(other));
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    if short == long || long.len() - short.len() > 1 {
        return false;
    }
    let start = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let rest = short.len() - start;
    let end = short.iter().rev().zip(long.iter().rev()).take(rest).take_while(|(a, b)| a == b);
    start + end.count() + 1 >= long.len()
}

#[cfg(test)]
mod tests {
    use super::is_one_apart;

    #[test]
    fn counts_letters() {
        for (one, other) in [("도현", "도헌"), ("한울", "하늘"), ("영훈", "영운"), ("수빈", "수민")]
        {
            assert!(is_one_apart(one, other), "{one} {other}");
        }
        for (one, other) in [("도현", "도현"), ("도현", "수현"), ("민수", "수민"), ("😀", "가나")]
        {
            assert!(!is_one_apart(one, other), "{one} {other}");
        }
    }
}
