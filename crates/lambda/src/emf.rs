//! Measurements as lines of CloudWatch's embedded metric format, which the functions write to their
//! log: the names of the local binary's figures in CloudWatch's manner.
//!
//! Format: "Specification: Embedded metric format", Amazon CloudWatch user guide.

use domain::meter::AttemptReport;
use domain::time::Timestamp;
use domain::turn::{Outcome, TurnReport};
use serde_json::{Map, Value, json};

/// Where the metrics stand.
pub(crate) const NAMESPACE: &str = "nx-wt-prf";

/// What stands as provider where only rules ran.
const NOBODY: &str = "none";

/// CloudWatch's names of what a number is.
const COUNT: &str = "Count";
const MILLISECONDS: &str = "Milliseconds";
/// It has none for money.
const NO_UNIT: &str = "None";

/// One line for a turn that has ended, with the dimensions Environment, Engine and Provider.
///
/// Mode and outcome are fields of the line to search by, not dimensions: each value of a dimension is a
/// metric of its own that is paid for.
#[must_use]
pub(crate) fn turn(report: &TurnReport, environment: &str, at: Timestamp) -> String {
    let provider = report.provider.as_ref().map_or(NOBODY, |provider| provider.as_str());
    let mut line = Line::new(&[
        ("Environment", environment),
        ("Engine", report.engine.name()),
        ("Provider", provider),
    ]);
    let is_failed = matches!(report.outcome, Outcome::Failed | Outcome::Interrupted);
    let usage = report.usage;
    line.metric("Turns", COUNT, 1);
    line.metric("FailedTurns", COUNT, u64::from(is_failed));
    line.metric("TurnTime", MILLISECONDS, report.duration_ms);
    if let Some(ms) = report.first_content_ms {
        line.metric("FirstTokenTime", MILLISECONDS, ms);
    }
    line.metric("Failovers", COUNT, report.failovers);
    line.metric("InputTokens", COUNT, usage.input_tokens);
    line.metric("OutputTokens", COUNT, usage.output_tokens);
    line.metric("CacheReadTokens", COUNT, usage.cache_read_tokens);
    let written = usage.cache_write_5m_tokens + usage.cache_write_1h_tokens;
    line.metric("CacheWriteTokens", COUNT, written);
    line.metric("WebSearches", COUNT, usage.web_searches);
    line.metric("CostNanodollars", NO_UNIT, report.cost.0);
    line.metric("Findings", COUNT, report.findings.values().sum());
    line.field("Mode", report.kind.name());
    line.field("Outcome", report.outcome.name());
    if let Some(code) = report.failure {
        line.field("Failure", code);
    }
    line.written(at)
}

/// One line for a request to a provider that has ended, with the dimensions Environment and Provider.
#[must_use]
pub(crate) fn attempt(report: &AttemptReport, environment: &str, at: Timestamp) -> String {
    let dimensions = [("Environment", environment), ("Provider", report.provider.as_str())];
    let mut line = Line::new(&dimensions);
    // A turn that its editor stopped says nothing of the provider.
    let is_failed = !matches!(report.outcome, "completed" | "abandoned");
    line.metric("Attempts", COUNT, 1);
    line.metric("FailedAttempts", COUNT, u64::from(is_failed));
    line.field("Outcome", report.outcome);
    line.written(at)
}

/// What happens to a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SocketChange {
    /// A client was admitted.
    Opened,
    /// A client has gone.
    Closed,
}

/// One line for a socket that opens or closes, with the dimension Environment.
///
/// How many are open is the sum of one less that of the other. API Gateway does its best to say that a
/// client has gone and promises nothing, so what is open is at times a little less than that.
#[must_use]
pub(crate) fn socket(change: SocketChange, environment: &str, at: Timestamp) -> String {
    let mut line = Line::new(&[("Environment", environment)]);
    let name = match change {
        SocketChange::Opened => "SocketsOpened",
        SocketChange::Closed => "SocketsClosed",
    };
    line.metric(name, COUNT, 1);
    line.written(at)
}

/// A line as it grows: the values, and what CloudWatch is told to make of them.
struct Line {
    dimensions: Vec<Value>,
    metrics: Vec<Value>,
    fields: Map<String, Value>,
}

impl Line {
    fn new(dimensions: &[(&str, &str)]) -> Self {
        let names = dimensions.iter().map(|(name, _)| json!(name)).collect();
        let values = dimensions.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        Self { dimensions: names, metrics: Vec::new(), fields: values.collect() }
    }

    fn metric(&mut self, name: &str, unit: &str, value: u64) {
        self.metrics.push(json!({"Name": name, "Unit": unit}));
        self.fields.insert(name.to_owned(), json!(value));
    }

    fn field(&mut self, name: &str, value: &str) {
        self.fields.insert(name.to_owned(), json!(value));
    }

    fn written(mut self, at: Timestamp) -> String {
        let directive = json!({
            "Namespace": NAMESPACE,
            "Dimensions": [self.dimensions],
            "Metrics": self.metrics,
        });
        let told = json!({"Timestamp": at.millis(), "CloudWatchMetrics": [directive]});
        self.fields.insert("_aws".to_owned(), told);
        Value::Object(self.fields).to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::engine::Engine;
    use domain::ledger::Nanodollars;
    use domain::meter::AttemptReport;
    use domain::model::{ProviderName, TokenUsage};
    use domain::time::Timestamp;
    use domain::turn::{Outcome, TurnKind, TurnReport};
    use serde_json::{Value, json};

    use super::{SocketChange, attempt, socket, turn};

    fn at() -> Timestamp {
        Timestamp::from_millis(1_795_000_000_123)
    }

    fn report() -> TurnReport {
        TurnReport {
            engine: Engine::Pro,
            kind: TurnKind::Chat,
            outcome: Outcome::Completed,
            failure: None,
            provider: Some(ProviderName::new("bedrock")),
            model: Some("m".into()),
            first_content_ms: Some(812),
            duration_ms: 4_031,
            attempts: 2,
            failovers: 1,
            usage: TokenUsage {
                input_tokens: 7,
                output_tokens: 20,
                cache_write_5m_tokens: 3,
                cache_write_1h_tokens: 4,
                cache_read_tokens: 65_000,
                web_searches: 2,
            },
            cost: Nanodollars(33_000_500),
            findings: [].into(),
        }
    }

    /// The line as JSON; it must be one line, and each name of a metric must stand beside its value.
    fn parsed(line: &str) -> Value {
        assert!(!line.contains('\n') && line.len() < 1024 * 1024);
        let value: Value = serde_json::from_str(line).unwrap();
        let directive = &value["_aws"]["CloudWatchMetrics"][0];
        let metrics = directive["Metrics"].as_array().unwrap();
        for metric in metrics {
            assert!(value[metric["Name"].as_str().unwrap()].is_u64(), "{metric}");
        }
        for dimension in directive["Dimensions"][0].as_array().unwrap() {
            assert!(value[dimension.as_str().unwrap()].is_string(), "{dimension}");
        }
        assert!(metrics.len() <= 100);
        value
    }

    fn metrics(named: &[(&str, &str)]) -> Vec<Value> {
        named.iter().map(|(name, unit)| json!({"Name": name, "Unit": unit})).collect()
    }

    #[test]
    fn a_turn_is_one_line_with_every_metric() {
        let all = metrics(&[
            ("Turns", "Count"),
            ("FailedTurns", "Count"),
            ("TurnTime", "Milliseconds"),
            ("FirstTokenTime", "Milliseconds"),
            ("Failovers", "Count"),
            ("InputTokens", "Count"),
            ("OutputTokens", "Count"),
            ("CacheReadTokens", "Count"),
            ("CacheWriteTokens", "Count"),
            ("WebSearches", "Count"),
            ("CostNanodollars", "None"),
            ("Findings", "Count"),
        ]);
        let expected = json!({
            "_aws": {
                "Timestamp": 1_795_000_000_123_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "nx-wt-prf",
                    "Dimensions": [["Environment", "Engine", "Provider"]],
                    "Metrics": all,
                }],
            },
            "Environment": "prod", "Engine": "Pro", "Provider": "bedrock",
            "Turns": 1, "FailedTurns": 0, "TurnTime": 4031, "FirstTokenTime": 812,
            "Failovers": 1, "InputTokens": 7, "OutputTokens": 20, "CacheReadTokens": 65_000,
            "CacheWriteTokens": 7, "WebSearches": 2, "CostNanodollars": 33_000_500,
            "Findings": 0, "Mode": "chat", "Outcome": "completed",
        });
        assert_eq!(parsed(&turn(&report(), "prod", at())), expected);
    }

    #[test]
    fn a_turn_without_an_answer_has_no_time_to_it() {
        let failed = TurnReport {
            outcome: Outcome::Failed,
            failure: Some("provider_overloaded"),
            provider: None,
            first_content_ms: None,
            ..report()
        };
        let line = parsed(&turn(&failed, "dev-v1", at()));
        assert_eq!(line["FirstTokenTime"], Value::Null);
        let named = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap().len();
        assert_eq!(named, 11);
        let told = ["Provider", "FailedTurns", "Outcome", "Failure"].map(|name| line[name].clone());
        let expected = [json!("none"), json!(1), json!("failed"), json!("provider_overloaded")];
        assert_eq!(told, expected);
    }

    fn check_attempt(outcome: &'static str, failed: u64) {
        let report = AttemptReport {
            provider: ProviderName::new("anthropic_api"),
            model: "m".into(),
            outcome,
            first_content: None,
            took: Duration::ZERO,
            usage: TokenUsage::default(),
        };
        let expected = json!({
            "_aws": {
                "Timestamp": 1_795_000_000_123_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "nx-wt-prf",
                    "Dimensions": [["Environment", "Provider"]],
                    "Metrics": metrics(&[("Attempts", "Count"), ("FailedAttempts", "Count")]),
                }],
            },
            "Environment": "prod", "Provider": "anthropic_api",
            "Attempts": 1, "FailedAttempts": failed, "Outcome": outcome,
        });
        assert_eq!(parsed(&attempt(&report, "prod", at())), expected);
    }

    #[test]
    fn only_a_failure_counts_against_a_provider() {
        check_attempt("completed", 0);
        check_attempt("abandoned", 0);
        check_attempt("provider_rate_limited", 1);
    }

    fn check_socket(change: SocketChange, name: &str) {
        let expected = json!({
            "_aws": {
                "Timestamp": 1_795_000_000_123_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "nx-wt-prf",
                    "Dimensions": [["Environment"]],
                    "Metrics": metrics(&[(name, "Count")]),
                }],
            },
            "Environment": "prod", name: 1,
        });
        assert_eq!(parsed(&socket(change, "prod", at())), expected);
    }

    #[test]
    fn a_socket_counts_when_it_opens_and_when_it_closes() {
        check_socket(SocketChange::Opened, "SocketsOpened");
        check_socket(SocketChange::Closed, "SocketsClosed");
    }
}
