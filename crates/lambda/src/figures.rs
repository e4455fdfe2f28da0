//! What the functions measure, as lines of CloudWatch's embedded metric format on standard output.

use std::time::{Duration, Instant};

use domain::meter::{Measurement, Meter};
use domain::ports::Clock;
use providers::setup::system::SystemClock;

use crate::emf::{self, SocketChange};

/// Prints turns, requests to providers and sockets; AWS counts everything else itself.
#[derive(Debug)]
pub(crate) struct Figures {
    environment: String,
    since: Instant,
}

impl Figures {
    /// Figures of the environment of that name.
    pub(crate) fn of(environment: String) -> Self {
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
            Measurement::SocketOpened => emf::socket(SocketChange::Opened, &self.environment, now),
            Measurement::SocketClosed => emf::socket(SocketChange::Closed, &self.environment, now),
            Measurement::KeptWarm { .. }
            | Measurement::Check { .. }
            | Measurement::Request { .. }
            | Measurement::StoreFailed { .. } => return,
        };
        println!("{line}");
    }
}
