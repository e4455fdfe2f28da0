//! The ledger: money reserved before a turn and settled after it with what the provider reported.

use std::fmt;

use crate::engine::Engine;
use crate::id::{TurnId, UserId};
use crate::model::{ProviderName, TokenUsage};
use crate::quota::Limits;
use crate::time::Timestamp;
use crate::turn::{Outcome, TurnKind};

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

    /// The amount of dollars written as `12` or `12.345`, with at most nine decimals; exact. `None`
    /// when it is something else or more than can be counted.
    #[must_use]
    pub fn from_dollars(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_number =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || fraction.len() > 9 {
            return None;
        }
        format!("{whole}{fraction:0<9}").parse().ok().map(Self)
    }
}

/// Exact dollars without needless zeros, as `from_dollars` reads them.
impl fmt::Display for Nanodollars {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / 1_000_000_000, self.0 % 1_000_000_000);
        if fraction == 0 {
            return write!(out, "{whole}");
        }
        write!(out, "{whole}.{}", format!("{fraction:09}").trim_end_matches('0'))
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

/// Tokens and money together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spend {
    /// Input and output tokens.
    pub tokens: u64,
    /// Cost.
    pub cost: Nanodollars,
}

impl Spend {
    /// Both together; what is beyond counting counts as the most.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_add(other.tokens),
            cost: Nanodollars(self.cost.0.saturating_add(other.cost.0)),
        }
    }
}

/// What a turn may use at most, held against the user's quota until it is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The turn.
    pub turn_id: TurnId,
    /// Who pays.
    pub user_id: UserId,
    /// When; decides the month.
    pub at: Timestamp,
    /// What is held.
    pub held: Spend,
    /// The user's limits for this month over all engines.
    pub limits: Limits,
}

/// One immutable row per turn, and per request that keeps a cache warm.
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
    /// What the figures rest on; none in rows of versions that did not keep it.
    pub audit: Option<Audit>,
}

impl LedgerEntry {
    /// The row of a request that only keeps an engine's cached prompt warm: the service itself pays,
    /// and it is nobody's message.
    #[must_use]
    pub fn keep_warm(id: TurnId, engine: Engine, at: Timestamp, attempt: Attempt) -> Self {
        Self {
            turn_id: id,
            user_id: UserId::new(SYSTEM_USER),
            engine,
            at,
            provider: Some(attempt.provider.clone()),
            model: attempt.model.clone(),
            usage: attempt.usage,
            cost: attempt.cost,
            outcome: if attempt.is_complete { Outcome::Completed } else { Outcome::Interrupted },
            audit: Some(Audit { kind: EntryKind::KeepWarm, attempts: vec![attempt] }),
        }
    }

    /// What the row takes from a quota.
    #[must_use]
    pub fn spend(&self) -> Spend {
        Spend { tokens: self.usage.total_tokens(), cost: self.cost }
    }

    /// The opening row of a period that another service counted: it knew neither provider nor
    /// price, so the row costs nothing and rests on no attempt.
    #[must_use]
    pub fn imported(
        id: TurnId,
        (user_id, engine, at): (UserId, Engine, Timestamp),
        usage: TokenUsage,
        messages: u64,
    ) -> Self {
        let kind = EntryKind::Imported { messages };
        Self {
            turn_id: id,
            user_id,
            engine,
            at,
            provider: None,
            model: None,
            usage,
            cost: Nanodollars::default(),
            outcome: Outcome::Completed,
            audit: Some(Audit { kind, attempts: Vec::new() }),
        }
    }

    /// How many messages it counts for: keeping a cache warm is none, an opening row may be many.
    #[must_use]
    pub fn messages(&self) -> u64 {
        match self.audit.as_ref().map(|audit| audit.kind) {
            None | Some(EntryKind::Turn(_)) => 1,
            Some(EntryKind::KeepWarm) => 0,
            Some(EntryKind::Imported { messages }) => messages,
        }
    }
}

/// Who pays for what nobody asked for.
pub const SYSTEM_USER: &str = "system";

/// What a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A turn of somebody.
    Turn(TurnKind),
    /// A request that kept an engine's cached prompt warm.
    KeepWarm,
    /// What another service counted in a day or month, brought over as one row.
    Imported {
        /// Messages of that period.
        messages: u64,
    },
}

impl EntryKind {
    /// The name in rows and exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Turn(kind) => kind.name(),
            Self::KeepWarm => "keep-warm",
            Self::Imported { .. } => "imported",
        }
    }

    /// The kind of that name; none for `imported`, which needs its messages too.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == Self::KeepWarm.name() {
            return Some(Self::KeepWarm);
        }
        TurnKind::from_name(name).map(Self::Turn)
    }
}

/// From what usage and cost of a row can be computed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// What the row is for.
    pub kind: EntryKind,
    /// Every request to a provider in order; empty where only rules ran. Their usage and cost sum up
    /// to those of the row.
    pub attempts: Vec<Attempt>,
}

impl Audit {
    /// Whether no attempt broke off between its first word and its final report; of what another
    /// service counted nobody knows.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let is_imported = matches!(self.kind, EntryKind::Imported { .. });
        !is_imported && self.attempts.iter().all(|attempt| attempt.is_complete)
    }

    /// The price when all attempts have the same one.
    #[must_use]
    pub fn price(&self) -> Option<Price> {
        let (first, others) = self.attempts.split_first()?;
        first.price.filter(|_| others.iter().all(|other| other.price == first.price))
    }
}

/// One request to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// To whom.
    pub provider: ProviderName,
    /// The model as the provider named it.
    pub model: Option<String>,
    /// As the provider reported it until the stream ended.
    pub usage: TokenUsage,
    /// What that cost.
    pub cost: Nanodollars,
    /// The price of that day; none where the model has none and costs nothing, or where a killed
    /// turn's journal no longer tells it.
    pub price: Option<Price>,
    /// Whether the provider gave its final report, or said nothing at all (it refused). False: the
    /// stream was stopped, cut or broken, and more may have been billed than was reported.
    pub is_complete: bool,
}

impl Attempt {
    /// An attempt that costs what its price says.
    #[must_use]
    pub fn priced(
        provider: ProviderName,
        model: Option<String>,
        usage: TokenUsage,
        price: Option<Price>,
        is_complete: bool,
    ) -> Self {
        let cost = price.map(|price| price.cost(usage)).unwrap_or_default();
        Self { provider, model, usage, cost, price, is_complete }
    }

    /// What was reported, at its price once more.
    #[must_use]
    pub fn recomputed_cost(&self) -> Nanodollars {
        self.price.map_or(self.cost, |price| price.cost(self.usage))
    }
}

#[cfg(test)]
mod tests {
    use super::{EntryKind, Nanodollars, Price};
    use crate::model::TokenUsage;
    use crate::turn::TurnKind;

    #[test]
    fn dollars_are_written_and_read_exactly() {
        for (nanodollars, text) in [
            (0, "0"),
            (1, "0.000000001"),
            (2_500_000, "0.0025"),
            (150_000_000_000, "150"),
            (u64::MAX, "18446744073.709551615"),
        ] {
            assert_eq!(Nanodollars(nanodollars).to_string(), text);
            assert_eq!(Nanodollars::from_dollars(text), Some(Nanodollars(nanodollars)));
        }
        assert_eq!(Nanodollars::from_dollars("1.50"), Some(Nanodollars(1_500_000_000)));
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,000", "$1", "0.0000000001"] {
            assert_eq!(Nanodollars::from_dollars(text), None, "{text}");
        }
        assert_eq!(Nanodollars::from_dollars("18446744073.709551616"), None);
    }

    #[test]
    fn kinds_are_found_by_their_names() {
        for kind in [
            EntryKind::Turn(TurnKind::Proofread),
            EntryKind::Turn(TurnKind::Chat),
            EntryKind::KeepWarm,
        ] {
            assert_eq!(EntryKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(EntryKind::from_name("warm"), None);
    }

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
