//! Ranges that name their unit only once: 20~30만 is 20 to 300,000 (한글 맞춤법 제44항).

use super::add;
use crate::rule;
use crate::text::Document;
use crate::text::word::{Kind, Run, Word};
use crate::{Span, Suggestion};

/// Longer before their beginnings.
const UNITS: &[&str] =
    &["백만", "천만", "십만", "십억", "백억", "천억", "십조", "백조", "만", "억", "조", "천", "백"];

pub(crate) fn check(document: &Document<'_>, word: &Word, out: &mut Vec<Suggestion>) {
    for runs in word.runs.windows(4) {
        if let [from, mark, to, unit] = runs {
            add(out, range(document.text(), [*from, *mark, *to, *unit]));
        }
    }
}

fn range(text: &str, runs: [Run; 4]) -> Option<Suggestion> {
    let [from, mark, to, unit] = runs;
    let kinds = [from.kind, mark.kind, to.kind, unit.kind];
    if kinds != [Kind::Digits, Kind::Other, Kind::Digits, Kind::Hangul] {
        return None;
    }
    if !matches!(mark.span.of(text)?, "~" | "∼" | "～") {
        return None;
    }
    let written = unit.span.of(text)?;
    let Some(letter) = UNITS.iter().find(|letter| written.starts_with(**letter)) else {
        return zeros(text, runs);
    };
    let value = |run: Run| run.span.of(text)?.replace(',', "").parse::<f64>().ok();
    // 9000~1만 rises; only a range that would fall by the letter lacks its unit for sure.
    if value(from)? >= value(to)? {
        return None;
    }
    let span = Span::new(from.span.start, unit.span.start + letter.len());
    let (from, mark, to) = (from.span.of(text)?, mark.span.of(text)?, to.span.of(text)?);
    let right = format!("{from}{letter}{mark}{to}{letter}");
    rule::rule("number/range-unit")?.suggestion(text, span, vec![right])
}

/// `7~8000명` → `7000~8000명`: the thousands or hundreds are said only once.
fn zeros(text: &str, [from, mark, to, unit]: [Run; 4]) -> Option<Suggestion> {
    const COUNTED: &[&str] = &[
        "명", "원", "여", "개", "건", "대", "가구", "곳", "장", "권", "마리", "톤", "채", "표",
        "달러", "유로", "엔", "위안", "석", "그루", "포기", "인분", "상자", "벌", "켤레",
    ];
    let span = Span::new(from.span.start, to.span.end);
    let (from, mark, to) = (from.span.of(text)?, mark.span.of(text)?, to.span.of(text)?);
    let written = unit.span.of(text)?;
    // 개월 and 개년 count time, and 대 may be the end of an age.
    let is_counted = COUNTED.iter().any(|one| written.starts_with(one))
        && !["개월", "개년", "명당", "대째", "장째"].iter().any(|one| written.starts_with(one));
    let plain = to.replace(',', "");
    let zeros = plain.trim_start_matches(|one: char| one != '0');
    let small: u32 = from.parse().ok()?;
    let large: u32 = plain.strip_suffix(zeros)?.parse().ok()?;
    let is_step = matches!(zeros, "00" | "000") && from.len() == 1 && large <= 9;
    // 1~5000 may well count from one; neighbours mean the same place.
    if !is_counted || !is_step || small == 0 || small >= large || large - small > 2 {
        return None;
    }
    let comma = if to.contains(',') { "," } else { "" };
    let right = format!("{from}{comma}{zeros}{mark}{to}");
    rule::rule("number/range-unit")?.suggestion(text, span, vec![right])
}
