//! What has come of an answer so far: text, findings, sources and usage, with every event it makes.

use super::journal::Journal;
use super::{Notice, Outcome, TurnEvent};
use crate::anchor::{Anchor, Anchored};
use crate::finding::Finding;
use crate::id::FindingId;
use crate::ledger::{Attempt, Nanodollars};
use crate::model::{
    FinishReason, ModelCard, ModelEvent, ModelFinding, ProviderName, Source, TokenUsage,
};
use crate::text::ArticleText;
use crate::time::Timestamp;

/// The answer of one turn as it grows.
pub(super) struct Growing<'t> {
    anchor: Option<Anchor<'t>>,
    categories: &'t [checker::Category],
    text: String,
    pieces: u64,
    sources: Vec<Source>,
    dropped_findings: u64,
    model_findings: u64,
    settled: (TokenUsage, Nanodollars),
    attempts: Vec<Attempt>,
    current: TokenUsage,
    /// Whether the present attempt has said anything yet, but not its end.
    is_midway: bool,
    pub(super) provider: Option<ProviderName>,
    pub(super) model: Option<String>,
    has_content: bool,
}

impl<'t> Growing<'t> {
    /// `anchor` where findings are expected, none where prose is.
    pub(super) fn new(anchor: Option<Anchor<'t>>, categories: &'t [checker::Category]) -> Self {
        Self {
            anchor,
            categories,
            text: String::new(),
            pieces: 0,
            sources: Vec::new(),
            dropped_findings: 0,
            model_findings: 0,
            settled: (TokenUsage::default(), Nanodollars::default()),
            attempts: Vec::new(),
            current: TokenUsage::default(),
            is_midway: false,
            provider: None,
            model: None,
            has_content: false,
        }
    }

    /// Whether the editor has been shown anything of the model's.
    pub(super) fn has_content(&self) -> bool {
        self.has_content
    }

    /// Takes one event of the provider; gives the outcome when it was the last.
    pub(super) async fn take(
        &mut self,
        event: ModelEvent,
        card: &ModelCard,
        started_at: Timestamp,
        now: Timestamp,
        journal: &mut Journal<'_>,
    ) -> Option<Outcome> {
        self.is_midway = !matches!(event, ModelEvent::Finished(_));
        match event {
            ModelEvent::Started { model } => self.model = Some(model),
            ModelEvent::Text(text) => self.take_text(text, now, journal).await,
            ModelEvent::Finding(finding) => self.take_finding(finding, now, journal).await,
            ModelEvent::UnreadableFinding => self.dropped_findings += 1,
            ModelEvent::Source(source) => {
                if !self.sources.contains(&source) {
                    self.sources.push(source);
                }
            }
            ModelEvent::Usage(usage) => {
                self.current = usage;
                let (usage, cost) = self.bill(card, started_at);
                journal.emit(TurnEvent::Usage { usage, cost }).await;
            }
            ModelEvent::Heartbeat => journal.keep_if_due().await,
            ModelEvent::Finished(reason) => return Some(self.finish(reason, journal).await),
        }
        None
    }

    async fn take_text(&mut self, text: String, now: Timestamp, journal: &mut Journal<'_>) {
        if text.is_empty() || self.anchor.is_some() {
            return;
        }
        self.begin_content(now, journal).await;
        self.text.push_str(&text);
        let index = self.pieces;
        self.pieces += 1;
        journal.emit(TurnEvent::Text { text: ArticleText::new(text), index, at: now }).await;
    }

    async fn take_finding(
        &mut self,
        finding: ModelFinding,
        now: Timestamp,
        journal: &mut Journal<'_>,
    ) {
        if !self.categories.is_empty() && !self.categories.contains(&finding.category) {
            return;
        }
        let Some(anchor) = &mut self.anchor else { return };
        self.model_findings += 1;
        match anchor.place(finding, FindingId::new(format!("m-{}", self.model_findings))) {
            Anchored::Placed(finding) => {
                self.begin_content(now, journal).await;
                journal.emit(TurnEvent::Finding(finding)).await;
            }
            Anchored::Repeated => {}
            Anchored::NotInText => self.dropped_findings += 1,
        }
    }

    async fn begin_content(&mut self, now: Timestamp, journal: &mut Journal<'_>) {
        if !self.has_content {
            self.has_content = true;
            journal.emit(TurnEvent::AnswerStarted { at: now }).await;
        }
    }

    async fn finish(&mut self, reason: FinishReason, journal: &mut Journal<'_>) -> Outcome {
        let (outcome, notice) = match reason {
            FinishReason::EndTurn => return Outcome::Completed,
            FinishReason::MaxTokens | FinishReason::ContextOverflow => {
                (Outcome::Truncated, Notice::AnswerTruncated)
            }
            FinishReason::Refusal => (Outcome::Refused, Notice::AnswerRefused),
        };
        journal.emit(TurnEvent::Notice(notice)).await;
        outcome
    }

    /// Closes the books of one provider, so that the next one's usage is added to it.
    pub(super) fn close_attempt(&mut self, card: &ModelCard, started_at: Timestamp) {
        self.settled = self.bill(card, started_at);
        let is_complete = !std::mem::take(&mut self.is_midway);
        let usage = std::mem::take(&mut self.current);
        let Some(provider) = self.provider.clone() else { return };
        let (model, price) = (self.model.clone(), card.price_at(started_at));
        self.attempts.push(Attempt::priced(provider, model, usage, price, is_complete));
    }

    /// Usage and cost so far; a model without a price costs nothing and says so in the ledger.
    fn bill(&self, card: &ModelCard, started_at: Timestamp) -> (TokenUsage, Nanodollars) {
        let (usage, cost) = self.settled;
        let more = card.price_at(started_at).map_or(0, |price| price.cost(self.current).0);
        (usage.plus(self.current), Nanodollars(cost.0 + more))
    }

    /// What the turn used and cost, after the last attempt was closed.
    pub(super) fn billed(&self) -> (TokenUsage, Nanodollars) {
        self.settled
    }

    pub(super) fn dropped_findings(&self) -> u64 {
        self.dropped_findings
    }

    pub(super) fn into_parts(self) -> Parts {
        Parts {
            text: ArticleText::new(self.text),
            pieces: self.pieces,
            sources: self.sources,
            findings: self.anchor.map(Anchor::into_findings).unwrap_or_default(),
            provider: self.provider,
            model: self.model,
            usage: self.settled.0,
            cost: self.settled.1,
            attempts: self.attempts,
        }
    }
}

/// A finished answer taken apart.
pub(super) struct Parts {
    pub(super) text: ArticleText,
    pub(super) pieces: u64,
    pub(super) sources: Vec<Source>,
    pub(super) findings: Vec<Finding>,
    pub(super) provider: Option<ProviderName>,
    pub(super) model: Option<String>,
    pub(super) usage: TokenUsage,
    pub(super) cost: Nanodollars,
    pub(super) attempts: Vec<Attempt>,
}
