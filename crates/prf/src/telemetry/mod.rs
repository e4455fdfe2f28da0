//! Where the server says what it does: its log on standard error as JSON lines, and traces where a
//! receiver is named.

#[cfg(feature = "otlp")]
mod otlp;

use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Libraries that would write requests and frames, with tokens and articles in them, at finer levels.
const KEPT_QUIET: &str =
    "hyper=info,h2=info,reqwest=info,tower=info,tungstenite=info,tokio_tungstenite=info";

/// Ends what was started, so that nothing is lost that is on its way.
pub(crate) struct Telemetry {
    #[cfg(feature = "otlp")]
    traces: Option<otlp::Traces>,
}

impl Telemetry {
    /// Begins to log, and to trace where the settings name a receiver. Call it inside a runtime.
    pub(crate) fn start(config: &Config) -> anyhow::Result<Self> {
        #[cfg(feature = "otlp")]
        if let Some(endpoint) = &config.traces.endpoint {
            let traces = otlp::start(endpoint, &config.traces.service_name, log_filter(config))?;
            return Ok(Self { traces: Some(traces) });
        }
        let log = tracing_subscriber::fmt().json().with_writer(std::io::stderr);
        log.with_env_filter(log_filter(config)).init();
        #[cfg(feature = "otlp")]
        return Ok(Self { traces: None });
        #[cfg(not(feature = "otlp"))]
        {
            if let Some(endpoint) = &config.traces.endpoint {
                let service_name = &config.traces.service_name;
                tracing::warn!(
                    event = "traces.off",
                    reason = "not_built_in",
                    endpoint,
                    service_name
                );
            }
            Ok(Self {})
        }
    }

    /// Sends what still waits. Call it outside a runtime, while that runtime lives.
    #[cfg_attr(not(feature = "otlp"), expect(clippy::unused_self, reason = "nothing to end"))]
    pub(crate) fn end(self) {
        #[cfg(feature = "otlp")]
        if let Some(traces) = self.traces {
            traces.end();
        }
    }
}

/// What stands in the log. Spans never do: they would repeat in every line what each line says.
fn log_filter(config: &Config) -> EnvFilter {
    // That there are no credentials is said by `provider.off`, and not for each place they may be.
    let spans = domain::meter::SPANS;
    let log = &config.log;
    let filter = format!("aws_config=error,opentelemetry=warn,{log},{KEPT_QUIET},{spans}=off");
    EnvFilter::new(filter)
}
