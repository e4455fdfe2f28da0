//! How far two amounts are apart: `두 회사의 격차는 346개`, `12표 차로`, `78 대 71, 7점 차`.

use super::amount::{Amount, ONE, begins, between};
use super::writing::written_like;
use crate::rule;
use crate::{Span, Suggestion};

/// `두 회사의 격차는 346개`, `12표 차로`: two amounts and how far they are apart.
pub(super) fn difference(
    text: &str,
    before: &[Amount<'_>],
    gap: &Amount<'_>,
) -> Option<Suggestion> {
    let unit = if gap.unit == "%포인트" { "%" } else { gap.unit };
    let lead = text.get(..gap.span.start)?.trim_end_matches(' ');
    let is_named =
        ["격차는", "차이는", "격차가", "차이가", "차는"].iter().any(|word| lead.ends_with(word));
    let is_after = begins(text, gap, &[" 차로", " 차이로", "차로", "차이로"]) && gap.unit != "대";
    let is_state = begins(
        text,
        gap,
        &["로 ", "으로 ", "다", "였", "이었", "에 ", "에불", "가 났", "이 났", ",", "."],
    );
    if gap.unit.is_empty() || !(is_after || is_named && is_state) {
        return None;
    }
    let near = |reach: usize| -> Vec<&Amount<'_>> {
        let is_near = |one: &&Amount<'_>| gap.sentence - one.sentence == reach && one.unit == unit;
        before.iter().filter(is_near).collect()
    };
    let mut pair = near(0);
    if pair.is_empty() {
        pair = near(1);
    }
    let [first, second] = pair.as_slice() else { return None };
    let is_sure = |one: &Amount<'_>| !one.is_open && !one.is_vague;
    let link = between(text, first, second)?;
    let tail = between(text, second, gap)?;
    if !is_sure(first) || !is_sure(second) || link.len() > 60 || tail.len() > 120 {
        return None;
    }
    let right = (first.value - second.value).abs();
    let is_changing = ["에서", "보다", "대비"].iter().any(|word| link.contains(word));
    let decimals = first.decimals.max(second.decimals);
    let room = first.slack + second.slack + gap.slack;
    let is_rounded = unit != "%" && (right - gap.value).abs() <= room;
    if right == 0 || right == gap.value || is_changing || is_rounded || decimals > gap.decimals {
        return None;
    }
    let right = written_like(text, gap, right);
    let span = Span::new(gap.number.start, gap.number.end);
    rule::rule("consistency/difference")?.suggestion(text, span, right.into_iter().collect())
}

/// `78 대 71, 7점 차`: a score and its margin.
pub(super) fn margin(text: &str, before: &[Amount<'_>], gap: &Amount<'_>) -> Option<Suggestion> {
    let [.., one, other] = before else { return None };
    let is_score = matches!(between(text, one, other)?, " 대 " | "-" | "대");
    let is_next = matches!(between(text, other, gap)?, ", " | "으로 " | "로 " | "의 ");
    if gap.unit != "점" || !begins(text, gap, &[" 차", "차"]) || !is_score || !is_next {
        return None;
    }
    let right = (one.value - other.value).abs() / ONE;
    if right * ONE == gap.value {
        return None;
    }
    rule::rule("consistency/difference")?.suggestion(text, gap.number, vec![right.to_string()])
}
