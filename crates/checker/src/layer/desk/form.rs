//! Numbers that are written as no number is: `3000천만`, `0,03%`, `억억`, `68초` after minutes.

use crate::layer::add;
use crate::rule;
use crate::text::Document;
use crate::text::word::{Kind, Run, Word};
use crate::{Span, Suggestion};

pub(super) fn check(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    let words = document.words();
    for (at, word) in words.iter().enumerate() {
        let has_number = word.runs.iter().any(|run| run.kind == Kind::Digits);
        if !has_number || document.is_protected(word.span) {
            continue;
        }
        for (place, run) in word.runs.iter().enumerate() {
            if run.kind != Kind::Digits {
                continue;
            }
            let after = word.runs.get(place + 1);
            let next = word.runs.get(place + 2);
            add(out, thousands(text, run, after, next));
            add(out, twice(text, run, after));
            add(out, comma(text, run, after));
            add(out, percent_twice(text, run, after, next, words.get(at + 1)));
        }
        if let Some(next) = words.get(at + 1) {
            add(out, sixty(text, word, next));
            add(out, calendar(text, word, next));
        }
    }
}

/// Number and unit of a word that begins with digits: `68초의`.
fn counted<'t>(text: &'t str, word: &Word) -> Option<(u32, Span, &'t str)> {
    let [digits, unit, ..] = word.runs.as_slice() else { return None };
    let is_pair =
        digits.kind == Kind::Digits && unit.kind == Kind::Hangul && digits.span.len() <= 4;
    let number = digits.span.of(text).filter(|_| is_pair)?.parse().ok()?;
    Some((number, digits.span, unit.span.of(text)?))
}

/// `3000천만` → `3000만`; `1만5천000` → `1만5000`.
fn thousands(text: &str, run: &Run, after: Option<&Run>, next: Option<&Run>) -> Option<Suggestion> {
    let after = after.filter(|after| after.kind == Kind::Hangul)?;
    let letters = after.span.of(text)?;
    let rest = letters.strip_prefix(['천', '백'])?;
    let digits = run.span.of(text)?;
    let found = || rule::rule("number/thousand-twice");
    if rest.is_empty() {
        let next = next.filter(|next| next.kind == Kind::Digits)?;
        let is_zeros = next.span.of(text)? == "000" && letters == "천";
        let span = Span::new(run.span.start, next.span.end);
        let is_digit = digits.len() == 1 && is_zeros;
        return is_digit.then(|| found()?.suggestion(text, span, vec![format!("{digits}000")]))?;
    }
    let number: u64 = digits.replace(',', "").parse().ok()?;
    let ends = ["만", "억", "조", "원", "명", "달러", "개", "건", "대", "가구", "여"];
    let is_counted = ends.iter().any(|end| rest.starts_with(end));
    if !(1000..10_000).contains(&number) || !number.is_multiple_of(100) || !is_counted {
        return None;
    }
    let span = Span::new(run.span.start, after.span.start + '천'.len_utf8());
    found()?.suggestion(text, span, vec![digits.to_owned()])
}

/// `3억억원`.
fn twice(text: &str, run: &Run, after: Option<&Run>) -> Option<Suggestion> {
    let after = after.filter(|after| after.kind == Kind::Hangul)?;
    let letters = after.span.of(text)?;
    let doubled = ["억억", "만만", "조조", "원원", "명명"].into_iter();
    let doubled = doubled.into_iter().find(|doubled| letters.starts_with(doubled))?;
    let rest = letters.get(doubled.len()..)?;
    // 3조조합원 and the like are no amounts.
    let is_amount = ["원", "달러", "명", "을", "이", "의", "에", ""]
        .iter()
        .any(|end| if end.is_empty() { rest.is_empty() } else { rest.starts_with(end) });
    let half = doubled.get(..doubled.len() / 2)?;
    let span = Span::new(run.span.end, run.span.end + doubled.len());
    let found = is_amount.then(|| rule::rule("number/unit-twice"))??;
    found.suggestion(text, span, vec![half.to_owned()])
}

/// `0,03%` → `0.03%`; `80,00명` → `8,000명`.
fn comma(text: &str, run: &Run, after: Option<&Run>) -> Option<Suggestion> {
    const LIMIT: usize = 12;
    let digits = run.span.of(text).filter(|digits| digits.len() <= LIMIT)?;
    let (whole, part) = digits.split_once(',')?;
    let found = || rule::rule("number/comma");
    if whole == "0" && part.bytes().all(|byte| byte.is_ascii_digit()) {
        return found()?.suggestion(text, run.span, vec![format!("0.{part}")]);
    }
    let is_percent = after.is_some_and(|after| after.span.of(text) == Some("%"));
    let is_digit = part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_percent && is_digit && whole.len() <= 2 {
        return found()?.suggestion(text, run.span, vec![format!("{whole}.{part}")]);
    }
    if let Some(right) = regrouped(digits) {
        return found()?.suggestion(text, run.span, vec![right]);
    }
    let is_counted = after.is_some_and(|after| after.kind == Kind::Hangul)
        || text.get(run.span.end..)?.starts_with(' ');
    let is_off = part.len() != 3 && part.len() >= 2 && part.bytes().all(|byte| byte == b'0');
    if !is_counted || !is_off || whole.len() + part.len() < 4 || whole.len() > 3 {
        return None;
    }
    let plain = format!("{whole}{part}");
    let (head, tail) = plain.split_at_checked(plain.len() - 3)?;
    let right = if head.len() <= 3 { format!("{head},{tail}") } else { plain };
    found()?.suggestion(text, run.span, vec![right])
}

/// `1,23,456` → `123,456`.
fn regrouped(digits: &str) -> Option<String> {
    let groups: Vec<&str> = digits.split(',').collect();
    let [first, inner @ .., last] = groups.as_slice() else { return None };
    let is_number = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    let is_off = inner.iter().any(|group| group.len() == 2) && inner.len() == 1;
    if !is_number || !is_off || last.len() != 3 || first.is_empty() || first.len() > 2 {
        return None;
    }
    let whole: String = [*first].into_iter().chain(inner.iter().copied()).collect();
    let (head, tail) = whole.split_at_checked(whole.len().checked_sub(3)?)?;
    let comma = if head.is_empty() { "" } else { "," };
    Some(format!("{head}{comma}{tail},{last}"))
}

/// `66% 퍼센트` → `66%`.
fn percent_twice(
    text: &str,
    run: &Run,
    after: Option<&Run>,
    next: Option<&Run>,
    word: Option<&Word>,
) -> Option<Suggestion> {
    let sign = after.filter(|after| after.span.of(text) == Some("%"))?;
    let name = next.or_else(|| word?.runs.first())?;
    if name.span.start > sign.span.end + 1 {
        return None;
    }
    let is_name = ["퍼센트", "프로"].into_iter().find(|name_text| {
        name.span.of(text).and_then(|name| name.strip_prefix(*name_text)).is_some_and(|rest| {
            ["", "로", "가", "를", "의", "에", "는", "나", "까지", "였다", "다", "이다"]
                .contains(&rest)
        })
    })?;
    let span = Span::new(run.span.start, name.span.start + is_name.len());
    let right = format!("{}%", run.span.of(text)?);
    let found = rule::rule("number/unit-twice")?;
    found.suggestion(text, span, vec![right])
}

/// `24분 68초` → `25분 8초`.
fn sixty(text: &str, word: &Word, next: &Word) -> Option<Suggestion> {
    let (large, span, large_unit) = counted(text, word)?;
    let (small, small_span, small_unit) = counted(text, next)?;
    let (unit, is_pair) = match large_unit {
        "분" => ("분", small_unit.starts_with('초')),
        "시간" => ("시간", small_unit.starts_with('분') && !small_unit.starts_with("분기")),
        "시" => ("시", small_unit.starts_with('분') && !small_unit.starts_with("분기")),
        _ => return None,
    };
    if !is_pair || !(60..100).contains(&small) {
        return None;
    }
    let small_letter = if unit == "분" { "초" } else { "분" };
    let span = Span::new(span.start, small_span.end + small_letter.len());
    let rest = match small - 60 {
        0 => String::new(),
        rest => format!(" {rest}{small_letter}"),
    };
    // A clock that shows 70 minutes is a slip of which nobody knows the right form.
    let right = if unit == "시" { Vec::new() } else { vec![format!("{}{unit}{rest}", large + 1)] };
    rule::rule("number/sixty")?.suggestion(text, span, right)
}

/// `13월 5일`, `4월 35일`, `5일부터 3일까지`, `25시부터`.
fn calendar(text: &str, word: &Word, next: &Word) -> Option<Suggestion> {
    let (first, span, unit) = counted(text, word)?;
    let found = || rule::rule("number/calendar");
    let (second, _, next_unit) = counted(text, next)?;
    let end = next.span.start;
    if unit == "월" && next_unit.starts_with('일') && !next_unit.starts_with("일간") {
        let is_month = (1..=12).contains(&first);
        let is_day = (1..=31).contains(&second);
        let whole = Span::new(span.start, end + second.to_string().len() + "일".len());
        let is_found = !is_month || !is_day && whole.of(text)?.ends_with('일');
        return is_found.then(|| found()?.suggestion(text, whole, Vec::new()))?;
    }
    // Across the end of a month the second day is far smaller; it should name its month, but need not.
    let is_backward = unit == "일부터"
        && next_unit.starts_with("일까지")
        && first <= 31
        && second < first
        && first - second <= 20;
    if is_backward {
        let whole = Span::new(span.start, end + second.to_string().len() + "일까지".len());
        return found()?.suggestion(text, whole, Vec::new());
    }
    let is_clock = unit == "시" && next_unit.starts_with('분') && (25..100).contains(&first);
    let whole = Span::new(span.start, span.end + "시".len());
    is_clock.then(|| found()?.suggestion(text, whole, Vec::new()))?
}
