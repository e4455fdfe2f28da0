//! What the functions measure, as lines of CloudWatch's embedded metric format on standard output.

use std::time::{Duration, Instant};

use domain::meter::{Measurement, Meter};
use domain::ports::Clock;
use providers::setup::system::SystemClock;

use crate::emf;

/// Prints turns and requests to providers; AWS counts everything else itself.
#[derive(Debug)]
pub(crate) struct Figures {
    environment: String,
    since: Instant,
}

impl Figures {
    /// Figures of the environment whose tables begin with that prefix.
    pub(crate) fn of(table_prefix: &str) -> Self {
        let environment = table_prefix.trim_end_matches('-').to_owned();
        Self { environment, since: Instant::now() }
    }
}

impl Meter for Figures {
    fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    fn take(&self, measurement: Measurement<'_>) {
        let now = SystemClock.now();
        let line = match measurement {
            Measurement::Turn(report) => emf::turn(report, &self.environment, now),
            Measurement::Attempt(report) => emf::attempt(report, &self.environment, now),
            Measurement::KeptWarm { .. }
            | Measurement::Check { .. }
            | Measurement::Request { .. }
            | Measurement::SocketOpened
            | Measurement::SocketClosed
            | Measurement::StoreFailed { .. } => return,
        };
        println!("{line}");
    }
}
