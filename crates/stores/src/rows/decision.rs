//! Rows of decisions.

use checker::{Category, RuleId};
use domain::conversation::{Decision, DecisionAction, Verdict};
use domain::finding::FindingSource;
use domain::id::{DecisionId, FindingId, UserId};
use domain::model::ProviderName;
use domain::ports::StoreError;
use domain::text::ArticleText;
use serde::{Deserialize, Serialize};

use super::{named, time};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionRow {
    id: String,
    finding_id: String,
    action: String,
    replacement: Option<String>,
    original: String,
    rule_id: Option<String>,
    category: String,
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prompt_version: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verdict: Option<String>,
    by: String,
    at: String,
}

impl From<&Decision> for DecisionRow {
    fn from(decision: &Decision) -> Self {
        Self {
            id: decision.id.as_str().into(),
            finding_id: decision.finding_id.as_str().into(),
            action: decision.action.name().into(),
            replacement: decision.replacement.as_ref().map(|text| text.as_str().into()),
            original: decision.original.as_str().into(),
            rule_id: decision.rule.as_ref().map(|rule| rule.as_str().into()),
            category: decision.category.name().into(),
            source: decision.source.name().into(),
            prompt_version: decision.prompt_version,
            provider: decision.provider.as_ref().map(|provider| provider.as_str().into()),
            verdict: decision.verdict.map(|verdict| verdict.name().into()),
            by: decision.by.as_str().into(),
            at: decision.at.rfc3339(),
        }
    }
}

impl DecisionRow {
    pub(crate) fn decision(self) -> Result<Decision, StoreError> {
        Ok(Decision {
            id: DecisionId::new(self.id),
            finding_id: FindingId::new(self.finding_id),
            action: named("decision action", DecisionAction::from_name(&self.action))?,
            replacement: self.replacement.map(ArticleText::new),
            original: ArticleText::new(self.original),
            rule: self.rule_id.map(RuleId::owned),
            category: named("decision category", Category::from_name(&self.category))?,
            source: named("decision source", FindingSource::from_name(&self.source))?,
            prompt_version: self.prompt_version,
            provider: self.provider.map(ProviderName::new),
            verdict: match self.verdict {
                Some(name) => Some(named("decision verdict", Verdict::from_name(&name))?),
                None => None,
            },
            by: UserId::new(self.by),
            at: time(&self.at)?,
        })
    }
}
