//! Clients that mean harm, against the program itself: more of them than files may be open, and
//! sockets that ask and never read.

use std::io::Read;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use crate::client::{Socket, get};
use crate::running::{ARTICLE, Server};

/// Nothing here takes as long unless it never ends.
const NEVER: Duration = Duration::from_secs(60);

#[test]
fn more_connections_than_files_at_first_are_answered() {
    let directory = tempfile::tempdir().unwrap();
    let mut shell = Command::new("sh");
    let serve = "ulimit -Sn 100 && exec \"$0\" serve --listen 127.0.0.1:0 --data \"$1\"";
    shell.env_clear().args(["-c", serve, env!("CARGO_BIN_EXE_prf")]).arg(directory.path());
    let server = Server::of(shell);
    let held: Vec<_> = (0..200).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    let mut last = TcpStream::connect(&server.address).unwrap();
    last.set_read_timeout(Some(NEVER)).unwrap();
    std::io::Write::write_all(&mut last, b"GET /healthz HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    last.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(" 200 "), "{answer}");
    drop(held);
}

#[tokio::test]
async fn a_socket_that_asks_and_never_reads_is_dropped() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &[("PRF_WRITE_TIMEOUT_SECONDS", "1")]);
    let mut socket = Socket::open(&server.address).await.unwrap();
    let frame = json!({"action": "check", "text": ARTICLE.repeat(20)});
    let flood = async { while socket.say(&frame).await.is_some() {} };
    tokio::time::timeout(NEVER, flood).await.unwrap();
    assert_eq!(get(&server.address, "/healthz").await["status"], "up");
}
