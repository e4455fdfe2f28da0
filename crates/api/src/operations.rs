//! What whoever runs the service asks of it: whether it takes work, and its figures.

use std::fmt;
use std::sync::Arc;

use domain::model::Retirement;
use tokio_util::sync::CancellationToken;

use crate::answers::AnswerRoom;
use crate::checking::LongChecks;

/// Writes all figures in Prometheus' text format.
pub type Figures = Arc<dyn Fn() -> String + Send + Sync>;

/// What the home of the routes tells whoever runs it.
#[derive(Clone, Default)]
pub struct Operations {
    /// Cancelled once the process is to end: nobody should send anything more.
    pub stopping: CancellationToken,
    /// The figures; none where they go out in another way.
    pub figures: Option<Figures>,
    /// When the configured model may be gone; none where no day is known.
    pub retirement: Option<Retirement>,
    /// Memory for what clients have not taken yet.
    pub answers: AnswerRoom,
    /// Room for checks that take long.
    pub long_checks: LongChecks,
}

impl fmt::Debug for Operations {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Operations").field("stopping", &self.stopping).finish_non_exhaustive()
    }
}
