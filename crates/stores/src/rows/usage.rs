//! Rows of totals and reservations, and the usage every row holds.

use domain::ledger::{Nanodollars, Spend};
use domain::model::TokenUsage;
use domain::usage::UsageTotals;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageRow {
    input_tokens: u64,
    output_tokens: u64,
    #[serde(default)]
    cache_write_5m_tokens: u64,
    #[serde(default)]
    cache_write_1h_tokens: u64,
    #[serde(default)]
    cache_read_tokens: u64,
    #[serde(default)]
    web_searches: u64,
}

impl From<TokenUsage> for UsageRow {
    fn from(usage: TokenUsage) -> Self {
        Self {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cache_write_5m_tokens: usage.cache_write_5m_tokens,
            cache_write_1h_tokens: usage.cache_write_1h_tokens,
            cache_read_tokens: usage.cache_read_tokens,
            web_searches: usage.web_searches,
        }
    }
}

impl From<UsageRow> for TokenUsage {
    fn from(row: UsageRow) -> Self {
        Self {
            input_tokens: row.input_tokens,
            output_tokens: row.output_tokens,
            cache_write_5m_tokens: row.cache_write_5m_tokens,
            cache_write_1h_tokens: row.cache_write_1h_tokens,
            cache_read_tokens: row.cache_read_tokens,
            web_searches: row.web_searches,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TotalsRow {
    #[serde(flatten)]
    usage: UsageRow,
    message_count: u64,
    #[serde(default)]
    cost_nanodollars: u64,
}

impl From<UsageTotals> for TotalsRow {
    fn from(totals: UsageTotals) -> Self {
        Self {
            usage: totals.usage.into(),
            message_count: totals.message_count,
            cost_nanodollars: totals.cost.0,
        }
    }
}

impl From<TotalsRow> for UsageTotals {
    fn from(row: TotalsRow) -> Self {
        Self {
            usage: row.usage.into(),
            message_count: row.message_count,
            cost: Nanodollars(row.cost_nanodollars),
        }
    }
}

/// What a turn holds; earlier versions held tokens alone, as a bare number.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum ReservationRow {
    Tokens(u64),
    #[serde(rename_all = "camelCase")]
    Spend {
        tokens: u64,
        cost_nanodollars: u64,
    },
}

impl From<Spend> for ReservationRow {
    fn from(held: Spend) -> Self {
        Self::Spend { tokens: held.tokens, cost_nanodollars: held.cost.0 }
    }
}

impl From<ReservationRow> for Spend {
    fn from(row: ReservationRow) -> Self {
        match row {
            ReservationRow::Tokens(tokens) => Self { tokens, cost: Nanodollars::default() },
            ReservationRow::Spend { tokens, cost_nanodollars } => {
                Self { tokens, cost: Nanodollars(cost_nanodollars) }
            }
        }
    }
}
