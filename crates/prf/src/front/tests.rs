//! Slow clients on loopback are closed in time, the number of connections is kept, and certificates
//! are changed under a running server.

use std::future::ready;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use futures::{StreamExt, stream};
#[cfg(target_os = "linux")]
use socket2::{SockFilter, SockRef};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::{AddressLimits, BodyRoom, Certificates, Front, FrontLimits, TlsFiles};

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(60);
/// Nothing here takes as long unless it never ends.
const NEVER: Duration = Duration::from_secs(20);

const LIMITS: FrontLimits = FrontLimits {
    head: LONG,
    body: LONG,
    write: LONG,
    gone: LONG,
    connections: 100,
    addresses: AddressLimits { network: 100, loopback: 100 },
};

/// More than the kernel takes for a client that reads nothing.
const LONG_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// Bodies have so much room beyond what each has free.
const ROOM_BYTES: usize = 128 * 1024;

/// A little of what never ends, as events of a turn.
fn piece() -> Result<Bytes, std::io::Error> {
    Ok(Bytes::from_static(&[b'a'; 4096]))
}

struct Door {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
    bodies: BodyRoom,
}

async fn open(limits: FrontLimits, certificates: Option<&Arc<Certificates>>) -> Door {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/", get(async || "hello"))
        .route("/", post(async |body: Bytes| body.len().to_string()))
        .route("/long", get(async || vec![b'a'; LONG_ANSWER_BYTES]))
        .route(
            "/begun",
            get(async || Body::from_stream(stream::once(ready(piece())).chain(stream::pending()))),
        )
        .route("/endless", get(async || Body::from_stream(stream::repeat_with(piece))))
        .layer(DefaultBodyLimit::disable());
    let tls = certificates.map(|certificates| certificates.acceptor().unwrap());
    let (stop, stopped) = oneshot::channel();
    let bodies = BodyRoom::of_bytes(ROOM_BYTES);
    let front = Front { listener, router, limits, bodies: bodies.clone(), tls };
    let stopped = async { drop(stopped.await) };
    let ended = tokio::spawn(front.answer(stopped));
    Door { address, stop, ended, bodies }
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
async fn a_client_that_takes_nothing_is_left() {
    for path in ["/long", "/endless"] {
        let limits = FrontLimits { connections: 1, write: SHORT, ..LIMITS };
        let door = open(limits, None).await;
        let mut first = TcpStream::connect(door.address).await.unwrap();
        let question = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
        first.write_all(question.as_bytes()).await.unwrap();
        // The answer has begun, and nobody takes the rest.
        first.read_exact(&mut [0; 8]).await.unwrap();
        let mut second = TcpStream::connect(door.address).await.unwrap();
        assert!(ask(&mut second).await.starts_with("HTTP/1.1 200"), "{path}");
    }
}

/// From now on the client's machine takes no packet: it acknowledges nothing and says nothing more.
#[cfg(target_os = "linux")]
fn vanish(client: &TcpStream) {
    // The program of one step that lets nothing through: return 0.
    let nothing = SockFilter::new(0x06, 0, 0, 0);
    SockRef::from(client).attach_filter(&[nothing]).unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_machine_that_vanishes_between_two_requests_is_noticed() {
    let limits = FrontLimits { connections: 1, gone: Duration::from_secs(2), ..LIMITS };
    let door = open(limits, None).await;
    let mut first = TcpStream::connect(door.address).await.unwrap();
    ask(&mut first).await;
    vanish(&first);
    let mut second = TcpStream::connect(door.address).await.unwrap();
    assert!(ask(&mut second).await.starts_with("HTTP/1.1 200"));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_machine_that_vanishes_amid_an_answer_is_noticed() {
    let limits = FrontLimits { connections: 1, gone: Duration::from_secs(2), ..LIMITS };
    let door = open(limits, None).await;
    let mut first = TcpStream::connect(door.address).await.unwrap();
    vanish(&first);
    first.write_all(b"GET /begun HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut second = TcpStream::connect(door.address).await.unwrap();
    assert!(ask(&mut second).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn an_address_cannot_hold_more_than_its_own() {
    let addresses = AddressLimits { network: 1, loopback: 2 };
    let door = open(FrontLimits { addresses, ..LIMITS }, None).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(door.address).await.unwrap();
        ask(&mut stream).await;
        held.push(stream);
    }
    let mut third = TcpStream::connect(door.address).await.unwrap();
    let read = tokio::time::timeout(NEVER, third.read(&mut [0; 1])).await.unwrap();
    assert!(!matches!(read, Ok(1..)), "{read:?}");
    for stream in &mut held {
        ask(stream).await;
    }
}

/// Sends the head of a request and so many bytes of its body.
async fn send(address: std::net::SocketAddr, length: usize, sent: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("POST / HTTP/1.0\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'a'; sent]).await.unwrap();
    stream
}

async fn rest(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    tokio::time::timeout(NEVER, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    answer
}

/// Waits until so many bytes of the room for bodies are free.
async fn until_free(door: &Door, bytes: usize) {
    let free = async {
        while door.bodies.0.available_permits() != bytes {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(NEVER, free).await.unwrap();
}

#[tokio::test]
async fn long_bodies_need_room_and_short_ones_do_not() {
    let door = open(LIMITS, None).await;
    let kib = 1024;
    // One that never ends takes all the room there is beyond what each has free …
    let endless = send(door.address, 1000 * kib, 160 * kib).await;
    until_free(&door, 0).await;
    // … so that a long one is refused, a short one is not …
    assert!(!rest(send(door.address, 40 * kib, 40 * kib).await).await.contains(" 200 "));
    assert!(rest(send(door.address, 20 * kib, 20 * kib).await).await.ends_with("20480"));
    // … until its client goes.
    drop(endless);
    until_free(&door, ROOM_BYTES).await;
    assert!(rest(send(door.address, 100 * kib, 100 * kib).await).await.ends_with("102400"));
    until_free(&door, ROOM_BYTES).await;
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
