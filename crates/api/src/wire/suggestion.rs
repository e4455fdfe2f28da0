//! Suggestions with UTF-16 offsets.

use checker::utf16::Utf16Index;
use checker::{Category, RuleId, Severity, Span};
use domain::finding::{Finding, FindingSource, FindingState, TrackedFinding};
use domain::id::FindingId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One finding; offsets in UTF-16 code units of the submitted text.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    id: String,
    start: usize,
    end: usize,
    original: String,
    replacements: Vec<String>,
    /// One of the fourteen categories.
    category: String,
    rule_id: Option<String>,
    /// `rule`, `ai` or `both`.
    source: String,
    /// `error`, `warning` or `hint`.
    severity: String,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confidence: Option<f32>,
    safe: bool,
}

/// What a check answers.
#[derive(Serialize, ToSchema)]
pub struct CheckResponse {
    suggestions: Vec<Suggestion>,
}

impl CheckResponse {
    /// The answer about `text`.
    #[must_use]
    pub fn new(text: &str, findings: &[Finding]) -> Self {
        Self { suggestions: suggestions(text, findings) }
    }
}

/// Findings about `text` as they go on the wire.
#[must_use]
pub fn suggestions(text: &str, findings: &[Finding]) -> Vec<Suggestion> {
    let index = Utf16Index::new(text);
    findings.iter().map(|finding| Suggestion::new(&index, finding)).collect()
}

impl Suggestion {
    pub(crate) fn new(index: &Utf16Index<'_>, finding: &Finding) -> Self {
        Self {
            id: finding.id.as_str().to_owned(),
            start: index.unit_of(finding.span.start),
            end: index.unit_of(finding.span.end),
            original: finding.original.clone(),
            replacements: finding.replacements.clone(),
            category: finding.category.name().to_owned(),
            rule_id: finding.rule.as_ref().map(|rule| rule.as_str().to_owned()),
            source: finding.source.name().to_owned(),
            severity: finding.severity.name().to_owned(),
            message: finding.message.clone(),
            reference: finding.reference.clone(),
            confidence: finding.confidence,
            safe: finding.safe,
        }
    }

    /// The finding, when its offsets and names mean something in that text.
    pub(crate) fn finding(self, index: &Utf16Index<'_>) -> Option<Finding> {
        let span = Span::new(index.byte_of(self.start)?, index.byte_of(self.end)?);
        let category = Category::from_name(&self.category)?;
        Some(Finding {
            id: FindingId::new(self.id),
            span: (span.start <= span.end).then_some(span)?,
            original: self.original,
            replacements: self.replacements,
            category,
            rule: self.rule_id.map(RuleId::owned),
            source: FindingSource::from_name(&self.source)?,
            severity: Severity::from_name(&self.severity)?,
            message: self.message,
            reference: self.reference,
            confidence: self.confidence,
            safe: self.safe && category != Category::Fact,
        })
    }
}

/// A suggestion in a draft with what became of it.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct TrackedSuggestion {
    #[serde(flatten)]
    suggestion: Suggestion,
    /// `open`, `accepted` or `rejected`.
    state: String,
}

impl TrackedSuggestion {
    pub(crate) fn new(index: &Utf16Index<'_>, tracked: &TrackedFinding) -> Self {
        Self {
            suggestion: Suggestion::new(index, &tracked.finding),
            state: tracked.state.name().to_owned(),
        }
    }

    pub(crate) fn tracked(self, index: &Utf16Index<'_>) -> Option<TrackedFinding> {
        let state = FindingState::from_name(&self.state)?;
        Some(TrackedFinding { finding: self.suggestion.finding(index)?, state })
    }
}
