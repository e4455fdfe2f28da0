//! Numbers with their signs, decimals and units, in digits and in words. Two texts agree when they
//! say the same numbers in the same order; spaces and thousands separators do not count.

use super::counters::{
    NO_COUNTED, NO_NUMBERS, ONES, SINO_ONES, SINO_TENS, TAILS, TENS, UNITS, WORDS,
};
use super::is_syllable;

/// Whether the numbers of two texts differ.
pub(super) fn differ(old: &str, new: &str) -> bool {
    old != new && numbers(old) != numbers(new)
}

/// The numbers of a text in their order, each with its sign and units.
fn numbers(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().map(narrow_digit).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(character) = chars.get(at) {
        let is_word_start = at == 0 || chars.get(at - 1).is_none_or(|one| !is_syllable(*one));
        let end = match character {
            '0'..='9' => Some(in_digits(&chars, at)),
            _ if is_word_start && is_syllable(*character) => in_words(&chars, at),
            _ => None,
        };
        match end {
            Some((number, end)) => {
                found.push(number);
                at = end.max(at + 1);
            }
            None => at += 1,
        }
    }
    found
}

/// Full-width digits are digits.
fn narrow_digit(character: char) -> char {
    match character {
        '０'..='９' => char::from_u32(u32::from(character) - 0xff10 + 0x30).unwrap_or(character),
        _ => character,
    }
}

fn in_digits(chars: &[char], start: usize) -> (String, usize) {
    let mut number = String::from(sign(chars, start).unwrap_or_default());
    let mut at = start;
    while let Some(character) = chars.get(at) {
        let next_is_digit = chars.get(at + 1).is_some_and(char::is_ascii_digit);
        match character {
            '0'..='9' => number.push(*character),
            ',' if is_thousands(chars, at) => {}
            '.' | ',' | ':' | '/' if next_is_digit => number.push(*character),
            _ => break,
        }
        at += 1;
    }
    units(chars, at, &mut number)
}

/// A sign before a number; between two numbers it is a range.
fn sign(chars: &[char], start: usize) -> Option<&'static str> {
    let mark = chars.get(start.checked_sub(1)?)?;
    let is_first = start < 2
        || chars.get(start - 2).is_none_or(|one| !one.is_ascii_alphanumeric() && *one != '%');
    match mark {
        '-' | '−' | '△' | '▲' | '▼' if is_first => Some("-"),
        '+' if is_first => Some("+"),
        '±' => Some("±"),
        _ => None,
    }
}

fn is_thousands(chars: &[char], comma: usize) -> bool {
    let digits = chars.get(comma + 1..).unwrap_or_default();
    digits.iter().take_while(|one| one.is_ascii_digit()).count() == 3
}

/// Adds the units that follow, each after at most one space.
fn units(chars: &[char], mut at: usize, number: &mut String) -> (String, usize) {
    const LIMIT: usize = 4;
    for _ in 0..LIMIT {
        let gap = usize::from(chars.get(at) == Some(&' '));
        let Some(unit) = unit_at(chars, at + gap) else { break };
        number.push_str(unit);
        at += gap + unit.chars().count();
    }
    (std::mem::take(number), at)
}

fn unit_at(chars: &[char], at: usize) -> Option<&'static str> {
    let known = UNITS.iter().filter(|unit| starts_with(chars, at, unit));
    known.max_by_key(|unit| unit.len()).copied()
}

fn starts_with(chars: &[char], at: usize, word: &str) -> bool {
    let mut found = chars.get(at..).unwrap_or_default().iter();
    word.chars().all(|wanted| found.next() == Some(&wanted))
}

/// A number in words at the beginning of a word.
fn in_words(chars: &[char], start: usize) -> Option<(String, usize)> {
    native(chars, start).or_else(|| sino(chars, start)).or_else(|| {
        let known = WORDS.iter().filter(|word| starts_with(chars, start, word));
        let word = known.max_by_key(|word| word.len())?;
        Some(((*word).to_owned(), start + word.chars().count()))
    })
}

/// 열두 명, 스물세 살, 한 곳.
fn native(chars: &[char], start: usize) -> Option<(String, usize)> {
    let longest = |at: usize, words: &[&'static str]| {
        let known = words.iter().filter(|word| starts_with(chars, at, word));
        known.max_by_key(|word| word.len()).copied().unwrap_or_default()
    };
    let tens = longest(start, TENS);
    let at = start + tens.chars().count();
    let ones = longest(at, ONES);
    let end = at + ones.chars().count();
    let is_other = NO_COUNTED.iter().any(|word| starts_with(chars, start, word));
    if end == start || is_other {
        return None;
    }
    let number = format!("{tens}{ones}");
    counted(chars, end, number)
}

/// 삼백만, 이십 년; one syllable alone only before a counter of its own: `삼 년`.
fn sino(chars: &[char], start: usize) -> Option<(String, usize)> {
    let all = chars.get(start..).unwrap_or_default().iter();
    let number: String =
        all.take_while(|one| SINO_ONES.contains(**one) || SINO_TENS.contains(**one)).collect();
    let len = number.chars().count();
    let has_gap = chars.get(start + len) == Some(&' ');
    let is_long = len > 1 && number.contains(|one| SINO_TENS.contains(one));
    let is_alone = len == 1 && has_gap && number != "이";
    if NO_NUMBERS.contains(&number.as_str()) || !(is_long || is_alone) {
        return None;
    }
    if let Some(counted) = counted(chars, start + len, number.clone()) {
        return Some(counted);
    }
    is_long
        .then(|| ends_word(chars, start + len))
        .filter(|ends| *ends)
        .map(|_| (number, start + len))
}

/// The number with its counter, when one follows and ends its word.
fn counted(chars: &[char], end: usize, mut number: String) -> Option<(String, usize)> {
    let (number, after) = units(chars, end, &mut number);
    (after > end && ends_word(chars, after)).then_some((number, after))
}

/// Whether at most a particle follows.
fn ends_word(chars: &[char], at: usize) -> bool {
    let rest = chars.get(at..).unwrap_or_default().iter();
    let rest: String = rest.take_while(|one| is_syllable(**one)).collect();
    TAILS.iter().any(|tail| rest == *tail || !tail.is_empty() && rest.starts_with(tail))
}

#[cfg(test)]
mod tests {
    use super::super::tests::doubt;
    use super::numbers;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(numbers(text), expected, "{text}");
    }

    #[test]
    fn numbers_are_read_with_signs_and_units() {
        check("매출 1,234억 5천만 원, -3.5%포인트", &["1234억", "5천만원", "-3.5%포인트"]);
        check("2026년 3월 5일 10:30에 3-5명", &["2026년", "3월", "5일", "10:30", "3", "5명"]);
        check("△12조 +3 ±2 ９명", &["-12조", "+3", "±2", "9명"]);
        check("열 명과 열두명, 두 배, 스물세 살이", &["열명", "열두명", "두배", "스물세살"]);
        check("삼백만 원을 삼 년 동안 사흘", &["삼백만원", "삼년", "사흘"]);
        check("만일 이 사람이 한시적 열차로 사건 구분 세계", &[]);
        check("", &[]);
        check("😀1\u{1100}\u{1161}", &["1"]);
    }

    #[test]
    fn a_changed_number_is_confirmed() {
        const DOUBT: Option<&str> = Some("숫자나 단위가 바뀝니다");
        for changed in [
            "매출은 [300억원>30억원]이다",
            "금리는 [3.5%>35%]다",
            "금리는 3[.>]5%다",
            "매출은 300억 [원>달러]이다",
            "매출은 300억[ 원>달러]이다",
            "매출은 3[조>억]원이다",
            "지난해 [-3%>3%] 성장",
            "지난해 3[%>%포인트] 올라",
            "[열>아홉] 명이 왔다",
            "[두 배>세 배]로 늘었다",
            "[사흘>나흘] 동안",
            "[삼백만>사백만] 원",
            "2026년 3월 [5>6]일",
            "3월 5일[> 6시]",
            "３[0>１]명",
            "[1,234>12,34]명",
        ] {
            assert_eq!(doubt(changed), DOUBT, "{changed}");
        }
    }

    #[test]
    fn spaces_and_separators_are_no_numbers() {
        for same in [
            "[1,234명>1234명]이 왔다",
            "[300억 원>300억원]이다",
            "[3년만에>3년 만에] 왔다",
            "[열명>열 명]이 왔다",
            "[만일>만약] 그렇다면",
            "[두번째>두 번째] 경기",
        ] {
            assert_eq!(doubt(same), None, "{same}");
        }
    }
}
