//! The program `dynoxide` on a port of its own; tests of other crates include this file.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A server, which ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The program: `DYNOXIDE` names it, or it lies where cargo installs.
fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("DYNOXIDE") {
        return named.into();
    }
    let installed = std::env::home_dir().unwrap().join(".cargo/bin/dynoxide");
    if installed.is_file() { installed } else { "dynoxide".into() }
}

impl Server {
    /// Starts a server and waits until it listens.
    pub(crate) fn start() -> Self {
        loop {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = free.local_addr().unwrap().port();
            drop(free);
            let spawned = Command::new(program())
                .args(["serve", "--port", &port.to_string()])
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn();
            let mut child = spawned.unwrap_or_else(|error| {
                panic!("these tests need the program dynoxide (tools/test.sh installs it): {error}")
            });
            let mut said = String::new();
            BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
            let server = Self { child, port };
            if said.contains("listening on") {
                return server;
            }
            // Somebody else took the port in between.
            assert!(said.contains("in use"), "dynoxide said: {said}");
        }
    }
}
