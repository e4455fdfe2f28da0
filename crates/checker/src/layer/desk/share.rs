//! A part against its whole: `50개 중 11개(22%)`, `279건 … 98건으로 전체의 35%`, `8000만대의 4분의 1`.

use super::amount::{Amount, ONE, begins, between, ratio};
use crate::Suggestion;
use crate::rule;

/// The whole stands at most so many amounts before its share.
const REACH: usize = 8;
/// The link between an amount and its share is short.
const LINK_BYTES: usize = 60;

pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    for (at, share) in amounts.iter().enumerate() {
        if !matches!(share.unit, "%" | "퍼센트" | "분의") || share.is_open {
            continue;
        }
        let before = amounts.get(at.saturating_sub(REACH)..at).unwrap_or_default();
        let pair = beside(text, before, share)
            .or_else(|| of_all(text, before, share))
            .or_else(|| of_whole(text, before, share, amounts.get(at + 1)));
        out.extend(pair.and_then(|(part, whole)| compare(text, part, whole, share)));
    }
}

type Pair<'a, 't> = (&'a Amount<'t>, &'a Amount<'t>);

/// `50개 중 11개(22%)`, `50개 가운데 11개로 22%`.
fn beside<'a, 't>(
    text: &str,
    before: &'a [Amount<'t>],
    share: &Amount<'t>,
) -> Option<Pair<'a, 't>> {
    let (part, earlier) = before.split_last()?;
    let link = between(text, part, share)?;
    let is_bracket = matches!(link, "(" | "(약 " | "(전체의 " | "(전체의 약 ");
    let is_clause = is_clause(text, link, share);
    if !(is_bracket || is_clause && part.sentence == share.sentence) {
        return None;
    }
    // Between the whole and its part stand only other parts with their shares.
    let list = earlier.iter().rev().take_while(|one| {
        one.sentence == part.sentence && (one.unit == part.unit || one.unit == share.unit)
    });
    let mut list = list.filter(|one| one.unit == part.unit);
    let whole = list.find(|one| is_base(text, one))?;
    let apart = between(text, whole, part)?;
    // In a list only bracketed shares are each a share of the whole.
    (is_bracket || apart.len() <= LINK_BYTES).then_some((part, whole))
}

/// `11개로 22%`, `60명이 여성으로 25%를 차지했다`.
fn is_clause(text: &str, link: &str, share: &Amount<'_>) -> bool {
    const CLAUSE_BYTES: usize = 40;
    let link = link.trim_end_matches("약 ");
    if matches!(link, ", " | "으로 " | "로 ") {
        return true;
    }
    let is_subject = ["이 ", "가 ", "은 ", "는 "].iter().any(|particle| link.starts_with(particle));
    let is_said = ["를 차지", "에 달", "에 이르", "에 이른", "에 그", "에 해당", "에 불과"];
    is_subject
        && link.ends_with("로 ")
        && link.len() <= CLAUSE_BYTES
        && begins(text, share, &is_said)
}

fn is_base(text: &str, amount: &Amount<'_>) -> bool {
    begins(text, amount, &[" 중 ", " 가운데 ", "중 ", "가운데 ", " 중에 ", " 중에서 "])
}

/// `279건을 분석하니 98건으로 전체의 35%`.
fn of_all<'a, 't>(
    text: &str,
    before: &'a [Amount<'t>],
    share: &Amount<'t>,
) -> Option<Pair<'a, 't>> {
    let mut amounts = before.iter().rev().filter(|one| !one.is_time());
    let part = amounts.next().filter(|part| part.sentence == share.sentence)?;
    let link = between(text, part, share).filter(|link| link.len() <= LINK_BYTES)?;
    let link = link.trim_end_matches("약 ");
    let is_of_all = link.trim_end_matches(' ').ends_with("전체의");
    if !is_of_all
        || !["으로", "로", "이", "가", "은", "는"].iter().any(|tail| link.starts_with(tail))
    {
        return None;
    }
    let whole = amounts.next().filter(|whole| whole.unit == part.unit)?;
    let is_near = share.sentence - whole.sentence <= 1;
    let is_only = amounts
        .next()
        .is_none_or(|other| other.unit != part.unit || other.sentence != whole.sentence);
    (is_near && is_only && whole.value > part.value).then_some((part, whole))
}

/// `100곳의 30%인 30곳`, `20곳으로 전체 100곳의 20%`.
fn of_whole<'a, 't>(
    text: &str,
    before: &'a [Amount<'t>],
    share: &Amount<'t>,
    next: Option<&'a Amount<'t>>,
) -> Option<Pair<'a, 't>> {
    let (whole, earlier) = before.split_last()?;
    let link = between(text, whole, share)?;
    if !matches!(link, "의 " | "의 약 ") || whole.is_time() {
        return None;
    }
    let same = |one: &&Amount<'t>| one.unit == whole.unit && !one.is_time();
    if let Some(part) = next.filter(same) {
        let link = between(text, share, part)?;
        if matches!(link, "인 " | "에 해당하는 " | "에 달하는 " | "에 이르는 " | "인 약 ")
        {
            return Some((part, whole));
        }
    }
    let part = earlier.iter().rev().find(|one| !one.is_time()).filter(same)?;
    let link = between(text, part, whole)?;
    let is_said_of_part = link.starts_with("으로 ") || link.starts_with("로 ");
    let is_next = whole.sentence == part.sentence + 1 && link.contains(". 이는 ");
    let is_near = is_next || is_said_of_part && whole.sentence == part.sentence;
    (is_near && link.len() <= 120).then_some((part, whole))
}

fn compare(
    text: &str,
    part: &Amount<'_>,
    whole: &Amount<'_>,
    share: &Amount<'_>,
) -> Option<Suggestion> {
    if part.is_open || whole.is_open || whole.low() <= 0 || part.value > whole.value {
        return None;
    }
    let (low, exact, high) = ratio(part, whole)?;
    if share.unit != "분의" {
        if share.allows(low, high) {
            return None;
        }
        let right = vec![share.rewritten(exact)];
        return rule::rule("consistency/share")?.suggestion(text, share.number, right);
    }
    // A fraction is said loosely: a third may be 30 or 36 in a hundred.
    let room = share.value / 6 + 2 * ONE;
    if low - room <= share.value && share.value <= high + room {
        return None;
    }
    let right = fraction(text, share, exact);
    rule::rule("consistency/share")?.suggestion(text, share.span, right.into_iter().collect())
}

/// The fraction of the same or a small denominator that says it.
fn fraction(text: &str, share: &Amount<'_>, exact: i128) -> Option<String> {
    let written = share.span.of(text)?;
    let (below, above) = written.split_once("분의")?;
    let space = if above.starts_with(' ') { " " } else { "" };
    let same: i128 = below.parse().ok()?;
    let hundred = 100 * ONE;
    let fits = |below: i128| {
        let above = (exact * below + hundred / 2) / hundred;
        let apart = (above * hundred / below - exact).abs();
        (below > 1 && above > 0 && above < below && apart <= 2 * ONE)
            .then(|| format!("{below}분의{space}{above}"))
    };
    std::iter::once(same).chain(2..=10).find_map(fits)
}
