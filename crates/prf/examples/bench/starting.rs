//! The binary from its start: one check on the command line, and the server's first answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::figures::{print, repeat};
use crate::server::resident_kib;
use crate::texts::{article, passages};

pub(crate) fn measure(prf: &Path, directory: &Path) -> anyhow::Result<()> {
    let file = directory.join("article.txt");
    let short = article(&passages()?, 0, 3_000);
    std::fs::write(&file, &short)?;
    print("prf check, 3 KB: process start to exit", repeat(|| check_process(prf, &file))?);
    let mut memory = Vec::new();
    let served = repeat(|| {
        let (took, resident) = first_answer(prf, directory, &short)?;
        memory.push(resident);
        Ok(took)
    })?;
    print("prf serve: exec to first checked article", served);
    memory.sort_unstable();
    let resident = memory.get(memory.len() / 2).copied().unwrap_or_default();
    println!("prf serve: resident after it {:32} KiB (median)", resident);
    Ok(())
}

fn check_process(prf: &Path, file: &Path) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let output = Command::new(prf).arg("check").arg(file).output()?;
    let took = begun.elapsed();
    anyhow::ensure!(output.status.code() == Some(1), "prf check found nothing");
    Ok(took)
}

/// From exec to the first answer, and the memory after it.
fn first_answer(prf: &Path, data: &Path, text: &str) -> anyhow::Result<(Duration, u64)> {
    let begun = Instant::now();
    let mut child = Command::new(prf)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let measured = answer(&mut child, begun, text);
    child.kill()?;
    child.wait()?;
    measured
}

fn answer(
    child: &mut std::process::Child,
    begun: Instant,
    text: &str,
) -> anyhow::Result<(Duration, u64)> {
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
    let address = line.trim().strip_prefix("listening on http://").context("no address")?;
    let body = format!("{{\"text\":{}}}", serde_json::to_string(text)?);
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST /check HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let took = begun.elapsed();
    anyhow::ensure!(text.starts_with("HTTP/1.1 200"), "the first answer was no success");
    Ok((took, resident_kib(child.id())?))
}
