//! Multiples against their two amounts: `10명에서 30명으로 3배`, `40명의 3배인 120명`.

use super::amount::{Amount, ONE, begins, between, ratio};
use super::change::Change;
use crate::Suggestion;
use crate::rule;

/// The amounts of one multiple stand no further apart.
const GAP_BYTES: usize = 90;

/// `A의 N배인 B`, `B로 A의 N배`, `A에서 B로 N배가 됐다`: nothing grew by it, so it is the ratio.
pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    for (at, by) in amounts.iter().enumerate() {
        if by.unit != "배" || by.is_open || by.value < ONE {
            continue;
        }
        let before = amounts.get(at.saturating_sub(6)..at).unwrap_or_default();
        let before: Vec<_> =
            before.iter().filter(|one| one.sentence == by.sentence && !one.is_time()).collect();
        let pair =
            of_base(text, &before, by, amounts.get(at + 1)).or_else(|| reached(text, &before, by));
        out.extend(pair.and_then(|(from, to)| compare(text, from, to, by)));
    }
}

type Pair<'a, 't> = (&'a Amount<'t>, &'a Amount<'t>);

/// `지난해 40명의 3배인 120명`, `120명으로 지난해(40명)의 3배`.
fn of_base<'a, 't>(
    text: &str,
    before: &[&'a Amount<'t>],
    by: &Amount<'t>,
    next: Option<&'a Amount<'t>>,
) -> Option<Pair<'a, 't>> {
    let (from, earlier) = before.split_last()?;
    let link = between(text, from, by)?;
    if !matches!(link, "의 " | ")의 " | "의 약 " | ")의 약 " | " 대비 " | ") 대비 ") {
        return None;
    }
    let after = next.filter(|next| {
        next.sentence == by.sentence
            && matches!(
                between(text, by, next),
                Some("인 " | "에 이르는 " | "에 달하는 " | "가 넘는 " | "에 가까운 ")
            )
    });
    if let Some(to) = after {
        return Some((from, to));
    }
    let to = earlier.last().filter(|to| begins(text, to, &["으로 ", "로 ", "으로, ", "로, "]))?;
    let is_state = begins(text, by, &["다", "였", "에 ", "를 ", "가 ", "로 ", "나 "]);
    is_state.then_some((from, to))
}

/// `10명에서 30명으로 3배가 됐다`.
fn reached<'a, 't>(text: &str, before: &[&'a Amount<'t>], by: &Amount<'t>) -> Option<Pair<'a, 't>> {
    const STATES: &[&str] = &[
        "가 됐",
        "가 되",
        "가 된",
        "로 늘",
        "로 뛰",
        "로 커",
        "로 불",
        "로 많",
        "로 증가",
        "로 급증",
        "에 이",
        "에 달",
        "로 됐",
        "다.",
        "였다",
    ];
    let [.., from, to] = before else { return None };
    let is_path = begins(text, from, &["에서"])
        && begins(text, to, &["으로", "로"])
        && between(text, from, to)?.len() <= 40
        && between(text, to, by)?.len() <= 30;
    (is_path && begins(text, by, STATES)).then_some((from, to))
}

fn compare(text: &str, from: &Amount<'_>, to: &Amount<'_>, by: &Amount<'_>) -> Option<Suggestion> {
    let is_sure = from.unit == to.unit
        && !from.is_open
        && !to.is_open
        && from.low() > 0
        && to.span.start.abs_diff(from.span.end) <= GAP_BYTES;
    let (low, exact, high) = ratio(to, from).filter(|_| is_sure)?;
    let (low, exact, high) = (low / 100, exact / 100, high / 100);
    // Nothing grew, so a whole number stands for less than a rise may: 2.5 is not 3.
    if exact < ONE || fits(text, by, (low, high), by.step() * 2 / 5) {
        return None;
    }
    suggest(text, by, exact)
}

/// Newspapers write both 3배 and 2배 늘었다 for what is three times as much.
pub(super) fn times(text: &str, change: &Change<'_, '_>) -> Option<Suggestion> {
    let (low, exact, high) = ratio(change.to, change.from)?;
    let (low, exact, high) = (low / 100, exact / 100, high / 100);
    if !change.is_up || exact < ONE || change.to.unit == "%" && high < ONE {
        return None;
    }
    let by = change.by;
    let room = by.step() / 2;
    if fits(text, by, (low, high), room) || fits(text, by, (low - ONE, high - ONE), room) {
        return None;
    }
    suggest(text, by, exact)
}

/// Whether the written multiple may stand for one between the two.
fn fits(text: &str, by: &Amount<'_>, (low, high): (i128, i128), room: i128) -> bool {
    const MORE: &[&str] = &["가 넘", "를 넘", " 넘", " 이상", "를 웃", "를 훌쩍", "가 훌쩍"];
    let is_more = begins(text, by, MORE);
    // More than three times may be nearly four times.
    is_more && by.value < high && low < by.value + ONE
        || by.lies_within(low, high, room)
        || by.decimals > 0 && by.allows(low, high)
}

/// The right multiple, with a decimal where no whole number comes near it.
fn suggest(text: &str, by: &Amount<'_>, exact: i128) -> Option<Suggestion> {
    let is_whole = (exact + ONE / 20) % ONE <= ONE / 10;
    let right = match by.decimals {
        0 if !is_whole => super::amount::decimal(exact, 1),
        _ => by.rewritten(exact),
    };
    rule::rule("consistency/multiple")?.suggestion(text, by.number, vec![right])
}
