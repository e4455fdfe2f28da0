//! Usage on the wire.

use domain::ledger::Spend;
use domain::model::TokenUsage;
use domain::quota::Limits;
use domain::usage::{UsageRow, UsageTotals};
use serde::Serialize;
use utoipa::ToSchema;

/// Tokens as the provider reported them; `inputTokens` holds everything that went in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenUsageWire {
    total_tokens: u64,
    input_tokens: u64,
    output_tokens: u64,
    cache_read_tokens: u64,
    cache_write_tokens: u64,
    web_searches: u64,
}

pub(crate) fn token_usage(usage: TokenUsage) -> TokenUsageWire {
    TokenUsageWire {
        total_tokens: usage.total_tokens(),
        input_tokens: usage.all_input_tokens(),
        output_tokens: usage.output_tokens,
        cache_read_tokens: usage.cache_read_tokens,
        cache_write_tokens: usage.cache_write_5m_tokens + usage.cache_write_1h_tokens,
        web_searches: usage.web_searches,
    }
}

/// The totals of one user, engine and month.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageWire {
    user_id: String,
    engine_type: String,
    year_month: String,
    #[serde(flatten)]
    usage: TokenUsageWire,
    message_count: u64,
    /// For showing; `cost` is exact.
    cost_usd: f64,
    /// Exact dollars.
    cost: String,
}

/// The totals of one user, engine and day; `inputTokens` holds everything that went in, what came
/// from a cache too.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DayWire {
    user_id: String,
    engine_type: String,
    /// In Seoul, such as 2026-11-23.
    day: String,
    turns: u64,
    input_tokens: u64,
    output_tokens: u64,
    cache_read_tokens: u64,
    cache_write_tokens: u64,
    searches: u64,
    /// Millionths of a dollar, to the nearest.
    cost_micro_usd: u64,
}

impl DayWire {
    pub(crate) fn new(row: &UsageRow) -> Self {
        let usage = token_usage(row.totals.usage);
        Self {
            user_id: row.user_id.as_str().to_owned(),
            engine_type: row.engine.name().to_owned(),
            day: row.period.clone(),
            turns: row.totals.message_count,
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cache_read_tokens: usage.cache_read_tokens,
            cache_write_tokens: usage.cache_write_tokens,
            searches: usage.web_searches,
            cost_micro_usd: row.totals.cost.0.saturating_add(500) / 1_000,
        }
    }
}

/// The totals of this month with what the quota still holds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MonthWire {
    #[serde(flatten)]
    totals: UsageWire,
    quota: QuotaWire,
}

impl MonthWire {
    pub(crate) fn new(totals: UsageWire, quota: QuotaWire) -> Self {
        Self { totals, quota }
    }
}

/// The month's quota over all engines; amounts of money are exact dollars.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuotaWire {
    used_tokens: u64,
    used_cost: String,
    /// Held by turns that still run.
    reserved_tokens: u64,
    reserved_cost: String,
    /// None: no limit, or one that depends on roles nobody has told the server.
    limit_tokens: Option<u64>,
    limit_cost: Option<String>,
    /// Of the limit, settled usage alone, to a tenth; beyond 100 where a turn used more than it held.
    percent_tokens: Option<f64>,
    percent_cost: Option<f64>,
}

impl QuotaWire {
    pub(crate) fn new(used: Spend, reserved: Spend, limits: Limits) -> Self {
        Self {
            used_tokens: used.tokens,
            used_cost: used.cost.to_string(),
            reserved_tokens: reserved.tokens,
            reserved_cost: reserved.cost.to_string(),
            limit_tokens: limits.tokens,
            limit_cost: limits.cost.map(|limit| limit.to_string()),
            percent_tokens: limits.tokens.map(|limit| percent(used.tokens, limit)),
            percent_cost: limits.cost.map(|limit| percent(used.cost.0, limit.0)),
        }
    }
}

/// Of nothing everything is used.
#[expect(clippy::cast_precision_loss, reason = "shown, never summed")]
fn percent(used: u64, limit: u64) -> f64 {
    if limit == 0 {
        return 100.0;
    }
    (used as f64 / limit as f64 * 1_000.0).round() / 10.0
}

impl UsageWire {
    pub(crate) fn new(user: &str, engine: &str, month: &str, totals: UsageTotals) -> Self {
        Self {
            user_id: user.to_owned(),
            engine_type: engine.to_owned(),
            year_month: month.to_owned(),
            usage: token_usage(totals.usage),
            message_count: totals.message_count,
            cost_usd: totals.cost.dollars(),
            cost: totals.cost.to_string(),
        }
    }
}
