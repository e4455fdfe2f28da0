//! Every request to a provider is measured once, however it ends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::meter::{AttemptReport, Measurement, Meter};
use domain::model::{Mode, ModelEvent, ProviderError, ProviderName, TokenUsage};
use domain::ports::Provider;
use futures::StreamExt;
use providers::scripted::Answer;
use providers::{Failover, Leg};
use tokio::time::Instant;

use crate::{FinishReason, request, scripted, settings};

/// Keeps what is reported of requests, with the tests' own clock.
#[derive(Debug)]
struct Reports(Instant, Mutex<Vec<AttemptReport>>);

impl Meter for Reports {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn take(&self, measurement: Measurement<'_>) {
        if let Measurement::Attempt(report) = measurement {
            self.1.lock().unwrap().push(report.clone());
        }
    }
}

fn report(provider: &str, outcome: &'static str, input_tokens: u64) -> AttemptReport {
    AttemptReport {
        provider: ProviderName::new(provider),
        model: provider.into(),
        outcome,
        first_content: None,
        took: Duration::ZERO,
        usage: TokenUsage { input_tokens, ..TokenUsage::default() },
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_a_completed_and_an_abandoned_request_are_told_apart() {
    let used = |tokens| {
        let usage = TokenUsage { input_tokens: tokens, ..TokenUsage::default() };
        Ok(ModelEvent::Usage(usage))
    };
    let (slow, words) = tokio::sync::mpsc::unbounded_channel();
    let unpaid = Answer::Events(vec![used(3), Err(ProviderError::PaymentRequired)]);
    let answer = Answer::Events(vec![
        used(5),
        Ok(ModelEvent::Text("답 😀".into())),
        Ok(ModelEvent::Finished(FinishReason::EndTurn)),
    ]);
    let meter = Arc::new(Reports(Instant::now(), Mutex::default()));
    let leg = |name, answers| Leg::new(scripted(name, answers), Vec::new());
    let first = leg("a", vec![unpaid]);
    let second = leg("b", vec![answer, Answer::Live(words)]);
    let legs = Failover::measured(first, vec![second], settings(), 1, meter.clone());
    let answered = legs.stream(Arc::new(request(Mode::Chat))).count().await;
    assert_eq!(answered, 6);
    let mut stopped = legs.stream(Arc::new(request(Mode::Chat)));
    stopped.next().await.unwrap().unwrap();
    tokio::time::advance(Duration::from_secs(2)).await;
    slow.send(Ok(ModelEvent::Text("앞".into()))).unwrap();
    stopped.next().await.unwrap().unwrap();
    tokio::time::advance(Duration::from_secs(3)).await;
    drop(stopped);
    let reports = std::mem::take(&mut *meter.1.lock().unwrap());
    let completed =
        AttemptReport { first_content: Some(Duration::ZERO), ..report("b", "completed", 5) };
    let abandoned = AttemptReport {
        first_content: Some(Duration::from_secs(2)),
        took: Duration::from_secs(5),
        ..report("b", "abandoned", 0)
    };
    assert_eq!(reports, [report("a", "provider_payment_required", 3), completed, abandoned]);
}
