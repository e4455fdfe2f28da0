//! Ranges that name their unit only once: 20~30만 is 20 to 300,000 (한글 맞춤법 제44항).

use crate::rule;
use crate::text::Document;
use crate::text::word::{Kind, Run, Word};
use crate::{Span, Suggestion};

const UNITS: [char; 4] = ['만', '억', '조', '천'];

pub(crate) fn check(document: &Document<'_>, word: &Word, out: &mut Vec<Suggestion>) {
    for runs in word.runs.windows(4) {
        if let [from, mark, to, unit] = runs {
            out.extend(range(document.text(), [*from, *mark, *to, *unit]));
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
    let letter = unit.span.of(text)?.chars().next().filter(|letter| UNITS.contains(letter))?;
    let value = |run: Run| run.span.of(text)?.replace(',', "").parse::<f64>().ok();
    // 9000~1만 rises; only a range that would fall by the letter lacks its unit for sure.
    if value(from)? >= value(to)? {
        return None;
    }
    let span = Span::new(from.span.start, unit.span.start + letter.len_utf8());
    let (from, mark, to) = (from.span.of(text)?, mark.span.of(text)?, to.span.of(text)?);
    let right = format!("{from}{letter}{mark}{to}{letter}");
    rule::rule("number/range-unit")?.suggestion(text, span, vec![right])
}
