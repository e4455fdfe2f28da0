//! What the checker says about one place in the text.

use std::borrow::Cow;

use crate::{Category, Span};

/// Names the fault in kebab-case (`spacing/dependent-noun`); an id never changes its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(Cow<'static, str>);

impl RuleId {
    /// The id of a built-in rule.
    #[must_use]
    pub const fn new(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }

    /// The id of a rule that was read from data.
    #[must_use]
    pub fn owned(id: String) -> Self {
        Self(Cow::Owned(id))
    }

    /// The id as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How sure and how grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Style: shown on request, not counted in scores.
    Hint,
    /// Probably wrong; look at it.
    Warning,
    /// Wrong by the norm it names: at least 95 of 100 such findings are right.
    Error,
}

impl Severity {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity of that wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Hint, Self::Warning, Self::Error].into_iter().find(|level| level.name() == name)
    }
}

/// One finding of the checker: a place, what to write there, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Bytes of the checked text; empty where something is missing.
    pub span: Span,
    /// Exactly the text under `span`.
    pub original: String,
    /// What to write instead, best first; empty when only a person can decide.
    pub replacements: Vec<String>,
    /// Kind of fault.
    pub category: Category,
    /// The rule that found it.
    pub rule: RuleId,
    /// How grave and how sure.
    pub severity: Severity,
    /// One Korean sentence for the editor that says why.
    pub message: String,
    /// The norm it rests on, for example `한글 맞춤법 제35항`.
    pub reference: Option<String>,
    /// From 0 to 1.
    pub confidence: f32,
    /// Whether it may be accepted in bulk: one replacement, no change of meaning, no fact.
    pub safe: bool,
}
