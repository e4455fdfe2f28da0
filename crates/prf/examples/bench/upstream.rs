//! The project's own simulator as the provider of the measured server, in this process, so that
//! both ends of a turn are read off one clock.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use domain::ports::Clock;
use domain::time::Timestamp;
use providers::Models;
use providers::drill::{Drill, Script, Step};

/// 50 deltas a second.
pub(crate) const DELTA_MS: u64 = 20;

/// Begins a delta.
const MARK: &str = "문장은·";

pub(crate) struct Upstream {
    pub(crate) drill: Drill,
    pub(crate) address: SocketAddr,
}

struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or_default())
    }
}

impl Upstream {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let drill = Drill::new(Script::default(), Models::built_in()?, Arc::new(Now));
        let address = providers::drill::start(drill.clone()).await?;
        Ok(Self { drill, address })
    }

    /// Answers that many requests with so many deltas each, and forgets what was before.
    pub(crate) fn play(&self, requests: usize, deltas: usize) {
        let step = |request: usize| Step {
            answer: (0..deltas).map(|delta| word(request, delta)).collect(),
            delay_ms: DELTA_MS,
            ..Step::default()
        };
        self.drill.forget();
        self.drill
            .play(Script { anthropic: (0..requests).map(step).collect(), ..Script::default() });
    }
}

/// One delta; it says which it is, however the server joins them.
fn word(request: usize, delta: usize) -> String {
    format!("{MARK}{request}·{delta} ")
}

/// Which deltas of which request a text holds.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.split(MARK).skip(1).filter_map(|word| {
        let (request, delta) = word.split_once(' ')?.0.split_once('·')?;
        Some((request.parse().ok()?, delta.parse().ok()?))
    })
}
