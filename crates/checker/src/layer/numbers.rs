//! Numbers that cannot stand as they are: 오후 18시, 12000만.

use super::add;
use crate::rule;
use crate::text::Document;
use crate::text::word::{Kind, Word};
use crate::{Span, Suggestion};

pub(crate) fn check(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    for pair in document.words().windows(2) {
        if let [first, second] = pair {
            add(out, hour(document.text(), first, second));
        }
    }
    for word in document.words() {
        add(out, carry(document.text(), word));
    }
}

/// 오후 18시 → 오후 6시.
fn hour(text: &str, first: &Word, second: &Word) -> Option<Suggestion> {
    let [digits, unit, ..] = second.runs.as_slice() else { return None };
    if digits.kind != Kind::Digits {
        return None;
    }
    let is_half = ["오전", "오후"].contains(&first.span.of(text)?);
    let is_hour = unit.span.of(text)?.starts_with('시');
    let hour: u32 = digits.span.of(text)?.parse().ok()?;
    if !is_half || !is_hour || !(13..=23).contains(&hour) {
        return None;
    }
    let span = Span::new(first.span.start, digits.span.end);
    rule::rule("number/twelve-hour")?.suggestion(text, span, vec![format!("오후 {}", hour - 12)])
}

/// 12000만 → 1억2000만.
fn carry(text: &str, word: &Word) -> Option<Suggestion> {
    let [digits, unit] = word.runs.get(..2)? else { return None };
    if digits.kind != Kind::Digits || unit.kind != Kind::Hangul {
        return None;
    }
    let letter = unit.span.of(text)?.chars().next()?;
    let larger = match letter {
        '만' => '억',
        '억' => '조',
        _ => return None,
    };
    let number: u64 = digits.span.of(text)?.replace(',', "").parse().ok()?;
    if !(10_000..100_000_000).contains(&number) {
        return None;
    }
    let rest = match number % 10_000 {
        0 => String::new(),
        rest => format!("{rest}{letter}"),
    };
    let right = format!("{}{larger}{rest}", number / 10_000);
    let span = Span::new(digits.span.start, unit.span.start + letter.len_utf8());
    rule::rule("number/carry")?.suggestion(text, span, vec![right])
}
