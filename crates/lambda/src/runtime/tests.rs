//! The loop against a Runtime API that says, byte for byte, what the test wants.

use std::sync::{Arc, Mutex};

use anyhow::bail;
use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{RuntimeApiError, report_start, serve};
use crate::deadline::{Deadline, Times};

const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";

/// What it says to one request; then it hangs up or goes on.
#[derive(Clone, Copy)]
enum Step {
    Say(&'static str),
    SayAndClose(&'static str),
    /// The request is read, and nothing is said.
    Close,
}

/// Method, path, the headers that matter and the body of each request.
type Requests = Arc<Mutex<Vec<String>>>;

/// Serves the steps one after another, over as many connections as it takes; then nobody listens any more.
async fn api(steps: Vec<Step>) -> (String, Requests) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let requests = Requests::default();
    let seen = requests.clone();
    tokio::spawn(async move {
        let mut steps = steps.into_iter().peekable();
        while steps.peek().is_some() {
            let (mut stream, _) = listener.accept().await.unwrap();
            for step in steps.by_ref() {
                let request = request(&mut stream).await;
                seen.lock().unwrap().push(request);
                let (said, is_last) = match step {
                    Step::Say(said) => (said, false),
                    Step::SayAndClose(said) => (said, true),
                    Step::Close => ("", true),
                };
                stream.write_all(said.as_bytes()).await.unwrap();
                if is_last {
                    break;
                }
            }
        }
    });
    (address, requests)
}

async fn request(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| *found == name).map(|(_, value)| value)
    };
    assert!(header("host").is_some_and(|host| host.starts_with("127.0.0.1:")), "{head}");
    let mut body = vec![0; header("content-length").map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.unwrap();
    let mut request = head.lines().next().unwrap().replace("/2018-06-01/runtime/", "");
    request.truncate(request.len() - " HTTP/1.1".len());
    for name in ["lambda-runtime-function-error-type", "lambda-runtime-invocation-id"] {
        if let Some(value) = header(name) {
            request += &format!(" [{value}]");
        }
    }
    let body = String::from_utf8(body).unwrap();
    if body.is_empty() { request } else { format!("{request} {body}") }
}

/// Answers events with what they hold, but for two.
async fn echo(event: Bytes, _times: Times) -> anyhow::Result<Vec<u8>> {
    if event.as_ref() == b"1" {
        bail!("one is none");
    }
    assert_ne!(event.as_ref(), b"2", "two are too many");
    Ok(event.to_vec())
}

/// Plays the steps until the loop ends; gives the error it ended with and the requests it made.
async fn check(steps: &[Step], ended: &str, requests: &[&str]) {
    let (address, seen) = api(steps.to_vec()).await;
    let error = serve(&address, &Deadline::default(), echo).await.unwrap_err();
    assert_eq!(error.to_string(), ended);
    assert_eq!(*seen.lock().unwrap(), requests);
}

/// An event with that body.
macro_rules! event {
    ($body:literal) => {
        concat!(
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: e1\r\nLambda-Runtime-Deadline-Ms: 9999999999999",
            "\r\nLambda-Runtime-Invocation-Id: i1\r\ntransfer-encoding: chunked\r\n\r\n1\r\n",
            $body,
            "\r\n0\r\n\r\n"
        )
    };
}

const NONE: &str = "HTTP/1.1 410 Gone\r\ncontent-length: 2\r\n\r\n{}";
const OVER: &str = "the runtime api answered 410";

#[tokio::test]
async fn events_are_answered_one_after_another_over_one_connection() {
    let plain = "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: e2\r\nlambda-runtime-deadline-ms: 0\r\n\
        content-length: 16\r\n\r\n{\"a\":\"글 😀\"}";
    check(
        &[
            Step::Say(event!("7")),
            Step::Say(ACCEPTED),
            Step::Say(plain),
            Step::Say(ACCEPTED),
            Step::Say(NONE),
        ],
        OVER,
        &[
            "GET invocation/next",
            "POST invocation/e1/response [i1] 7",
            "GET invocation/next",
            "POST invocation/e2/response {\"a\":\"글 😀\"}",
            "GET invocation/next",
        ],
    )
    .await;
}

#[tokio::test]
async fn an_error_and_a_panic_fail_their_event_alone() {
    check(
        &[
            Step::Say(event!("1")),
            Step::Say(ACCEPTED),
            Step::Say(event!("2")),
            Step::Say(ACCEPTED),
            Step::Say(event!("3")),
            Step::Say(ACCEPTED),
            Step::Say(NONE),
        ],
        OVER,
        &[
            "GET invocation/next",
            r#"POST invocation/e1/error [Function.Failed] [i1] {"errorType":"Function.Failed","errorMessage":"one is none"}"#,
            "GET invocation/next",
            r#"POST invocation/e1/error [Function.Panicked] [i1] {"errorType":"Function.Panicked","errorMessage":"assertion `left != right` failed: two are too many\n  left: [50]\n right: [50]"}"#,
            "GET invocation/next",
            "POST invocation/e1/response [i1] 3",
            "GET invocation/next",
        ],
    )
    .await;
}

#[tokio::test]
async fn an_answer_that_is_refused_is_left_and_a_broken_api_ends_the_loop() {
    check(
        &[
            Step::Say(event!("7")),
            Step::Say("HTTP/1.1 413 Payload Too Large\r\ncontent-length: 2\r\n\r\n{}"),
            Step::Say(event!("8")),
            Step::Say("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n"),
        ],
        "the runtime api answered 500",
        &[
            "GET invocation/next",
            "POST invocation/e1/response [i1] 7",
            "GET invocation/next",
            "POST invocation/e1/response [i1] 8",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_connection_that_was_closed_is_opened_anew() {
    let closing = "HTTP/1.1 202 Accepted\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    check(
        &[
            Step::SayAndClose(event!("7")),
            Step::SayAndClose(closing),
            Step::Say(event!("8")),
            Step::Close,
            Step::Say(ACCEPTED),
            Step::Say(NONE),
        ],
        OVER,
        &[
            "GET invocation/next",
            "POST invocation/e1/response [i1] 7",
            "GET invocation/next",
            "POST invocation/e1/response [i1] 8",
            "POST invocation/e1/response [i1] 8",
            "GET invocation/next",
        ],
    )
    .await;
    check(&[Step::Close], "cannot reach the runtime api", &["GET invocation/next"]).await;
    let cut = "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: e1\r\ncontent-length: 9\r\n\r\n{";
    check(&[Step::SayAndClose(cut)], "cannot reach the runtime api", &["GET invocation/next"])
        .await;
}

#[tokio::test]
async fn an_event_needs_its_id_and_its_end() {
    let check = async |headers: &str, name: &str| {
        let event = format!("HTTP/1.1 200 OK\r\n{headers}content-length: 1\r\n\r\n7");
        let event: &'static str = Box::leak(event.into_boxed_str());
        let ended = format!("the runtime api gave an event without {name}");
        check(&[Step::Say(event)], &ended, &["GET invocation/next"]).await;
    };
    let id = "lambda-runtime-aws-request-id: e1\r\n";
    check("", "lambda-runtime-aws-request-id").await;
    check(id, "lambda-runtime-deadline-ms").await;
    let soon = format!("{id}lambda-runtime-deadline-ms: soon\r\n");
    check(&soon, "lambda-runtime-deadline-ms").await;
}

#[tokio::test]
async fn a_start_that_failed_is_told() {
    let (address, seen) = api(vec![Step::Say(ACCEPTED)]).await;
    let error = anyhow::anyhow!("cause").context("setting X is missing");
    report_start(&address, &error).await.unwrap();
    let expected = r#"POST init/error [Function.NotStarted] {"errorType":"Function.NotStarted","errorMessage":"setting X is missing"}"#;
    assert_eq!(*seen.lock().unwrap(), [expected]);
    let nobody = serve("127.0.0.1:0", &Deadline::default(), echo).await.unwrap_err();
    assert!(matches!(nobody, RuntimeApiError::Unreachable(_)), "{nobody:?}");
}
