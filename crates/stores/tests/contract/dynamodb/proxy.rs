//! What may lie between the store and DynamoDB: refusals, lost answers, and a count of what is sent
//! and what it costs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::signature;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Forward,
    /// Refused without being looked at.
    Throttle,
    /// Done, and the answer never arrives.
    Lose,
}

/// Requests and units by operation.
pub(crate) type Counts = BTreeMap<String, (u32, f64)>;

/// The proxy, which ends with this value.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    counts: Arc<Mutex<Counts>>,
    senders: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Proxy {
    /// Listens before a server; the fate of a request follows from its operation and from how many
    /// of that operation there were before.
    pub(crate) async fn start(
        server: u16,
        fate: impl Fn(&str, u32) -> Fate + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let counts: Arc<Mutex<Counts>> = Arc::default();
        let senders: Arc<Mutex<Vec<String>>> = Arc::default();
        let (counting, sending) = (Arc::clone(&counts), Arc::clone(&senders));
        let fate = Arc::new(fate);
        let accepting = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let (counts, senders) = (Arc::clone(&counting), Arc::clone(&sending));
                let fate = Arc::clone(&fate);
                tokio::spawn(async move { serve(client, server, &counts, &senders, &*fate).await });
            }
        });
        Self { port, counts, senders, accepting }
    }

    /// Operations in the order they were sent since the last call, with a `+` where the SDK sent them.
    pub(crate) fn senders(&self) -> Vec<String> {
        std::mem::take(&mut *self.senders.lock().unwrap())
    }

    /// What was sent since the last call.
    pub(crate) fn take(&self) -> Counts {
        std::mem::take(&mut *self.counts.lock().unwrap())
    }
}

/// Answers requests of one connection until it ends. None when the other side has hung up.
async fn serve(
    mut client: TcpStream,
    server: u16,
    counts: &Mutex<Counts>,
    senders: &Mutex<Vec<String>>,
    fate: &(dyn Fn(&str, u32) -> Fate + Send + Sync),
) -> Option<()> {
    loop {
        let (head, body) = message(&mut client).await?;
        let operation = header(&head, "x-amz-target")?.split('.').nth(1)?.to_owned();
        signature::check(&head, &body);
        let is_the_sdk = header(&head, "x-amz-user-agent").is_some();
        let sent = format!("{operation}{}", if is_the_sdk { "+" } else { "" });
        senders.lock().unwrap().push(sent);
        let before = {
            let mut counts = counts.lock().unwrap();
            let count = &mut counts.entry(operation.clone()).or_default().0;
            *count += 1;
            *count - 1
        };
        match fate(&operation, before) {
            Fate::Throttle => {
                client.write_all(&throttled()).await.ok()?;
            }
            Fate::Lose => {
                forward(server, &operation, &body).await;
                return None;
            }
            Fate::Forward => {
                let (status, answer) = forward(server, &operation, &body).await;
                let units = units(&serde_json::from_slice(&answer).unwrap());
                counts.lock().unwrap().entry(operation).or_default().1 += units;
                client.write_all(&reply(&status, &answer)).await.ok()?;
            }
        }
    }
}

/// One message of HTTP/1.1 with a length; none at the end of the connection.
async fn message(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let length = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((head, body))
}

pub(super) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut named = lines.filter(|(found, _)| found.eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value.trim())
}

/// Sends the request on, asking for the units it takes; gives status line and answer.
async fn forward(server: u16, operation: &str, body: &[u8]) -> (String, Vec<u8>) {
    let mut request: Value = serde_json::from_slice(body).unwrap();
    request["ReturnConsumedCapacity"] = "TOTAL".into();
    let body = request.to_string();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: 127.0.0.1:{server}\r\nx-amz-target: DynamoDB_20120810.{operation}\r\n\
         content-type: application/x-amz-json-1.0\r\nauthorization: AWS4-HMAC-SHA256 \
         Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0\r\n\
         x-amz-date: 20260101T000000Z\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let (head, answer) = message(&mut stream).await.unwrap();
    (head.lines().next().unwrap().to_owned(), answer)
}

/// The units an answer names, one sum or one for each table.
fn units(answer: &Value) -> f64 {
    let each = |one: &Value| one["CapacityUnits"].as_f64().unwrap_or_default();
    match &answer["ConsumedCapacity"] {
        Value::Array(tables) => tables.iter().map(each).sum(),
        one => each(one),
    }
}

fn reply(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "{status}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn throttled() -> Vec<u8> {
    let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "message":"The level of configured provisioned throughput for the table was exceeded."}"#;
    reply("HTTP/1.1 400 Bad Request", body.as_bytes())
}
