//! Quotas that admins have set, and when a person's last turns began.

use domain::ledger::Nanodollars;
use domain::pace::Pace;
use domain::ports::StoreError;
use domain::quota::{Limits, QuotaRow, Subject};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::named;

/// A quota as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredQuota {
    kind: String,
    name: String,
    tokens_per_month: Option<u64>,
    cost_nanodollars_per_month: Option<u64>,
    turns_per_minute: Option<u32>,
    concurrent_turns: Option<u32>,
    /// Not in rows of earlier versions.
    text_chars: Option<usize>,
}

impl From<&QuotaRow> for StoredQuota {
    fn from(row: &QuotaRow) -> Self {
        let Limits { tokens, cost, turns_per_minute, concurrent_turns, text_chars } = row.limits;
        Self {
            kind: row.subject.kind().into(),
            name: row.subject.name().into(),
            tokens_per_month: tokens,
            cost_nanodollars_per_month: cost.map(|cost| cost.0),
            turns_per_minute,
            concurrent_turns,
            text_chars,
        }
    }
}

impl StoredQuota {
    pub(crate) fn row(self) -> Result<QuotaRow, StoreError> {
        let subject = named("quota subject", Subject::of(&self.kind, &self.name))?;
        let limits = Limits {
            tokens: self.tokens_per_month,
            cost: self.cost_nanodollars_per_month.map(Nanodollars),
            turns_per_minute: self.turns_per_minute,
            concurrent_turns: self.concurrent_turns,
            text_chars: self.text_chars,
        };
        Ok(QuotaRow { subject, limits })
    }
}

/// Milliseconds since 1970 at which turns began.
#[derive(Serialize, Deserialize)]
pub(crate) struct PaceRow {
    begun: Vec<i64>,
}

impl From<&Pace> for PaceRow {
    fn from(pace: &Pace) -> Self {
        Self { begun: pace.begun.iter().map(|at| at.millis()).collect() }
    }
}

impl From<PaceRow> for Pace {
    fn from(row: PaceRow) -> Self {
        Self { begun: row.begun.into_iter().map(Timestamp::from_millis).collect() }
    }
}

#[cfg(test)]
mod tests {
    use domain::quota::Limits;

    use super::StoredQuota;

    #[test]
    fn a_row_of_an_earlier_version_limits_no_text() {
        let body = r#"{"kind":"desk","name":"경제부","turnsPerMinute":3}"#;
        let row = serde_json::from_str::<StoredQuota>(body).unwrap().row().unwrap();
        assert_eq!(row.limits, Limits { turns_per_minute: Some(3), ..Limits::default() });
    }
}
