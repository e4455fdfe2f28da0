//! The ledger: money reserved before a turn and settled after it with what the provider reported.

use crate::engine::Engine;
use crate::id::{TurnId, UserId};
use crate::model::{ProviderName, TokenUsage};
use crate::time::Timestamp;
use crate::turn::Outcome;

/// Billionths of a US dollar: half a dollar per million tokens is 500 of them per token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Nanodollars(pub u64);

impl Nanodollars {
    /// As dollars, for showing only.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "shown, never summed")]
    pub fn dollars(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

/// What a model costs from one day on; per-token prices in nanodollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Input that was neither read from nor written to the cache.
    pub input: u64,
    /// Output.
    pub output: u64,
    /// Input written to the cache for five minutes.
    pub cache_write_5m: u64,
    /// Input written to the cache for one hour.
    pub cache_write_1h: u64,
    /// Input read from the cache.
    pub cache_read: u64,
    /// One web search.
    pub web_search: u64,
}

impl Price {
    /// What that usage costs; exact, because every price is a whole number of nanodollars.
    #[must_use]
    pub fn cost(&self, usage: TokenUsage) -> Nanodollars {
        Nanodollars(
            usage.input_tokens * self.input
                + usage.output_tokens * self.output
                + usage.cache_write_5m_tokens * self.cache_write_5m
                + usage.cache_write_1h_tokens * self.cache_write_1h
                + usage.cache_read_tokens * self.cache_read
                + usage.web_searches * self.web_search,
        )
    }
}

/// What a turn may cost at most, held against the user's quota until it is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The turn.
    pub turn_id: TurnId,
    /// Who pays.
    pub user_id: UserId,
    /// Under which engine.
    pub engine: Engine,
    /// When; decides the month.
    pub at: Timestamp,
    /// Tokens held.
    pub tokens: u64,
    /// The user's limit for this month over all engines; none means no limit.
    pub month_limit_tokens: Option<u64>,
}

/// Whether a reservation was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// The turn may run.
    Granted,
    /// It would pass the limit; nothing was reserved.
    QuotaReached {
        /// Settled and reserved tokens of this month.
        used_tokens: u64,
        /// The limit.
        limit_tokens: u64,
    },
}

/// One immutable row per turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The turn; a second row for it is never written.
    pub turn_id: TurnId,
    /// Who pays.
    pub user_id: UserId,
    /// Under which engine.
    pub engine: Engine,
    /// When the turn began; decides day, month and price.
    pub at: Timestamp,
    /// Who generated the answer; none where only rules ran.
    pub provider: Option<ProviderName>,
    /// The model as the provider named it.
    pub model: Option<String>,
    /// As the provider reported it.
    pub usage: TokenUsage,
    /// At the price of that day.
    pub cost: Nanodollars,
    /// How the turn ended.
    pub outcome: Outcome,
}

#[cfg(test)]
mod tests {
    use super::{Nanodollars, Price};
    use crate::model::TokenUsage;

    #[test]
    fn cost_is_exact_to_the_nanodollar() {
        let price = Price {
            input: 5_000,
            output: 25_000,
            cache_write_5m: 6_250,
            cache_write_1h: 10_000,
            cache_read: 500,
            web_search: 10_000_000,
        };
        let usage = TokenUsage {
            input_tokens: 1,
            output_tokens: 10,
            cache_write_5m_tokens: 100,
            cache_write_1h_tokens: 1_000,
            cache_read_tokens: 65_000,
            web_searches: 2,
        };
        let cost = 5_000 + 250_000 + 625_000 + 10_000_000 + 32_500_000 + 20_000_000;
        assert_eq!(price.cost(usage), Nanodollars(cost));
    }
}
