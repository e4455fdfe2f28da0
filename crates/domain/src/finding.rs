//! A suggestion as the service keeps and shows it: with an id, its origin and its state.

use std::collections::HashMap;
use std::fmt;

use checker::{Category, RuleId, Severity, Span, Suggestion};

use crate::id::FindingId;

/// Who found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingSource {
    /// A rule of the checker.
    Rule,
    /// The model.
    Ai,
    /// A rule, and the model finds a fault there too.
    Both,
}

impl FindingSource {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Ai => "ai",
            Self::Both => "both",
        }
    }

    /// The source of that wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Rule, Self::Ai, Self::Both].into_iter().find(|source| source.name() == name)
    }
}

/// One finding about one text; spans are bytes of that text. `Debug` prints nothing of the text.
#[derive(Clone, PartialEq)]
pub struct Finding {
    /// Stable within one check: the same text and settings give the same ids.
    pub id: FindingId,
    /// Bytes of the checked text; empty where something is missing.
    pub span: Span,
    /// Exactly the text under `span`.
    pub original: String,
    /// What to write instead, best first; empty when only a person can decide.
    pub replacements: Vec<String>,
    /// Kind of fault.
    pub category: Category,
    /// The rule, when one found it.
    pub rule: Option<RuleId>,
    /// Who found it.
    pub source: FindingSource,
    /// How grave and how sure.
    pub severity: Severity,
    /// One Korean sentence that says why.
    pub message: String,
    /// The norm it rests on.
    pub reference: Option<String>,
    /// From 0 to 1, when the finder states it.
    pub confidence: Option<f32>,
    /// Whether it may be accepted in bulk; never true of a fact.
    pub safe: bool,
}

impl fmt::Debug for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, span, category, rule, source, severity, .. } = self;
        let mut shown = out.debug_struct("Finding");
        shown.field("id", id).field("span", span).field("category", category);
        shown.field("rule", rule).field("source", source).field("severity", severity);
        shown.finish_non_exhaustive()
    }
}

/// Gives the checker's suggestions their ids: rule, original and how many times that pair has
/// occurred before, so that an edit elsewhere in the text leaves an id as it is.
#[must_use]
pub fn from_suggestions(suggestions: Vec<Suggestion>) -> Vec<Finding> {
    let mut seen: HashMap<(RuleId, String), usize> = HashMap::new();
    suggestions
        .into_iter()
        .map(|suggestion| {
            let count =
                seen.entry((suggestion.rule.clone(), suggestion.original.clone())).or_default();
            *count += 1;
            let key = fingerprint(suggestion.rule.as_str(), &suggestion.original);
            from_suggestion(suggestion, FindingId::new(format!("r-{key:016x}-{count}")))
        })
        .collect()
}

fn from_suggestion(suggestion: Suggestion, id: FindingId) -> Finding {
    Finding {
        id,
        span: suggestion.span,
        original: suggestion.original,
        replacements: suggestion.replacements,
        category: suggestion.category,
        rule: Some(suggestion.rule),
        source: FindingSource::Rule,
        severity: suggestion.severity,
        message: suggestion.message,
        reference: suggestion.reference,
        confidence: Some(suggestion.confidence),
        safe: suggestion.safe,
    }
}

/// FNV-1a over both strings with a separator: ids must not change between releases, which the
/// standard library's hasher does not promise.
fn fingerprint(rule: &str, original: &str) -> u64 {
    let bytes = rule.bytes().chain([0xff]).chain(original.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// What an editor has done with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingState {
    /// Not decided.
    Open,
    /// Its replacement stands in the text.
    Accepted,
    /// The text stays as it is.
    Rejected,
}

impl FindingState {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }

    /// The state of that wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Accepted, Self::Rejected].into_iter().find(|state| state.name() == name)
    }
}

/// A finding in a draft, at its place in the draft's text, with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackedFinding {
    /// The finding, its span in the draft's text.
    pub finding: Finding,
    /// What became of it.
    pub state: FindingState,
}

#[cfg(test)]
mod tests {
    use super::from_suggestions;
    use crate::model::{ModelEvent, ModelFinding};
    use checker::{Category, RuleId, Severity, Span, Suggestion};

    fn suggestion(start: usize, original: &str) -> Suggestion {
        Suggestion {
            span: Span::new(start, start + original.len()),
            original: original.into(),
            replacements: vec![],
            category: Category::Spelling,
            rule: RuleId::new("spelling/fixed-form"),
            severity: Severity::Error,
            message: String::new(),
            reference: None,
            confidence: 1.0,
            safe: true,
        }
    }

    #[test]
    fn ids_survive_edits_elsewhere_and_tell_repeats_apart() {
        let before = from_suggestions(vec![suggestion(0, "몇일"), suggestion(40, "몇일")]);
        let after = from_suggestions(vec![
            suggestion(9, "몇일"),
            suggestion(20, "금새"),
            suggestion(60, "몇일"),
        ]);
        assert_eq!(before[0].id, after[0].id);
        assert_eq!(before[1].id, after[2].id);
        assert_ne!(before[0].id, before[1].id);
        assert_ne!(after[1].id, after[0].id);
    }

    #[test]
    fn debug_prints_nothing_of_the_text() {
        let found = Suggestion {
            replacements: vec!["며칠".into()],
            message: "‘며칠’로 적습니다.".into(),
            ..suggestion(0, "몇일")
        };
        let findings = from_suggestions(vec![found]);
        let said = ModelFinding {
            original: "몇일".into(),
            before: Some("그는".into()),
            after: Some("뒤".into()),
            replacements: vec!["며칠".into()],
            category: Category::Spelling,
            severity: Severity::Error,
            message: "‘며칠’".into(),
            reference: None,
            confidence: None,
        };
        let printed = format!("{findings:?} {:?}", ModelEvent::Finding(said));
        assert!(printed.is_ascii(), "{printed}");
        assert!(printed.contains("spelling/fixed-form"), "{printed}");
    }
}
