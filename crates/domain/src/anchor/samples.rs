//! Findings that the anchor's tests are made of.

use checker::{Category, RuleId, Severity, Span};

use crate::finding::{Finding, FindingSource};
use crate::id::FindingId;
use crate::model::ModelFinding;

/// A model's finding with one replacement.
pub(super) fn model(original: &str, replacement: &str) -> ModelFinding {
    ModelFinding {
        original: original.into(),
        before: None,
        after: None,
        replacements: vec![replacement.into()],
        category: Category::Spelling,
        severity: Severity::Error,
        message: "맞춤법".into(),
        reference: None,
        confidence: Some(0.9),
    }
}

/// A rule's finding with one replacement.
pub(super) fn rule(span: Span, original: &str, replacement: &str) -> Finding {
    Finding {
        id: FindingId::new("r-1"),
        span,
        original: original.into(),
        replacements: vec![replacement.into()],
        category: Category::Spacing,
        rule: Some(RuleId::new("spacing/dependent-noun")),
        source: FindingSource::Rule,
        severity: Severity::Error,
        message: String::new(),
        reference: None,
        confidence: Some(1.0),
        safe: true,
    }
}
