//! Decisions on the wire.

use checker::{Category, RuleId};
use domain::conversation::{Decision, DecisionAction, Verdict};
use domain::finding::FindingSource;
use domain::id::{DecisionId, FindingId, UserId};
use domain::model::ProviderName;
use domain::text::ArticleText;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One entry of the decision log.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionWire {
    /// Made by the page; a repeated one is passed over.
    id: String,
    suggestion_id: String,
    /// `accepted`, `rejected`, `edited`, `always_ignored`, `disliked`, or `undone`, which takes the
    /// last of the others on this suggestion back.
    action: String,
    replacement: Option<String>,
    original: String,
    rule_id: Option<String>,
    category: String,
    /// `rule`, `ai` or `both`.
    source: String,
    /// Version of the prompt behind a suggestion of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prompt_version: Option<u64>,
    /// Who served the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    /// `wrong`, `unneeded`, `style` or `other`; only with `disliked`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verdict: Option<String>,
    /// Who decided: set by the server, and ignored in what it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// When; later than now counts as now.
    at: String,
}

impl DecisionWire {
    pub(crate) fn new(decision: &Decision) -> Self {
        Self {
            id: decision.id.as_str().to_owned(),
            suggestion_id: decision.finding_id.as_str().to_owned(),
            action: decision.action.name().to_owned(),
            replacement: decision.replacement.as_ref().map(|text| text.as_str().to_owned()),
            original: decision.original.as_str().to_owned(),
            rule_id: decision.rule.as_ref().map(|rule| rule.as_str().to_owned()),
            category: decision.category.name().to_owned(),
            source: decision.source.name().to_owned(),
            prompt_version: decision.prompt_version,
            provider: decision.provider.as_ref().map(|provider| provider.as_str().to_owned()),
            verdict: decision.verdict.map(|verdict| verdict.name().to_owned()),
            by: Some(decision.by.as_str().to_owned()),
            at: decision.at.rfc3339(),
        }
    }

    /// The decision, or `None` for a name nobody knows or a verdict on what was not disliked.
    pub(crate) fn decision(self, by: &UserId, now: Timestamp) -> Option<Decision> {
        let action = DecisionAction::from_name(&self.action)?;
        let verdict = match self.verdict {
            Some(_) if action != DecisionAction::Disliked => return None,
            Some(name) => Some(Verdict::from_name(&name)?),
            None => None,
        };
        Some(Decision {
            id: DecisionId::new(self.id),
            finding_id: FindingId::new(self.suggestion_id),
            action,
            replacement: self.replacement.map(ArticleText::new),
            original: ArticleText::new(self.original),
            rule: self.rule_id.map(RuleId::owned),
            category: Category::from_name(&self.category)?,
            source: FindingSource::from_name(&self.source)?,
            prompt_version: self.prompt_version,
            provider: self.provider.map(ProviderName::new),
            verdict,
            by: by.clone(),
            at: Timestamp::parse(&self.at)?.min(now),
        })
    }
}
