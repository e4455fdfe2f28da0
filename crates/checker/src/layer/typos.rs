//! Words that are none, one letter away from one that is: 위원훼, 넓혓다, 줄었다고고.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::particles::SURNAMES;
use crate::lexicon::Lexicon;
use crate::morph::analysis::Analyser;
use crate::morph::jamo::{self, Syllable};
use crate::morph::plain::Plain;
use crate::rule;
use crate::text::Document;
use crate::text::particle;
use crate::text::word::{Kind, Word};
use crate::{Span, Suggestion};

/// Runs of so many syllables are looked at.
const SYLLABLES: std::ops::RangeInclusive<usize> = 2..=10;

/// Letters that are taken for one another in sound, by Unicode index: the likely slips.
const LIKELY_CODAS: &[&[u32]] =
    &[&[19, 20], &[19, 7, 22, 23, 25, 20], &[1, 2, 9], &[4, 6], &[8, 15], &[17, 18, 26]];
const LIKELY_VOWELS: &[&[u32]] = &[&[1, 5], &[3, 7], &[10, 11, 15]];

/// Letters that sound somewhat alike: the less likely slips, in long words.
const VOWELS: &[&[u32]] = &[&[19, 20], &[4, 6], &[0, 2], &[8, 12], &[13, 17]];
const INITIALS: &[&[u32]] = &[&[0, 1], &[3, 4], &[7, 8], &[9, 10], &[12, 13]];

/// Letters side by side on the keyboard: slips in endings and in the commonest nouns.
const KEY_CODAS: &[&[u32]] = &[
    &[4, 21],
    &[4, 16],
    &[0, 20],
    &[0, 4],
    &[0, 8],
    &[21, 8],
    &[8, 27],
    &[17, 22],
    &[22, 7],
    &[7, 1],
    &[1, 19],
    &[1, 8],
    &[17, 16],
];
const KEY_VOWELS: &[&[u32]] = &[
    &[8, 4],
    &[4, 0],
    &[0, 20],
    &[12, 6],
    &[6, 2],
    &[17, 13],
    &[13, 18],
    &[1, 20],
    &[5, 20],
    &[5, 6],
    &[0, 9],
    &[16, 20],
    &[4, 14],
    &[5, 7],
    &[11, 10],
    &[8, 13],
    &[0, 1],
    &[4, 5],
    &[8, 18],
    &[4, 18],
];
const KEY_INITIALS: &[&[u32]] = &[
    &[0, 15],
    &[3, 16],
    &[7, 17],
    &[12, 14],
    &[6, 2],
    &[2, 11],
    &[11, 5],
    &[5, 18],
    &[15, 16],
    &[14, 17],
    &[7, 12],
    &[12, 3],
    &[3, 0],
    &[0, 9],
    &[9, 18],
    &[7, 6],
    &[11, 6],
];

const ENDING_VOWELS: &[&[u32]] = &[&[0, 20], &[0, 4], &[4, 8], &[13, 18]];

/// Two words in one are a matter of spacing.
const JOINED: [&str; 6] = ["게됐", "게되", "게된", "고있", "지않", "고싶"];

/// A noun of this rank is one that newspapers write every day.
const LEAST_COMMON: u64 = 4;

/// How likely a slip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chance {
    Likely,
    Moved,
    Possible,
    /// Side by side on the keyboard, in a long common noun.
    Key,
    /// Side by side on the keyboard, in an ending.
    Ending,
}

/// Looks for slips; the words that no reading explains, of so many syllables at most, are added to
/// `unexplained` for others to look at.
pub(crate) fn check(
    document: &Document<'_>,
    lexicon: &Lexicon,
    analyser: &Analyser,
    (longest, unexplained): (usize, &mut Vec<Span>),
    out: &mut Vec<Suggestion>,
) {
    let text = document.text();
    let mut seen: HashMap<&str, Option<String>> = HashMap::new();
    for word in document.words() {
        let Some(run) = only_run(word) else { continue };
        let Some(whole) = run.span.of(text) else { continue };
        let syllables = whole.len() / 3;
        if !(*SYLLABLES.start()..=longest).contains(&syllables) || document.is_protected(word.span)
        {
            continue;
        }
        let is_known = |run: &str| analyser.is_known(run, lexicon);
        if is_known(whole)
            || is_number(whole)
            || moves(whole, lexicon)
            || shortened(whole).is_some_and(|run| is_known(&run))
        {
            continue;
        }
        unexplained.push(run.span);
        if !SYLLABLES.contains(&syllables) {
            continue;
        }
        let is_asked = text.get(run.span.end..).is_some_and(|rest| rest.starts_with('?'));
        if (is_asked && whole.ends_with('디')) || JOINED.iter().any(|one| whole.contains(one)) {
            continue;
        }
        let right = seen.entry(whole).or_insert_with(|| correct(whole, lexicon, analyser));
        if let Some(right) = right {
            let rule = rule::rule("spelling/typo");
            out.extend(rule.and_then(|rule| rule.suggestion(text, run.span, vec![right.clone()])));
        }
    }
}

/// 사억, 삼천오백: a number in words.
fn is_number(whole: &str) -> bool {
    whole.chars().all(|one| "일이삼사오육칠팔구십백천만억조".contains(one))
}

/// 새근댔다, 새근거렸다: what is said twice as an adverb makes a verb of once (새근새근).
fn moves(whole: &str, lexicon: &Lexicon) -> bool {
    const ENDS: [&str; 10] = ["거리", "거린", "거릴", "거려", "거렸", "대", "댄", "댈", "댔", "댑"];
    let adverb = |head: &str| lexicon.tags(&head.repeat(2)).is_some_and(|tags| tags.is_modifier());
    let at = ENDS.iter().filter_map(|end| whole.find(end)).min();
    at.and_then(|at| whole.get(..at)).is_some_and(|head| head.len() >= 6 && adverb(head))
}

/// The word without the ㄴ or ㄹ that is left of 는 or 를: 동넬, 이제부턴.
fn shortened(whole: &str) -> Option<String> {
    let last = whole.chars().next_back()?;
    let syllable =
        Syllable::of(last).filter(|one| [jamo::NIEUN, jamo::RIEUL].contains(&one.coda))?;
    let bare = Syllable { coda: 0, ..syllable }.character()?;
    Some(format!("{}{bare}", whole.strip_suffix(last)?))
}

/// 배추잎을, 빨간물을: two words written together are a matter of spacing.
fn are_two_words(whole: &str, is_known: &impl Fn(&str) -> bool) -> bool {
    const LEAST_BYTES: usize = 6;
    let cuts = (LEAST_BYTES..whole.len().saturating_sub(3)).step_by(3);
    cuts.filter_map(|at| whole.split_at_checked(at))
        .any(|(head, tail)| tail.len() >= LEAST_BYTES && is_known(head) && is_known(tail))
}

/// A surname with one or two syllables after it, and particles.
fn may_be_name(whole: &str) -> bool {
    let starts = SURNAMES.begin(whole);
    let ends = whole.char_indices().map(|(at, _)| at).chain([whole.len()]);
    starts && ends.skip(2).take(2).any(|end| whole.get(end..).is_some_and(particle::are_particles))
}

/// The one run of Hangul in a word that holds nothing else but marks.
fn only_run(word: &Word) -> Option<crate::text::word::Run> {
    let mut hangul = word.runs.iter().filter(|run| run.kind == Kind::Hangul);
    let first = hangul.next()?;
    let is_alone = hangul.next().is_none()
        && word.runs.iter().all(|run| matches!(run.kind, Kind::Hangul | Kind::Other));
    is_alone.then_some(*first)
}

/// What a slip of the hand makes of a word.
struct Slip {
    word: String,
    weight: u64,
}

/// The word that was meant; none when there is none, or two that are as likely.
fn correct(whole: &str, lexicon: &Lexicon, analyser: &Analyser) -> Option<String> {
    match slips(whole, lexicon, analyser).as_slice() {
        [one] => Some(one.word.clone()),
        [one, next, ..] if one.weight > next.weight + 2 => Some(one.word.clone()),
        _ => None,
    }
}

/// Every word a slip away, the likeliest first.
fn slips(whole: &str, lexicon: &Lexicon, analyser: &Analyser) -> Vec<Slip> {
    let syllables: Vec<char> = whole.chars().collect();
    let is_no_noun =
        may_be_name(whole) || are_two_words(whole, &|run| analyser.is_known(run, lexicon));
    let mut slips: Vec<Slip> = Vec::new();
    let mut word = String::with_capacity(whole.len());
    let mut offer = |candidate: &[char], at: usize, chance: Chance| {
        if is_no_noun && matches!(chance, Chance::Key | Chance::Moved) {
            // These are believed of nouns only.
            return;
        }
        word.clear();
        word.extend(candidate);
        let plain = analyser.plainest(&word, lexicon);
        // 흥흥하다, 쨍쨍하다: what repeats a sound is no slip.
        let is_sound = candidate.len() < syllables.len();
        let fits = |plain: &Plain| {
            is_believable(*plain, &word, at, chance)
                && (!is_sound || at * 3 >= plain.stem)
                && !(plain.is_noun && is_no_noun)
        };
        if let Some(plain) = plain.filter(fits) {
            let weight = plain.rank + if chance == Chance::Likely { 8 } else { 0 };
            slips.push(Slip { word: word.clone(), weight });
        }
    };
    repeated(&syllables, &mut offer);
    for at in 0..syllables.len() {
        replaced(&syllables, at, &mut offer);
        moved(&syllables, at, &mut offer);
    }
    slips.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.word.cmp(&b.word)));
    slips.dedup_by(|a, b| a.word == b.word);
    slips
}

/// Foreign names look like slips too: the less likely a slip is, the plainer must be what it leaves,
/// or it lies in the ending of a predicate whose stem stands as it is.
fn is_believable(plain: Plain, word: &str, at: usize, chance: Chance) -> bool {
    let is_past = word.get(plain.stem..) == Some("다") && plain.stem == 3;
    let is_in_ending = at * 3 >= plain.stem && (plain.stem > 3 || is_past);
    let is_modifier = plain.is_noun && plain.stem == word.len() && plain.rank > 3;
    let is_long = plain.stem > 6;
    let is_followed = word.len() > plain.stem;
    match (plain.is_noun, chance) {
        (true, Chance::Likely) => (plain.rank > LEAST_COMMON && is_followed) || is_long,
        (true, Chance::Possible) => is_long || is_modifier,
        (true, Chance::Moved) => is_modifier,
        (true, Chance::Key) => is_long && plain.rank >= LEAST_COMMON,
        // 때서, 헤고: short verbs look alike; only a past without its ㅆ is sure.
        (false, Chance::Likely) => word.len() > 9 || (word.len() > 6 && has_past_coda(word, at)),
        (true, Chance::Ending) | (false, Chance::Key | Chance::Moved) => false,
        (false, Chance::Possible | Chance::Ending) => {
            is_in_ending && (word.ends_with('다') || word.len() - plain.stem > 3)
        }
    }
}

fn has_past_coda(word: &str, at: usize) -> bool {
    let one = word.chars().nth(at).and_then(Syllable::of);
    one.is_some_and(|one| one.coda == jamo::SSANG_SIOT)
}

/// 나즌 for 낮은: the final consonant written where it is heard.
fn moved(syllables: &[char], at: usize, offer: &mut impl FnMut(&[char], usize, Chance)) {
    /// ㄱ ㄲ ㄴ ㄷ ㄹ ㅁ ㅂ ㅅ ㅆ ㅈ ㅊ ㅋ ㅌ ㅍ as initial and as final consonants.
    const SAME: [(u32, u32); 14] = [
        (0, 1),
        (1, 2),
        (2, 4),
        (3, 7),
        (5, 8),
        (6, 16),
        (7, 17),
        (9, 19),
        (10, 20),
        (12, 22),
        (14, 23),
        (15, 24),
        (16, 25),
        (17, 26),
    ];
    const NO_INITIAL: u32 = 11;
    let of = |at: usize| syllables.get(at).copied().and_then(Syllable::of);
    let (Some(here), Some(next)) = (of(at), of(at + 1)) else { return };
    let Some((_, coda)) = SAME.iter().find(|(initial, _)| *initial == next.initial) else { return };
    if here.coda != 0 {
        return;
    }
    let mut other = syllables.to_vec();
    let pair = [Syllable { coda: *coda, ..here }, Syllable { initial: NO_INITIAL, ..next }];
    for (offset, syllable) in pair.into_iter().enumerate() {
        if let (Some(place), Some(one)) = (other.get_mut(at + offset), syllable.character()) {
            *place = one;
        }
    }
    offer(&other, at, Chance::Moved);
}

/// The word without a syllable that stands twice in a row.
fn repeated(syllables: &[char], offer: &mut impl FnMut(&[char], usize, Chance)) {
    for at in 1..syllables.len() {
        if syllables.get(at) == syllables.get(at - 1) {
            let mut shorter = syllables.to_vec();
            shorter.remove(at);
            offer(&shorter, at, Chance::Likely);
        }
    }
}

/// The word with one letter of one syllable replaced by a near one.
fn replaced(syllables: &[char], at: usize, offer: &mut impl FnMut(&[char], usize, Chance)) {
    let Some(here) = syllables.get(at).copied().and_then(Syllable::of) else { return };
    let mut other = syllables.to_vec();
    let mut put = |syllable: Syllable, chance: Chance| {
        if let (Some(place), Some(character)) = (other.get_mut(at), syllable.character()) {
            *place = character;
            offer(&other, at, chance);
        }
    };
    for (coda, chance) in at_letter(&CODAS_NEAR, here.coda) {
        put(Syllable { coda: *coda, ..here }, *chance);
    }
    for (vowel, chance) in at_letter(&VOWELS_NEAR, here.vowel) {
        put(Syllable { vowel: *vowel, ..here }, *chance);
    }
    for (initial, chance) in at_letter(&INITIALS_NEAR, here.initial) {
        put(Syllable { initial: *initial, ..here }, *chance);
    }
}

/// For each letter the near ones, by Unicode index.
type Near = Vec<Vec<(u32, Chance)>>;

static CODAS_NEAR: LazyLock<Near> =
    LazyLock::new(|| near(&[(LIKELY_CODAS, Chance::Likely), (KEY_CODAS, Chance::Key)]));
static VOWELS_NEAR: LazyLock<Near> = LazyLock::new(|| {
    near(&[
        (LIKELY_VOWELS, Chance::Likely),
        (VOWELS, Chance::Possible),
        (KEY_VOWELS, Chance::Key),
        (ENDING_VOWELS, Chance::Ending),
    ])
});
static INITIALS_NEAR: LazyLock<Near> =
    LazyLock::new(|| near(&[(INITIALS, Chance::Possible), (KEY_INITIALS, Chance::Key)]));

fn at_letter(near: &Near, letter: u32) -> &[(u32, Chance)] {
    near.get(letter as usize).map_or(&[], Vec::as_slice)
}

/// The near letters of each letter, in the order of the lists: every syllable of a word that nothing
/// explains is asked for its own.
fn near(lists: &[(&[&[u32]], Chance)]) -> Near {
    /// There are 28 final consonants, and fewer vowels and initial consonants.
    const LETTERS: u32 = 28;
    let of = |letter: u32| {
        let sets = lists.iter().flat_map(|(sets, chance)| sets.iter().map(|set| (*set, *chance)));
        let holding = sets.filter(move |(set, _)| set.contains(&letter));
        let all = holding.flat_map(|(set, chance)| set.iter().map(move |one| (*one, chance)));
        all.filter(|(other, _)| *other != letter).collect()
    };
    (0..LETTERS).map(of).collect()
}
