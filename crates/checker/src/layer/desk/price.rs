//! A price for one, a number and the whole sum: `주당 1만원`, `50만주`, `50억원`.

use super::amount::{Amount, ONE};
use super::each;
use super::writing::written_like;
use crate::Suggestion;
use crate::rule;

/// Units that are priced one by one, with the word before the price.
const PRICED: &[(&str, &str)] = &[
    ("주", "주당"),
    ("명", "1인당"),
    ("명", "한 명당"),
    ("명", "1명당"),
    ("대", "대당"),
    ("개", "개당"),
    ("가구", "가구당"),
    ("곳", "곳당"),
    ("건", "건당"),
    ("장", "장당"),
    ("채", "채당"),
];

/// Sums and numbers stand so many amounts around the price.
const REACH: usize = 6;

pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    for (at, price) in amounts.iter().enumerate() {
        if let Some(found) = each::check(text, amounts, at) {
            out.push(found);
            continue;
        }
        let lead = text.get(..price.span.start).unwrap_or_default().trim_end_matches(' ');
        let Some((unit, _)) = PRICED.iter().find(|(_, word)| lead.ends_with(word)) else {
            continue;
        };
        if price.unit != "원" || price.is_open || price.is_vague || price.value <= 0 {
            continue;
        }
        let around = at.saturating_sub(REACH)..(at + REACH + 1).min(amounts.len());
        let around = amounts.get(around).unwrap_or_default();
        let near = around.iter().filter(|one| one.sentence.abs_diff(price.sentence) <= 1);
        let near: Vec<_> = near.collect();
        out.extend(product(text, &near, price, unit));
    }
}

fn product(text: &str, near: &[&Amount<'_>], price: &Amount<'_>, unit: &str) -> Option<Suggestion> {
    let counts: Vec<_> = near.iter().filter(|one| one.unit == unit && one.value > ONE).collect();
    let sums: Vec<_> =
        near.iter().filter(|one| one.unit == "원" && one.span != price.span).collect();
    let ([count], [sum]) = (counts.as_slice(), sums.as_slice()) else { return None };
    if count.is_open || count.is_vague || sum.is_open {
        return None;
    }
    let right = price.value.checked_mul(count.value)? / ONE;
    let (small, large) = (right.min(sum.value), right.max(sum.value));
    if small <= 0 {
        return None;
    }
    // A slip of a place leaves the same digits; anything else may be another sum.
    let is_power = [10, 100, 1000].iter().any(|power| (small * power - large).abs() * 50 <= large);
    if !is_power {
        return None;
    }
    let number = sum.value.checked_mul(ONE)? / price.value;
    let right = written_like(text, count, number);
    rule::rule("consistency/product")?.suggestion(text, count.number, right.into_iter().collect())
}
