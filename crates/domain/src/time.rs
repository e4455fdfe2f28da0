//! Instants in UTC and the calendar of Asia/Seoul.

use checker::ArticleDate;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// Korea has kept UTC+9 without daylight saving since 1988.
const SEOUL_OFFSET_MS: i64 = 9 * 60 * 60 * 1000;

impl Timestamp {
    /// The instant so many milliseconds after the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The instant so many milliseconds later.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Reads RFC 3339 with any offset; `None` when it is something else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let instant = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(instant.unix_timestamp_nanos() / 1_000_000).ok().map(Self)
    }

    /// RFC 3339 in UTC with milliseconds, for example `2026-11-24T02:13:17.000Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let at = self.utc_date_time(0);
        let (date, clock) = (at.date(), at.time());
        let mut text = String::with_capacity("2026-11-24T02:13:17.000Z".len());
        // Every event and frame has its time: digits are written without a formatter.
        for (before, value, width) in [
            ("", date.year().unsigned_abs(), 4),
            ("-", u8::from(date.month()).into(), 2),
            ("-", date.day().into(), 2),
            ("T", clock.hour().into(), 2),
            (":", clock.minute().into(), 2),
            (":", clock.second().into(), 2),
            (".", clock.millisecond().into(), 3),
        ] {
            text.push_str(before);
            push_digits(&mut text, value, width);
        }
        text.push('Z');
        text
    }

    /// The day in Seoul.
    #[must_use]
    pub fn seoul_date(self) -> ArticleDate {
        let date = self.utc_date_time(SEOUL_OFFSET_MS).date();
        ArticleDate { year: date.year(), month: date.month().into(), day: date.day() }
    }

    /// The day in Seoul as `2026-11-23`.
    #[must_use]
    pub fn seoul_day(self) -> String {
        let ArticleDate { year, month, day } = self.seoul_date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// The month in Seoul as `2026-11`.
    #[must_use]
    pub fn seoul_month(self) -> String {
        let ArticleDate { year, month, .. } = self.seoul_date();
        format!("{year:04}-{month:02}")
    }

    /// The time of day in Seoul as `12:01:00`, rounded up to the second.
    #[must_use]
    pub fn seoul_clock(self) -> String {
        let at = self.plus_millis(999).utc_date_time(SEOUL_OFFSET_MS);
        format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
    }

    /// The first instant of the next month in Seoul.
    #[must_use]
    pub fn next_seoul_month(self) -> Self {
        let ArticleDate { year, month, .. } = self.seoul_date();
        let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let first = Self::parse(&format!("{year:04}-{month:02}-01T00:00:00+09:00"));
        first.unwrap_or(self)
    }

    /// An instant outside the calendar of four-digit years counts as the epoch.
    fn utc_date_time(self, shift_ms: i64) -> OffsetDateTime {
        let nanos = i128::from(self.0.saturating_add(shift_ms)) * 1_000_000;
        OffsetDateTime::from_unix_timestamp_nanos(nanos)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .to_offset(UtcOffset::UTC)
    }
}

/// The last digits of a number, with zeros before them.
fn push_digits(text: &mut String, value: u32, width: u32) {
    let digits = (0..width).rev().map(|place| value / 10_u32.pow(place) % 10);
    text.extend(digits.filter_map(|digit| char::from_digit(digit, 10)));
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn reads_and_writes_rfc3339() {
        let instant = Timestamp::parse("2026-11-24T08:30:00.250+09:00").unwrap();
        assert_eq!(instant.rfc3339(), "2026-11-23T23:30:00.250Z");
        assert_eq!(Timestamp::parse("어제"), None);
    }

    #[test]
    fn days_and_months_turn_at_midnight_in_seoul() {
        let before = Timestamp::parse("2026-11-30T14:59:59.999Z").unwrap();
        assert_eq!(
            (before.seoul_day(), before.seoul_month()),
            ("2026-11-30".into(), "2026-11".into())
        );
        let after = before.plus_millis(1);
        assert_eq!(
            (after.seoul_day(), after.seoul_month()),
            ("2026-12-01".into(), "2026-12".into())
        );
    }

    #[test]
    fn a_clock_in_seoul_is_never_early() {
        for (at, expected) in [
            ("2026-11-24T03:01:00.000Z", "12:01:00"),
            ("2026-11-24T03:01:00.001Z", "12:01:01"),
            ("2026-11-24T14:59:59.001Z", "00:00:00"),
        ] {
            assert_eq!(Timestamp::parse(at).unwrap().seoul_clock(), expected);
        }
    }

    #[test]
    fn a_month_ends_at_midnight_in_seoul() {
        let next = |text: &str| Timestamp::parse(text).unwrap().next_seoul_month().rfc3339();
        assert_eq!(next("2026-11-30T14:59:59.999Z"), "2026-11-30T15:00:00.000Z");
        assert_eq!(next("2026-11-30T15:00:00Z"), "2026-12-31T15:00:00.000Z");
        assert_eq!(next("2026-12-31T14:00:00Z"), "2026-12-31T15:00:00.000Z");
    }
}
