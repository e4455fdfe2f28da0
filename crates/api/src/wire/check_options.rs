//! How a client wants a text to be checked, by the same names on every door.

use checker::{ArticleDate, Profile, RuleId};
use domain::check::CheckOptions;
use domain::principal::Principal;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::error::ApiError;

/// A desk's name holds at most so many bytes.
const DESK_LIMIT_BYTES: usize = 256;

/// How a text is to be checked; everything may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckOptionsWire {
    /// `2026-11-24`, for weekdays.
    article_date: Option<String>,
    /// House style: `standard`, `seoul` or `yonhap`; the desk's own where none is named.
    profile: Option<String>,
    /// Desk whose words and house style apply; the caller's own where none is named.
    desk: Option<String>,
    /// Whether style hints are wanted too.
    #[serde(default)]
    hints: bool,
    /// Words that are never flagged.
    #[serde(default)]
    ignored_words: Vec<String>,
    /// Ids of rules that stay silent.
    #[serde(default)]
    disabled_rules: Vec<String>,
}

impl CheckOptionsWire {
    /// The options for a caller, or `bad_value` for a date, profile or desk that is none.
    pub(crate) fn read(self, who: &Principal) -> Result<CheckOptions, ApiError> {
        let bad_value = || ApiError::bad_request("bad_value");
        let date = self.article_date.as_deref();
        let date = date.map(|text| article_date(text).ok_or_else(bad_value)).transpose()?;
        let profile = self.profile.as_deref();
        let profile = profile.map(|name| Profile::from_name(name).ok_or_else(bad_value));
        Ok(CheckOptions {
            article_date: date,
            profile: profile.transpose()?,
            desk: desk_name(self.desk)?.or_else(|| who.desk.clone()),
            hints: self.hints,
            ignored_words: self.ignored_words.into_iter().collect(),
            disabled_rules: self.disabled_rules.into_iter().map(RuleId::owned).collect(),
        })
    }
}

/// The name of a desk, or `bad_value` for one that is empty, long or no text.
pub(crate) fn desk_name(given: Option<String>) -> Result<Option<String>, ApiError> {
    let is_name = |desk: &String| {
        !desk.is_empty() && desk.len() <= DESK_LIMIT_BYTES && !desk.contains(char::is_control)
    };
    match given {
        Some(desk) if !is_name(&desk) => Err(ApiError::bad_request("bad_value")),
        other => Ok(other),
    }
}

/// The article's day from `2026-11-24`.
fn article_date(text: &str) -> Option<ArticleDate> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let date = ArticleDate {
        year: year.parse().ok()?,
        month: month.parse().ok()?,
        day: day.parse().ok()?,
    };
    ((1..=12).contains(&date.month) && (1..=31).contains(&date.day)).then_some(date)
}
