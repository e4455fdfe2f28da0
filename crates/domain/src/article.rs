//! What lists show of an article beside its title: how far the desk is with it, whose it is, how
//! many suggestions are open, and whom its text must not reach.

use crate::finding::{FindingState, TrackedFinding};
use crate::text::ArticleText;

/// Reporter and desk are cut to so many characters.
pub const NAME_LIMIT_CHARS: usize = 100;

/// How far the desk is with an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ArticleState {
    /// Nobody has looked at it (대기).
    #[default]
    Waiting,
    /// A proofreading turn runs (교열 중); only the service sets and leaves it.
    Proofreading,
    /// Suggestions wait for a person (검토 필요).
    Review,
    /// The desk is through with it (완료).
    Done,
}

impl ArticleState {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Proofreading => "proofreading",
            Self::Review => "review",
            Self::Done => "done",
        }
    }

    /// The state of that wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Waiting, Self::Proofreading, Self::Review, Self::Done];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// Whom the text must not reach before it is published; each holds what the one before it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Embargo {
    /// Nobody the service works with.
    #[default]
    None,
    /// No search of the web (웹 검색 금지): what is searched for tells what is written about.
    NoSearch,
    /// No language model and no cache of one (AI 금지): only rules read the text.
    NoModel,
}

impl Embargo {
    /// Every embargo, the mildest first.
    pub const ALL: [Self; 3] = [Self::None, Self::NoSearch, Self::NoModel];

    /// The name on the wire and in rows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::NoSearch => "no-search",
            Self::NoModel => "no-model",
        }
    }

    /// The embargo of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|embargo| embargo.name() == name)
    }

    /// Whether a language model may read the text.
    #[must_use]
    pub fn allows_model(self) -> bool {
        self < Self::NoModel
    }

    /// Whether the web may be searched on behalf of the text.
    #[must_use]
    pub fn allows_search(self) -> bool {
        self < Self::NoSearch
    }
}

/// What lists show of an article beside its title.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArticleMetadata {
    /// How far the desk is.
    pub state: ArticleState,
    /// Who wrote it; empty where somebody took the name away, none where nobody ever set one.
    pub reporter: Option<ArticleText>,
    /// Which desk it belongs to; empty and none as for `reporter`.
    pub desk: Option<ArticleText>,
    /// Suggestions nobody has decided, as of the last draft or the last proofreading turn.
    pub open_suggestions: u64,
    /// Whom the text must not reach.
    pub embargo: Embargo,
}

impl ArticleMetadata {
    /// A proofreading turn has begun.
    #[must_use]
    pub fn proofreading(&self) -> Self {
        Self { state: ArticleState::Proofreading, ..self.clone() }
    }

    /// A proofreading turn has ended with so many findings. What was read to its end, or left
    /// findings, waits for a person; anything else waits to be read again. A state that a person has
    /// set meanwhile stays.
    #[must_use]
    pub fn proofread(&self, findings: usize, is_complete: bool) -> Self {
        let state = match self.state {
            ArticleState::Proofreading if is_complete || findings > 0 => ArticleState::Review,
            ArticleState::Proofreading => ArticleState::Waiting,
            state => state,
        };
        Self { state, open_suggestions: count(findings), ..self.clone() }
    }

    /// A draft was saved with these findings.
    #[must_use]
    pub fn saved(&self, findings: &[TrackedFinding]) -> Self {
        let open_suggestions = open_findings(findings);
        let state = match self.state {
            ArticleState::Waiting if open_suggestions > 0 => ArticleState::Review,
            state => state,
        };
        Self { state, open_suggestions, ..self.clone() }
    }
}

/// How many of the findings nobody has decided.
#[must_use]
pub fn open_findings(findings: &[TrackedFinding]) -> u64 {
    count(findings.iter().filter(|tracked| tracked.state == FindingState::Open).count())
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{ArticleMetadata, ArticleState, Embargo};

    #[test]
    fn a_turn_leaves_an_article_to_a_person_or_where_it_was() {
        let new = ArticleMetadata::default();
        assert_eq!(new.proofreading().state, ArticleState::Proofreading);
        for (findings, is_complete, expected) in [
            (0, true, ArticleState::Review),
            (2, false, ArticleState::Review),
            (0, false, ArticleState::Waiting),
        ] {
            let after = new.proofreading().proofread(findings, is_complete);
            assert_eq!((after.state, after.open_suggestions), (expected, findings as u64));
        }
        let done = ArticleMetadata { state: ArticleState::Done, ..new };
        assert_eq!(done.proofread(1, true).state, ArticleState::Done);
    }

    #[test]
    fn states_are_found_by_their_names() {
        for name in ["waiting", "proofreading", "review", "done"] {
            assert_eq!(ArticleState::from_name(name).map(ArticleState::name), Some(name));
        }
        assert_eq!(ArticleState::from_name("대기"), None);
    }

    #[test]
    fn each_embargo_holds_what_the_one_before_it_holds() {
        let found: Vec<_> = ["none", "no-search", "no-model"]
            .map(|name| Embargo::from_name(name).unwrap())
            .map(|embargo| (embargo.name(), embargo.allows_search(), embargo.allows_model()))
            .into();
        let expected =
            [("none", true, true), ("no-search", false, true), ("no-model", false, false)];
        assert_eq!(found, expected);
        assert_eq!(Embargo::from_name("NoModel"), None);
        assert!(Embargo::ALL.is_sorted());
    }
}
