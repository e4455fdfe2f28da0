//! Reads the amounts of a text: `1조2000억원`, `1만2500명`, `0.25%포인트`, `4분의 3`.

use std::sync::LazyLock;

use super::amount::{Amount, ONE};
use super::unit::unit_of;
use crate::Span;
use crate::text::grouped::Grouped;

/// No number is longer than that.
const DIGIT_LIMIT: usize = 16;

/// Every amount of a text, in order.
pub(super) fn amounts<'t>(text: &'t str) -> Vec<Amount<'t>> {
    let bytes = text.as_bytes();
    let mut all: Vec<Amount<'t>> = Vec::new();
    let mut at = 0;
    let mut sentence = 0;
    // Most bytes are of Hangul or blanks: neither of a number nor the end of a sentence.
    let is_read = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'?' | b'!' | b'\n');
    let next = |at: usize| bytes.get(at..)?.iter().position(is_read).map(|skipped| at + skipped);
    while let Some(here) = next(at)
        && let Some(byte) = bytes.get(here)
    {
        at = here;
        if byte.is_ascii_digit() {
            let found = read(text, at);
            let end = found.as_ref().map_or_else(|| past_digits(bytes, at), |one| one.span.end);
            all.extend(found.map(|one| Amount { sentence, ..one }));
            at = end;
            continue;
        }
        let is_end = match byte {
            b'.' | b'?' | b'!' => ends_sentence(text, at + 1),
            _ => *byte == b'\n',
        };
        sentence += usize::from(is_end);
        at += 1;
    }
    all
}

/// Whether a mark ends its sentence, by what stands after it.
fn ends_sentence(text: &str, after: usize) -> bool {
    let next = text.as_bytes().get(after);
    let is_last = next.is_none_or(|next| next.is_ascii_whitespace() || *next >= 0x80);
    // A full stop inside a quotation that goes on is followed by its closing mark.
    is_last && !goes_on(text, after)
}

fn goes_on(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let mut rest = rest.chars();
    matches!(rest.next(), Some('”' | '’')) && rest.next().is_some_and(|next| !next.is_whitespace())
}

fn past_digits(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let is_part = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b',' | b'.');
    at + rest.iter().take_while(is_part).count().max(1)
}

/// A group of digits with the letters after it: `2000억`.
struct Group {
    end: usize,
    value: i128,
    /// What one in the last written place is worth.
    place: i128,
    decimals: u32,
    /// 만, 억, 조 or one.
    magnitude: i128,
}

fn read(text: &str, start: usize) -> Option<Amount<'_>> {
    let before = text.get(..start)?.chars().next_back();
    if before.is_some_and(|one| one.is_ascii_alphabetic() || matches!(one, '.' | ',' | '제')) {
        return None;
    }
    let mut last = group(text, start)?;
    let mut value = last.value;
    for _ in 0..4 {
        let Some(next) = next_group(text, &last) else { break };
        value += next.value;
        last = next;
    }
    let rest = text.get(last.end..)?;
    let after = rest.strip_prefix(' ').unwrap_or(rest);
    let (is_more, after) = match after.strip_prefix('여') {
        Some(more) => (true, more.strip_prefix(' ').unwrap_or(more)),
        None => (false, after),
    };
    let unit = unit_of(after);
    let end = if unit.is_empty() { last.end } else { text.len() - after.len() + unit.len() };
    let number = Span::new(start, last.end);
    let is_vague = is_more || is_about(text, start, end);
    let amount = Amount {
        span: Span::new(start, end),
        number,
        value,
        slack: slack(value, last.place, unit, is_vague),
        decimals: last.decimals,
        unit: text.get(end - unit.len()..end)?,
        is_vague,
        is_open: is_open(text, start, last.end, end),
        sentence: 0,
    };
    if unit == "분의" { fraction(text, amount) } else { Some(amount) }
}

/// `4분의 3`, as a percentage.
fn fraction<'t>(text: &'t str, below: Amount<'t>) -> Option<Amount<'t>> {
    let rest = text.get(below.span.end..)?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let start = text.len() - rest.len();
    let above = group(text, start).filter(|one| one.decimals == 0 && one.magnitude == 1)?;
    let value = (below.value > 0 && above.value <= below.value)
        .then(|| above.value * 100 * ONE / below.value)?;
    let span = Span::new(below.span.start, above.end);
    Some(Amount { span, number: span, value, slack: 0, ..below })
}

/// The group that goes on with a number: attached, or after a space when it has its own 만 or 억.
fn next_group(text: &str, last: &Group) -> Option<Group> {
    if last.magnitude == 1 {
        return None;
    }
    let rest = text.get(last.end..)?;
    let is_apart = rest.starts_with(' ');
    let next = group(text, last.end + usize::from(is_apart))?;
    let is_smaller = next.magnitude < last.magnitude && next.value < last.magnitude * ONE;
    (is_smaller && (!is_apart || next.magnitude > 1)).then_some(next)
}

fn group(text: &str, start: usize) -> Option<Group> {
    let rest = text.get(start..)?;
    let end = past_digits(rest.as_bytes(), 0);
    let digits = rest.get(..end)?.trim_end_matches([',', '.']);
    if digits.is_empty()
        || digits.len() > DIGIT_LIMIT
        || !digits.starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let decimals = u32::try_from(part.len()).ok().filter(|count| *count <= 6)?;
    if !is_grouped(whole) || part.contains(['.', ',']) {
        return None;
    }
    let mut value: i128 = whole.replace(',', "").parse().ok()?;
    value *= ONE;
    let place = ONE / 10_i128.pow(decimals);
    if !part.is_empty() {
        value += part.parse::<i128>().ok()? * place;
    }
    let (letters, small, magnitude) = letters(rest.get(digits.len()..)?);
    let factor = small * magnitude;
    let end = start + digits.len() + letters;
    let value = value.checked_mul(factor)?;
    Some(Group {
        end,
        value,
        place: place * factor,
        decimals: if factor == 1 { decimals } else { 0 },
        magnitude,
    })
}

/// Commas, if any, stand before every three digits.
fn is_grouped(whole: &str) -> bool {
    let mut parts = whole.split(',');
    let first = parts.next().unwrap_or_default();
    !whole.contains(',') || (first.len() <= 3 && parts.all(|part| part.len() == 3))
}

/// The length of 천만, 억 and the like at the start of a text, and what they multiply by.
fn letters(rest: &str) -> (usize, i128, i128) {
    let mut characters = rest.chars();
    let first = characters.next();
    let big = |one: Option<char>| match one {
        Some('만') => 10_000,
        Some('억') => 100_000_000,
        Some('조') => 1_000_000_000_000,
        _ => 1,
    };
    let small = match first {
        Some('천') => 1000,
        Some('백') => 100,
        _ => return if big(first) > 1 { (3, 1, big(first)) } else { (0, 1, 1) },
    };
    let second = characters.next();
    if big(second) > 1 {
        return (6, small, big(second));
    }
    let after = rest.get(3..).unwrap_or_default();
    let after = after.strip_prefix(' ').unwrap_or(after);
    if unit_of(after).is_empty() && !after.starts_with('여') { (0, 1, 1) } else { (3, small, 1) }
}

/// Whether a mark of a range or a sign touches the number.
fn is_open(text: &str, start: usize, number_end: usize, end: usize) -> bool {
    const MARKS: [char; 11] = ['~', '∼', '～', '-', '−', '–', '±', '▲', '▼', '△', '▽'];
    let before = text.get(..start).unwrap_or_default();
    let is_signed = before.ends_with(MARKS) || before.ends_with("마이너스 ");
    let goes_on = |at: usize| text.get(at..).unwrap_or_default().starts_with(MARKS);
    is_signed || goes_on(number_end) || goes_on(end)
}

fn is_about(text: &str, start: usize, end: usize) -> bool {
    static BEFORE: LazyLock<Grouped<&str>> = LazyLock::new(|| {
        Grouped::by_last(&[
            "약",
            "대략",
            "최대",
            "최소",
            "적어도",
            "최고",
            "많게는",
            "적게는",
            "거의",
        ])
    });
    static AFTER: LazyLock<Grouped<&str>> = LazyLock::new(|| {
        Grouped::by_first(&[
            "가량", "안팎", "남짓", "정도", "이상", "이하", "미만", "넘", "가까", "쯤", "대에",
            "대의", "대로", "대 ", "선", "을 넘", "를 넘", "육박", "여",
        ])
    });
    let before = text.get(..start).unwrap_or_default().trim_end_matches([' ', '(']);
    let after = text.get(end..).unwrap_or_default();
    let after = after.strip_prefix(' ').unwrap_or(after);
    BEFORE.ends(before).next().is_some() || AFTER.starts(after).next().is_some()
}

/// Half a unit of the last place that may have been rounded to: zeros at the end count as rounded
/// up to the third digit, a rough amount up to the second.
fn slack(value: i128, place: i128, unit: &str, is_vague: bool) -> i128 {
    let mut written = value / place.max(1);
    let (mut zeros, mut digits) = (0, 0);
    let mut is_tail = true;
    while written > 0 {
        is_tail &= written % 10 == 0;
        zeros += u32::from(is_tail);
        digits += 1;
        written /= 10;
    }
    let kept = if is_vague { 2 } else { 3_u32 };
    let is_count = place == ONE && zeros == 0 && !unit.starts_with('%');
    if is_count && !is_vague {
        return 0;
    }
    let coarse: u32 = zeros.min(u32::saturating_sub(digits, kept));
    let step = place * 10_i128.pow(coarse);
    // Few digits are seldom as rough as they look: 10억 is not 9.5억.
    if digits < 3 && !unit.starts_with('%') { step / 20 } else { step / 2 }
}

#[cfg(test)]
mod tests {
    use super::{ONE, amounts};

    fn check(text: &str, expected: &[(&str, i128, &str)]) {
        let all = amounts(text);
        let found: Vec<_> =
            all.iter().map(|one| (one.span.of(text).unwrap(), one.value, one.unit)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn reads_what_newspapers_write() {
        check(
            "1조2000억원과 3217억 원",
            &[
                ("1조2000억원", 1_200_000_000_000 * ONE, "원"),
                ("3217억 원", 321_700_000_000 * ONE, "원"),
            ],
        );
        check(
            "1만2500명, 5천만 달러",
            &[("1만2500명", 12_500 * ONE, "명"), ("5천만 달러", 50_000_000 * ONE, "달러")],
        );
        check("1,234.5", &[("1,234.5", 1_234_500_000, "")]);
        check(
            "0.25%포인트 4분의 3",
            &[("0.25%포인트", 250_000, "%포인트"), ("4분의 3", 75 * ONE, "분의")],
        );
        check(
            "88 대 79로 😀 차 12대가",
            &[("88", 88 * ONE, ""), ("79", 79 * ONE, ""), ("12대", 12 * ONE, "대")],
        );
        check("1조 2000억 원", &[("1조 2000억 원", 1_200_000_000_000 * ONE, "원")]);
        check("A4 용지 제3조 0,03", &[]);
    }

    #[test]
    fn knows_its_sentence() {
        let all = amounts("“3명이 왔다.”고 2명이 말했다. 1.5%다.\n4명");
        let sentences: Vec<_> = all.iter().map(|one| one.sentence).collect();
        assert_eq!(sentences, [0, 0, 1, 3]);
    }

    #[test]
    fn leaves_room_for_rounding() {
        let slack = |text: &str| amounts(text)[0].slack / ONE;
        assert_eq!(slack("8000억원"), 500_000_000);
        assert_eq!(slack("8123억원"), 50_000_000);
        assert_eq!(slack("279건"), 0);
        assert_eq!(slack("약 8000억원"), 5_000_000_000);
    }
}
