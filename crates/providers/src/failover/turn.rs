//! One turn over the legs: who is asked, with what, and what becomes of each event and failure.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use domain::model::{Mode, ModelEvent, ModelRequest, ProviderError, Remedy, Standing};
use domain::text::ArticleText;
use tokio::time::{Instant, Sleep, sleep_until};

use super::Legs;
use super::asking::Asking;
use super::attempt::Attempt;
use super::decision::{Situation, Step, decide};
use super::leg::{Entry, Pass};
use super::splice::Splice;

/// A turn while its answer comes in.
pub(super) struct Turn {
    legs: Arc<Legs>,
    request: Arc<ModelRequest>,
    total_by: Instant,
    /// Which leg is asked.
    leg: usize,
    /// The right to ask it.
    pass: Option<Pass>,
    attempt: Option<Attempt>,
    /// What is measured of it.
    asking: Option<Asking>,
    /// Not before then the leg is asked again.
    next_at: Option<Instant>,
    /// Ends that wait.
    waiting: Option<Pin<Box<Sleep>>>,
    on_leg: OnLeg,
    /// The model that was asked last.
    model: String,
    /// The answer so far, also what was shown before this turn.
    shown: String,
    has_content: bool,
    ready: VecDeque<ModelEvent>,
    last: Option<ProviderError>,
    is_over: bool,
}

/// What was tried with the leg that is asked.
#[derive(Debug, Clone, Copy, Default)]
struct OnLeg {
    attempts: u32,
    has_gone_on: bool,
    is_without_search: bool,
}

impl Turn {
    pub(super) fn new(legs: Arc<Legs>, request: Arc<ModelRequest>) -> Self {
        let shown = request.shown.as_ref().map(|shown| shown.as_str().to_owned());
        Self {
            total_by: Instant::now() + legs.settings.timeouts.total,
            legs,
            request,
            leg: 0,
            pass: None,
            attempt: None,
            asking: None,
            next_at: None,
            waiting: None,
            on_leg: OnLeg::default(),
            model: String::new(),
            shown: shown.unwrap_or_default(),
            has_content: false,
            ready: VecDeque::new(),
            last: None,
            is_over: false,
        }
    }

    /// The next event of the turn; none after its end.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<ModelEvent, ProviderError>>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            if self.is_over {
                return Poll::Ready(self.last.take().map(Err));
            }
            let Some(attempt) = &mut self.attempt else {
                ready!(self.poll_wait(context));
                if !self.is_over {
                    self.ask();
                }
                continue;
            };
            match ready!(attempt.poll_next(context)) {
                Ok(event) => self.take(event),
                Err(error) => self.recover(error),
            }
        }
    }

    /// Waits for the time to ask; where the turn's time is over first, so is the turn.
    fn poll_wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(at) = self.next_at else { return Poll::Ready(()) };
        let until = at.min(self.total_by);
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep_until(until)));
        ready!(waiting.as_mut().poll(context));
        self.waiting = None;
        self.next_at = None;
        if at >= self.total_by {
            self.last = Some(ProviderError::TimedOut { stage: "total" });
            self.is_over = true;
        }
        Poll::Ready(())
    }

    /// Asks the leg at hand, or goes on to the next one that may be asked.
    fn ask(&mut self) {
        let Some(leg) = self.legs.all.get(self.leg).map(Arc::clone) else {
            self.is_over = true;
            return;
        };
        let pass = match self.pass.take().filter(Pass::holds) {
            Some(pass) => pass,
            None => match Pass::ask_for(&leg, &self.legs.settings) {
                Entry::Go(pass) => pass,
                Entry::Wait(then) => {
                    self.next_at = Some(then);
                    return;
                }
                Entry::Closed => {
                    self.last.get_or_insert_with(|| leg.refusal());
                    self.go_to_next_leg();
                    return;
                }
            },
        };
        self.send(pass);
    }

    /// Sends the request by that leg: as it stands, or with what was shown and without search.
    fn send(&mut self, pass: Pass) {
        let provider = Arc::clone(pass.leg().current());
        let card = provider.model();
        self.model.clone_from(&card.id);
        self.ready.push_back(ModelEvent::Attempt { provider: provider.name(), card: card.clone() });
        let wants_search = self.request.may_search && self.request.mode == Mode::Chat;
        let may_search = self.request.may_search && pass.leg().may_search();
        if wants_search && !may_search {
            self.ready.push_back(ModelEvent::SearchUnavailable);
        }
        let shown = match self.request.mode {
            Mode::Chat => self.shown.as_str(),
            // Findings are said anew; those that were shown are known to whoever merges them.
            Mode::Proofread => "",
        };
        let request = ModelRequest {
            shown: (!shown.is_empty()).then(|| ArticleText::new(shown)),
            may_search,
            ..(*self.request).clone()
        };
        let splice = Splice::after(shown, card.takes_prefill);
        let timeouts = &self.legs.settings.timeouts;
        let name = provider.name();
        self.asking = Some(Asking::begin(&self.legs.meter, name, &card, &request));
        let events = provider.stream(Arc::new(request));
        self.attempt = Some(Attempt::new(events, splice, timeouts, self.total_by));
        self.on_leg.attempts += 1;
        self.pass = Some(pass);
    }

    fn take(&mut self, event: ModelEvent) {
        if let Some(asking) = &mut self.asking {
            asking.hear(&event);
        }
        match &event {
            ModelEvent::Text(text) => {
                self.shown.push_str(text);
                self.note_content();
            }
            ModelEvent::Finding(_) => self.note_content(),
            ModelEvent::Finished(_) => self.finish(),
            ModelEvent::Attempt { .. }
            | ModelEvent::Started { .. }
            | ModelEvent::UnreadableFinding
            | ModelEvent::Source(_)
            | ModelEvent::Usage(_)
            | ModelEvent::SearchUnavailable
            | ModelEvent::Verbatim(_)
            | ModelEvent::Working(_)
            | ModelEvent::Heartbeat => {}
        }
        self.ready.push_back(event);
    }

    fn note_content(&mut self) {
        self.has_content = true;
        if let Some(pass) = &mut self.pass {
            pass.revive();
        }
    }

    fn finish(&mut self) {
        self.ready.extend(self.attempt.as_mut().and_then(Attempt::rest));
        self.asking = None;
        self.is_over = true;
        self.last = None;
        if let Some(pass) = &mut self.pass {
            pass.succeed();
        }
    }

    /// Decides what is done after a failed attempt.
    fn recover(&mut self, error: ProviderError) {
        self.attempt = None;
        if let Some(asking) = self.asking.take() {
            asking.fail(&error);
        }
        let Some(mut pass) = self.pass.take() else { return };
        let settings = &self.legs.settings;
        pass.fail(&error, settings);
        let situation = Situation {
            attempts: self.on_leg.attempts,
            has_content: self.has_content,
            has_gone_on: self.on_leg.has_gone_on,
            is_without_search: self.on_leg.is_without_search,
            has_other_leg: self.has_other_leg(),
        };
        let step = decide(&error, situation, settings);
        tracing::info!(
            event = "provider.attempt_failed",
            provider = pass.leg().name().as_str(),
            model = self.model,
            code = error.code(),
            attempt = self.on_leg.attempts,
            has_content = self.has_content,
            step = ?step,
            error = &error as &dyn std::error::Error,
        );
        if let Some(wait) = wait_for_all(&error) {
            pass.leg().not_before(Instant::now() + wait);
        }
        self.last = Some(error);
        self.prepare(step, pass);
    }

    fn prepare(&mut self, step: Step, pass: Pass) {
        let now = Instant::now();
        let settings = &self.legs.settings;
        let is_same_leg = match step {
            Step::Again => {
                self.next_at = Some(now + self.legs.backoff.wait(self.on_leg.attempts));
                true
            }
            Step::After(wait) => {
                self.next_at = Some(now + wait);
                true
            }
            Step::GoOn => {
                self.on_leg.has_gone_on = true;
                true
            }
            Step::WithoutSearch => {
                pass.leg().forbid_search(settings);
                self.on_leg.is_without_search = true;
                true
            }
            Step::Successor => pass.leg().succeed_model(&self.model),
            Step::NextLeg => false,
            Step::GiveUp => {
                self.is_over = true;
                return;
            }
        };
        let is_in_time = self.next_at.is_none_or(|at| at < self.total_by);
        if is_same_leg && is_in_time && pass.holds() {
            self.pass = Some(pass);
        } else {
            self.go_to_next_leg();
        }
    }

    fn go_to_next_leg(&mut self) {
        self.leg += 1;
        self.on_leg = OnLeg::default();
        self.next_at = None;
    }

    fn has_other_leg(&self) -> bool {
        let others = self.legs.all.iter().skip(self.leg + 1);
        others.map(|leg| leg.standing()).any(|standing| match standing {
            Standing::Asked => true,
            Standing::LeftOut { for_ms, .. } => for_ms == 0,
            Standing::Tried | Standing::Off { .. } => false,
        })
    }
}

/// What an error asks every turn to wait.
fn wait_for_all(error: &ProviderError) -> Option<Duration> {
    match error.remedy() {
        Remedy::Retry { after_ms } => after_ms.map(Duration::from_millis),
        Remedy::WithoutSearch | Remedy::Successor | Remedy::NextProvider | Remedy::GiveUp => None,
    }
}
