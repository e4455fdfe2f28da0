//! Usage on the wire.

use domain::model::TokenUsage;
use domain::usage::UsageTotals;
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
    cost_usd: f64,
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
        }
    }
}
