//! Rows of findings, inside messages, drafts and the journal.

use checker::{Category, RuleId, Severity, Span};
use domain::finding::{Finding, FindingSource, FindingState, TrackedFinding};
use domain::id::FindingId;
use domain::ports::StoreError;
use serde::{Deserialize, Serialize};

use super::named;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingRow {
    id: String,
    start_byte: usize,
    end_byte: usize,
    original: String,
    replacements: Vec<String>,
    category: String,
    rule_id: Option<String>,
    source: String,
    severity: String,
    message: String,
    reference: Option<String>,
    confidence: Option<f32>,
    safe: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

impl From<&Finding> for FindingRow {
    fn from(finding: &Finding) -> Self {
        Self {
            id: finding.id.as_str().into(),
            start_byte: finding.span.start,
            end_byte: finding.span.end,
            original: finding.original.clone(),
            replacements: finding.replacements.clone(),
            category: finding.category.name().into(),
            rule_id: finding.rule.as_ref().map(|rule| rule.as_str().into()),
            source: finding.source.name().into(),
            severity: finding.severity.name().into(),
            message: finding.message.clone(),
            reference: finding.reference.clone(),
            confidence: finding.confidence,
            safe: finding.safe,
            state: None,
        }
    }
}

impl From<&TrackedFinding> for FindingRow {
    fn from(tracked: &TrackedFinding) -> Self {
        let state = Some(tracked.state.name().into());
        Self { state, ..Self::from(&tracked.finding) }
    }
}

impl FindingRow {
    pub(crate) fn finding(self) -> Result<Finding, StoreError> {
        Ok(Finding {
            id: FindingId::new(self.id),
            span: Span::new(self.start_byte, self.end_byte),
            original: self.original,
            replacements: self.replacements,
            category: named("finding category", Category::from_name(&self.category))?,
            rule: self.rule_id.map(RuleId::owned),
            source: named("finding source", FindingSource::from_name(&self.source))?,
            severity: named("finding severity", Severity::from_name(&self.severity))?,
            message: self.message,
            reference: self.reference,
            confidence: self.confidence,
            safe: self.safe,
        })
    }

    pub(crate) fn tracked(self) -> Result<TrackedFinding, StoreError> {
        let name = self.state.as_deref().unwrap_or("open");
        let state = named("finding state", FindingState::from_name(name))?;
        Ok(TrackedFinding { finding: self.finding()?, state })
    }
}

pub(crate) fn rows(findings: &[Finding]) -> Vec<FindingRow> {
    findings.iter().map(FindingRow::from).collect()
}

pub(crate) fn findings(rows: Vec<FindingRow>) -> Result<Vec<Finding>, StoreError> {
    rows.into_iter().map(FindingRow::finding).collect()
}
