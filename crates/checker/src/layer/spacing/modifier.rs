//! Whether a run of Hangul is a form of a predicate that stands before a noun, and which.

use crate::morph::analysis::Reading;
use crate::morph::conjugation::kind::{NIEUN, RIEUL};
use crate::rule::Judge;
use crate::text::sound::{FINAL_NIEUN, FINAL_RIEUL, final_of};

/// Kinds of forms before a noun, as bits.
pub(super) mod form {
    /// With ㄹ: 할, 먹을.
    pub(crate) const FUTURE: u8 = 1;
    /// With ㄴ: 한, 먹은, 큰.
    pub(crate) const DONE: u8 = 1 << 1;
    /// With 는 after a verb in the present: 하는, 먹는.
    pub(crate) const ACTIVE: u8 = 1 << 2;
    /// With 는 after 있, 없, 았, 겠: 있는; before 데 this is nearly always the ending 는데.
    pub(crate) const BEING: u8 = 1 << 4;
    pub(crate) const DOING: u8 = ACTIVE | BEING;
    /// With 던: 하던, 갔던.
    pub(crate) const RECALLED: u8 = 1 << 3;
    pub(crate) const PAST: u8 = DONE | DOING | RECALLED;
    pub(crate) const ANY: u8 = FUTURE | PAST;
}

/// Forms of one syllable that hardly ever are anything else.
const SHORT_FUTURE: &str = "할될볼갈올쓸알살낼";
const SHORT_DONE: &str = "한된본간온난든큰쓴";

/// Nouns after which 인 is the copula and not a person: 때문인, 적극적인.
const BEFORE_COPULA: &[&str] = &[
    "때문", "적", "중", "것", "상황", "사실", "문제", "수준", "예정", "입장", "뿐", "현실", "추세",
    "정도", "시기", "시점", "상태", "방침", "계획", "실정", "처지", "형편",
];

/// Which of the forms a run is; 0 when it is none, or may as well be a noun.
pub(super) fn forms(run: &str, judge: Judge<'_>) -> u8 {
    let mut characters = run.chars();
    let (Some(last), before) = (characters.next_back(), characters.next_back()) else { return 0 };
    if before.is_none() {
        return match last {
            _ if SHORT_FUTURE.contains(last) => form::FUTURE,
            _ if SHORT_DONE.contains(last) => form::DONE,
            _ => 0,
        };
    }
    // Every one of these forms ends in ㄴ or ㄹ: most words are done with here.
    if !matches!(final_of(last), Some(FINAL_NIEUN | FINAL_RIEUL)) || may_be_noun(run, last, judge) {
        return 0;
    }
    let head = run.get(..run.len() - last.len_utf8()).unwrap_or_default();
    let stem_end = head.chars().next_back().and_then(final_of);
    let reading = judge.analyser.read(run, false, judge.lexicon);
    let is_doing = last == '는';
    let is_being = head.ends_with('없') || stem_end == Some(FINAL_SSANG_SIOT);
    let is_past_future = last == '을' && stem_end == Some(FINAL_SSANG_SIOT);
    let mut all = 0;
    for (bit, holds) in [
        (
            form::FUTURE,
            reading.has(Reading::ADNOMINAL_RIEUL)
                || (is_past_future && reading.has(Reading::PREDICATE)),
        ),
        (form::DONE, reading.has(Reading::ADNOMINAL_NIEUN) && !is_doing),
        (form::ACTIVE, reading.has(Reading::ADNOMINAL_NIEUN) && is_doing && !is_being),
        (form::BEING, reading.has(Reading::ADNOMINAL_NIEUN) && is_doing && is_being),
        (form::RECALLED, last == '던' && reading.has(Reading::PREDICATE)),
    ] {
        if holds {
            all |= bit;
        }
    }
    all
}

/// ㅆ as a final consonant.
pub(super) const FINAL_SSANG_SIOT: u32 = 20;

/// A noun of this rank or below is taken for the form of a verb that looks like it: 만난.
const RARE: u64 = 3;

/// Whether the run is better read as a noun, as 인, 일 and 들 after a noun make it one.
fn may_be_noun(run: &str, last: char, judge: Judge<'_>) -> bool {
    let tags = judge.lexicon.tags(run);
    let is_form = tags.is_some_and(|tags| tags.kinds() & (NIEUN | RIEUL) != 0);
    if tags.is_some_and(|tags| tags.is_noun() && (!is_form || tags.rank() > RARE)) {
        return true;
    }
    let head = run.get(..run.len() - last.len_utf8()).unwrap_or_default();
    match last {
        _ if is_form => false,
        '인' => !BEFORE_COPULA.iter().any(|noun| head.ends_with(noun)),
        '일' => !(head.len() > 3 && judge.lexicon.is_noun(head)),
        '들' => true,
        _ => false,
    }
}
