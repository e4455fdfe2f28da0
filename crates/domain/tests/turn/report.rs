//! What a turn reports to whoever meters it: figures, and nothing of the text.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use checker::Category;
use domain::engine::Engine;
use domain::finding::FindingSource;
use domain::ledger::Nanodollars;
use domain::meter::{Measurement, Meter};
use domain::model::{ModelEvent, ProviderError, ProviderName};
use domain::turn::{Outcome, TurnKind, TurnReport};
use providers::scripted::Answer;

use crate::desk::{chat, desk, end, proofread, text, usage};

/// Keeps the reports of turns.
#[derive(Debug, Default)]
struct Reports(Mutex<Vec<TurnReport>>);

impl Meter for Reports {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn take(&self, measurement: Measurement<'_>) {
        if let Measurement::Turn(report) = measurement {
            self.0.lock().unwrap().push(report.clone());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_turn_reports_its_end_once_with_what_all_its_providers_took() {
    let reported = Ok(ModelEvent::Usage(usage(7, 0)));
    let first = Answer::Events(vec![reported, Err(ProviderError::PaymentRequired)]);
    let second = Answer::Events(vec![text("답"), Ok(ModelEvent::Usage(usage(5, 2))), end()]);
    let mut desk = desk(vec![first, second]);
    let reports = Arc::new(Reports::default());
    desk.turns.meter = reports.clone();
    assert_eq!(desk.run(chat("질문 😀")).await.0, Outcome::Completed);
    let reports = std::mem::take(&mut *reports.0.lock().unwrap());
    let [report] = reports.as_slice() else { panic!("{reports:?}") };
    // The clock of these tests goes on by itself: how far is its own matter.
    let (first_ms, whole_ms) = (report.first_content_ms.unwrap(), report.duration_ms);
    assert!(0 < first_ms && first_ms < whole_ms, "{first_ms} of {whole_ms}");
    let expected = TurnReport {
        engine: Engine::Basic,
        kind: TurnKind::Chat,
        outcome: Outcome::Completed,
        failure: None,
        provider: Some(ProviderName::new("leg-1")),
        model: Some("m".into()),
        first_content_ms: Some(first_ms),
        duration_ms: whole_ms,
        attempts: 2,
        failovers: 1,
        usage: usage(12, 2),
        cost: Nanodollars(12 * 10 + 2 * 100),
        findings: [].into(),
    };
    assert_eq!(*report, expected);
}

#[tokio::test(start_paused = true)]
async fn findings_are_counted_and_a_failure_has_its_code() {
    let mut desk = desk(vec![Answer::Refused(ProviderError::PaymentRequired)]);
    let reports = Arc::new(Reports::default());
    desk.turns.meter = reports.clone();
    assert_eq!(desk.run(proofread("몇일 뒤", &[])).await.0, Outcome::Interrupted);
    assert_eq!(desk.run(chat("왜?")).await.0, Outcome::Failed);
    desk.turns.provider = None;
    assert_eq!(desk.run(proofread("몇일 뒤", &[])).await.0, Outcome::Completed);
    let reports = std::mem::take(&mut *reports.0.lock().unwrap());
    let seen: Vec<_> = reports
        .iter()
        .map(|report| (report.failure, report.first_content_ms, report.attempts))
        .collect();
    let unpaid = Some("provider_payment_required");
    assert_eq!(seen, [(unpaid, None, 1), (unpaid, None, 0), (None, None, 0)]);
    let spelling = [((Category::Spelling, FindingSource::Rule), 1)];
    let counts: Vec<_> = reports.iter().map(|report| report.findings.clone()).collect();
    assert_eq!(counts, [spelling.into(), [].into(), spelling.into()]);
}
