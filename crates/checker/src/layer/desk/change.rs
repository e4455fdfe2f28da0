//! `A에서 B로 N% 늘었다`, `B로 전년(A)보다 N% 줄었다`, `A보다 N% 늘어난 B`: the change against its
//! two amounts, in percent, percentage points and multiples.

use super::amount::{Amount, ONE, begins, between, decimal, ratio};
use super::multiple;
use crate::rule;
use crate::{Span, Suggestion};

/// What grew or shrank, and by how much.
pub(super) struct Change<'a, 't> {
    pub(super) from: &'a Amount<'t>,
    pub(super) to: &'a Amount<'t>,
    pub(super) by: &'a Amount<'t>,
    /// The word that says whether it grew or shrank.
    verb: Span,
    pub(super) is_up: bool,
}

const UP: &[&str] = &[
    "늘", "증가", "올랐", "오른", "오르", "올라", "올렸", "올린", "올리", "인상", "뛰", "뛴",
    "상승", "불어", "급증", "급등", "많", "높", "성장", "확대", "치솟", "커졌", "커진", "신장",
];
const DOWN: &[&str] = &[
    "줄",
    "감소",
    "내렸",
    "내린",
    "내려",
    "내리",
    "인하",
    "떨어",
    "하락",
    "급감",
    "급락",
    "적은",
    "적었",
    "적다",
    "낮",
    "빠졌",
    "빠진",
    "축소",
    "쪼그라",
    "깎",
    "감축",
    "싸졌",
    "싼",
];

/// A change looks at so many amounts before it; the cost must not grow with the article.
const REACH: usize = 8;
/// And the amounts of one change stand no further apart.
const GAP_BYTES: usize = 90;

pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    for (at, by) in amounts.iter().enumerate() {
        if !is_measure_of_change(by.unit) || by.is_open {
            continue;
        }
        out.extend(policy_rate(text, by));
        let Some(change) = change(text, amounts, at) else { continue };
        out.extend(match by.unit {
            "%" | "퍼센트" if change.to.unit == "%" => points_wanted(text, &change),
            "%" | "퍼센트" => percent(text, &change),
            "배" => multiple::times(text, &change),
            _ => points(text, &change),
        });
    }
}

fn is_measure_of_change(unit: &str) -> bool {
    matches!(unit, "%" | "퍼센트" | "%포인트" | "%p" | "%P" | "배")
}

fn change<'a, 't>(text: &str, all: &'a [Amount<'t>], at: usize) -> Option<Change<'a, 't>> {
    let by = all.get(at)?;
    let (verb, is_up) = verb(text, by)?;
    let before = all.get(at.saturating_sub(REACH)..at)?;
    let mut before = before
        .iter()
        .rev()
        .take_while(|one| one.sentence == by.sentence)
        .filter(|one| !one.is_time());
    let last = before.next()?;
    let earlier = before.next();
    let (from, to) = match after(all, at, verb) {
        Some(to) if is_compared(text, last) => (last, to),
        _ if is_compared(text, last) => {
            (last, earlier.filter(|to| begins(text, to, &["으로", "로", "을", "를"]))?)
        }
        _ if begins(text, last, &["으로", "로"]) => {
            (earlier.filter(|from| begins(text, from, BEFORE_CHANGE))?, last)
        }
        _ => return None,
    };
    let near = |first: &Amount<'_>, second: &Amount<'_>| {
        second.span.start.abs_diff(first.span.end) <= GAP_BYTES
    };
    let is_sure = from.unit == to.unit
        && !from.is_open
        && !to.is_open
        && from.low() > 0
        && near(last, by)
        && !has_subject(text, last, by)
        && near(from, to);
    is_sure.then_some(Change { from, to, by, verb, is_up })
}

/// Whether something else is said to change: `1만3000원으로, 거래량은 20% 늘었다`.
fn has_subject(text: &str, last: &Amount<'_>, by: &Amount<'_>) -> bool {
    const SUBJECTS: [char; 8] = ['은', '는', '이', '가', '도', '과', '와', ')'];
    let link = between(text, last, by).unwrap_or_default();
    let link = link.strip_prefix(')').unwrap_or(link);
    link.split(' ').skip(1).any(|word| word.ends_with(SUBJECTS) || word.ends_with("보다"))
}

const BEFORE_CHANGE: &[&str] = &[
    "에서",
    "이던",
    "이었던",
    "였던",
    "이었지만",
    "였지만",
    "이었으나",
    "였으나",
    "이었는데",
    "였는데",
];

/// The amount after the change: `25% 늘어난 500억원`.
fn after<'a, 't>(all: &'a [Amount<'t>], at: usize, verb: Span) -> Option<&'a Amount<'t>> {
    let by = all.get(at)?;
    let to = all.get(at + 1).filter(|to| to.sentence == by.sentence && !to.is_time())?;
    // Right after the verb in its form before a noun: one word and a space.
    (verb.start < to.span.start && verb.end + 1 == to.span.start).then_some(to)
}

/// `400억원보다`, `(400억원) 대비`.
fn is_compared(text: &str, amount: &Amount<'_>) -> bool {
    let rest = text.get(amount.span.end..).unwrap_or_default();
    let rest = rest.strip_prefix(')').unwrap_or(rest);
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    ["보다", "대비", "에 비해", "에 비하면", "과 비교해", "와 비교해", "에 견줘"]
        .iter()
        .any(|tail| rest.starts_with(tail))
}

/// The word of growing or shrinking after an amount, and which of the two it says.
pub(super) fn verb(text: &str, by: &Amount<'_>) -> Option<(Span, bool)> {
    const WORDS: usize = 4;
    const NOT_A_CHANGE: &[&str] = &["로", "으로", "에", "의", "를", "을", "보다", "인", "대"];
    let rest = text.get(by.span.end..)?;
    if NOT_A_CHANGE.iter().any(|tail| rest.starts_with(tail)) {
        return None;
    }
    let mut start = by.span.end;
    for word in rest.split(' ').take(WORDS) {
        let end = start + word.len();
        let says = |stems: &[&str]| stems.iter().any(|stem| word.starts_with(stem));
        let is_up = says(UP);
        if is_up || says(DOWN) {
            let marks = [',', '.', '”', '’', '"', '\'', ')', '?', '!'];
            let line = word.split('\n').next().unwrap_or_default().trim_end_matches(marks);
            return Some((Span::new(start, start + line.len()), is_up));
        }
        // A clause or a sentence that ends here says nothing of the change.
        if word.ends_with([',', '.', '”']) || word.contains(['\n', '(']) {
            return None;
        }
        start = end + 1;
    }
    None
}

fn percent(text: &str, change: &Change<'_, '_>) -> Option<Suggestion> {
    let (low, exact, high) = ratio(change.to, change.from)?;
    let base = 100 * ONE;
    let (low, exact, high) = if change.is_up {
        (low - base, exact - base, high - base)
    } else {
        (base - high, base - exact, base - low)
    };
    if high < 0 {
        return direction(text, change);
    }
    if exact <= 0 || change.by.allows(low, high) {
        return None;
    }
    let found = rule::rule("consistency/percent-change")?;
    let right = change.by.rewritten(exact);
    found.suggestion(text, change.by.number, vec![right])
}

/// The verb says that it grew, the amounts say that it shrank.
fn direction(text: &str, change: &Change<'_, '_>) -> Option<Suggestion> {
    // What a currency is worth moves against its rate.
    let before = text.get(..change.by.span.start)?;
    let clause =
        before.rfind(['.', '\n', ',']).map_or(before, |at| before.get(at..).unwrap_or(before));
    if clause.contains("가치") || clause.contains("환율") {
        return None;
    }
    rule::rule("consistency/direction")?.suggestion(text, change.verb, Vec::new())
}

fn points(text: &str, change: &Change<'_, '_>) -> Option<Suggestion> {
    if change.to.unit != "%" {
        return None;
    }
    let difference = (change.to.value - change.from.value).abs();
    let coarse = change.from.decimals.max(change.to.decimals);
    // Rates of two decimals are themselves rounded, so their difference may be one off.
    let room = if coarse >= 2 || coarse > change.by.decimals { change.by.step() } else { 0 };
    if (difference - change.by.value).abs() <= room || change.by.is_vague || difference == 0 {
        return None;
    }
    let found = rule::rule("consistency/point-change")?;
    found.suggestion(
        text,
        change.by.number,
        vec![decimal(difference, coarse.min(needed(difference)).max(change.by.decimals))],
    )
}

/// As many decimals as a value has.
fn needed(value: i128) -> u32 {
    (0..6).find(|decimals| value % (ONE / 10_i128.pow(*decimals)) == 0).unwrap_or(6)
}

/// The difference of two percentages is in percentage points.
fn points_wanted(text: &str, change: &Change<'_, '_>) -> Option<Suggestion> {
    let difference = (change.to.value - change.from.value).abs();
    let (_, exact, _) = ratio(change.to, change.from)?;
    let relative = (exact - 100 * ONE).abs();
    let is_relative = change.by.lies_within(relative, relative, change.by.step());
    if difference != change.by.value || is_relative {
        return None;
    }
    suggest_points(text, change.by)
}

pub(super) fn suggest_points(text: &str, by: &Amount<'_>) -> Option<Suggestion> {
    let number = by.number.of(text)?;
    let written = by.span.of(text)?;
    let right =
        if by.unit == "%" { format!("{number}%포인트") } else { format!("{written}포인트") };
    rule::rule("number/percentage-point")?.suggestion(text, by.span, vec![right])
}

/// `기준금리를 0.25% 내렸다`: a policy rate moves in points.
fn policy_rate(text: &str, by: &Amount<'_>) -> Option<Suggestion> {
    const RATES: &[&str] = &["기준금리를", "기준금리가", "정책금리를", "정책금리가"];
    let before = text.get(..by.span.start)?.trim_end_matches(' ');
    let is_step = by.decimals > 0 && by.value <= 3 * ONE / 2 && by.value % (ONE / 20) == 0;
    let is_rate =
        matches!(by.unit, "%" | "퍼센트") && RATES.iter().any(|rate| before.ends_with(rate));
    if !is_step || !is_rate {
        return None;
    }
    verb(text, by)?;
    suggest_points(text, by)
}
