//! What is done after a failed attempt, from what the error says may help.

use std::time::Duration;

use domain::model::{ProviderError, Remedy};

use super::Settings;

/// How a turn stands after a failed attempt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Situation {
    /// Requests to this leg so far, this one too.
    pub(super) attempts: u32,
    /// Whether anything was shown in this turn.
    pub(super) has_content: bool,
    /// Whether this leg has gone on once after a cut already.
    pub(super) has_gone_on: bool,
    /// Whether this leg was asked without search already.
    pub(super) is_without_search: bool,
    /// Whether another leg after this one can be asked.
    pub(super) has_other_leg: bool,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The same leg after a wait that grows.
    Again,
    /// The same leg after that wait, which the provider asked for.
    After(Duration),
    /// The same leg at once, to go on with what was shown.
    GoOn,
    /// The same leg at once, without search.
    WithoutSearch,
    /// The same leg with the model that takes this one's place.
    Successor,
    /// The next leg.
    NextLeg,
    /// Nothing: the turn has failed.
    GiveUp,
}

/// Decides by the error's own remedy.
pub(super) fn decide(error: &ProviderError, at: Situation, settings: &Settings) -> Step {
    let is_over = matches!(error, ProviderError::TimedOut { stage: "total" });
    match error.remedy() {
        _ if is_over => Step::GiveUp,
        Remedy::GiveUp => Step::GiveUp,
        Remedy::NextProvider => Step::NextLeg,
        Remedy::Successor => Step::Successor,
        Remedy::WithoutSearch if at.is_without_search => Step::NextLeg,
        Remedy::WithoutSearch => Step::WithoutSearch,
        Remedy::Retry { .. } if at.attempts >= settings.attempts_per_leg => Step::NextLeg,
        Remedy::Retry { after_ms: Some(after_ms) } => {
            let wait = Duration::from_millis(after_ms);
            let leaves = wait > settings.longest_wait || (at.has_content && at.has_other_leg);
            if leaves { Step::NextLeg } else { Step::After(wait) }
        }
        Remedy::Retry { after_ms: None } if at.has_content => {
            let is_cut = matches!(error, ProviderError::Cut | ProviderError::Connection(_));
            match (is_cut && !at.has_gone_on, at.has_other_leg) {
                (true, _) => Step::GoOn,
                (false, true) => Step::NextLeg,
                (false, false) => Step::Again,
            }
        }
        Remedy::Retry { after_ms: None } => Step::Again,
    }
}

#[cfg(test)]
mod tests {
    use super::{Situation, Step, decide};
    use crate::failover::Settings;
    use domain::model::ProviderError;
    use std::time::Duration;

    const BEFORE: Situation = Situation {
        attempts: 1,
        has_content: false,
        has_gone_on: false,
        is_without_search: false,
        has_other_leg: true,
    };
    const SHOWN: Situation = Situation { has_content: true, ..BEFORE };

    fn check(error: &ProviderError, at: Situation, expected: Step) {
        assert_eq!(decide(error, at, &Settings::default()), expected, "{error:?} {at:?}");
    }

    #[test]
    fn each_error_leads_to_its_step() {
        use ProviderError::{
            Cut, Failed, Overloaded, PaymentRequired, Protocol, RateLimited, Rejected,
            SearchDisabled, TimedOut, TooLong, Unauthorised, UnknownModel,
        };
        let limited = |retry_after_ms| RateLimited { retry_after_ms };
        let protocol = Protocol { what: "" };
        let last = Situation { has_other_leg: false, ..SHOWN };
        let tired = Situation { attempts: 4, ..BEFORE };
        for error in [&Overloaded, &Failed { status: 500 }, &limited(None), &protocol] {
            check(error, BEFORE, Step::Again);
            check(error, tired, Step::NextLeg);
            check(error, SHOWN, Step::NextLeg);
            check(error, last, Step::Again);
        }
        check(&Cut, BEFORE, Step::Again);
        check(&Cut, SHOWN, Step::GoOn);
        check(&Cut, Situation { has_gone_on: true, ..SHOWN }, Step::NextLeg);
        check(&Cut, Situation { has_gone_on: true, ..last }, Step::Again);
        check(&limited(Some(3000)), BEFORE, Step::After(Duration::from_secs(3)));
        check(&limited(Some(3000)), SHOWN, Step::NextLeg);
        check(&limited(Some(3000)), last, Step::After(Duration::from_secs(3)));
        check(&limited(Some(60_000)), last, Step::NextLeg);
        check(&SearchDisabled, BEFORE, Step::WithoutSearch);
        check(&SearchDisabled, Situation { is_without_search: true, ..BEFORE }, Step::NextLeg);
        check(&UnknownModel, BEFORE, Step::Successor);
        for error in [&Unauthorised, &PaymentRequired, &TimedOut { stage: "idle" }] {
            check(error, BEFORE, Step::NextLeg);
            check(error, SHOWN, Step::NextLeg);
        }
        for error in [&TooLong, &Rejected { reason: "r".into() }, &TimedOut { stage: "total" }] {
            check(error, BEFORE, Step::GiveUp);
            check(error, last, Step::GiveUp);
        }
    }
}
