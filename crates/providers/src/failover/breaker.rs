//! Whether a leg is asked: closed after its failures for a while, then tried by one turn alone.

use domain::model::{ProviderError, Remedy, Standing};
use tokio::time::Instant;

use super::Settings;

/// Whether a turn may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    /// At once.
    Go,
    /// At once, and nobody else meanwhile: what comes decides for all.
    Probe,
    /// From then on.
    Wait(Instant),
    /// Not in this turn.
    Closed,
}

/// What a failure changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    None,
    Opened,
    Closed,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed,
    Open { until: Instant },
    HalfOpen,
}

/// The breaker of one leg. Successes and failures count over all turns.
#[derive(Debug)]
pub(super) struct Breaker {
    state: State,
    /// Failures in a row.
    failures: u32,
    reason: &'static str,
    /// What the provider said last about when to come back.
    not_before: Option<Instant>,
    off: Option<&'static str>,
}

impl Default for Breaker {
    fn default() -> Self {
        Self { state: State::Closed, failures: 0, reason: "", not_before: None, off: None }
    }
}

impl Breaker {
    pub(super) fn turn_off(&mut self, reason: &'static str) {
        self.off = Some(reason);
    }

    /// Whether a turn may ask now.
    pub(super) fn admit(&mut self, now: Instant, settings: &Settings) -> Admission {
        if self.off.is_some() {
            return Admission::Closed;
        }
        if let Some(then) = self.not_before.filter(|then| *then > now) {
            let is_soon = then - now <= settings.longest_wait;
            return if is_soon { Admission::Wait(then) } else { Admission::Closed };
        }
        match self.state {
            State::Closed => Admission::Go,
            State::Open { until } if until <= now => {
                self.state = State::HalfOpen;
                Admission::Probe
            }
            State::Open { .. } | State::HalfOpen => Admission::Closed,
        }
    }

    /// Whether a turn that was admitted may ask once more.
    pub(super) fn admits_again(&self, is_probe: bool) -> bool {
        match self.state {
            State::Closed => self.off.is_none(),
            State::HalfOpen => is_probe && self.off.is_none(),
            State::Open { .. } => false,
        }
    }

    /// Something came: it is well again.
    pub(super) fn revive(&mut self) -> Change {
        if matches!(self.state, State::Closed) {
            return Change::None;
        }
        self.state = State::Closed;
        self.failures = 0;
        Change::Closed
    }

    /// A whole answer came.
    pub(super) fn succeed(&mut self) -> Change {
        self.failures = 0;
        self.revive()
    }

    /// The provider said when to come back.
    pub(super) fn not_before(&mut self, then: Instant) {
        self.not_before = Some(self.not_before.map_or(then, |known| known.max(then)));
    }

    /// An attempt failed; only what the provider is to blame for counts.
    pub(super) fn fail(
        &mut self,
        error: &ProviderError,
        is_last_model: bool,
        now: Instant,
        settings: &Settings,
    ) -> Change {
        let opens_after = match error.remedy() {
            Remedy::Retry { .. } => settings.failures_to_leave_out,
            Remedy::NextProvider if matches!(error, ProviderError::TimedOut { .. }) => {
                settings.failures_to_leave_out
            }
            Remedy::NextProvider => 1,
            Remedy::Successor if is_last_model => 1,
            Remedy::Successor | Remedy::WithoutSearch | Remedy::GiveUp => return Change::None,
        };
        self.failures = self.failures.saturating_add(1);
        self.reason = error.code();
        let was_tried = matches!(self.state, State::HalfOpen);
        if !was_tried && self.failures < opens_after {
            return Change::None;
        }
        self.state = State::Open { until: now + settings.left_out_for };
        Change::Opened
    }

    /// A probe went away without an answer, for example because its turn was stopped.
    pub(super) fn abandon_probe(&mut self, now: Instant) {
        if matches!(self.state, State::HalfOpen) {
            self.state = State::Open { until: now };
        }
    }

    pub(super) fn standing(&self, now: Instant) -> Standing {
        let for_ms = |until: Instant| {
            u64::try_from(until.saturating_duration_since(now).as_millis()).unwrap_or(u64::MAX)
        };
        match (self.off, self.state, self.not_before) {
            (Some(reason), _, _) => Standing::Off { reason },
            (None, State::Open { until }, _) => {
                Standing::LeftOut { reason: self.reason, for_ms: for_ms(until) }
            }
            (None, State::HalfOpen, _) => Standing::Tried,
            (None, State::Closed, Some(then)) if then > now => {
                Standing::LeftOut { reason: "provider_rate_limited", for_ms: for_ms(then) }
            }
            (None, State::Closed, _) => Standing::Asked,
        }
    }

    /// What a turn is told that may not ask: the failure that closed the leg.
    pub(super) fn refusal(&self, now: Instant) -> ProviderError {
        let limited = self.not_before.filter(|then| *then > now);
        match (limited, self.reason) {
            (Some(then), _) => {
                let left = u64::try_from((then - now).as_millis()).unwrap_or(u64::MAX);
                ProviderError::RateLimited { retry_after_ms: Some(left) }
            }
            (None, "provider_payment_required") => ProviderError::PaymentRequired,
            (None, "provider_unknown_model") => ProviderError::UnknownModel,
            (None, "provider_unauthorised") => ProviderError::Unauthorised,
            (None, _) if self.off.is_some() => ProviderError::Unauthorised,
            (None, _) => ProviderError::Overloaded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Admission, Breaker, Change, Standing};
    use crate::failover::Settings;
    use domain::model::ProviderError;
    use std::time::Duration;
    use tokio::time::Instant;

    fn settings() -> Settings {
        Settings {
            failures_to_leave_out: 3,
            left_out_for: Duration::from_secs(30),
            longest_wait: Duration::from_secs(10),
            ..Settings::default()
        }
    }

    fn fail(breaker: &mut Breaker, error: &ProviderError, now: Instant) -> Change {
        breaker.fail(error, false, now, &settings())
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_is_tried_by_one() {
        let (mut breaker, begin) = (Breaker::default(), Instant::now());
        let admit = |breaker: &mut Breaker, after| {
            breaker.admit(begin + Duration::from_secs(after), &settings())
        };
        fail(&mut breaker, &ProviderError::Overloaded, begin);
        fail(&mut breaker, &ProviderError::Cut, begin);
        assert_eq!(breaker.succeed(), Change::None);
        fail(&mut breaker, &ProviderError::Overloaded, begin);
        fail(&mut breaker, &ProviderError::TimedOut { stage: "idle" }, begin);
        assert_eq!(admit(&mut breaker, 0), Admission::Go);
        assert_eq!(fail(&mut breaker, &ProviderError::Cut, begin), Change::Opened);
        assert_eq!(admit(&mut breaker, 29), Admission::Closed);
        let left_out = Standing::LeftOut { reason: "provider_cut", for_ms: 30_000 };
        assert_eq!(breaker.standing(begin), left_out);
        assert_eq!(admit(&mut breaker, 30), Admission::Probe);
        assert_eq!(
            (admit(&mut breaker, 30), breaker.standing(begin)),
            (Admission::Closed, Standing::Tried)
        );
        assert_eq!((breaker.admits_again(true), breaker.admits_again(false)), (true, false));
        // One failure is enough now, and a probe that goes away lets the next one try.
        assert_eq!(fail(&mut breaker, &ProviderError::Cut, begin), Change::Opened);
        assert_eq!(admit(&mut breaker, 31), Admission::Probe);
        breaker.abandon_probe(begin);
        assert_eq!(admit(&mut breaker, 31), Admission::Probe);
        assert_eq!(breaker.revive(), Change::Closed);
        assert_eq!(admit(&mut breaker, 31), Admission::Go);
        assert_eq!(breaker.standing(begin), Standing::Asked);
    }

    #[test]
    fn what_waiting_does_not_mend_opens_it_at_once() {
        let begin = Instant::now();
        let after = |error: &ProviderError, is_last_model| {
            Breaker::default().fail(error, is_last_model, begin, &settings())
        };
        assert_eq!(after(&ProviderError::Unauthorised, false), Change::Opened);
        assert_eq!(after(&ProviderError::PaymentRequired, false), Change::Opened);
        assert_eq!(after(&ProviderError::UnknownModel, true), Change::Opened);
        assert_eq!(after(&ProviderError::UnknownModel, false), Change::None);
        assert_eq!(after(&ProviderError::TooLong, false), Change::None);
        assert_eq!(after(&ProviderError::SearchDisabled, false), Change::None);
    }

    #[test]
    fn nobody_asks_before_the_provider_said() {
        let (mut breaker, begin) = (Breaker::default(), Instant::now());
        let soon = begin + Duration::from_secs(10);
        breaker.not_before(soon);
        breaker.not_before(begin);
        assert_eq!(breaker.admit(begin, &settings()), Admission::Wait(soon));
        assert_eq!(breaker.admit(soon, &settings()), Admission::Go);
        breaker.not_before(begin + Duration::from_secs(60));
        assert_eq!(breaker.admit(begin, &settings()), Admission::Closed);
        let refusal = format!("{:?}", breaker.refusal(begin));
        assert_eq!(refusal, "RateLimited { retry_after_ms: Some(60000) }");
    }

    #[test]
    fn a_leg_that_is_off_stays_off() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        breaker.turn_off("no_credentials");
        assert_eq!(breaker.admit(now, &settings()), Admission::Closed);
        assert_eq!(breaker.standing(now), Standing::Off { reason: "no_credentials" });
        assert!(matches!(breaker.refusal(now), ProviderError::Unauthorised));
    }
}
