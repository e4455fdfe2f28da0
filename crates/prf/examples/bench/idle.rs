//! The memory of a server that holds 10,000 open sockets on which nothing happens.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::figures::figure;
use crate::server::Server;
use crate::socket::Socket;
use crate::upstream::Upstream;

const SOCKETS: u64 = 10_000;
/// Each end of a socket is a file, in a process of its own.
const FILES: u64 = SOCKETS + 1_000;

pub(crate) async fn measure(prf: &Path, directory: &Path) -> anyhow::Result<()> {
    if !raise_file_limit()? {
        println!("idle: left out, this process may not open {FILES} files (ulimit -Hn)");
        return Ok(());
    }
    let upstream = Upstream::start().await?;
    let server = Server::start(prf, &directory.join("idle"), upstream.address)?;
    let before = server.resident_kib()?;
    let mut sockets = Vec::new();
    for _ in 0..SOCKETS {
        let mut socket = Socket::open(&server.address).await?;
        socket.say(&json!({"action": "ping"})).await?;
        socket.hear_until("pong").await?;
        sockets.push(socket);
    }
    let after = server.resident_kib()?;
    figure("idle: resident with no socket", megabytes(before), "MB", "none");
    figure("idle: resident with 10,000 idle sockets", megabytes(after), "MB", "150 MB");
    Ok(())
}

/// Lets this process and the server it starts open enough files; false where it may not.
fn raise_file_limit() -> anyhow::Result<bool> {
    let process = std::process::id().to_string();
    let limits = format!("--nofile={FILES}:");
    Ok(Command::new("prlimit").args(["--pid", &process, &limits]).status()?.success())
}

#[expect(clippy::cast_precision_loss, reason = "a figure to read")]
fn megabytes(kib: u64) -> f64 {
    kib as f64 * 1024.0 / 1e6
}
