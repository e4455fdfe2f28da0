//! An age in brackets against the year of birth beside it.

use crate::rule;
use crate::text::Document;
use crate::{Settings, Span, Suggestion};

/// The age follows the year of birth within so many bytes of the same line.
const REACH_BYTES: usize = 60;

pub(super) fn check(document: &Document<'_>, settings: &Settings, out: &mut Vec<Suggestion>) {
    const BORN: &str = "년생";
    let text = document.text();
    // The year of birth stands right before.
    let is_born = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(BORN));
    for at in document.units().map(|unit| unit.span.start).filter(is_born) {
        let found = age(text, at, at + BORN.len(), settings);
        out.extend(found.filter(|one| !document.is_protected(one.span)));
    }
}

fn age(text: &str, year_end: usize, from: usize, settings: &Settings) -> Option<Suggestion> {
    let born = year_before(text, year_end)?;
    let near =
        text.get(from..)?.char_indices().take_while(|(at, one)| *at < REACH_BYTES && *one != '\n');
    let open = near.into_iter().find(|(_, one)| *one == '(')?.0 + from + 1;
    let inside = text.get(open..)?.split_once(')')?.0;
    let years: i32 =
        inside.trim_end_matches('세').parse().ok().filter(|age| (1..120).contains(age))?;
    let digits = inside.trim_end_matches('세').len();
    let now = settings.article_date.map(|date| date.year).or_else(|| year_in(text, year_end))?;
    let full = now - born;
    // Before or after the birthday, and as Koreans used to count.
    if (full - 1..=full + 1).contains(&years) || full < 1 {
        return None;
    }
    let span = Span::new(open, open + digits);
    rule::rule("consistency/age")?.suggestion(text, span, vec![full.to_string()])
}

/// The four digits right before a byte.
fn year_before(text: &str, end: usize) -> Option<i32> {
    let year = text.get(end.checked_sub(4)?..end)?;
    year.parse().ok().filter(|year| (1900..2100).contains(year))
}

/// The first year the text names that is not one of birth.
fn year_in(text: &str, born_end: usize) -> Option<i32> {
    let years = text.match_indices('년').filter(|(at, _)| *at != born_end);
    let mut written =
        years.filter(|(at, _)| !text.get(*at..).is_some_and(|rest| rest.starts_with("년생")));
    written.find_map(|(at, _)| year_before(text, at))
}
