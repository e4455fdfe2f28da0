//! How the providers that stand behind one another stand, for whoever runs the service.

use super::ProviderName;

/// How one leg stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegState {
    /// Who.
    pub provider: ProviderName,
    /// The model it would use now.
    pub model: String,
    /// Whether it is asked.
    pub standing: Standing,
}

/// Whether a leg is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is asked.
    Asked,
    /// It is left out for a while after failures.
    LeftOut {
        /// Code of the failure.
        reason: &'static str,
        /// Until then.
        for_ms: u64,
    },
    /// One turn is finding out whether it is well again.
    Tried,
    /// It is not asked at all.
    Off {
        /// Why.
        reason: &'static str,
    },
}
