//! Rows of the ledger, its totals, and open sockets.

use domain::engine::Engine;
use domain::id::{ConnectionId, TurnId, UserId};
use domain::ledger::{LedgerEntry, Nanodollars};
use domain::model::{ProviderName, TokenUsage};
use domain::ports::{Connection, StoreError};
use domain::turn::Outcome;
use domain::usage::UsageTotals;
use serde::{Deserialize, Serialize};

use super::{named, time};

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

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerRow {
    turn_id: String,
    user_id: String,
    engine_type: String,
    at: String,
    provider: Option<String>,
    model: Option<String>,
    usage: UsageRow,
    cost_nanodollars: u64,
    outcome: String,
}

impl From<&LedgerEntry> for LedgerRow {
    fn from(entry: &LedgerEntry) -> Self {
        Self {
            turn_id: entry.turn_id.as_str().into(),
            user_id: entry.user_id.as_str().into(),
            engine_type: entry.engine.name().into(),
            at: entry.at.rfc3339(),
            provider: entry.provider.as_ref().map(|provider| provider.as_str().into()),
            model: entry.model.clone(),
            usage: entry.usage.into(),
            cost_nanodollars: entry.cost.0,
            outcome: entry.outcome.name().into(),
        }
    }
}

impl LedgerRow {
    pub(crate) fn entry(self) -> Result<LedgerEntry, StoreError> {
        Ok(LedgerEntry {
            turn_id: TurnId::new(self.turn_id),
            user_id: UserId::new(self.user_id),
            engine: named("ledger engine", Engine::from_name(&self.engine_type))?,
            at: time(&self.at)?,
            provider: self.provider.map(ProviderName::new),
            model: self.model,
            usage: self.usage.into(),
            cost: Nanodollars(self.cost_nanodollars),
            outcome: named("ledger outcome", Outcome::from_name(&self.outcome))?,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionRow {
    user_id: String,
    connected_at: String,
    /// Seconds since the epoch, as DynamoDB's time to live wants it.
    ttl: i64,
}

impl From<&Connection> for ConnectionRow {
    fn from(connection: &Connection) -> Self {
        Self {
            user_id: connection.user_id.as_str().into(),
            connected_at: connection.connected_at.rfc3339(),
            ttl: connection.expires_at.millis() / 1000,
        }
    }
}

impl ConnectionRow {
    pub(crate) fn connection(self, id: &ConnectionId) -> Result<Connection, StoreError> {
        Ok(Connection {
            id: id.clone(),
            user_id: UserId::new(self.user_id),
            connected_at: time(&self.connected_at)?,
            expires_at: domain::time::Timestamp::from_millis(self.ttl.saturating_mul(1000)),
        })
    }
}
