//! A stretch of days against its ends: `5일부터 8일까지 나흘간`, `2020년부터 2024년까지 5년간`.

use super::amount::{Amount, ONE, begins, between};
use crate::rule;
use crate::{Span, Suggestion};

const DAYS: &[&str] =
    &["하루", "이틀", "사흘", "나흘", "닷새", "엿새", "이레", "여드레", "아흐레", "열흘"];

/// Over a week many count the nights; shorter stretches are counted with both ends.
const WEEK: i128 = 8;

pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    for (at, end) in amounts.iter().enumerate() {
        if end.unit != "일" || end.is_open || !begins(text, end, &["까지"]) {
            continue;
        }
        let Some(start) = at.checked_sub(1).and_then(|at| amounts.get(at)) else { continue };
        out.extend(days(text, start, end, amounts.get(at + 1)));
    }
}

fn days(
    text: &str,
    start: &Amount<'_>,
    end: &Amount<'_>,
    next: Option<&Amount<'_>>,
) -> Option<Suggestion> {
    let link = between(text, start, end)?;
    let is_pair = start.unit == "일" && !start.is_open && matches!(link, "부터 " | "부터 오는 ");
    let length = (end.value - start.value) / ONE + 1;
    if !is_pair || length < 2 || end.value > 31 * ONE {
        return None;
    }
    let after = end.span.end + "까지".len();
    let rest = text.get(after..)?;
    let (gap, rest) = ["", " ", " 총 ", " 모두 "].into_iter().rev().find_map(|gap| {
        rest.strip_prefix(gap).filter(|rest| !rest.starts_with(' ')).map(|rest| (gap, rest))
    })?;
    let found = || rule::rule("consistency/duration");
    let at = after + gap.len();
    if let Some(next) = next.filter(|next| next.span.start == at) {
        let is_days =
            next.unit == "일간" || next.unit == "일" && begins(text, next, &[" 동안", "동안"]);
        let is_off = is_days && !next.is_vague && is_off(next.value / ONE, length);
        return is_off.then(|| found()?.suggestion(text, next.number, vec![length.to_string()]))?;
    }
    let (place, word) = DAYS.iter().enumerate().find(|(_, word)| rest.starts_with(**word))?;
    let tail = rest.get(word.len()..)?;
    let is_days = ["간", " 동안", "동안", " 내내"].iter().any(|end| tail.starts_with(end));
    if !is_days || !is_off(i128::try_from(place).ok()? + 1, length) {
        return None;
    }
    let length = usize::try_from(length).ok()?;
    let right = DAYS.get(length - 1).map_or_else(|| format!("{length}일"), |day| (*day).to_owned());
    found()?.suggestion(text, Span::new(at, at + word.len()), vec![right])
}

fn is_off(written: i128, length: i128) -> bool {
    written != length && (length <= WEEK || written + 1 != length)
}
