//! Physical units: a sign or unit said twice, and magnitudes that only another unit makes possible:
//! `영하 -7도`, `시속 150㎞/h`, `키 208m`.

use std::sync::LazyLock;

use super::amount::{Amount, ONE};
use super::slips::{SLIPS, Slip, Unit};
use crate::rule;
use crate::text::grouped::Grouped;
use crate::{Span, Suggestion};

pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    for amount in amounts {
        out.extend(below_zero(text, amount));
        out.extend(doubled(text, amount));
        out.extend(currency_twice(text, amount));
        if has_physical_unit(text, amount) {
            out.extend(SLIPS.iter().find_map(|slip| magnitude(text, amount, slip)));
        }
        out.extend(intensity(text, amount));
    }
}

/// `영하 -7도` → `영하 7도`.
fn below_zero(text: &str, amount: &Amount<'_>) -> Option<Suggestion> {
    const SIGNS: &[&str] = &["-", "−", "–", "－", "마이너스 ", "마이너스"];
    let before = text.get(..amount.number.start)?;
    let sign = SIGNS.iter().find(|sign| before.ends_with(**sign))?;
    let lead = before.strip_suffix(*sign)?;
    if !lead.trim_end_matches(' ').ends_with("영하") {
        return None;
    }
    let span = Span::new(lead.len(), amount.number.end);
    let right = amount.number.of(text)?.to_owned();
    rule::rule("number/below-zero-twice")?.suggestion(text, span, vec![right])
}

/// `시속 150㎞/h` → `시속 150㎞`.
fn doubled(text: &str, amount: &Amount<'_>) -> Option<Suggestion> {
    const SPEEDS: &[(&str, &str, &str)] = &[
        ("시속", "㎞/h", "㎞"),
        ("시속", "km/h", "km"),
        ("시속", "㎞/시", "㎞"),
        ("시속", "km/시", "km"),
        ("초속", "m/s", "m"),
        ("초속", "㎧", "m"),
        ("초속", "㎞/s", "㎞"),
        ("초속", "km/s", "km"),
        ("초속", "m/초", "m"),
        ("분속", "m/min", "m"),
    ];
    let rest = text.get(amount.number.end..)?;
    let unit = rest.strip_prefix(' ').unwrap_or(rest);
    let (word, written, right) = SPEEDS.iter().find(|(_, written, _)| unit.starts_with(written))?;
    // The number may close a range, and a rough one has its word between.
    let is_between = |one: char| one.is_ascii_digit() || "~∼～-–,. 약".contains(one);
    let lead = text.get(..amount.number.start)?.trim_end_matches(is_between);
    if !["", "최고", "최대", "평균"].iter().any(|extra| {
        lead.strip_suffix(extra).is_some_and(|lead| lead.trim_end_matches(' ').ends_with(word))
    }) {
        return None;
    }
    let end = text.len() - unit.len() + written.len();
    let start = amount.number.start;
    let right = format!("{}{right}", text.get(start..end - written.len())?);
    rule::rule("number/measure-twice")?.suggestion(text, Span::new(start, end), vec![right])
}

/// `$500달러` → `500달러`.
fn currency_twice(text: &str, amount: &Amount<'_>) -> Option<Suggestion> {
    const SIGNS: &[(&str, &str)] = &[
        ("US$", "달러"),
        ("$", "달러"),
        ("€", "유로"),
        ("£", "파운드"),
        ("¥", "엔"),
        ("¥", "위안"),
        ("₩", "원"),
    ];
    let before = text.get(..amount.number.start)?;
    let (sign, _) =
        SIGNS.iter().find(|(sign, unit)| *unit == amount.unit && before.ends_with(sign))?;
    let span = Span::new(before.len() - sign.len(), amount.number.end);
    let right = amount.number.of(text)?.to_owned();
    rule::rule("number/measure-twice")?.suggestion(text, span, vec![right])
}

/// Whether a unit of one of the slips follows the number; few amounts have one.
fn has_physical_unit(text: &str, amount: &Amount<'_>) -> bool {
    static FORMS: LazyLock<Grouped<&str>> = LazyLock::new(|| {
        let forms = SLIPS.iter().flat_map(|slip| slip.unit.forms());
        Grouped::new(forms, |form| form.chars().next())
    });
    let rest = text.get(amount.number.end..).unwrap_or_default();
    FORMS.starts(rest.strip_prefix(' ').unwrap_or(rest)).next().is_some()
}

fn magnitude(text: &str, amount: &Amount<'_>, slip: &Slip) -> Option<Suggestion> {
    const HUNDREDTH: i128 = ONE / 100;
    let value = slip.low * HUNDREDTH..=slip.high * HUNDREDTH;
    if !value.contains(&amount.value) {
        return None;
    }
    let rest = text.get(amount.number.end..)?;
    let unit = rest.strip_prefix(' ').unwrap_or(rest);
    let written = slip.unit.at_start_of(unit)?;
    let lead = text.get(..amount.number.start)?;
    if !has_lead(lead, slip.leads) {
        return None;
    }
    let sentence = sentence(text, amount);
    let holds = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    if !(slip.near.is_empty() || holds(slip.near)) || holds(slip.far) {
        return None;
    }
    let end = text.len() - unit.len() + written.len();
    let found = rule::rule("number/measure")?;
    if slip.right_lead.is_empty() {
        let span = Span::new(amount.number.start, end);
        let right = format!(
            "{}{}",
            text.get(span.start..end - written.len())?,
            slip.right.written_like(written)
        );
        return found.suggestion(text, span, vec![right]);
    }
    let wrong = slip.leads.iter().filter_map(|word| lead.rfind(word)).max()?;
    let span = Span::new(wrong, end);
    let right = format!(
        "{} {}{}",
        slip.right_lead,
        text.get(amount.number.start..end - written.len())?,
        slip.right.written_like(written)
    );
    found.suggestion(text, span, vec![right])
}

/// Whether one of the words stands right before a number, as a word of its own.
fn has_lead(lead: &str, words: &[&str]) -> bool {
    const BETWEEN: &[&str] = &["약", "무려", "최고", "최대", "평균", "각각", "누적"];
    let mut lead = lead.trim_end_matches([' ', '(']);
    if let Some(shorter) = BETWEEN.iter().find_map(|word| lead.strip_suffix(word)) {
        lead = shorter.trim_end_matches(' ');
    }
    let tails = ["", "은", "는", "이", "가", "도", "으로"];
    tails.iter().filter_map(|tail| lead.strip_suffix(tail)).any(|lead| {
        words
            .iter()
            .filter_map(|word| lead.strip_suffix(word))
            .any(|before| !before.ends_with(|one: char| ('가'..='힣').contains(&one)))
    })
}

/// The sentence around an amount, cut where it is very long.
fn sentence<'t>(text: &'t str, amount: &Amount<'_>) -> &'t str {
    const REACH_BYTES: usize = 240;
    let mut start = amount.span.start.saturating_sub(REACH_BYTES);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut end = (amount.span.end + REACH_BYTES).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(start..amount.span.start).unwrap_or_default();
    let after = text.get(amount.span.end..end).unwrap_or_default();
    let marks = [". ", "? ", "! ", "\n"];
    let from = marks.iter().filter_map(|mark| before.rfind(mark)).max().unwrap_or(0);
    let to = marks.iter().filter_map(|mark| after.find(mark)).min().unwrap_or(after.len());
    text.get(start + from..amount.span.end + to).unwrap_or_default()
}

/// `진도 5.8의 지진`: what has a point is a magnitude, an intensity is a whole number.
fn intensity(text: &str, amount: &Amount<'_>) -> Option<Suggestion> {
    let lead = text.get(..amount.number.start)?;
    let is_magnitude = amount.decimals == 1 && amount.unit.is_empty() && amount.value < 10 * ONE;
    let word = "진도 ";
    if !is_magnitude || !lead.ends_with(word) || !sentence(text, amount).contains("지진") {
        return None;
    }
    let span = Span::new(lead.len() - word.len(), amount.number.end);
    let right = format!("규모 {}", amount.number.of(text)?);
    rule::rule("number/measure")?.suggestion(text, span, vec![right])
}

impl Unit {
    /// The unit as it is written at the start of a text.
    fn at_start_of(self, text: &str) -> Option<&'static str> {
        let goes_on = |one: char| one.is_ascii_alphanumeric() || "/²³·".contains(one);
        self.forms()
            .iter()
            .copied()
            .find(|form| text.strip_prefix(form).is_some_and(|rest| !rest.starts_with(goes_on)))
    }

    /// The unit in the manner of another: as one sign, in letters or in Hangul.
    fn written_like(self, other: &str) -> &'static str {
        let [sign, letters, hangul] = self.forms();
        if other.starts_with(|one: char| ('가'..='힣').contains(&one)) {
            return hangul;
        }
        let is_letters = other.len() > 1 && other.is_ascii();
        if is_letters { letters } else { sign }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Checker, Settings};

    fn check(text: &str, expected: &[(&str, &str)]) {
        let all = Checker::new().check(text, &Settings::default());
        let found: Vec<_> =
            all.iter().map(|one| (one.original.as_str(), one.replacements[0].as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn finds_units_beside_emoji_and_decomposed_hangul() {
        check("😀 아침 기온은 영하 -7도다.", &[("-7", "7")]);
        check("\u{110b}\u{1167}\u{11bc}\u{1112}\u{1161} -7도다.", &[("-7", "7")]);
        check("😀 최고 시속 약 150km/h로 달렸다.", &[("150km/h", "150km")]);
        check("몸무게 95그램의 유도 선수다.", &[("95그램", "95킬로그램")]);
        check("키 1.9m, 몸무게 95㎏의 유도 선수다.", &[]);
    }
}
