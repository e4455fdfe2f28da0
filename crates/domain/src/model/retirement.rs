//! The day from which a model may be gone, and from when on the operator hears of it.

use crate::time::Timestamp;

/// A warning starts so many days before a model may be gone.
const WARNING_DAYS: i64 = 60;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A model that may be gone one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retirement {
    /// Which model.
    pub model: String,
    /// From when on it may be gone.
    pub from: Timestamp,
    /// What takes its place.
    pub successor: Option<String>,
}

/// Says that a model may soon be gone, or is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetirementWarning {
    /// Which model.
    pub model: String,
    /// The day in Seoul from which it may be gone.
    pub day: String,
    /// Days until then, rounded up; 0 or less: it may be gone now.
    pub days_left: i64,
    /// What takes its place.
    pub successor: Option<String>,
}

impl Retirement {
    /// Days until the model may be gone, rounded up.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> i64 {
        let left = self.from.millis().saturating_sub(now.millis());
        left.div_euclid(DAY_MS) + i64::from(left.rem_euclid(DAY_MS) > 0)
    }

    /// What the operator should hear, from 60 days before the model may be gone.
    #[must_use]
    pub fn warning(&self, now: Timestamp) -> Option<RetirementWarning> {
        let days_left = Some(self.days_left(now)).filter(|days| *days <= WARNING_DAYS)?;
        Some(RetirementWarning {
            model: self.model.clone(),
            day: self.from.seoul_day(),
            days_left,
            successor: self.successor.clone(),
        })
    }
}
