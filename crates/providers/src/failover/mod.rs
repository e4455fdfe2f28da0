//! Several providers as one: retries, failover, time limits and breakers, decided by each error.

mod asking;
mod attempt;
mod backoff;
mod breaker;
mod decision;
mod leg;
mod splice;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use domain::meter::{Meter, Unmetered};
use domain::model::{ModelCard, ModelRequest, ModelStream, ProviderName};
use domain::ports::Provider;
use futures::StreamExt;

use backoff::Backoff;
use turn::Turn;

pub use attempt::Timeouts;
pub use domain::model::{LegState, Standing};
pub use leg::Leg;

/// How long and how often providers are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How long each part of an answer may take.
    pub timeouts: Timeouts,
    /// Requests of one turn to one leg at most.
    pub attempts_per_leg: u32,
    /// A provider that asks for a longer wait is left out until then.
    pub longest_wait: Duration,
    /// A leg is left out after so many failures in a row.
    pub failures_to_leave_out: u32,
    /// For so long; then one turn tries it.
    pub left_out_for: Duration,
    /// An account without web search is taken to have none for so long.
    pub without_search_for: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeouts: Timeouts::default(),
            attempts_per_leg: 4,
            longest_wait: Duration::from_secs(10),
            failures_to_leave_out: 5,
            left_out_for: Duration::from_secs(30),
            without_search_for: Duration::from_secs(600),
        }
    }
}

/// Legs in the order they are tried; never none.
#[derive(Clone)]
pub struct Failover {
    legs: Arc<Legs>,
}

/// The legs and what all turns share.
struct Legs {
    first: Arc<Leg>,
    /// `first` and the others.
    all: Vec<Arc<Leg>>,
    settings: Settings,
    backoff: Backoff,
    meter: Arc<dyn Meter>,
}

impl Failover {
    /// `first` is asked first, `others` after it in their order, each with one model.
    #[must_use]
    pub fn new(first: Arc<dyn Provider>, others: Vec<Arc<dyn Provider>>) -> Self {
        let leg = |provider| Leg::new(provider, Vec::new());
        Self::of(leg(first), others.into_iter().map(leg).collect(), Settings::default(), 0)
    }

    /// The same with models that take each other's place, and with those settings; `seed` spreads
    /// the waits between attempts.
    #[must_use]
    pub fn of(first: Leg, others: Vec<Leg>, settings: Settings, seed: u64) -> Self {
        Self::measured(first, others, settings, seed, Arc::new(Unmetered))
    }

    /// The same, and every request to a provider is measured.
    #[must_use]
    pub fn measured(
        first: Leg,
        others: Vec<Leg>,
        settings: Settings,
        seed: u64,
        meter: Arc<dyn Meter>,
    ) -> Self {
        let first = Arc::new(first);
        let others = others.into_iter().map(Arc::new);
        let all = std::iter::once(Arc::clone(&first)).chain(others).collect();
        let backoff = Backoff::new(seed);
        Self { legs: Arc::new(Legs { first, all, settings, backoff, meter }) }
    }

    /// How each leg stands, in their order.
    #[must_use]
    pub fn states(&self) -> Vec<LegState> {
        let state = |leg: &Arc<Leg>| LegState {
            provider: leg.name(),
            model: leg.current().model().id,
            standing: leg.standing(),
        };
        self.legs.all.iter().map(state).collect()
    }

    /// Leaves a provider out for good, for example because it has no credentials.
    pub fn turn_off(&self, provider: &ProviderName, reason: &'static str) {
        for leg in self.legs.all.iter().filter(|leg| leg.name() == *provider) {
            leg.turn_off(reason);
        }
    }

    /// The leg that would be asked now; the first where none would.
    fn next_leg(&self) -> &Arc<Leg> {
        let mut asked = self.legs.all.iter().filter(|leg| match leg.standing() {
            Standing::Asked => true,
            Standing::LeftOut { for_ms, .. } => for_ms == 0,
            Standing::Tried | Standing::Off { .. } => false,
        });
        asked.next().unwrap_or(&self.legs.first)
    }
}

impl Provider for Failover {
    fn name(&self) -> ProviderName {
        self.next_leg().name()
    }

    fn model(&self) -> ModelCard {
        self.next_leg().current().model()
    }

    fn models(&self) -> Vec<ModelCard> {
        self.legs.all.iter().flat_map(|leg| leg.models()).collect()
    }

    fn legs(&self) -> Vec<LegState> {
        self.states()
    }

    fn stream(&self, request: Arc<ModelRequest>) -> ModelStream {
        let legs = Arc::clone(&self.legs);
        // The turn's time runs from the first poll.
        let mut turn = None;
        let begin = move || Box::new(Turn::new(Arc::clone(&legs), Arc::clone(&request)));
        futures::stream::poll_fn(move |context| turn.get_or_insert_with(&begin).poll_next(context))
            .boxed()
    }
}
