//! Starting the binary with a clean environment; every log line it writes is read and must be silent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use serde_json::Value;

use crate::silence::Said;

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
    // What a command says to its user may name his files; its log may not.
    let error = text(&output.stderr);
    let logged: Vec<_> = error.lines().filter(|line| line.contains("\"level\":")).collect();
    assert_eq!(Said::default().leak(&logged.join("\n")), None);
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

pub(crate) fn run(arguments: &[&str]) -> (i32, String, String) {
    ended(&prf(arguments).output().unwrap())
}

/// What a server writes to its log, read as it comes so that it never waits for room.
#[derive(Clone, Default)]
pub(crate) struct Log {
    /// The lines so far, and whether they have ended.
    lines: Arc<(Mutex<(String, bool)>, Condvar)>,
    reader: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Log {
    fn of(pipe: ChildStderr) -> Self {
        let log = Self::default();
        let lines = Arc::clone(&log.lines);
        let reader = std::thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            while pipe.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                lines.0.lock().unwrap().0.push_str(&String::from_utf8_lossy(&line));
                lines.1.notify_all();
                line.clear();
            }
            lines.0.lock().unwrap().1 = true;
            lines.1.notify_all();
        });
        *log.reader.lock().unwrap() = Some(reader);
        log
    }

    /// All of it, once its server has ended.
    pub(crate) fn whole(&self) -> String {
        if let Some(reader) = self.reader.lock().unwrap().take() {
            reader.join().unwrap();
        }
        self.lines.0.lock().unwrap().0.clone()
    }

    /// The first line that holds this, as soon as it is there.
    pub(crate) fn line(&self, part: &str) -> String {
        let mut lines = self.lines.0.lock().unwrap();
        loop {
            let whole = lines.0.rfind('\n').and_then(|end| lines.0.get(..end)).unwrap_or_default();
            if let Some(line) = whole.lines().find(|line| line.contains(part)) {
                return line.to_owned();
            }
            assert!(!lines.1, "{part} is not in {}", lines.0);
            lines = self.lines.1.wait(lines).unwrap();
        }
    }
}

/// A running server; killed when dropped, and its log looked through then.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: String,
    pub(crate) log: Log,
    said: Mutex<Said>,
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
        let log = Log::of(child.stderr.take().unwrap());
        let mut said = Said::default();
        for (name, value) in command.get_envs() {
            if let (Some(name), Some(value)) = (name.to_str(), value.and_then(|it| it.to_str())) {
                said.setting(name, value);
            }
        }
        Self { child, address, log, said: Mutex::new(said) }
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
        let mut said = self.said.lock().unwrap();
        said.message(headers, body);
        if let Some((head, body)) = answer.split_once("\r\n\r\n") {
            said.message(head, body);
        }
        drop(said);
        answer
    }

    /// Ends the server without a warning and gives its log.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.log.whole()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killing a process that has ended is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            let leak = self.said.get_mut().unwrap().leak(&self.log.whole());
            assert_eq!(leak, None);
        }
    }
}
