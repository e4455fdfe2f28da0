//! One request to a provider as it is measured: who was asked, how it ended, how long it took; and
//! its span in a trace, by OpenTelemetry's names for generative models.

use std::sync::Arc;
use std::time::Duration;

use domain::meter::{AttemptReport, Measurement, Meter, SPANS};
use domain::model::{ModelCard, ModelEvent, ModelRequest, ProviderError, ProviderName, TokenUsage};
use tracing::Span;
use tracing::field::Empty;

/// What is known of a request until it ends; it is reported when dropped.
pub(super) struct Asking {
    meter: Arc<dyn Meter>,
    began: Duration,
    report: AttemptReport,
    span: Span,
}

impl Asking {
    pub(super) fn begin(
        meter: &Arc<dyn Meter>,
        provider: ProviderName,
        card: &ModelCard,
        request: &ModelRequest,
    ) -> Self {
        let span = span(&provider, card, request);
        let report = AttemptReport {
            provider,
            model: card.id.clone(),
            outcome: "abandoned",
            first_content: None,
            took: Duration::ZERO,
            usage: TokenUsage::default(),
        };
        Self { meter: Arc::clone(meter), began: meter.elapsed(), report, span }
    }

    /// Notes an event of the answer.
    pub(super) fn hear(&mut self, event: &ModelEvent) {
        match event {
            ModelEvent::Text(_) | ModelEvent::Finding(_) => {
                if self.report.first_content.is_none() {
                    self.report.first_content = Some(self.so_far());
                }
            }
            ModelEvent::Usage(usage) => self.report.usage = *usage,
            ModelEvent::Started { model } => {
                self.span.record("gen_ai.response.model", model.as_str());
            }
            ModelEvent::Finished(_) => self.report.outcome = "completed",
            ModelEvent::Attempt { .. }
            | ModelEvent::UnreadableFinding
            | ModelEvent::Source(_)
            | ModelEvent::SearchUnavailable
            | ModelEvent::Verbatim(_)
            | ModelEvent::Working(_)
            | ModelEvent::Heartbeat => {}
        }
    }

    /// Ends it with that failure.
    pub(super) fn fail(mut self, error: &ProviderError) {
        self.report.outcome = error.code();
        self.span.record("error.type", error.code());
        self.span.record("otel.status_code", "ERROR");
    }

    fn so_far(&self) -> Duration {
        self.meter.elapsed().saturating_sub(self.began)
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.report.took = self.so_far();
        self.meter.take(Measurement::Attempt(&self.report));
        if self.span.is_disabled() {
            return;
        }
        let usage = self.report.usage;
        let record = |name, tokens: u64| {
            self.span.record(name, i64::try_from(tokens).unwrap_or(i64::MAX));
        };
        record("gen_ai.usage.input_tokens", usage.all_input_tokens());
        record("gen_ai.usage.output_tokens", usage.output_tokens);
        record("gen_ai.usage.cache_read.input_tokens", usage.cache_read_tokens);
        let written = usage.cache_write_5m_tokens + usage.cache_write_1h_tokens;
        record("gen_ai.usage.cache_creation.input_tokens", written);
        if let Some(first) = self.report.first_content {
            self.span.record("gen_ai.response.time_to_first_chunk", first.as_secs_f64());
        }
    }
}

/// The span of a request, by OpenTelemetry's conventions for inference (`gen_ai.provider.name` took
/// the place of `gen_ai.system` after 1.36); nothing where nobody receives traces.
fn span(provider: &ProviderName, card: &ModelCard, request: &ModelRequest) -> Span {
    let provider = match provider.as_str() {
        "anthropic_api" => "anthropic",
        "bedrock" => "aws.bedrock",
        other => other,
    };
    tracing::info_span!(
        target: SPANS,
        "chat",
        otel.name = %format_args!("chat {}", card.id),
        otel.kind = "client",
        otel.status_code = Empty,
        error.type = Empty,
        gen_ai.operation.name = "chat",
        gen_ai.provider.name = provider,
        gen_ai.request.model = card.id.as_str(),
        gen_ai.request.max_tokens = i64::try_from(request.max_tokens).unwrap_or(i64::MAX),
        gen_ai.request.stream = true,
        gen_ai.response.model = Empty,
        gen_ai.response.time_to_first_chunk = Empty,
        gen_ai.usage.input_tokens = Empty,
        gen_ai.usage.output_tokens = Empty,
        gen_ai.usage.cache_read.input_tokens = Empty,
        gen_ai.usage.cache_creation.input_tokens = Empty,
    )
}
