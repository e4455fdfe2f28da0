//! Starting the binary with a clean environment.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

pub(crate) const ARTICLE: &str =
    "정부은 몇일 뒤 대책을 내놓는다. 늘릴 수 밖에 없다는 뜻이다. 리더쉽이 부족하다.";

/// `prf` with nothing of this machine's settings.
pub(crate) fn prf(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prf"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    // The AWS SDK would look for an instance's credentials beyond this machine.
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// Exit code, standard output and standard error.
pub(crate) fn ended(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

pub(crate) fn run(arguments: &[&str]) -> (i32, String, String) {
    ended(&prf(arguments).output().unwrap())
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(data: &Path, environment: &[(&str, &str)]) -> Self {
        let data = data.to_str().unwrap();
        let mut command = prf(&["serve", "--listen", "127.0.0.1:0", "--data", data]);
        command.envs(environment.iter().copied());
        Self::of(command)
    }

    /// The simulator of the providers with that script.
    pub(crate) fn drill(directory: &Path, script: &Value) -> Self {
        let path = directory.join("script.json");
        std::fs::write(&path, script.to_string()).unwrap();
        Self::of(prf(&["drill", "--script", path.to_str().unwrap()]))
    }

    pub(crate) fn of(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut first = String::new();
        // The pipe stays open: what comes after the first line must find a reader.
        let lines = child.stdout.as_mut().unwrap();
        BufReader::new(lines).read_line(&mut first).unwrap();
        let address = first.trim().strip_prefix("listening on http://").unwrap().to_owned();
        Self { child, address }
    }

    /// Status line, headers and body of a request.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
             content-length: {length}\r\n{headers}\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Ends the server without a warning and gives its log.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killing a process that has ended is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
