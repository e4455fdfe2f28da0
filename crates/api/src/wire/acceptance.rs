//! How findings were taken, on the wire.

use domain::acceptance::AcceptanceRow;
use serde::Serialize;
use utoipa::ToSchema;

/// How often each was done with the findings of one category, rule and source.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AcceptanceWire {
    category: String,
    rule_id: Option<String>,
    /// `rule`, `ai` or `both`.
    source: String,
    accepted: u64,
    rejected: u64,
    edited: u64,
    always_ignored: u64,
    disliked: u64,
}

impl AcceptanceWire {
    pub(crate) fn new(row: &AcceptanceRow) -> Self {
        Self {
            category: row.key.category.clone(),
            rule_id: row.key.rule.clone(),
            source: row.key.source.name().to_owned(),
            accepted: row.counts.accepted,
            rejected: row.counts.rejected,
            edited: row.counts.edited,
            always_ignored: row.counts.always_ignored,
            disliked: row.counts.disliked,
        }
    }
}
