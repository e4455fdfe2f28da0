//! Slow clients on loopback are closed in time, the number of connections is kept, and certificates
//! are changed under a running server.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::{Certificates, Front, FrontLimits, TlsFiles};

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(60);
/// Nothing here takes as long unless it never ends.
const NEVER: Duration = Duration::from_secs(20);

const LIMITS: FrontLimits = FrontLimits { head: LONG, body: LONG, connections: 100 };

struct Door {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
}

async fn open(limits: FrontLimits, certificates: Option<&Arc<Certificates>>) -> Door {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/", get(async || "hello"))
        .route("/", post(async |body: Bytes| body.len().to_string()));
    let tls = certificates.map(|certificates| certificates.acceptor().unwrap());
    let (stop, stopped) = oneshot::channel();
    let front = Front { listener, router, limits, tls };
    let stopped = async { drop(stopped.await) };
    let ended = tokio::spawn(front.answer(stopped));
    Door { address, stop, ended }
}

/// Sends the text, then a byte every tenth of the short limit until the server has had enough; gives
/// what it answered and after how long.
async fn drip(address: std::net::SocketAddr, text: &str) -> (String, Duration) {
    let (mut read, mut write) = TcpStream::connect(address).await.unwrap().into_split();
    let begun = Instant::now();
    write.write_all(text.as_bytes()).await.unwrap();
    let dripping = tokio::spawn(async move {
        let mut every = tokio::time::interval(SHORT / 10);
        loop {
            every.tick().await;
            if write.write_all(b"a").await.is_err() {
                return;
            }
        }
    });
    let mut answer = Vec::new();
    // A server that closes while bytes are on their way resets.
    let _ = tokio::time::timeout(NEVER, read.read_to_end(&mut answer)).await.unwrap();
    dripping.abort();
    (String::from_utf8(answer).unwrap(), begun.elapsed())
}

#[tokio::test]
async fn a_head_that_drips_is_closed_in_time() {
    let door = open(FrontLimits { head: SHORT, ..LIMITS }, None).await;
    let (answer, after) = drip(door.address, "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    assert!(!answer.contains("hello") && after >= SHORT && after < NEVER, "{answer} {after:?}");
}

#[tokio::test]
async fn a_body_that_drips_is_closed_in_time() {
    let door = open(FrontLimits { body: SHORT, ..LIMITS }, None).await;
    let head = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n";
    let (answer, after) = drip(door.address, head).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(after >= SHORT && after < NEVER, "{after:?}");
}

async fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"hello") {
        let mut some = [0; 1024];
        let count = tokio::time::timeout(NEVER, stream.read(&mut some)).await.unwrap().unwrap();
        assert_ne!(count, 0, "closed");
        answer.extend_from_slice(&some[..count]);
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn an_idle_connection_is_closed_in_time() {
    let door = open(FrontLimits { head: SHORT, ..LIMITS }, None).await;
    let mut stream = TcpStream::connect(door.address).await.unwrap();
    assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200"));
    let begun = Instant::now();
    let read = tokio::time::timeout(NEVER, stream.read(&mut [0; 1])).await.unwrap();
    assert_eq!(read.unwrap(), 0);
    assert!(begun.elapsed() >= SHORT / 2);
}

#[tokio::test]
async fn a_connection_too_many_waits_until_one_has_ended() {
    let door = open(FrontLimits { connections: 1, ..LIMITS }, None).await;
    let mut first = TcpStream::connect(door.address).await.unwrap();
    ask(&mut first).await;
    let mut second = TcpStream::connect(door.address).await.unwrap();
    let waiting = tokio::spawn(async move { ask(&mut second).await });
    // Served, the first is still alone.
    ask(&mut first).await;
    assert!(!waiting.is_finished());
    drop(first);
    assert!(waiting.await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_stop_waits_for_what_is_being_answered() {
    let door = open(LIMITS, None).await;
    let mut stream = TcpStream::connect(door.address).await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\na").await.unwrap();
    let mut idle = TcpStream::connect(door.address).await.unwrap();
    ask(&mut idle).await;
    door.stop.send(()).unwrap();
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap(), 0);
    stream.write_all(b"b").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with('2'), "{answer}");
    tokio::time::timeout(NEVER, door.ended).await.unwrap().unwrap();
}

fn given(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificates").join(name)
}

fn copy(name: &str, files: &TlsFiles) {
    std::fs::copy(given(&format!("{name}.pem")), &files.certificate).unwrap();
    std::fs::copy(given(&format!("{name}.key")), &files.key).unwrap();
}

/// What a client that trusts that certificate alone is answered.
async fn greeted(address: std::net::SocketAddr, trusted: &str) -> Result<String, std::io::Error> {
    let mut roots = RootCertStore::empty();
    let certificate = given(&format!("{trusted}.pem"));
    roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TcpStream::connect(address).await?;
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn a_changed_certificate_is_shown_to_the_next_client() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let files = TlsFiles { certificate: path("chain.pem"), key: path("key.pem") };
    copy("first", &files);
    let certificates = Certificates::open(files.clone()).unwrap();
    let door = open(LIMITS, Some(&certificates)).await;
    assert!(greeted(door.address, "first").await.unwrap().ends_with("hello"));
    assert!(greeted(door.address, "second").await.is_err());
    // Half a change leaves the old one in force.
    std::fs::copy(given("second.pem"), &files.certificate).unwrap();
    certificates.renew();
    assert!(greeted(door.address, "first").await.unwrap().ends_with("hello"));
    copy("second", &files);
    certificates.renew();
    assert!(greeted(door.address, "second").await.unwrap().ends_with("hello"));
    assert!(greeted(door.address, "first").await.is_err());
}

#[tokio::test]
async fn a_client_that_does_not_greet_is_closed_in_time() {
    let files = TlsFiles { certificate: given("first.pem"), key: given("first.key") };
    let certificates = Certificates::open(files).unwrap();
    let door = open(FrontLimits { head: SHORT, ..LIMITS }, Some(&certificates)).await;
    let mut stream = TcpStream::connect(door.address).await.unwrap();
    let read = tokio::time::timeout(NEVER, stream.read(&mut [0; 1])).await.unwrap();
    assert_eq!(read.unwrap(), 0);
}

#[test]
fn files_that_do_not_belong_together_stop_the_start() {
    for (certificate, key) in
        [("first.pem", "second.key"), ("first.key", "first.key"), ("none.pem", "first.key")]
    {
        let files = TlsFiles { certificate: given(certificate), key: given(key) };
        let error = Certificates::open(files).unwrap_err();
        assert!(format!("{error:#}").contains("(bad_certificate)"), "{error:#}");
    }
}
