//! A cut after every character, in turn and in parallel: nothing is lost, nothing doubled.

use std::sync::{Arc, Mutex};

use domain::model::{ModelCard, ModelRequest, ModelStream, ProviderError, ProviderName};
use domain::ports::Provider;
use futures::StreamExt;
use providers::{Failover, Leg, Settings};

use crate::{Event, card, chat, end, run, settings, text};

const WHOLE: &str = "한은은 금리를 내렸다. 😀\n\n- 연 2.5%로 \n- 각도는 그대로다.";

/// Says [`WHOLE`] as a model would go on with what was shown; its first answers end after so many
/// characters with an error.
struct Faithful {
    name: &'static str,
    takes_prefill: bool,
    cuts: Mutex<Vec<(usize, ProviderError)>>,
}

impl Provider for Faithful {
    fn name(&self) -> ProviderName {
        ProviderName::new(self.name)
    }

    fn model(&self) -> ModelCard {
        card(self.name, self.takes_prefill)
    }

    fn stream(&self, request: Arc<ModelRequest>) -> ModelStream {
        let shown = request.shown.as_ref().map_or("", |shown| shown.as_str());
        let begins_at = match self.takes_prefill {
            true => shown.trim_end().len(),
            // It begins once more with the last word.
            false => shown.trim_end().rfind([' ', '\n']).map_or(0, |space| space + 1),
        };
        let rest = WHOLE.get(begins_at..).unwrap();
        let mut events: Vec<Event> = rest.chars().map(|one| text(&one.to_string())).collect();
        match self.cuts.lock().unwrap().pop() {
            Some((after, error)) if after < events.len() => {
                events.truncate(after);
                events.push(Err(error));
            }
            _ => events.push(end()),
        }
        futures::stream::iter(events).boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn a_cut_after_any_character_loses_and_doubles_none() {
    let length = WHOLE.chars().count();
    for takes_prefill in [true, false] {
        for (after, then) in (0..=length).flat_map(|after| [1, 2, 7].map(|then| (after, then))) {
            let leg = |name, cuts| {
                let cuts = Mutex::new(cuts);
                Leg::new(Arc::new(Faithful { name, takes_prefill, cuts }), Vec::new())
            };
            let first =
                leg("a", vec![(then, ProviderError::Overloaded), (after, ProviderError::Cut)]);
            let second = leg("b", vec![(then, ProviderError::Cut)]);
            let legs = Failover::of(first, vec![second], settings(), 1);
            let (asked, shown, ended) = run(&legs, chat()).await;
            assert_eq!((shown.as_str(), ended.as_str()), (WHOLE, "EndTurn"), "{after} {asked:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_parallel_turns_under_faults_each_end_whole() {
    let cuts = |seed: usize| {
        let cut = move |number: usize| {
            let error = match number % 3 {
                0 => ProviderError::Cut,
                1 => ProviderError::Overloaded,
                _ => ProviderError::RateLimited { retry_after_ms: Some(1000) },
            };
            ((number * seed) % 37, error)
        };
        Mutex::new((0..150).map(cut).collect())
    };
    let leg = |name, seed| {
        Leg::new(Arc::new(Faithful { name, takes_prefill: true, cuts: cuts(seed) }), Vec::new())
    };
    let patient = Settings { failures_to_leave_out: 1000, attempts_per_leg: 20, ..settings() };
    let legs = Failover::of(leg("a", 7), vec![leg("b", 11)], patient, 1);
    let turns = futures::future::join_all((0..100).map(|_| run(&legs, chat()))).await;
    let whole = turns.iter().filter(|(_, shown, ended)| shown == WHOLE && ended == "EndTurn");
    assert_eq!(whole.count(), 100);
}
