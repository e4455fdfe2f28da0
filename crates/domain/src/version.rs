//! Versions of an article's text that are kept beside its draft, so that nothing an editor replaced
//! is lost.

use crate::finding::TrackedFinding;
use crate::id::UserId;
use crate::text::ArticleText;
use crate::time::Timestamp;

/// A conversation keeps at most so many; the oldest drafts go first.
pub const VERSIONS_KEPT: usize = 200;
/// A draft that is saved is kept as a version when the last one is older than this.
pub const DRAFT_VERSION_AFTER_MS: i64 = 10 * 60 * 1000;
/// A label is cut to so many characters.
pub const LABEL_LIMIT_CHARS: usize = 200;

/// Why a version was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VersionReason {
    /// By itself, while a draft was being worked on.
    Draft,
    /// A proofreading turn was run on it.
    Run,
    /// An earlier version was put back.
    Restore,
    /// An editor asked for it.
    Manual,
}

impl VersionReason {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Run => "run",
            Self::Restore => "restore",
            Self::Manual => "manual",
        }
    }

    /// The reason of that wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Draft, Self::Run, Self::Restore, Self::Manual];
        all.into_iter().find(|reason| reason.name() == name)
    }
}

/// A version without its text, as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionNote {
    /// Counts from 1 within a conversation; a number is never given twice.
    pub version: u64,
    /// When it was kept.
    pub at: Timestamp,
    /// Who kept it.
    pub author: UserId,
    /// Why.
    pub reason: VersionReason,
    /// What an editor called it.
    pub label: Option<ArticleText>,
    /// Characters of the text.
    pub characters: u64,
    /// Findings nobody had decided.
    pub open_suggestions: u64,
}

/// A version with its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// What a list shows.
    pub note: VersionNote,
    /// The text.
    pub text: ArticleText,
    /// The findings at their places in it.
    pub findings: Vec<TrackedFinding>,
}

/// The wish to keep the draft as it now stands.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionRequest {
    /// Who asks.
    pub author: UserId,
    /// Why.
    pub reason: VersionReason,
    /// What to call it.
    pub label: Option<ArticleText>,
    /// When.
    pub at: Timestamp,
}

/// What became of the wish.
#[derive(Debug, Clone, PartialEq)]
pub enum KeptVersion {
    /// There is a new version.
    New(VersionNote),
    /// The newest version has the same text. It takes on the label, and the reason where it had been
    /// kept by itself.
    Same(VersionNote),
}
