//! Parts against their total: `남성 12명, 여성 15명 등 모두 29명`, `유료 12만명과 무료 23만명을 합쳐`.

use super::amount::{Amount, ONE, begins, between};
use super::difference;
use super::writing::written_like;
use crate::Suggestion;
use crate::rule;

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
        out.extend(difference::difference(text, before, total));
        out.extend(difference::margin(text, before, total));
        out.extend(ballot(text, before, total));
    }
}

fn sum(text: &str, before: &[Amount<'_>], total: &Amount<'_>) -> Option<Suggestion> {
    let last = before.iter().rev().find(|one| !one.is_time())?;
    let link = between(text, last, total).filter(|link| link.len() <= 72)?;
    let after = ["을 ", "를 ", "까지 "].iter().find_map(|particle| link.strip_prefix(particle));
    let is_summed = after.is_some_and(|after| SUMMED.iter().any(|word| after.starts_with(word)));
    let is_total = ["모두", "총", "도합", "합계", "메달", "합쳐"]
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
    let share = if list.contains("등 ") { 8 } else { 25 };
    let is_near = apart * 100 <= total.value * share;
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

/// `재석 200명 중 찬성 120명, 반대 70명, 기권 20명`: those present all vote one way or another.
fn ballot(text: &str, before: &[Amount<'_>], last: &Amount<'_>) -> Option<Suggestion> {
    let names = |one: &Amount<'_>, name: &str| {
        text.get(..one.span.start).unwrap_or_default().trim_end_matches(' ').ends_with(name)
    };
    if !names(last, "기권") {
        return None;
    }
    let [.., whole, yes, no] = before else { return None };
    let is_ballot = names(yes, "찬성") && names(no, "반대") && names(whole, "재석");
    let all = [whole, yes, no, last];
    let is_base = begins(text, whole, &[" 중", " 가운데", " 의원 중", " 의원 가운데"]);
    let is_sure = all.iter().all(|one| !one.is_open && !one.is_vague && one.slack < ONE);
    let is_one = all.iter().all(|one| one.sentence == last.sentence);
    let is_whole = !begins(text, last, &[", 무효", "과 무효", "·무효"]);
    if !(is_ballot && is_base && is_sure && is_one && is_whole) {
        return None;
    }
    let right = whole.value - yes.value - no.value;
    if right == last.value {
        return None;
    }
    let right = written_like(text, last, right);
    rule::rule("consistency/total")?.suggestion(text, last.number, right.into_iter().collect())
}
