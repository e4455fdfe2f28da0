//! Totals of what was used, by month and by day in Seoul.

use crate::engine::Engine;
use crate::id::UserId;
use crate::ledger::Nanodollars;
use crate::model::TokenUsage;

/// Sums over ledger rows; always equal to the rows they sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UsageTotals {
    /// Tokens and searches as providers reported them.
    pub usage: TokenUsage,
    /// Turns that were settled.
    pub message_count: u64,
    /// What they cost at the price of their day.
    pub cost: Nanodollars,
}

impl UsageTotals {
    /// The totals with one more settled turn.
    #[must_use]
    pub fn plus(self, usage: TokenUsage, cost: Nanodollars) -> Self {
        Self {
            usage: self.usage.plus(usage),
            message_count: self.message_count + 1,
            cost: Nanodollars(self.cost.0 + cost.0),
        }
    }
}

/// The totals of one user, engine and period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// Whose usage.
    pub user_id: UserId,
    /// Of which engine.
    pub engine: Engine,
    /// `2026-11` or `2026-11-23`, in Seoul.
    pub period: String,
    /// The sums.
    pub totals: UsageTotals,
}
