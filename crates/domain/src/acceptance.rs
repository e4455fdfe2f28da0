//! What editors did with findings, counted by rule and category.

use crate::conversation::{Decision, DecisionAction};
use crate::engine::Engine;
use crate::finding::FindingSource;

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AcceptanceKey {
    /// Kind of fault, by its wire name.
    pub category: String,
    /// The rule; none where only the model found it.
    pub rule: Option<String>,
    /// Who found it.
    pub source: FindingSource,
}

impl AcceptanceKey {
    /// Where a decision counts.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        Self {
            category: decision.category.name().into(),
            rule: decision.rule.as_ref().map(|rule| rule.as_str().to_owned()),
            source: decision.source,
        }
    }
}

/// How often each was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AcceptanceCounts {
    /// A replacement was taken.
    pub accepted: u64,
    /// The text was left.
    pub rejected: u64,
    /// Something else was written.
    pub edited: u64,
    /// The text was left here and for good.
    pub always_ignored: u64,
    /// The finding was called no good.
    pub disliked: u64,
}

impl AcceptanceCounts {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            accepted: self.accepted + other.accepted,
            rejected: self.rejected + other.rejected,
            edited: self.edited + other.edited,
            always_ignored: self.always_ignored + other.always_ignored,
            disliked: self.disliked + other.disliked,
        }
    }

    /// The counts with one more of that action.
    #[must_use]
    pub fn with(mut self, action: DecisionAction) -> Self {
        if let Some(count) = self.of(action) {
            *count += 1;
        }
        self
    }

    /// The counts with one less, never below none.
    #[must_use]
    pub fn without(mut self, action: DecisionAction) -> Self {
        if let Some(count) = self.of(action) {
            *count = count.saturating_sub(1);
        }
        self
    }

    fn of(&mut self, action: DecisionAction) -> Option<&mut u64> {
        match action {
            DecisionAction::Accepted => Some(&mut self.accepted),
            DecisionAction::Rejected => Some(&mut self.rejected),
            DecisionAction::Edited => Some(&mut self.edited),
            DecisionAction::AlwaysIgnored => Some(&mut self.always_ignored),
            DecisionAction::Disliked => Some(&mut self.disliked),
            DecisionAction::Undone => None,
        }
    }
}

/// The counts of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptanceRow {
    /// What is counted.
    pub key: AcceptanceKey,
    /// How often each was done.
    pub counts: AcceptanceCounts,
}

/// Which counts are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptanceFilter {
    /// First day in Seoul, `2026-11-01`.
    pub from: String,
    /// Last day, included.
    pub to: String,
    /// Of that engine only.
    pub engine: Option<Engine>,
}
