//! The program `dynoxide` on a port of its own.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::Builder;

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

    pub(crate) async fn config(&self) -> SdkConfig {
        config(self.port).await
    }
}

/// An account of that server's; the region and the keys are names without a meaning.
pub(crate) async fn config(port: u16) -> SdkConfig {
    let keys = Credentials::new("test", "test", None, None, "tests");
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .endpoint_url(format!("http://127.0.0.1:{port}"))
        .http_client(Builder::new().build_http())
        .load()
        .await
}
