//! Particles: which may follow a noun, and which form follows which sound.

use std::sync::LazyLock;

use super::grouped::Grouped;
use super::sound::{End, end_of_syllable};

/// Pairs that change with the sound before them: after a consonant, after a vowel.
const PAIRS: [(&str, &str); 8] = [
    ("으로", "로"),
    ("이라", "라"),
    ("이나", "나"),
    ("이며", "며"),
    ("을", "를"),
    ("은", "는"),
    ("이", "가"),
    ("과", "와"),
];

/// Particles and the like that may follow a noun, one after another.
const PARTICLES: &[&str] = &[
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "에게",
    "에게서",
    "에서",
    "께",
    "께서",
    "한테",
    "로",
    "으로",
    "로서",
    "으로서",
    "로써",
    "으로써",
    "와",
    "과",
    "랑",
    "이랑",
    "하고",
    "도",
    "만",
    "까지",
    "부터",
    "마저",
    "조차",
    "밖에",
    "뿐",
    "뿐만",
    "처럼",
    "같이",
    "보다",
    "마다",
    "라도",
    "이라도",
    "나",
    "이나",
    "나마",
    "이나마",
    "란",
    "이란",
    "들",
    "들이",
    "별",
    "당",
    "씩",
    "쯤",
    "께선",
    "에는",
    "에도",
    "에만",
    "에선",
    "엔",
    "에서는",
    "에서도",
    "로는",
    "로도",
    "으로는",
    "으로도",
    "이든",
    "든",
    "님",
    "다가",
    "든지",
    "이든지",
    "든가",
    "이든가",
    "서부터",
    "설랑",
    "랑은",
];

/// What turns a noun into a predicate; anything may follow it.
const PREDICATES: &[&str] = &[
    "하", "한", "할", "함", "합", "해", "했", "되", "된", "될", "됨", "됩", "돼", "됐", "시키",
    "시킨", "시킬", "시켜", "시켰", "받", "당하", "당한", "당했", "스러", "스럽", "스런", "롭",
    "로운", "이었", "였", "이라", "입니", "이지", "인지", "일지",
];

/// The longest tail that is looked at; hostile text must not make this slow.
const TAIL_LIMIT_CHARS: usize = 12;

/// Whether a run of Hangul may stand right after a noun.
pub(crate) fn may_follow_noun(tail: &str) -> bool {
    static FOLLOWING: LazyLock<Grouped<&str>> =
        LazyLock::new(|| Grouped::by_first(&[PARTICLES, CLOSINGS].concat()));
    static VERBAL: LazyLock<Grouped<&str>> = LazyLock::new(|| Grouped::by_first(PREDICATES));
    if tail.is_empty() || VERBAL.starts(tail).next().is_some() {
        return true;
    }
    if tail.chars().count() > TAIL_LIMIT_CHARS {
        return false;
    }
    let mut all = FOLLOWING.starts(tail);
    all.any(|particle| tail.strip_prefix(particle).is_some_and(may_follow_noun))
}

/// What may follow a noun and closes the word: forms of 이다, and suffixes that make another word.
const CLOSINGS: &[&str] = &[
    "라고",
    "이라고",
    "라는",
    "이라는",
    "며",
    "이며",
    "이다",
    "다",
    "이고",
    "고",
    "인",
    "일",
    "임",
    "이었다",
    "였다",
    "입니다",
    "이지만",
    "지만",
    "이라며",
    "라며",
    "이라면",
    "라면",
    "이자",
    "자",
    "이어서",
    "여서",
    "인데",
    "이기도",
    "기도",
    "이니",
    "이면",
    "야",
    "이야",
    "식",
    "적",
    "적인",
    "적으로",
    "용",
    "상",
    "성",
    "화",
    "권",
    "급",
    "계",
    "측",
    "형",
    "류",
];

/// Particles by their first syllable; forms of 이다 are not among them.
static BY_FIRST: LazyLock<Grouped<&str>> = LazyLock::new(|| Grouped::by_first(PARTICLES));

/// Whether the text is nothing but particles, one after another.
pub(crate) fn are_particles(text: &str) -> bool {
    text.is_empty()
        || (text.len() <= TAIL_LIMIT_CHARS * 3
            && after_noun(text).any(|length| text.get(length..).is_some_and(are_particles)))
}

/// The lengths in bytes of the particles at the start of a text; forms of 이다 are none.
pub(crate) fn after_noun(text: &str) -> impl Iterator<Item = usize> + use<'_> {
    BY_FIRST.starts(text).map(str::len)
}

/// The form of a particle after that sound, when the given one is the other form.
pub(crate) fn corrected(particle: &str, end: End) -> Option<&'static str> {
    let (after_consonant, after_vowel) =
        *PAIRS.iter().find(|pair| pair.0 == particle || pair.1 == particle)?;
    let wants_vowel_form = end == End::Vowel || (end == End::Rieul && after_consonant == "으로");
    let right = if wants_vowel_form { after_vowel } else { after_consonant };
    (right != particle).then_some(right)
}

/// When `wrong` becomes `right` and the sound at its end changes, the particle at the start of
/// `tail` as it is and as it must be.
pub(crate) fn carried<'t>(
    wrong: &str,
    right: &str,
    tail: &'t str,
) -> Option<(&'t str, &'static str)> {
    let end = |word: &str| word.chars().next_back().and_then(end_of_syllable);
    let (before, after) = (end(wrong)?, end(right)?);
    if before == after {
        return None;
    }
    let forms = PAIRS.iter().flat_map(|pair| [pair.0, pair.1]);
    let old = forms
        .filter(|form| tail.starts_with(form) && corrected(form, before).is_none())
        .max_by_key(|form| form.len())?;
    let new = corrected(old, after)?;
    tail.get(..old.len()).map(|old| (old, new))
}

#[cfg(test)]
mod tests {
    use super::{carried, corrected, may_follow_noun};
    use crate::text::sound::End;

    #[test]
    fn knows_what_follows_a_noun() {
        for tail in ["", "이", "에서는", "들에게", "했다", "보다는", "이라고", "뿐만"]
        {
            assert!(may_follow_noun(tail), "{tail}");
        }
        for tail in ["랐다", "리", "켓", "간"] {
            assert!(!may_follow_noun(tail), "{tail}");
        }
    }

    #[test]
    fn particles_follow_the_sound() {
        assert_eq!(corrected("를", End::Consonant), Some("을"));
        assert_eq!(corrected("으로", End::Rieul), Some("로"));
        assert_eq!(corrected("은", End::Rieul), None);
        assert_eq!(corrected("에서", End::Vowel), None);
        assert_eq!(carried("케잌", "케이크", "을"), Some(("을", "를")));
        assert_eq!(carried("갯수", "개수", "를"), None);
    }
}
