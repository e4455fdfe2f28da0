//! Shares of one whole that must make a hundred: `가 30%, 나 45%, 기타 25%`.

use super::amount::{Amount, ONE, between, decimal};
use crate::Suggestion;
use crate::rule;

/// Shares of one list stand no further apart.
const GAP_BYTES: usize = 36;
const REACH: usize = 12;

pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    for (at, last) in amounts.iter().enumerate() {
        let lead = text.get(..last.span.start).unwrap_or_default().trim_end_matches(' ');
        let is_rest = ["기타", "기타가", "기타는", "나머지", "나머지는", "나머지가"]
            .iter()
            .any(|word| lead.ends_with(word));
        if last.unit != "%" || last.is_open || last.is_vague || !is_rest {
            continue;
        }
        let before = amounts.get(at.saturating_sub(REACH)..at).unwrap_or_default();
        out.extend(hundred(text, before, last));
    }
}

fn hundred(text: &str, before: &[Amount<'_>], last: &Amount<'_>) -> Option<Suggestion> {
    let mut next = last;
    let mut others = Vec::new();
    for share in before.iter().rev() {
        let link = between(text, share, next)?;
        let is_listed =
            share.unit == "%" && share.sentence == last.sentence && link.len() <= GAP_BYTES;
        if !is_listed || link.contains('(') {
            break;
        }
        others.push(share);
        next = share;
    }
    let is_sure = others.iter().all(|share| !share.is_open && !share.is_vague);
    let sum: i128 = others.iter().map(|share| share.value).sum();
    let count = i128::try_from(others.len()).ok()? + 1;
    let apart = (sum + last.value - 100 * ONE).abs();
    // Each share may be rounded by half of its last digit. Where much is missing, the list may
    // leave out what was said before.
    let is_over = sum + last.value > 100 * ONE;
    let room = last.step() * count / 2;
    let is_off = apart > room && (is_over || apart <= 10 * ONE);
    if others.len() < 2 || !is_sure || !is_off || sum >= 100 * ONE {
        return None;
    }
    let places = others.iter().map(|share| share.decimals).max()?.max(last.decimals);
    let right = decimal(100 * ONE - sum, places);
    rule::rule("consistency/hundred")?.suggestion(text, last.number, vec![right])
}
