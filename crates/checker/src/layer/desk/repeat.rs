//! The same measure of the same time given twice: `매출 3217억원` and later `매출 3271억원`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::amount::{Amount, begins};
use crate::Suggestion;
use crate::rule;
use crate::text::grouped::Grouped;

/// What is measured; none of these ends as one of its particles does.
const MEASURES: &[&str] = &[
    "당기순이익",
    "당기순손실",
    "영업이익",
    "영업손실",
    "순이익",
    "순손실",
    "매출액",
    "매출",
    "수출액",
    "수입액",
    "수출",
    "총사업비",
    "사업비",
    "예산",
    "투자액",
    "투자금",
    "판매량",
    "생산량",
    "관람객",
    "관객",
    "방문객",
    "이용객",
    "참가자",
    "응시자",
    "합격자",
    "사망자",
    "부상자",
    "시가총액",
    "부채",
    "인구",
];

const YEARS: &[&str] = &["지난해", "작년", "올해", "재작년", "내년"];
const PARTS: &[&str] = &["상반기", "하반기", "1분기", "2분기", "3분기", "4분기"];

/// Whoever speaks of the subject of the article without naming it again.
const SAME_SUBJECTS: &[&str] =
    &["회사", "업체", "관계자", "측은", "측이", "그는", "그가", "이는", "당국", "정부"];

/// What may well differ from what came about.
const OTHERWISE: &[&str] =
    &["전망", "예상", "목표", "추정", "당초", "계획", "잠정", "보다", "대비", "늘", "줄", "누적"];

/// Where a measure, its time and its amount stand.
struct Mention<'a, 't> {
    amount: &'a Amount<'t>,
    sentence: &'t str,
}

type Key<'t> = (&'static str, Option<&'static str>, Option<&'static str>, &'t str);

pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    let mut first: HashMap<Key<'_>, Mention<'_, '_>> = HashMap::new();
    for amount in amounts.iter().filter(|one| !one.is_open && !one.is_vague && !one.is_time()) {
        let Some((measure, at)) = measure(text, amount) else { continue };
        let sentence = sentence(text, at, amount.span.end);
        // The time stands before what is measured.
        let lead = sentence.find(amount.span.of(text).unwrap_or_default());
        let lead = lead.and_then(|end| sentence.get(..end)).unwrap_or(sentence);
        let key = (measure, said(lead, YEARS), said(lead, PARTS), amount.unit);
        let mention = Mention { amount, sentence };
        match first.get(&key) {
            None => {
                first.insert(key, mention);
            }
            Some(earlier) if earlier.amount.sentence != amount.sentence => {
                out.extend(compare(text, earlier, &mention, key.1.is_some()));
            }
            Some(_) => {}
        }
    }
}

/// `매출은 3217억원`, `3217억원의 매출`: the measure and where it stands.
fn measure(text: &str, amount: &Amount<'_>) -> Option<(&'static str, usize)> {
    const PARTICLES: [char; 6] = ['은', '는', '이', '가', '을', '를'];
    let lead = text.get(..amount.span.start)?.trim_end_matches(' ');
    let bare = lead.trim_end_matches(PARTICLES);
    let before = BY_LAST.ends(bare).next().map(|name| (name, bare.len() - name.len()));
    let after = text.get(amount.span.end..)?.strip_prefix("의 ");
    let after = after.and_then(|after| MEASURES.iter().find(|name| after.starts_with(**name)));
    before.or_else(|| after.map(|name| (*name, amount.span.end)))
}

/// Measures by their last syllable: every amount is asked for one.
static BY_LAST: LazyLock<Grouped<&str>> = LazyLock::new(|| Grouped::by_last(MEASURES));

/// The sentence around a place, its length bounded.
fn sentence(text: &str, from: usize, to: usize) -> &str {
    const REACH_BYTES: usize = 240;
    let (from, to) = (from.min(to), from.max(to));
    let mut start = from.saturating_sub(REACH_BYTES);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let before = text.get(start..from).unwrap_or_default();
    let start = before.rfind(['.', '\n']).map_or(start, |at| start + at + 1);
    let after = text.get(to..).unwrap_or_default();
    let end = after.find(['.', '\n']).filter(|at| *at <= REACH_BYTES).map_or(to, |at| to + at);
    text.get(start..end).unwrap_or_default()
}

fn said(sentence: &str, words: &[&'static str]) -> Option<&'static str> {
    let places = words.iter().filter_map(|word| Some((sentence.rfind(word)?, *word)));
    places.max_by_key(|(at, _)| *at).map(|(_, word)| word)
}

fn compare(
    text: &str,
    earlier: &Mention<'_, '_>,
    later: &Mention<'_, '_>,
    is_dated: bool,
) -> Option<Suggestion> {
    let (right, wrong) = (earlier.amount.number.of(text)?, later.amount.number.of(text)?);
    let slip = slip(right, wrong)?;
    let digits = right.bytes().filter(|byte| (b'1'..=b'9').contains(byte)).count();
    let is_alike = match slip {
        Slip::Swapped => digits >= 3,
        Slip::OneDigit => is_dated,
    };
    let near = said_of(text, later);
    let is_other = OTHERWISE.iter().any(|word| near.contains(word));
    let is_same = SAME_SUBJECTS.iter().any(|word| later.sentence.contains(word));
    if !is_alike || is_other || begins(text, later.amount, &["에서"]) || !is_same {
        return None;
    }
    rule::rule("consistency/repeated-amount")?.suggestion(
        text,
        later.amount.number,
        vec![right.to_owned()],
    )
}

/// The sentence up to the amount and the few words that say what became of it.
fn said_of<'t>(text: &str, mention: &Mention<'_, 't>) -> &'t str {
    const AFTER_BYTES: usize = 36;
    let sentence = mention.sentence;
    let written = mention.amount.span.of(text).unwrap_or_default();
    let place = sentence.find(written).map_or(sentence.len(), |at| at + written.len());
    let mut end = (place + AFTER_BYTES).min(sentence.len());
    while !sentence.is_char_boundary(end) {
        end -= 1;
    }
    sentence.get(..end).unwrap_or_default()
}

enum Slip {
    Swapped,
    OneDigit,
}

/// How one number may have become another by a slip of the hand.
fn slip(right: &str, wrong: &str) -> Option<Slip> {
    if right.len() != wrong.len() {
        return None;
    }
    let pairs: Vec<(u8, u8)> =
        right.bytes().zip(wrong.bytes()).filter(|(one, other)| one != other).collect();
    let is_digits = pairs.iter().all(|(one, other)| one.is_ascii_digit() && other.is_ascii_digit());
    match pairs.as_slice() {
        [_] if is_digits => Some(Slip::OneDigit),
        [(a, b), (c, d)] if is_digits && a == d && b == c => Some(Slip::Swapped),
        _ => None,
    }
}
