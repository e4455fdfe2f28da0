//! Traces by OTLP over HTTP (protobuf): spans of requests, turns and requests to providers.

use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// A receiver that takes longer gets nothing.
const SEND_LIMIT: Duration = Duration::from_secs(10);
/// The end of the process waits for so long at most.
const END_LIMIT: Duration = Duration::from_secs(5);

/// What sends spans while the server runs.
pub(super) struct Traces(SdkTracerProvider);

/// Logs by that filter, and sends every span to the receiver at that address (`/v1/traces` below it,
/// as the OpenTelemetry specification has it).
pub(super) fn start(endpoint: &str, service: &str, filter: EnvFilter) -> anyhow::Result<Traces> {
    let traces = Traces(provider(endpoint, service)?);
    let log = tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr);
    let spans = tracing_opentelemetry::layer()
        .with_tracer(traces.0.tracer("prf"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false);
    // Nothing but our own spans: what libraries say may hold more than we know.
    let only_ours = Targets::new().with_target(domain::meter::SPANS, Level::INFO);
    tracing_subscriber::registry()
        .with(log.with_filter(filter))
        .with(spans.with_filter(only_ours))
        .init();
    Ok(traces)
}

fn provider(endpoint: &str, service: &str) -> anyhow::Result<SdkTracerProvider> {
    let client = reqwest::Client::builder().timeout(SEND_LIMIT).build()?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Sender { client, runtime: Handle::current() })
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .build()
        .context("OTEL_EXPORTER_OTLP_ENDPOINT cannot be used")?;
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource =
        Resource::builder().with_service_name(service.to_owned()).with_attribute(version).build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

impl Traces {
    /// Sends what waits; a receiver that is gone costs a few seconds and nothing else.
    pub(super) fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(END_LIMIT) {
            tracing::warn!(event = "traces.lost", error = &error as &dyn std::error::Error);
        }
    }
}

/// Sends on the server's runtime: the exporter has a thread of its own, without one.
#[derive(Debug)]
struct Sender {
    client: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let mut answer = client.execute(request).await?;
            let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
            answer.bytes().await.map(|body| (status, headers, body))
        });
        let (status, headers, body) = sent.await??;
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}
