//! Percentage points where only the words around say that two percentages are compared:
//! `격차는 2%`, `44.1%를 7.1% 앞섰다`, `실업률은 0.2% 오른 3.1%`.

use super::amount::{Amount, ONE, begins, between, ratio};
use super::change;
use crate::Suggestion;

/// The two shares stand among so many amounts before their difference.
const REACH: usize = 6;

pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    for (at, by) in amounts.iter().enumerate() {
        if !is_percent(by) || by.is_open || by.value <= 0 {
            continue;
        }
        let before = amounts.get(at.saturating_sub(REACH)..at).unwrap_or_default();
        let next = amounts.get(at + 1);
        let is_found = is_gap(text, before, by)
            || is_compared(text, before, by)
            || is_rate_after(text, by, next)
            || is_rate_before(text, before, by);
        out.extend(is_found.then(|| change::suggest_points(text, by)).flatten());
    }
}

fn is_percent(amount: &Amount<'_>) -> bool {
    matches!(amount.unit, "%" | "퍼센트")
}

/// The two percentages before an amount, with nothing but times among them.
fn pair<'a, 't>(
    before: &'a [Amount<'t>],
    by: &Amount<'t>,
) -> Option<(&'a Amount<'t>, &'a Amount<'t>)> {
    let mut others = before.iter().rev().filter(|one| !one.is_time() && one.unit != "위");
    let (second, first) = (others.next()?, others.next()?);
    let is_near = by.sentence - first.sentence <= 1 && by.span.start - first.span.end <= 150;
    let is_sure = |one: &Amount<'_>| is_percent(one) && !one.is_open && one.value > 0;
    let is_difference = (first.value - second.value).abs() == by.value;
    (is_near && is_sure(first) && is_sure(second) && is_difference).then_some((first, second))
}

/// `격차는 2%`, `3% 차이다`: the difference of the two percentages before it.
fn is_gap(text: &str, before: &[Amount<'_>], by: &Amount<'_>) -> bool {
    const NAMES: &[&str] =
        &["격차는", "차이는", "격차가", "차이가", "차는", "격차", "차이", "폭은"];
    let lead = text.get(..by.span.start).unwrap_or_default();
    let lead = lead.trim_end_matches(' ').trim_end_matches("약").trim_end_matches(' ');
    let is_named = NAMES.iter().any(|name| lead.ends_with(name));
    let is_after = begins(
        text,
        by,
        &[" 차이", " 차로", " 차다", " 차였", " 격차", "의 격차", "의 차이", "차로", "차이"],
    );
    let is_made = ["격차를", "차이를"].iter().any(|name| lead.ends_with(name))
        && begins(text, by, &["로 ", "까지 ", " "]);
    (is_named || is_after || is_made) && pair(before, by).is_some()
}

/// `51.2%로 상대(44.1%)를 7.1% 앞섰다`.
fn is_compared(text: &str, before: &[Amount<'_>], by: &Amount<'_>) -> bool {
    const AHEAD: &[&str] = &[
        "앞서", "앞섰", "앞선", "앞질", "뒤졌", "뒤진", "뒤지", "뒤처", "밀렸", "밀린", "웃돌",
        "웃도", "밑돌", "밑도", "상회", "하회", "차이", "높", "낮", "많", "적",
    ];
    const TIES: &[&str] = &[
        "보다",
        ")보다",
        "에 비해",
        ")에 비해",
        "를 ",
        ")를",
        "을 ",
        ")을",
        ")에",
        "에 ",
        " 대비",
        ") 대비",
        "로 ",
        ")로",
        "으로 ",
        ")과 비교",
        "에서",
        ")에서",
        "였던",
        "이던",
    ];
    let Some((first, second)) = pair(before, by) else { return false };
    let is_tied = begins(text, second, TIES) && has_rate_word(text, first, by);
    let is_ahead = begins(text, by, &[" "])
        && text
            .get(by.span.end + 1..)
            .is_some_and(|rest| AHEAD.iter().any(|word| rest.starts_with(word)));
    is_tied && (is_ahead || change::verb(text, by).is_some()) && !is_relative(first, second, by)
}

/// Whether the amount is also how far one is from the other in hundredths of it.
fn is_relative(first: &Amount<'_>, second: &Amount<'_>, by: &Amount<'_>) -> bool {
    let near = |part, whole| {
        ratio(part, whole).is_none_or(|(_, exact, _)| {
            let relative = (exact - 100 * ONE).abs();
            by.lies_within(relative, relative, by.step())
        })
    };
    near(first, second) || near(second, first)
}

/// `실업률은 지난해보다 0.2% 오른 3.1%`: what has risen is a rate.
fn is_rate_after(text: &str, by: &Amount<'_>, next: Option<&Amount<'_>>) -> bool {
    let Some(to) = next.filter(|to| is_percent(to) && !to.is_open) else { return false };
    let Some((verb, is_up)) = change::verb(text, by) else { return false };
    let link = text.get(verb.end..to.span.start);
    let is_adnominal = verb.end < to.span.start && matches!(link, Some(" " | " 연 " | " 약 "));
    is_adnominal && is_possible(by, to, is_up) && has_rate_subject(text, by)
}

/// `고용률은 62.9%로 지난해보다 0.4% 올랐다`.
fn is_rate_before(text: &str, before: &[Amount<'_>], by: &Amount<'_>) -> bool {
    const COMPARED: &[&str] = &["보다 ", "대비 ", "에 비해 "];
    let last = before.iter().rev().find(|one| !one.is_time());
    let Some(to) = last.filter(|to| is_percent(to) && !to.is_open) else { return false };
    let Some(link) = between(text, to, by).filter(|link| link.len() <= 60) else { return false };
    let link = link.strip_prefix("로").unwrap_or_default();
    // A base before it is weighed elsewhere.
    let is_other = |one: &Amount<'_>| is_percent(one) && one.span != to.span;
    let is_alone = by.value < to.value
        && !before.iter().any(|one| one.sentence == by.sentence && is_other(one));
    // The base in brackets would be a second percentage, which `is_compared` weighs.
    let is_tied = to.sentence == by.sentence
        && link.starts_with([' ', ','])
        && (is_alone && link == " " || COMPARED.iter().any(|word| link.ends_with(word)))
        && !link.contains(['(', '”']);
    let words = link.split(' ').filter(|word| !word.is_empty());
    let has_subject = words.clone().any(|word| word.ends_with(['은', '는', '이', '가']));
    let Some((_, is_up)) = change::verb(text, by).filter(|_| is_tied && !has_subject) else {
        return false;
    };
    is_possible(by, to, is_up) && by.decimals >= to.decimals && has_rate_subject(text, to)
}

/// Whether a rate can have come that many points to where it is, and by no more than half.
fn is_possible(by: &Amount<'_>, to: &Amount<'_>, is_up: bool) -> bool {
    let limit = if is_up { to.value } else { 100 * ONE - to.value };
    by.value < limit && by.value <= 20 * ONE && to.value < 100 * ONE
}

/// Words that end in these measure a share.
const RATES: &[&str] =
    &["율", "률", "금리", "비중", "비율", "지지도", "점유율", "이율", "긍정평가", "부정평가"];
/// And these do not, or speak of their own change.
const NO_RATES: &[&str] = &[
    "효율",
    "환율",
    "자율",
    "법률",
    "배율",
    "비율당",
    "증가율",
    "상승률",
    "하락률",
    "성장률",
    "감소율",
    "수익률",
    "등락률",
    "인상률",
    "할인율",
    "인상율",
    "신장률",
];

fn is_rate_word(word: &str) -> bool {
    const TAILS: &[&str] =
        &["은", "는", "이", "가", "도", "을", "를", "에서", "의", "에서는", "에서도", "과", "와"];
    let word = word.trim_start_matches(['‘', '“', '\'', '"', '(']);
    let bare = TAILS.iter().filter_map(|tail| word.strip_suffix(tail)).chain([word]);
    let ends = |words: &[&str], bare: &str| words.iter().any(|one| bare.ends_with(one));
    bare.into_iter().any(|bare| bare.len() > 3 && ends(RATES, bare) && !ends(NO_RATES, bare))
}

/// The clause before an amount, from the mark before it.
fn clause(text: &str, end: usize) -> &str {
    let before = text.get(..end).unwrap_or_default();
    let start = before.rfind(['\n', '”', '“']).map_or(0, |at| at + 1);
    let start = before.rfind(". ").map_or(start, |at| start.max(at + 1));
    text.get(start..end).unwrap_or_default().trim_start_matches(|one: char| !one.is_alphanumeric())
}

/// Whether the last subject or object before an amount is a rate.
fn has_rate_subject(text: &str, amount: &Amount<'_>) -> bool {
    let is_subject = |word: &&str| word.ends_with(['은', '는', '이', '가', '도', '를', '을']);
    let words = clause(text, amount.span.start).rsplit(' ');
    words.filter(|word| word.len() > 3).find(is_subject).is_some_and(is_rate_word)
}

/// Whether a rate is spoken of before the first percentage or between it and the difference.
fn has_rate_word(text: &str, first: &Amount<'_>, by: &Amount<'_>) -> bool {
    let before = clause(text, first.span.start);
    let between = text.get(first.span.end..by.span.start).unwrap_or_default();
    before.split(' ').chain(between.split(' ')).any(is_rate_word)
}
