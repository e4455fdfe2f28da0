//! Weekdays against their dates, and days no month has.

use crate::rule;
use crate::text::Document;
use crate::{ArticleDate, Settings, Span, Suggestion};

const WEEKDAYS: [&str; 7] = ["월", "화", "수", "목", "금", "토", "일"];

/// A date as it stands in the text.
struct Written {
    year: Option<i32>,
    month: Option<u8>,
    day: u8,
    /// Before 일.
    end: usize,
}

pub(crate) fn check(document: &Document<'_>, settings: &Settings, out: &mut Vec<Suggestion>) {
    let text = document.text();
    let is_day = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with('일'));
    let days: Vec<usize> = document.units().map(|unit| unit.span.start).filter(is_day).collect();
    for at in days.iter().copied() {
        out.extend(read_back(text, at).and_then(|written| impossible(text, &written, at)));
    }
    let mut known: Option<Known> = None;
    for at in days {
        let Some(written) = read_back(text, at) else { continue };
        let carried = known.as_ref().and_then(|known| known.carried(text, &written));
        let whole = carried.unwrap_or(written);
        let date = resolve(&whole, settings.article_date);
        if let Some(date) = date.filter(|_| whole.year.is_some()) {
            known = Some(Known { date, end: at });
        }
        let found = date.zip(weekday_after(text, at + "일".len()));
        out.extend(found.and_then(|(date, named)| compare(text, date, named)));
    }
}

/// A date whose year stands in the text.
struct Known {
    date: ArticleDate,
    end: usize,
}

impl Known {
    /// A later date of the same sentence that leaves out the year it shares:
    /// `2025년 3월 5일(수)부터 3월 8일(토)까지`.
    fn carried(&self, text: &str, written: &Written) -> Option<Written> {
        const REACH_BYTES: usize = 60;
        const OTHER: &[&str] =
            &["올해", "내년", "지난", "작년", "오는", "이듬", "다음", ". ", "\n"];
        let between = text.get(self.end..written.end)?;
        let is_near =
            between.len() <= REACH_BYTES && !OTHER.iter().any(|one| between.contains(one));
        let month = written.month.unwrap_or(self.date.month);
        let is_later = (month, written.day) > (self.date.month, self.date.day);
        (written.year.is_none() && is_near && is_later).then_some(Written {
            year: Some(self.date.year),
            month: Some(month),
            ..*written
        })
    }
}

/// A weekday as it stands in the text.
#[derive(Clone, Copy)]
struct Named {
    span: Span,
    /// From Monday.
    weekday: usize,
}

/// The weekday in brackets after a date, or written out: `5일(수)`, `5일은 수요일`, `5일 수요일`.
fn weekday_after(text: &str, end: usize) -> Option<Named> {
    const LINKS: &[&str] = &["은 ", "이 ", "인 ", " ", ", ", "은 바로 ", "은 마침 "];
    let rest = text.get(end..)?;
    let inside = rest.strip_prefix('(').or_else(|| rest.strip_prefix(" ("));
    if let Some((name, weekday)) = inside.and_then(weekday) {
        let start = end + rest.len() - inside?.len();
        return Some(Named { span: Span::new(start, start + name.len()), weekday });
    }
    let written = LINKS.iter().filter_map(|link| rest.strip_prefix(link));
    written.into_iter().find_map(|written| {
        let weekday = WEEKDAYS.iter().position(|short| {
            written.strip_prefix(short).is_some_and(|tail| tail.starts_with("요일"))
        })?;
        let start = end + rest.len() - written.len();
        Some(Named { span: Span::new(start, start + "월요일".len()), weekday })
    })
}

fn compare(text: &str, date: ArticleDate, named: Named) -> Option<Suggestion> {
    let right = weekday_of(date).filter(|right| *right != named.weekday)?;
    let short = *WEEKDAYS.get(right)?;
    let is_long = named.span.len() > short.len();
    let right = if is_long { format!("{short}요일") } else { short.to_owned() };
    rule::rule("consistency/weekday")?.suggestion(text, named.span, vec![right])
}

/// 11월 31일: no month has such a day; 29 February needs its year to be wrong.
fn impossible(text: &str, written: &Written, end: usize) -> Option<Suggestion> {
    let month = written.month.filter(|month| (1..=12).contains(month))?;
    let last = month_length(written.year.unwrap_or(2024), month)?;
    if written.day <= last || written.day > 31 {
        return None;
    }
    let span = Span::new(end - written.day.to_string().len(), end);
    let found = rule::rule("consistency/impossible-date")?;
    found.suggestion(text, span, vec![last.to_string()])
}

/// The weekday at the start of a text, as written and as a number from Monday.
fn weekday(text: &str) -> Option<(&str, usize)> {
    let close = text.find(')').filter(|close| *close <= 9)?;
    let name = text.get(..close)?;
    let short = name.strip_suffix("요일").unwrap_or(name);
    let number = WEEKDAYS.iter().position(|known| *known == short)?;
    Some((name, number))
}

/// `2025년 4월 28`, `4월 28` or `28` right before a byte.
fn read_back(text: &str, end: usize) -> Option<Written> {
    let (rest, day) = number_back(text.get(..end)?)?;
    let day = u8::try_from(day).ok()?;
    let rest = rest.trim_end_matches(' ');
    let Some((rest, month)) = rest.strip_suffix('월').and_then(number_back) else {
        return Some(Written { year: None, month: None, day, end });
    };
    let month = Some(u8::try_from(month).ok()?);
    let rest = rest.trim_end_matches(' ');
    let year = rest.strip_suffix('년').and_then(number_back);
    let year = year.and_then(|(_, year)| i32::try_from(year).ok()).filter(|year| *year > 1000);
    Some(Written { year, month, day, end })
}

/// The digits at the end of a text as a number, and the text before them.
fn number_back(text: &str) -> Option<(&str, u32)> {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (rest, number) = text.split_at_checked(text.len() - digits)?;
    (digits <= 4).then_some(())?;
    Some((rest, number.parse().ok()?))
}

/// A whole date: what is left out is that of the article, when it lies in the days around it.
fn resolve(written: &Written, article: Option<ArticleDate>) -> Option<ArticleDate> {
    let year = written.year.or(article.map(|article| article.year))?;
    let month = written.month.or(article.map(|article| article.month))?;
    let date = ArticleDate { year, month, day: written.day };
    if written.year.is_some() {
        return Some(date);
    }
    // A bare day or month may mean the one before or after; only dates near the article are sure.
    let apart = days(date)?.abs_diff(days(article?)?);
    let reach = if written.month.is_some() { 90 } else { 10 };
    (apart <= reach).then_some(date)
}

/// Days since 1 March of the year 0 in the Gregorian calendar; none for a day no month has.
fn days(date: ArticleDate) -> Option<i64> {
    if date.day == 0 || date.day > month_length(date.year, date.month)? {
        return None;
    }
    let (month, day) = (i64::from(date.month), i64::from(date.day));
    let year = i64::from(date.year) - i64::from(month <= 2);
    let month = (month + 9) % 12;
    Some(365 * year + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day - 1)
}

fn month_length(year: i32, month: u8) -> Option<u8> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    })
}

/// 0 is Monday. 1 March of the year 0 was a Wednesday.
fn weekday_of(date: ArticleDate) -> Option<usize> {
    usize::try_from((days(date)? + 2).rem_euclid(7)).ok()
}

#[cfg(test)]
mod tests {
    use super::weekday_of;
    use crate::{ArticleDate, Checker, Settings};

    #[test]
    fn knows_the_calendar() {
        let on = |year, month, day| weekday_of(ArticleDate { year, month, day });
        assert_eq!(on(2026, 11, 24), Some(1));
        assert_eq!(on(2025, 4, 28), Some(0));
        assert_eq!(on(2000, 2, 29), Some(1));
        assert_eq!(on(1900, 2, 29), None);
    }

    fn found(text: &str, article: Option<(i32, u8, u8)>) -> Vec<(String, Vec<String>)> {
        let article_date = article.map(|(year, month, day)| ArticleDate { year, month, day });
        let settings = Settings { article_date, ..Settings::default() };
        let all = Checker::new().check(text, &settings);
        all.into_iter().map(|one| (one.original, one.replacements)).collect()
    }

    #[test]
    fn a_bare_day_needs_the_articles_date() {
        let wrong = vec![("화".to_owned(), vec!["월".to_owned()])];
        assert_eq!(found("오는 23일(화) 연다", Some((2026, 11, 24))), wrong);
        assert_eq!(found("11월 23일(화) 연다", Some((2026, 11, 24))), wrong);
        assert_eq!(found("오는 23일(화) 연다", None), []);
        assert_eq!(found("지난 1일(화) 연다", Some((2026, 11, 24))), []);
    }
}
