//! An amount of a text as an exact number in millionths, with the room that rounding leaves
//! around it; `reader` finds them.

use crate::Span;

/// One, in the millionths that every value is kept in.
pub(super) const ONE: i128 = 1_000_000;

/// An amount as it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount<'t> {
    /// The number with its unit.
    pub(super) span: Span,
    /// The number alone, with 만, 억, 조.
    pub(super) number: Span,
    /// In millionths; of a fraction in hundredths, as a percentage is.
    pub(super) value: i128,
    /// Half of what rounding may have taken or given.
    pub(super) slack: i128,
    /// Digits after the point of a number without 만, 억, 조.
    pub(super) decimals: u32,
    /// Empty where no known unit follows.
    pub(super) unit: &'t str,
    /// 약, 여, 가량, 넘게: not meant to the digit.
    pub(super) is_vague: bool,
    /// One end of a range, or with a sign: no rule calculates with it.
    pub(super) is_open: bool,
    /// Number of its sentence.
    pub(super) sentence: usize,
}

impl Amount<'_> {
    pub(super) fn low(&self) -> i128 {
        self.value - self.slack
    }

    pub(super) fn high(&self) -> i128 {
        self.value + self.slack
    }

    /// What one in the last written digit is worth, of a number without 만, 억, 조.
    pub(super) fn step(&self) -> i128 {
        ONE / 10_i128.pow(self.decimals)
    }

    /// Whether the written number may stand for one between the two, rounded, cut or called "more
    /// than".
    pub(super) fn allows(&self, low: i128, high: i128) -> bool {
        self.lies_within(low, high, self.step())
    }

    /// Whether the written number lies between the two with that room on either side.
    pub(super) fn lies_within(&self, low: i128, high: i128, room: i128) -> bool {
        let room = if self.is_vague { room + self.value / 10 } else { room };
        low - room < self.value && self.value < high + room
    }

    /// Another value with as many decimals.
    pub(super) fn rewritten(&self, value: i128) -> String {
        decimal(value, self.decimals)
    }

    /// Whether it is a day, a month or the like, which stands between amounts without being one.
    pub(super) fn is_time(&self) -> bool {
        const TIMES: &[&str] = &[
            "년", "월", "일", "시", "분", "초", "분기", "년간", "일간", "개월", "세기", "년생",
            "주년", "년대", "시간", "주일", "년차", "년물",
        ];
        TIMES.contains(&self.unit)
    }
}

/// A value with so many decimals, rounded half up.
pub(super) fn decimal(value: i128, decimals: u32) -> String {
    let decimals = decimals.min(6);
    let step = ONE / 10_i128.pow(decimals);
    let rounded = (value + step / 2) / step;
    let base = 10_i128.pow(decimals);
    let (whole, part) = (rounded / base, rounded % base);
    match usize::try_from(decimals) {
        Ok(width) if width > 0 => format!("{whole}.{part:0width$}"),
        _ => whole.to_string(),
    }
}

/// Whether the text goes on after an amount with one of these.
pub(super) fn begins(text: &str, amount: &Amount<'_>, tails: &[&str]) -> bool {
    let rest = text.get(amount.span.end..).unwrap_or_default();
    tails.iter().any(|tail| rest.starts_with(tail))
}

/// The text from the end of one amount to the start of a later one.
pub(super) fn between<'t>(
    text: &'t str,
    first: &Amount<'_>,
    second: &Amount<'_>,
) -> Option<&'t str> {
    text.get(first.span.end..second.span.start)
}

/// How much of the whole the part is, in hundredths: the least, the exact and the most that
/// rounding allows.
pub(super) fn ratio(part: &Amount<'_>, whole: &Amount<'_>) -> Option<(i128, i128, i128)> {
    let of = |part: i128, whole: i128| part.checked_mul(100 * ONE)?.checked_div(whole);
    let exact = of(part.value, whole.value)?;
    Some((of(part.low(), whole.high())?, exact, of(part.high(), whole.low())?))
}
