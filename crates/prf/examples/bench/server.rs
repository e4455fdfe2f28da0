//! The binary as a server of turns, with the simulator as its provider, and what the kernel says of
//! its process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::Context;

/// Clock ticks of `/proc`, the same on every Linux (proc(5), `USER_HZ`).
const TICKS_PER_SECOND: f64 = 100.0;

pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Server {
    /// Starts it over an empty directory of data.
    pub(crate) fn start(prf: &Path, data: &Path, upstream: SocketAddr) -> anyhow::Result<Self> {
        let mut child = Command::new(prf)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("ANTHROPIC_API_KEY", "drill")
            .env("ANTHROPIC_BASE_URL", format!("http://{upstream}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://").context("no address")?;
        let address = address.to_owned();
        Ok(Self { child, address })
    }

    /// Sets what the engine Basic is told.
    pub(crate) fn instruct(&self, instruction: &str) -> anyhow::Result<()> {
        let body = serde_json::json!({ "instruction": instruction }).to_string();
        let address = &self.address;
        let mut stream = TcpStream::connect(address)?;
        write!(
            stream,
            "PUT /prompts/Basic HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        anyhow::ensure!(answer.starts_with("HTTP/1.1 200"), "the prompt was not saved: {answer}");
        Ok(())
    }

    /// Milliseconds of CPU since its start: the user's, and the system's.
    pub(crate) fn cpu_ms(&self) -> anyhow::Result<[f64; 2]> {
        cpu_ms(self.child.id())
    }

    pub(crate) fn resident_kib(&self) -> anyhow::Result<u64> {
        resident_kib(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A process that is gone already is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn resident_kib(process: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).context("no size")?.parse()?)
}

/// Milliseconds of CPU of a process since its start: the user's, and the system's.
pub(crate) fn cpu_ms(process: u32) -> anyhow::Result<[f64; 2]> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, after_name) = stat.rsplit_once(')').context("no name in stat")?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |at: usize| -> anyhow::Result<f64> {
        let ticks: f64 = fields.get(at).context("no time in stat")?.parse()?;
        Ok(ticks * 1e3 / TICKS_PER_SECOND)
    };
    // Fields 14 and 15 of the line; the name is the second.
    Ok([ticks(11)?, ticks(12)?])
}
