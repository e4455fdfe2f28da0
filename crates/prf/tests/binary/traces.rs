//! Traces as a receiver of OTLP gets them: names, order and figures of the spans of a turn, and no
//! text in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Told;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use prost::Message;
use serde_json::{Value, json};

use crate::client::get;
use crate::observed::{assert_silent, served, terminate, turns, unpaid_anthropic};

const MODEL: &str = "claude-opus-4-5-20251101";
const ON_BEDROCK: &str = "global.anthropic.claude-opus-4-5-20251101-v1:0";

type Bodies = Arc<Mutex<Vec<Bytes>>>;

/// A receiver that keeps what comes.
async fn receiver() -> (String, Bodies) {
    let keep = |State(bodies): State<Bodies>, body: Bytes| async move {
        bodies.lock().unwrap().push(body);
    };
    let bodies = Bodies::default();
    let router = Router::new().route("/v1/traces", post(keep)).with_state(Arc::clone(&bodies));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, bodies)
}

fn told(value: &AnyValue) -> Value {
    match value.value.as_ref().unwrap() {
        Told::StringValue(text) => json!(text),
        Told::IntValue(number) => json!(number),
        Told::DoubleValue(number) => json!(number),
        Told::BoolValue(is_so) => json!(is_so),
        other => panic!("{other:?}"),
    }
}

fn attributes(all: &[KeyValue]) -> BTreeMap<String, Value> {
    all.iter().map(|one| (one.key.clone(), told(one.value.as_ref().unwrap()))).collect()
}

/// What a proofreading turn of a whole run has sent, with the month's usage and the server's log.
struct Sent {
    bodies: Vec<Bytes>,
    resource: BTreeMap<String, Value>,
    spans: Vec<Span>,
    month: Value,
    log: String,
}

async fn sent() -> Sent {
    let (data, upstream) = (tempfile::tempdir().unwrap(), unpaid_anthropic().await);
    let (endpoint, bodies) = receiver().await;
    let more = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("PRF_LOG", "debug")];
    let (mut server, log) = served(data.path(), &upstream, &more);
    let [mut proofreading, _] = turns();
    proofreading.ask(&server.address, &mut None).await.unwrap();
    assert_eq!(proofreading.end.unwrap()["type"], "chat_end");
    let month = get(&server.address, "/usage/local/Basic").await["data"].clone();
    terminate(&server);
    assert!(server.child.wait().unwrap().success());
    let bodies = std::mem::take(&mut *bodies.lock().unwrap());
    let parsed = bodies.iter().map(|body| ExportTraceServiceRequest::decode(body.clone()).unwrap());
    let parts: Vec<_> = parsed.flat_map(|one| one.resource_spans).collect();
    let resource = attributes(&parts[0].resource.as_ref().unwrap().attributes);
    let scopes = parts.into_iter().flat_map(|one| one.scope_spans);
    let spans = scopes.flat_map(|one| one.spans).collect();
    Sent { bodies, resource, spans, month, log: log.whole() }
}

impl Sent {
    fn one(&self, name: &str) -> &Span {
        self.spans.iter().find(|span| span.name == name).unwrap()
    }
}

fn check(span: &Span, expected: &[(&str, Value)]) {
    let told = attributes(&span.attributes);
    for (name, value) in expected {
        assert_eq!(told.get(*name), Some(value), "{name} of {}", span.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turns_spans_have_the_names_of_the_conventions_and_no_text() {
    let sent = sent().await;
    let service = ["service.name", "service.version"].map(|name| sent.resource[name].clone());
    assert_eq!(service, [json!("nx-wt-prf"), json!("0.1.0")]);
    let (failed, good) = (format!("chat {MODEL}"), format!("chat {ON_BEDROCK}"));
    let names: BTreeSet<_> = sent.spans.iter().map(|span| span.name.as_str()).collect();
    let usage = "GET /usage/{userId}/{engineType}";
    let expected = ["GET /turns/{id}/events", usage, "POST /turns", &failed, &good, "turn"];
    assert_eq!(names, expected.into());
    let (asked, turn) = (sent.one("POST /turns"), sent.one("turn"));
    let (unpaid, answered) = (sent.one(&failed), sent.one(&good));
    // Whose child each is, and all of one trace.
    assert_eq!((&turn.parent_span_id, &turn.trace_id), (&asked.span_id, &asked.trace_id));
    for chat in [unpaid, answered] {
        assert_eq!((&chat.parent_span_id, &chat.trace_id), (&turn.span_id, &turn.trace_id));
        assert_eq!((chat.kind(), chat.events.len()), (SpanKind::Client, 0));
    }
    let (route, status) = ("http.route", "http.response.status_code");
    check(asked, &[(route, json!("/turns")), (status, json!(202))]);
    check(turn, &[("prf.mode", json!("proofread")), ("prf.outcome", json!("completed"))]);
    let unpaid_by = ("gen_ai.provider.name", json!("anthropic"));
    check(unpaid, &[unpaid_by, ("error.type", json!("provider_payment_required"))]);
    assert_eq!(unpaid.status.as_ref().unwrap().code(), StatusCode::Error);
    let mut told = attributes(&answered.attributes);
    let first = told.remove("gen_ai.response.time_to_first_chunk").unwrap();
    assert!(first.as_f64() > Some(0.0));
    let expected = [
        ("gen_ai.operation.name", json!("chat")),
        ("gen_ai.provider.name", json!("aws.bedrock")),
        ("gen_ai.request.model", json!(ON_BEDROCK)),
        ("gen_ai.request.max_tokens", json!(4096)),
        ("gen_ai.request.stream", json!(true)),
        ("gen_ai.response.model", json!(MODEL)),
        ("gen_ai.usage.input_tokens", sent.month["inputTokens"].clone()),
        ("gen_ai.usage.output_tokens", sent.month["outputTokens"].clone()),
        ("gen_ai.usage.cache_read.input_tokens", sent.month["cacheReadTokens"].clone()),
        ("gen_ai.usage.cache_creation.input_tokens", sent.month["cacheWriteTokens"].clone()),
    ];
    assert_eq!(told, expected.map(|(name, value)| (name.to_owned(), value)).into());
    for body in &sent.bodies {
        assert_silent(&String::from_utf8_lossy(body));
    }
    // The log stays what it is without traces: no line of ours repeats its spans.
    let ours = sent.log.lines().find(|line| line.contains("turn.ended")).unwrap();
    assert!(!ours.contains("\"span\""), "{ours}");
    assert_silent(&sent.log);
}

#[tokio::test]
async fn a_receiver_that_is_gone_costs_no_turn() {
    let (data, upstream) = (tempfile::tempdir().unwrap(), unpaid_anthropic().await);
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let endpoint = format!("http://{gone}");
    let more = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
    let (mut server, log) = served(data.path(), &upstream, &more);
    let [_, mut question] = turns();
    question.ask(&server.address, &mut None).await.unwrap();
    assert_eq!(question.end.unwrap()["type"], "chat_end");
    terminate(&server);
    assert!(server.child.wait().unwrap().success());
    assert!(log.whole().contains("turn.ended"));
}
