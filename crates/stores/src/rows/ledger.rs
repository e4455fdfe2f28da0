//! The ledger's own rows: one a turn, never written twice.

use domain::engine::Engine;
use domain::id::{TurnId, UserId};
use domain::ledger::{Attempt, Audit, EntryKind, LedgerEntry, Nanodollars, Price};
use domain::model::ProviderName;
use domain::ports::StoreError;
use domain::turn::Outcome;
use serde::{Deserialize, Serialize};

use super::usage::UsageRow;
use super::{named, time};

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
    /// What earlier versions did not keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    audit: Option<AuditRow>,
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
            audit: entry.audit.as_ref().map(AuditRow::from),
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
            audit: self.audit.map(AuditRow::audit).transpose()?,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct AuditRow {
    kind: String,
    /// Of opening rows only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    messages: Option<u64>,
    attempts: Vec<AttemptRow>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttemptRow {
    provider: String,
    model: Option<String>,
    usage: UsageRow,
    cost_nanodollars: u64,
    price: Option<PriceRow>,
    is_complete: bool,
}

/// Nanodollars per token, and per search.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PriceRow {
    input: u64,
    output: u64,
    cache_write_5m: u64,
    cache_write_1h: u64,
    cache_read: u64,
    web_search: u64,
}

impl From<&Audit> for AuditRow {
    fn from(audit: &Audit) -> Self {
        let messages = match audit.kind {
            EntryKind::Imported { messages } => Some(messages),
            EntryKind::Turn(_) | EntryKind::KeepWarm => None,
        };
        Self {
            kind: audit.kind.name().into(),
            messages,
            attempts: audit.attempts.iter().map(AttemptRow::from).collect(),
        }
    }
}

impl AuditRow {
    fn audit(self) -> Result<Audit, StoreError> {
        let imported = self.messages.map(|messages| EntryKind::Imported { messages });
        let imported = imported.filter(|kind| kind.name() == self.kind);
        Ok(Audit {
            kind: named("ledger kind", imported.or_else(|| EntryKind::from_name(&self.kind)))?,
            attempts: self.attempts.into_iter().map(Attempt::from).collect(),
        })
    }
}

impl From<&Attempt> for AttemptRow {
    fn from(attempt: &Attempt) -> Self {
        Self {
            provider: attempt.provider.as_str().into(),
            model: attempt.model.clone(),
            usage: attempt.usage.into(),
            cost_nanodollars: attempt.cost.0,
            price: attempt.price.map(PriceRow::from),
            is_complete: attempt.is_complete,
        }
    }
}

impl From<AttemptRow> for Attempt {
    fn from(row: AttemptRow) -> Self {
        Self {
            provider: ProviderName::new(row.provider),
            model: row.model,
            usage: row.usage.into(),
            cost: Nanodollars(row.cost_nanodollars),
            price: row.price.map(Price::from),
            is_complete: row.is_complete,
        }
    }
}

impl From<Price> for PriceRow {
    fn from(price: Price) -> Self {
        Self {
            input: price.input,
            output: price.output,
            cache_write_5m: price.cache_write_5m,
            cache_write_1h: price.cache_write_1h,
            cache_read: price.cache_read,
            web_search: price.web_search,
        }
    }
}

impl From<PriceRow> for Price {
    fn from(row: PriceRow) -> Self {
        Self {
            input: row.input,
            output: row.output,
            cache_write_5m: row.cache_write_5m,
            cache_write_1h: row.cache_write_1h,
            cache_read: row.cache_read,
            web_search: row.web_search,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LedgerRow;
    use crate::rows;

    #[test]
    fn a_row_of_an_earlier_version_is_read() {
        let old = r#"{"turnId":"t","userId":"kim","engineType":"Basic","at":"2026-11-24T00:00:00Z",
            "provider":null,"model":null,"usage":{"inputTokens":3,"outputTokens":4},
            "costNanodollars":7,"outcome":"completed"}"#;
        let entry = rows::read::<LedgerRow>("ledger row", old).unwrap().entry().unwrap();
        assert_eq!((entry.usage.total_tokens(), entry.cost.0, &entry.audit), (7, 7, &None));
        let again = rows::write("ledger row", &LedgerRow::from(&entry)).unwrap();
        assert!(!again.contains("audit"), "{again}");
    }
}
