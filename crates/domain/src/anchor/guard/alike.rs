//! Whether a correction looks like what it corrects: a slip of a letter or a space may be taken in
//! bulk, another word may not.

use unicode_normalization::UnicodeNormalization;

use super::without_spaces;

/// Particles that say the same after another sound.
const SAME_PARTICLES: [&[&str]; 7] = [
    &["은", "는"],
    &["이", "가"],
    &["을", "를"],
    &["와", "과"],
    &["로", "으로"],
    &["라고", "이라고"],
    &["나", "이나"],
];

/// A correction may differ by so many letters of a syllable (ㅎ, ㅏ, ㄴ each count one) …
const LETTERS: usize = 1;
/// … or by two when at least so many stand there.
const LETTERS_FOR_TWO: usize = 5;

/// Beyond so many letters a difference is not measured.
const MIDDLE_LIMIT: usize = 24;

/// Whether the two are nearly the same words.
pub(in super::super) fn is_alike(original: &str, replacement: &str) -> bool {
    let (old, new) = (without_spaces(original), without_spaces(replacement));
    if let Some(same) = particles(&old, &new) {
        return same;
    }
    let (old, new) = middles(&letters(&old), &letters(&new));
    let mut both = old.iter().chain(&new);
    let longest = old.len().max(new.len());
    // A question is no statement.
    if longest > MIDDLE_LIMIT || both.clone().any(|one| matches!(one, '?' | '!')) {
        return false;
    }
    if both.all(|one| !one.is_alphanumeric()) {
        return true;
    }
    let distance = distance(&old, &new);
    distance <= LETTERS || distance == LETTERS + 1 && longest >= LETTERS_FOR_TWO
}

/// Whether words that differ in their particle say the same; none when they differ elsewhere.
fn particles(old: &str, new: &str) -> Option<bool> {
    let with = |text: &str| -> Vec<(String, usize)> {
        let classes = SAME_PARTICLES.iter().enumerate();
        let ends = classes.flat_map(|(class, words)| words.iter().map(move |word| (word, class)));
        ends.filter_map(|(word, class)| {
            let stem = text.strip_suffix(*word).filter(|stem| !stem.is_empty())?;
            Some((stem.to_owned(), class))
        })
        .collect()
    };
    let (old, new) = (with(old), with(new));
    let pairs = old.iter().flat_map(|one| new.iter().map(move |other| (one, other)));
    let classes: Vec<bool> = pairs
        .filter(|((stem, _), (other, _))| stem == other)
        .map(|((_, class), (_, other))| class == other)
        .collect();
    (!classes.is_empty()).then(|| classes.contains(&true))
}

/// Syllables taken apart into their letters, a consonant the same before and after its vowel;
/// everything else as it is.
fn letters(text: &str) -> Vec<char> {
    text.nfd().map(letter).collect()
}

/// Consonants in the order of their code points before a vowel (from U+1100) and after it (from
/// U+11A8).
const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const FINALS: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

fn letter(jamo: char) -> char {
    let nth = |all: &str, first: u32| {
        let at = usize::try_from(u32::from(jamo).checked_sub(first)?).ok()?;
        all.chars().nth(at)
    };
    nth(INITIALS, 0x1100).or_else(|| nth(FINALS, 0x11a8)).unwrap_or(jamo)
}

/// What is left without the common beginning and end.
fn middles(old: &[char], new: &[char]) -> (Vec<char>, Vec<char>) {
    let head = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let (old, new) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail =
        old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
    let cut = |all: &[char]| all.get(..all.len() - tail).unwrap_or_default().to_vec();
    (cut(old), cut(new))
}

/// Letters to add, remove or replace.
fn distance(old: &[char], new: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=new.len()).collect();
    for (at, one) in old.iter().enumerate() {
        let mut left = at + 1;
        let mut corner = at;
        for (cell, other) in row.iter_mut().skip(1).zip(new) {
            let replaced = corner + usize::from(one != other);
            corner = *cell;
            left = replaced.min(left + 1).min(*cell + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::is_alike;

    #[test]
    fn slips_are_alike_and_other_words_are_not() {
        for (old, new) in [
            ("몇일", "며칠"),
            ("어의없는", "어이없는"),
            ("할수", "할 수"),
            ("정부은", "정부는"),
            ("학교으로", "학교로"),
            ("사람가", "사람이"),
            ("됬다", "됐다"),
            ("설겆이", "설거지"),
            ("컨텐츠", "콘텐츠"),
            ("그래서,", "그래서"),
            ("\u{1106}\u{1167}\u{11be}일", "며칠"),
            ("😀", "😀"),
        ] {
            assert!(is_alike(old, new), "{old} {new}");
        }
        for (old, new) in [
            ("한국은행", "일본은행"),
            ("친구를", "친구가"),
            ("친구을", "친구은"),
            ("최대", "최소"),
            ("부산", "군산"),
            ("왔다.", "왔다?"),
            ("자주", "가끔"),
            ("집", "큰 집"),
            ("가", "나다라마바사아자차"),
        ] {
            assert!(!is_alike(old, new), "{old} {new}");
        }
    }
}
