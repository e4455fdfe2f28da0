//! So much for each of so many makes the sum in one clause: `5만원씩 40명에게 모두 200만원`.

use super::amount::{Amount, ONE, begins, between};
use super::writing::written_like;
use crate::Suggestion;
use crate::rule;

const COUNTED: &[&str] = &[
    "명", "곳", "대", "개", "가구", "건", "장", "채", "권", "마리", "상자", "팀", "개교", "개소",
    "사람", "켤레", "벌", "그루", "송이", "개월", "석",
];
/// Words that make a sum of an amount.
const SUMS: &[&str] = &["모두", "총", "합쳐", "합계", "도합"];
/// A third number that is multiplied too.
const AGAIN: &[&str] = &[
    "매달",
    "매월",
    "다달이",
    "매년",
    "해마다",
    "매일",
    "날마다",
    "매주",
    "월 ",
    "연 ",
    "하루",
    "두 차례",
    "세 차례",
    "번씩",
    "번에",
    "한 달",
    "년간",
    "각각",
];
const CLAUSE_BYTES: usize = 110;

/// The amount at a place as the price of one, against the next amounts of its clause.
pub(super) fn check(text: &str, amounts: &[Amount<'_>], at: usize) -> Option<Suggestion> {
    let price = amounts.get(at).filter(|price| price.unit == "원" && is_sure(price))?;
    let before = at.checked_sub(1).and_then(|at| amounts.get(at));
    let after = amounts.get(at + 1)?;
    let is_last = |sum: &Amount<'_>| is_sum(text, sum) && sum.sentence == price.sentence;
    let (count, sum) = if is_last(after) {
        (before.filter(|_| begins(text, price, &["씩"]))?, after)
    } else {
        let sum = amounts.get(at + 2).filter(|sum| is_last(sum))?;
        (after, sum)
    };
    let near = amounts.get(at.saturating_sub(4)..(at + 3).min(amounts.len()))?;
    let first = price.span.start.min(count.span.start);
    let is_usable = is_sure(count)
        && COUNTED.contains(&count.unit)
        && count.value > ONE
        && count.sentence == price.sentence
        && sum.span.start - first <= CLAUSE_BYTES;
    if !is_usable
        || !is_priced(text, price, count)
        || is_multiplied_again(text, near, [price, count, sum])
    {
        return None;
    }
    let right = price.value.checked_mul(count.value)? / ONE;
    let room = price.slack * count.value / ONE + sum.slack + sum.value / 50;
    let room = if sum.is_vague { room + sum.value / 10 } else { room };
    // Far off, and not by a place, it is the sum of something else.
    let (small, large) = (right.min(sum.value), right.max(sum.value));
    let is_power = [10, 100, 1000].iter().any(|power| (small * power - large).abs() * 50 <= large);
    if (right - sum.value).abs() <= room || !is_power && large > small * 2 {
        return None;
    }
    let right = written_like(text, sum, right);
    rule::rule("consistency/product-sum")?.suggestion(text, sum.number, right.into_iter().collect())
}

fn is_sure(amount: &Amount<'_>) -> bool {
    !amount.is_open && !amount.is_vague && amount.value > 0
}

/// `모두 200만원`, `200만원어치`.
fn is_sum(text: &str, sum: &Amount<'_>) -> bool {
    let lead = text.get(..sum.span.start).unwrap_or_default().trim_end_matches(' ');
    let lead = lead.strip_suffix("약").unwrap_or(lead).trim_end_matches(' ');
    sum.unit == "원" && !sum.is_open && SUMS.iter().any(|word| lead.ends_with(word))
}

/// Whether the price is said to be that of one of what is counted.
fn is_priced(text: &str, price: &Amount<'_>, count: &Amount<'_>) -> bool {
    let lead = text.get(..price.span.start).unwrap_or_default().trim_end_matches(' ');
    let unit = if count.unit == "사람" { "명" } else { count.unit };
    let ones = ["한 ", "1", ""].map(|one| format!("{one}{unit}"));
    let is_each = ["당", "에"].iter().any(|tail| {
        let lead = lead.strip_suffix(tail);
        lead.is_some_and(|lead| ones.iter().any(|one| lead.ends_with(one.as_str())))
    });
    let is_person = unit == "명"
        && ["1인당", "한 사람에", "한 사람당", "인당"].iter().any(|one| lead.ends_with(one));
    let is_monthly =
        ["매달", "매월", "다달이", "월", "한 달에"].iter().any(|one| lead.ends_with(one));
    if count.unit == "개월" {
        return is_monthly;
    }
    begins(text, price, &["씩"]) && !is_monthly || is_each || is_person
}

/// Whether something else in the clause is multiplied too: months, times, other counts.
fn is_multiplied_again(
    text: &str,
    amounts: &[Amount<'_>],
    [price, count, sum]: [&Amount<'_>; 3],
) -> bool {
    let first = price.span.start.min(count.span.start);
    let mut others = amounts.iter().filter(|one| {
        one.sentence == sum.sentence
            && one.span.start + 60 >= first
            && one.span.start < sum.span.start
            && one.span != price.span
            && one.span != count.span
            // 1인당 and 1대당 are the price's own.
            && !(one.value == ONE && one.span.end <= price.span.start)
    });
    let mut start = first.saturating_sub(40);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let clause = text.get(start..sum.span.start).unwrap_or_default();
    let clause = clause.rfind(". ").and_then(|at| clause.get(at..)).unwrap_or(clause);
    let is_again = count.unit != "개월" && AGAIN.iter().any(|word| clause.contains(word));
    let near = if price.span.start < count.span.start { (price, count) } else { (count, price) };
    let is_joined = between(text, near.0, near.1).is_none_or(|link| link.contains([',', '(', '”']));
    is_again || is_joined || others.next().is_some()
}
