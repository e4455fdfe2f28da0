//! What a caller may set for one check; everything has a default.

use std::collections::BTreeSet;

use crate::{Category, RuleId};

/// A calendar day in Asia/Seoul.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArticleDate {
    /// Year of the common era.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// Settings of one check.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// Date of the article, for weekdays and relative dates; without it those checks stay silent.
    pub article_date: Option<ArticleDate>,
    /// Whether style hints are returned too.
    pub hints: bool,
    /// Rules that stay silent.
    pub disabled_rules: Vec<RuleId>,
    /// Categories that stay silent.
    pub disabled_categories: Vec<Category>,
    /// When this or `only_categories` names something, everything else stays silent.
    pub only_rules: Vec<RuleId>,
    /// Categories that speak when only some may.
    pub only_categories: Vec<Category>,
    /// Words of the caller that are never flagged, nor with particles after them.
    pub ignored_words: BTreeSet<String>,
}
