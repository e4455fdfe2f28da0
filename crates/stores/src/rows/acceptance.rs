//! Rows of counted decisions: every count of one user, day and engine.

use std::collections::BTreeMap;

use domain::acceptance::{AcceptanceCounts, AcceptanceKey};
use domain::finding::FindingSource;
use domain::ports::StoreError;
use serde::{Deserialize, Serialize};

use super::named;

#[derive(Serialize, Deserialize)]
pub(crate) struct AcceptanceDayRow {
    counts: Vec<CountsRow>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CountsRow {
    category: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rule_id: Option<String>,
    source: String,
    #[serde(default)]
    accepted: u64,
    #[serde(default)]
    rejected: u64,
    #[serde(default)]
    edited: u64,
    #[serde(default)]
    always_ignored: u64,
    #[serde(default)]
    disliked: u64,
}

type Counts = BTreeMap<AcceptanceKey, AcceptanceCounts>;

impl From<&Counts> for AcceptanceDayRow {
    fn from(counts: &Counts) -> Self {
        let row = |(key, counts): (&AcceptanceKey, &AcceptanceCounts)| CountsRow {
            category: key.category.clone(),
            rule_id: key.rule.clone(),
            source: key.source.name().into(),
            accepted: counts.accepted,
            rejected: counts.rejected,
            edited: counts.edited,
            always_ignored: counts.always_ignored,
            disliked: counts.disliked,
        };
        Self { counts: counts.iter().map(row).collect() }
    }
}

impl AcceptanceDayRow {
    pub(crate) fn counts(self) -> Result<Counts, StoreError> {
        self.counts.into_iter().map(CountsRow::counts).collect()
    }
}

impl CountsRow {
    fn counts(self) -> Result<(AcceptanceKey, AcceptanceCounts), StoreError> {
        let source = named("acceptance source", FindingSource::from_name(&self.source))?;
        let key = AcceptanceKey { category: self.category, rule: self.rule_id, source };
        let counts = AcceptanceCounts {
            accepted: self.accepted,
            rejected: self.rejected,
            edited: self.edited,
            always_ignored: self.always_ignored,
            disliked: self.disliked,
        };
        Ok((key, counts))
    }
}
