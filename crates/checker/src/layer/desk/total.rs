//! Parts against their total: `남성 12명, 여성 15명 등 모두 29명`, `유료 12만명과 무료 23만명을 합쳐`,
//! and the difference of two amounts.

use super::amount::{Amount, ONE, begins, between};
use super::writing::written_like;
use crate::rule;
use crate::{Span, Suggestion};

/// So many amounts before a total may be its parts.
const REACH: usize = 10;
/// Parts of one list stand no further apart.
const GAP_BYTES: usize = 48;

const SUMMED: &[&str] = &["합쳐", "합해", "합하면", "합치면", "합친", "합한", "더해", "더하면"];

/// Pairs that leave nothing out.
const WHOLE: &[(&str, &str)] = &[
    ("찬성", "반대"),
    ("숨지", "다치"),
    ("숨졌", "다쳤"),
    ("사망", "부상"),
    ("남성", "여성"),
    ("남자", "여자"),
    ("남학생", "여학생"),
    ("국내", "해외"),
    ("유료", "무료"),
    ("정규직", "비정규직"),
    ("상반기", "하반기"),
    ("수도권", "지방"),
    ("수도권", "비수도권"),
    ("내국인", "외국인"),
    ("온라인", "오프라인"),
    ("어른", "어린이"),
    ("국비", "지방비"),
    ("금메달", "은메달"),
];

pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    for (at, total) in amounts.iter().enumerate() {
        if total.is_open || total.is_vague || total.is_time() || total.unit == "배" {
            continue;
        }
        let start = at.saturating_sub(REACH);
        let before = amounts.get(start..at).unwrap_or_default();
        out.extend(sum(text, before, total));
        out.extend(rest(text, before, total));
        out.extend(difference(text, before, total));
    }
}

fn sum(text: &str, before: &[Amount<'_>], total: &Amount<'_>) -> Option<Suggestion> {
    let last = before.iter().rev().find(|one| !one.is_time())?;
    let link = between(text, last, total).filter(|link| link.len() <= 72)?;
    let after = ["을 ", "를 ", "까지 "].iter().find_map(|particle| link.strip_prefix(particle));
    let is_summed = after.is_some_and(|after| SUMMED.iter().any(|word| after.starts_with(word)));
    let is_total = ["모두", "총", "도합", "합계"]
        .iter()
        .any(|word| link.trim_end_matches(' ').ends_with(word));
    let is_list = link.contains("등 ") || link.starts_with("으로") || link.starts_with('로');
    if last.sentence != total.sentence || !(is_summed || is_total && is_list) || total.unit == "%" {
        return None;
    }
    let parts = parts(text, before, total);
    let sum: i128 = parts.iter().map(|part| part.value).sum();
    let is_usable = |part: &&Amount<'_>| !part.is_open && !part.is_vague;
    if parts.len() < 2 || !parts.iter().all(is_usable) || adds_up(before, total) {
        return None;
    }
    let apart = (sum - total.value).abs();
    let list = sentence_start(text, parts.last()?.span.start)..total.span.start;
    let list = text.get(list)?;
    let is_whole = WHOLE.iter().any(|(one, other)| list.contains(one) && list.contains(other));
    // 등 may leave parts out, but seldom so little; and parts never outweigh their total.
    let is_near = apart * 100 <= total.value * 8;
    let is_more = sum > total.value && apart * 10 <= total.value * 3;
    if !(is_summed || is_whole || is_near || is_more) || apart > total.value * 2 {
        return None;
    }
    let right = written_like(text, total, sum);
    rule::rule("consistency/total")?.suggestion(text, total.number, right.into_iter().collect())
}

/// The parts right before a total, the last first.
fn parts<'a, 't>(text: &str, before: &'a [Amount<'t>], total: &Amount<'t>) -> Vec<&'a Amount<'t>> {
    let mut parts: Vec<&Amount<'_>> = Vec::new();
    for part in before.iter().rev().take_while(|part| part.sentence == total.sentence) {
        if part.unit != total.unit {
            continue;
        }
        if let Some(next) = parts.last() {
            let link = between(text, part, next).unwrap_or_default();
            let is_other = ["중 ", "가운데", "보다", "에서", "대비", "이던", "(", "마다", "씩"]
                .iter()
                .any(|word| link.contains(word));
            if link.len() > GAP_BYTES || is_other {
                break;
            }
        }
        parts.push(part);
    }
    parts
}

/// Whether any run of amounts that ends before the total makes it up, within rounding.
fn adds_up(before: &[Amount<'_>], total: &Amount<'_>) -> bool {
    let (mut sum, mut slack) = (0, total.slack);
    let same = before.iter().rev().filter(|part| part.unit == total.unit);
    for part in same {
        sum += part.value;
        slack += part.slack;
        if (sum - total.value).abs() <= slack {
            return true;
        }
    }
    false
}

/// The start of the sentence or line, not further back than a list reaches.
fn sentence_start(text: &str, at: usize) -> usize {
    let mut start = at.saturating_sub(60);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let before = text.get(start..at).unwrap_or_default();
    before.rfind(['.', '\n']).map_or(start, |stop| start + stop + 1)
}

/// `30명 중 12명은 …, 나머지 20명은`.
fn rest(text: &str, before: &[Amount<'_>], rest: &Amount<'_>) -> Option<Suggestion> {
    let lead = text.get(..rest.span.start)?.trim_end_matches(' ');
    if !lead.ends_with("나머지") || rest.unit.is_empty() || rest.unit == "%" {
        return None;
    }
    let is_base = |one: &Amount<'_>| begins(text, one, &[" 중", " 가운데", "중 ", "가운데"]);
    let same = before.iter().filter(|one| one.unit == rest.unit);
    let same: Vec<_> = same.filter(|one| rest.sentence - one.sentence <= 1).collect();
    let base = same.iter().rposition(|one| is_base(one))?;
    let whole = same.get(base)?;
    let parts = same.get(base + 1..).filter(|parts| !parts.is_empty())?;
    let right = whole.value - parts.iter().map(|part| part.value).sum::<i128>();
    let is_sure = parts.iter().all(|part| !part.is_open && !part.is_vague) && !whole.is_vague;
    if right <= 0 || right == rest.value || !is_sure || whole.slack + rest.slack >= ONE {
        return None;
    }
    let right = written_like(text, rest, right);
    rule::rule("consistency/total")?.suggestion(text, rest.number, right.into_iter().collect())
}

/// `두 회사의 격차는 346개`, `12표 차로`: two amounts and how far they are apart.
fn difference(text: &str, before: &[Amount<'_>], gap: &Amount<'_>) -> Option<Suggestion> {
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
