//! One leg: a provider with the models that may take each other's place, and how it stands.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::model::{ModelCard, ProviderError, ProviderName, Standing};
use domain::ports::Provider;
use tokio::time::Instant;

use super::Settings;
use super::breaker::{Admission, Breaker, Change};

/// A provider, and the same provider with the models that take over when one is gone.
pub struct Leg {
    first: Arc<dyn Provider>,
    successors: Vec<Arc<dyn Provider>>,
    /// How many of the models are known to be gone.
    gone: AtomicUsize,
    breaker: Mutex<Breaker>,
    /// Until then the account is taken to be without web search.
    without_search_until: Mutex<Option<Instant>>,
}

impl Leg {
    /// A leg with one model and those that take its place, in their order.
    #[must_use]
    pub fn new(first: Arc<dyn Provider>, successors: Vec<Arc<dyn Provider>>) -> Self {
        Self {
            first,
            successors,
            gone: AtomicUsize::new(0),
            breaker: Mutex::default(),
            without_search_until: Mutex::default(),
        }
    }

    pub(super) fn name(&self) -> ProviderName {
        self.first.name()
    }

    /// Every model that may still be asked.
    pub(super) fn models(&self) -> impl Iterator<Item = ModelCard> {
        let gone = self.gone.load(Ordering::Relaxed);
        let all = std::iter::once(&self.first).chain(&self.successors);
        all.skip(gone).map(|provider| provider.model())
    }

    /// The provider with the model that is not known to be gone.
    pub(super) fn current(&self) -> &Arc<dyn Provider> {
        match self.gone.load(Ordering::Relaxed).checked_sub(1) {
            Some(index) => self.successors.get(index).unwrap_or(&self.first),
            None => &self.first,
        }
    }

    /// Moves on from that model to its successor, once for all turns; false when there is none.
    pub(super) fn succeed_model(&self, model: &str) -> bool {
        let gone = self.gone.load(Ordering::Relaxed);
        if self.current().model().id != model {
            // Another turn has found out first.
            return true;
        }
        if gone == self.successors.len() {
            return false;
        }
        let moved =
            self.gone.compare_exchange(gone, gone + 1, Ordering::Relaxed, Ordering::Relaxed);
        if moved.is_ok() {
            let successor = self.current().model().id;
            tracing::warn!(
                event = "provider.model_gone",
                provider = self.name().as_str(),
                model,
                successor
            );
        }
        true
    }

    fn is_last_model(&self) -> bool {
        self.gone.load(Ordering::Relaxed) == self.successors.len()
    }

    pub(super) fn turn_off(&self, reason: &'static str) {
        self.breaker().turn_off(reason);
        tracing::warn!(event = "provider.off", provider = self.name().as_str(), reason);
    }

    pub(super) fn standing(&self) -> Standing {
        self.breaker().standing(Instant::now())
    }

    pub(super) fn may_search(&self) -> bool {
        let until = self.without_search_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_none_or(|until| until <= Instant::now())
    }

    pub(super) fn forbid_search(&self, settings: &Settings) {
        let until = Instant::now() + settings.without_search_for;
        *self.without_search_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        tracing::warn!(event = "provider.search_disabled", provider = self.name().as_str());
    }

    pub(super) fn refusal(&self) -> ProviderError {
        self.breaker().refusal(Instant::now())
    }

    pub(super) fn not_before(&self, then: Instant) {
        self.breaker().not_before(then);
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, change: Change, reason: &'static str) {
        let provider = self.name();
        let provider = provider.as_str();
        match change {
            Change::None => {}
            Change::Opened => tracing::warn!(event = "provider.left_out", provider, reason),
            Change::Closed => tracing::info!(event = "provider.asked_again", provider),
        }
    }
}

/// Whether a turn may ask a leg.
pub(super) enum Entry {
    /// It may; what comes of it is told to the pass.
    Go(Pass),
    /// Not before then.
    Wait(Instant),
    /// Not in this turn.
    Closed,
}

/// The right of one turn to ask a leg; dropped without an outcome it leaves the leg as it was.
pub(super) struct Pass {
    leg: Arc<Leg>,
    is_probe: bool,
}

impl Pass {
    pub(super) fn ask_for(leg: &Arc<Leg>, settings: &Settings) -> Entry {
        let admission = leg.breaker().admit(Instant::now(), settings);
        let pass = |is_probe| Entry::Go(Self { leg: Arc::clone(leg), is_probe });
        match admission {
            Admission::Go => pass(false),
            Admission::Probe => pass(true),
            Admission::Wait(then) => Entry::Wait(then),
            Admission::Closed => Entry::Closed,
        }
    }

    pub(super) fn leg(&self) -> &Arc<Leg> {
        &self.leg
    }

    /// Whether the leg may be asked once more.
    pub(super) fn holds(&self) -> bool {
        self.leg.breaker().admits_again(self.is_probe)
    }

    /// The first content came.
    pub(super) fn revive(&mut self) {
        let change = self.leg.breaker().revive();
        self.is_probe = false;
        self.leg.say(change, "");
    }

    /// The whole answer came.
    pub(super) fn succeed(&mut self) {
        let change = self.leg.breaker().succeed();
        self.is_probe = false;
        self.leg.say(change, "");
    }

    /// An attempt failed.
    pub(super) fn fail(&mut self, error: &ProviderError, settings: &Settings) {
        let is_last_model = self.leg.is_last_model();
        let change = self.leg.breaker().fail(error, is_last_model, Instant::now(), settings);
        // Whoever tries it next has a pass of their own.
        self.is_probe &= change != Change::Opened;
        self.leg.say(change, error.code());
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.is_probe {
            self.leg.breaker().abandon_probe(Instant::now());
        }
    }
}
