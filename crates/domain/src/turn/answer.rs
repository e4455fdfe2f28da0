//! What has come of an answer so far: text, findings, sources and usage, with every event it makes.

use super::journal::Journal;
use super::{Notice, Outcome, TurnEvent};
use crate::anchor::{Anchor, Anchored};
use crate::finding::Finding;
use crate::id::FindingId;
use crate::ledger::{Attempt, Nanodollars};
use crate::model::{
    FinishReason, ModelCard, ModelEvent, ModelFinding, ProviderName, Source, TokenCount,
    TokenUsage, Verbatim,
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
    verbatim: Option<Verbatim>,
    /// Usage and cost of the attempts before this one.
    settled: (TokenUsage, Nanodollars),
    /// The attempts before this one.
    attempts: Vec<Attempt>,
    /// Usage of this attempt, as reported.
    current: TokenUsage,
    /// What came of this attempt, reported or not.
    output: Output,
    /// Whether this attempt has said anything yet, but not its end.
    is_midway: bool,
    /// Who answers, with the model's prices.
    attempt: Option<(ProviderName, ModelCard)>,
    /// The model as its provider names it.
    model: Option<String>,
    started_at: Timestamp,
    /// When the editor was first shown anything of the model's.
    content_at: Option<Timestamp>,
    has_failed_search: bool,
}

impl<'t> Growing<'t> {
    /// `anchor` where findings are expected, none where prose is.
    pub(super) fn new(
        anchor: Option<Anchor<'t>>,
        categories: &'t [checker::Category],
        started_at: Timestamp,
    ) -> Self {
        Self {
            anchor,
            categories,
            text: String::new(),
            pieces: 0,
            sources: Vec::new(),
            dropped_findings: 0,
            model_findings: 0,
            verbatim: None,
            settled: (TokenUsage::default(), Nanodollars::default()),
            attempts: Vec::new(),
            current: TokenUsage::default(),
            output: Output::default(),
            is_midway: false,
            attempt: None,
            model: None,
            started_at,
            content_at: None,
            has_failed_search: false,
        }
    }

    /// Whether the editor has been shown anything of the model's.
    pub(super) fn has_content(&self) -> bool {
        self.content_at.is_some()
    }

    /// Takes one event of the provider; gives the outcome when it was the last.
    pub(super) fn take(
        &mut self,
        event: ModelEvent,
        now: Timestamp,
        journal: &mut Journal<'_>,
    ) -> Option<Outcome> {
        if let ModelEvent::Attempt { provider, card } = event {
            self.take_attempt(provider, card, journal);
            return None;
        }
        self.is_midway = !matches!(event, ModelEvent::Finished(_));
        match event {
            // Taken above: what was said before it belongs to the attempt before.
            ModelEvent::Attempt { .. } => {}
            ModelEvent::Started { model } => self.model = Some(model),
            ModelEvent::Text(text) => {
                self.output.grow(TokenCount::of(&text));
                self.take_text(text, now, journal);
            }
            ModelEvent::Finding(finding) => self.take_finding(finding, now, journal),
            ModelEvent::UnreadableFinding => self.dropped_findings += 1,
            ModelEvent::Source(source) => {
                if !self.sources.contains(&source) {
                    self.sources.push(source);
                }
            }
            ModelEvent::Usage(usage) => {
                self.current = usage;
                self.output.report(usage.output_tokens);
                let (usage, cost) = self.billed();
                journal.emit(TurnEvent::Usage { usage, cost });
            }
            ModelEvent::SearchUnavailable => {
                if !std::mem::replace(&mut self.has_failed_search, true) {
                    journal.emit(TurnEvent::Notice(Notice::SearchUnavailable));
                }
            }
            ModelEvent::Verbatim(verbatim) => self.verbatim = Some(verbatim),
            ModelEvent::Working(count) => self.output.grow(count),
            ModelEvent::Heartbeat => {}
            ModelEvent::Finished(reason) => return Some(self.finish(reason, journal)),
        }
        None
    }

    /// Closes the books of the attempt before, and says who answers now when it is somebody else.
    fn take_attempt(&mut self, provider: ProviderName, card: ModelCard, journal: &mut Journal<'_>) {
        self.close_attempt();
        self.verbatim = None;
        self.model = Some(card.id.clone());
        let before = self.attempt.replace((provider.clone(), card.clone()));
        let notice = match before {
            Some((name, _)) if name != provider => Notice::ProviderSwitched,
            Some((_, model)) if model.id != card.id => Notice::ModelSucceeded,
            Some(_) | None => return,
        };
        journal.emit(TurnEvent::Switched { provider, model: card.id });
        journal.emit(TurnEvent::Notice(notice));
    }

    fn take_text(&mut self, text: String, now: Timestamp, journal: &mut Journal<'_>) {
        if text.is_empty() || self.anchor.is_some() {
            return;
        }
        self.begin_content(now, journal);
        self.text.push_str(&text);
        let index = self.pieces;
        self.pieces += 1;
        journal.emit(TurnEvent::Text { text: ArticleText::new(text), index, at: now });
    }

    fn take_finding(&mut self, finding: ModelFinding, now: Timestamp, journal: &mut Journal<'_>) {
        if !self.categories.is_empty() && !self.categories.contains(&finding.category) {
            return;
        }
        let Some(anchor) = &mut self.anchor else { return };
        self.model_findings += 1;
        match anchor.place(finding, FindingId::new(format!("m-{}", self.model_findings))) {
            Anchored::Placed(finding) => {
                self.begin_content(now, journal);
                journal.emit(TurnEvent::Finding(finding));
            }
            Anchored::Repeated | Anchored::LeftAlone => {}
            Anchored::NotInText => self.dropped_findings += 1,
        }
    }

    fn begin_content(&mut self, now: Timestamp, journal: &mut Journal<'_>) {
        if self.content_at.is_none() {
            self.content_at = Some(now);
            journal.emit(TurnEvent::AnswerStarted { at: now });
        }
    }

    fn finish(&mut self, reason: FinishReason, journal: &mut Journal<'_>) -> Outcome {
        let (outcome, notice) = match reason {
            FinishReason::EndTurn => return Outcome::Completed,
            FinishReason::MaxTokens | FinishReason::ContextOverflow => {
                (Outcome::Truncated, Notice::AnswerTruncated)
            }
            FinishReason::Refusal => (Outcome::Refused, Notice::AnswerRefused),
        };
        journal.emit(TurnEvent::Notice(notice));
        outcome
    }

    /// Closes the books of this attempt, so that the next one's usage is added to it. The provider
    /// bills what it has written also where the answer was cut before it said how much that is.
    pub(super) fn close_attempt(&mut self) {
        let is_complete = !std::mem::take(&mut self.is_midway);
        let output = std::mem::take(&mut self.output);
        if !is_complete && self.current != TokenUsage::default() {
            self.current.output_tokens = self.current.output_tokens.max(output.tokens());
        }
        self.settled = self.billed();
        let usage = std::mem::take(&mut self.current);
        let Some((provider, card)) = self.attempt.clone() else { return };
        let (model, price) = (self.model.clone(), card.price_at(self.started_at));
        self.attempts.push(Attempt::priced(provider, model, usage, price, is_complete));
    }

    /// Usage and cost so far; a model without a price costs nothing and says so in the ledger.
    pub(super) fn billed(&self) -> (TokenUsage, Nanodollars) {
        let (usage, cost) = self.settled;
        let price = self.attempt.as_ref().and_then(|(_, card)| card.price_at(self.started_at));
        let more = price.map_or(0, |price| price.cost(self.current).0);
        (usage.plus(self.current), Nanodollars(cost.0 + more))
    }

    /// Who answers now.
    pub(super) fn attempt(&self) -> Option<&(ProviderName, ModelCard)> {
        self.attempt.as_ref()
    }

    /// What the attempt that runs now has used.
    pub(super) fn attempt_usage(&self) -> TokenUsage {
        self.current
    }

    pub(super) fn dropped_findings(&self) -> u64 {
        self.dropped_findings
    }

    pub(super) fn into_parts(self) -> Parts {
        let (usage, cost) = self.billed();
        Parts {
            text: ArticleText::new(self.text),
            pieces: self.pieces,
            sources: self.sources,
            findings: self.anchor.map(Anchor::into_findings).unwrap_or_default(),
            verbatim: self.verbatim,
            provider: self.attempt.map(|(provider, _)| provider),
            model: self.model,
            usage,
            cost,
            attempts: self.attempts,
            content_at: self.content_at,
        }
    }
}

/// How much was written, over all the responses it is spread over.
#[derive(Default)]
pub(super) struct Output {
    /// Tokens of the responses before this one.
    before: u64,
    /// What has come of this response.
    now: TokenCount,
}

impl Output {
    pub(super) fn grow(&mut self, more: TokenCount) {
        self.now = self.now.and(more);
    }

    /// A report before anything has come opens a response; one after it closes the response.
    pub(super) fn report(&mut self, output_tokens: u64) {
        if std::mem::take(&mut self.now) != TokenCount::default() {
            self.before = output_tokens;
        }
    }

    pub(super) fn tokens(&self) -> u64 {
        self.before + self.now.tokens()
    }
}

/// A finished answer taken apart.
pub(super) struct Parts {
    pub(super) text: ArticleText,
    pub(super) pieces: u64,
    pub(super) sources: Vec<Source>,
    pub(super) findings: Vec<Finding>,
    pub(super) verbatim: Option<Verbatim>,
    pub(super) provider: Option<ProviderName>,
    pub(super) model: Option<String>,
    pub(super) usage: TokenUsage,
    pub(super) cost: Nanodollars,
    pub(super) attempts: Vec<Attempt>,
    pub(super) content_at: Option<Timestamp>,
}
