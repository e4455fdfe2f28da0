//! What a caller may set for one check; everything has a default.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::{Category, ReadyPack, RuleId};

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

/// House style of a newspaper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Profile {
    /// 표준: the norms alone.
    #[default]
    Standard,
    /// 서경 표기
    Seoul,
    /// 연합 표기
    Yonhap,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Seoul, Self::Yonhap];

    /// The name on the wire and in rule files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Seoul => "seoul",
            Self::Yonhap => "yonhap",
        }
    }

    /// The profile of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }
}

/// Settings of one check.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Settings {
    /// Date of the article, for weekdays and relative dates; without it those checks stay silent.
    pub article_date: Option<ArticleDate>,
    /// House style whose rules apply beside the norms.
    pub profile: Profile,
    /// Whose packs apply beside everybody's, for example `desk:economy` and `user:kim`.
    pub scopes: BTreeSet<String>,
    /// Packs that apply beside the checker's own; those with a scope only where it is among `scopes`.
    pub packs: Vec<Arc<ReadyPack>>,
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
