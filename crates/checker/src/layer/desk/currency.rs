//! Foreign money with its worth in won: `1억달러(약 1400억원)`, at one rate throughout an article.

use super::amount::{Amount, ONE, between};
use super::writing::written_like;
use crate::Suggestion;
use crate::rule;

const CURRENCIES: &[&str] = &["달러", "유로", "엔", "위안", "파운드"];

/// A conversion as the article gives it.
struct Conversion<'a, 't> {
    foreign: &'a Amount<'t>,
    won: &'a Amount<'t>,
    /// Won for one, in millionths.
    rate: i128,
}

pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    for currency in CURRENCIES {
        let all: Vec<Conversion<'_, '_>> =
            amounts.windows(2).filter_map(|pair| conversion(text, pair, currency)).collect();
        if all.len() < 2 {
            continue;
        }
        let rates = sorted(all.iter().map(|one| one.rate));
        let Some(common) = common(&rates, currency) else { continue };
        for one in &all {
            out.extend(judge(text, one, common, all.len()));
        }
    }
}

fn sorted(rates: impl Iterator<Item = i128>) -> Vec<i128> {
    let mut rates: Vec<i128> = rates.collect();
    rates.sort_unstable();
    rates
}

fn conversion<'a, 't>(
    text: &str,
    pair: &'a [Amount<'t>],
    currency: &str,
) -> Option<Conversion<'a, 't>> {
    let [foreign, won] = pair else { return None };
    let link = between(text, foreign, won)?;
    let is_bracket = matches!(
        link,
        "(" | "(약 " | " (" | " (약 " | "(한화 " | "(한화 약 " | "(우리 돈 약 " | "(우리돈 약 "
    );
    let is_pair = foreign.unit == currency && won.unit == "원" && is_bracket;
    if !is_pair || foreign.is_open || won.is_open || foreign.value <= 0 {
        return None;
    }
    let rate = won.value.checked_mul(ONE)?.checked_div(foreign.value)?;
    Some(Conversion { foreign, won, rate })
}

/// The rate that most conversions share, and how many do.
#[derive(Clone, Copy)]
struct Common {
    rate: i128,
    count: usize,
}

fn common(rates: &[i128], currency: &str) -> Option<Common> {
    let counted = rates.iter().map(|rate| {
        let from = rates.partition_point(|other| *other < *rate && !agrees(*other, *rate));
        let to = rates.partition_point(|other| *other <= *rate || agrees(*other, *rate));
        Common { rate: *rate, count: to - from }
    });
    let worth =
        |one: &Common| (one.count, is_of_today(currency, one.rate), is_likely(currency, one.rate));
    counted.max_by_key(worth)
}

/// Within three in a hundred.
fn agrees(one: i128, other: i128) -> bool {
    (one - other).abs() * 33 <= other
}

/// A rate that is ten or more times another, or that stands apart from at least two others that
/// agree.
fn judge(text: &str, one: &Conversion<'_, '_>, common: Common, all: usize) -> Option<Suggestion> {
    let (most, count) = (common.rate, common.count);
    if agrees(one.rate, most) || one.rate <= 0 {
        return None;
    }
    let right = expected(text, one, most);
    let power = power_of_ten(one.rate, most);
    // Two that differ tenfold say that one is wrong; which one, only the currency can say.
    let currency = one.foreign.unit;
    let is_unlikely = !is_likely(currency, one.rate) && is_likely(currency, most);
    let is_outvoted = count >= 2 || all == 2 && is_unlikely;
    if power && is_outvoted {
        return rule::rule("consistency/exchange-power")?.suggestion(text, one.won.number, right);
    }
    // What is rounded to one digit may stand far off.
    let room = one.won.slack.max(one.won.value / 50) + one.foreign.slack * one.rate / ONE;
    let exact = one.foreign.value.checked_mul(most)? / ONE;
    let is_odd_of_two = all == 2
        && is_far(one.rate, most)
        && is_of_today(currency, most)
        && !is_of_today(currency, one.rate);
    let is_sure = count >= 2 || is_odd_of_two;
    if !is_sure || (exact - one.won.value).abs() <= room || power {
        return None;
    }
    rule::rule("consistency/exchange")?.suggestion(text, one.won.number, right)
}

fn power_of_ten(one: i128, other: i128) -> bool {
    let (small, large) = (one.min(other), one.max(other));
    [10, 100, 1000, 10_000].iter().any(|power| (small * power - large).abs() * 20 <= large)
}

/// More than a quarter apart.
fn is_far(one: i128, other: i128) -> bool {
    one.min(other) * 5 < one.max(other) * 4
}

/// Whether a currency has had about such a rate in the last years.
fn is_of_today(currency: &str, rate: i128) -> bool {
    let (low, high) = match currency {
        "달러" => (1000, 1650),
        "유로" => (1200, 1900),
        "파운드" => (1350, 2200),
        "위안" => (150, 240),
        _ => (8, 13),
    };
    (low * ONE..=high * ONE).contains(&rate)
}

/// Whether a currency has had such a rate in the last decades.
fn is_likely(currency: &str, rate: i128) -> bool {
    let (low, high) = match currency {
        "달러" => (700, 2500),
        "유로" => (900, 2800),
        "파운드" => (1000, 3500),
        "위안" => (100, 350),
        _ => (5, 20),
    };
    (low * ONE..=high * ONE).contains(&rate)
}

/// The worth at the other rate with as many digits as were written.
fn expected(text: &str, one: &Conversion<'_, '_>, rate: i128) -> Vec<String> {
    let exact = one.foreign.value.checked_mul(rate).map(|won| won / ONE);
    let rounded = exact.map(|exact| {
        let mut place = ONE;
        while exact / place >= 1000 {
            place *= 10;
        }
        (exact + place / 2) / place * place
    });
    rounded.and_then(|won| written_like(text, one.won, won)).into_iter().collect()
}
