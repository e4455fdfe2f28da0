//! Articles whose time is over go when the schedule asks for it, as many as one invocation has time for.

use std::sync::Arc;

use domain::erasure::{Erasure, ErasureScope};
use domain::ports::StoreError;
use domain::retention::Retention;
use providers::setup::system::SystemClock;
use serde::Deserialize;
use stores::DynamoStore;
use tokio::time::{Instant, timeout_at};

/// Who erases then, in the audit log.
const ACTOR: &str = "retention";
/// So many articles have one receipt. Each takes some ten requests: a second or two for all of them.
const AT_ONCE: usize = 25;

/// What the schedule of `infra/template.yaml` sends in place of an event of a socket.
#[derive(Deserialize)]
struct Asked {
    sweep: What,
}

/// What is swept.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Retention,
}

/// Whether the event is the schedule's. A client's words lie deeper in an event and cannot be one.
pub(crate) fn is_asked_by(event: &[u8]) -> bool {
    matches!(serde_json::from_slice(event), Ok(Asked { sweep: What::Retention }))
}

/// Erases what is over.
pub(crate) struct Sweep {
    erasure: Erasure,
    retention: Retention,
}

impl Sweep {
    /// Over the tables of the environment.
    pub(crate) fn new(store: &Arc<DynamoStore>, retention: Retention) -> Self {
        let clock = Arc::new(SystemClock);
        let erasure = Erasure { store: store.clone(), audit: store.clone(), clock };
        Self { erasure, retention }
    }

    /// Erases until that time, at the latest; what is left goes with the next sweep.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub(crate) async fn run(&self, until: Instant) -> Result<(), StoreError> {
        if self.retention.keeps_all() {
            return Ok(());
        }
        let scope = ErasureScope::Over(self.retention.clone());
        let plan = self.erasure.plan(&scope, self.erasure.clock.now());
        let Ok(plan) = timeout_at(until, plan).await else {
            tracing::warn!(event = "retention.not_swept", code = "time_up");
            return Ok(());
        };
        let (mut plan, mut erased) = (plan?, 0);
        while !plan.conversations.is_empty() && Instant::now() < until {
            erased += self.erasure.erase(plan.take(AT_ONCE), ACTOR).await?.conversations.len();
        }
        let (left, running) = (plan.conversations.len(), plan.running.len());
        tracing::info!(event = "retention.swept", erased, left, running);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::is_asked_by;

    #[test]
    fn only_the_schedule_asks() {
        assert!(is_asked_by(br#"{"sweep": "retention"}"#));
        for event in [
            r#"{"requestContext": {"connectionId": "s"}, "body": "{\"sweep\": \"retention\"}"}"#,
            r#"{"sweep": "everything"}"#,
            r#"{"source": "aws.events"}"#,
            "",
        ] {
            assert!(!is_asked_by(event.as_bytes()), "{event}");
        }
    }
}
