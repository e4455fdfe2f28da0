//! Measures what a user waits for: `bench PATH/TO/prf` starts the binary, checks a 3 KB article,
//! serves, and prints medians and 95th percentiles. It only measures; nothing passes or fails.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use checker::{Checker, Settings};

const RUNS: usize = 41;

/// Passages in the style of a newspaper: all that are right, and of those with an error one in ten,
/// as an article reaches the desk.
fn passages() -> anyhow::Result<Vec<String>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../eval/gold");
    let mut files: Vec<_> = std::fs::read_dir(directory)?.collect::<Result<_, _>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    let mut all = Vec::new();
    let mut faulty = 0;
    for file in files {
        for line in std::fs::read_to_string(file.path())?.lines() {
            let passage: serde_json::Value = serde_json::from_str(line)?;
            let is_right = passage["edits"].as_array().is_none_or(Vec::is_empty);
            faulty += usize::from(!is_right);
            if is_right || faulty % 10 == 0 {
                all.extend(passage["text"].as_str().map(str::to_owned));
            }
        }
    }
    anyhow::ensure!(!all.is_empty(), "eval/gold holds no passage");
    Ok(all)
}

/// A text of at least so many bytes, a passage a line, from the passage of that number on.
fn article(passages: &[String], from: usize, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 500);
    let mut next = passages.iter().cycle().skip(from % passages.len());
    while text.len() < bytes {
        text.push_str(next.next().map_or("", String::as_str));
        text.push('\n');
    }
    text
}

fn print(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |share: usize| {
        took.get((took.len() - 1) * share / 100).map_or(0.0, |one| one.as_secs_f64() * 1e3)
    };
    println!(
        "{what:52} median {:8.3} ms   p95 {:8.3} ms   p99 {:8.3} ms   ({} runs)",
        at(50),
        at(95),
        at(99),
        took.len()
    );
}

fn repeat(mut run: impl FnMut() -> anyhow::Result<Duration>) -> anyhow::Result<Vec<Duration>> {
    (0..RUNS).map(|_| run()).collect()
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

fn resident_kib(process: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).context("no size")?.parse()?)
}

/// Texts that would be slow if a rule looked back or ahead without a limit; each about 1 MB.
fn hostile() -> [(&'static str, String); 10] {
    [
        ("one word of 1 MB", "되서".repeat(170_000)),
        ("350,000 quotation marks", "“".repeat(350_000)),
        ("350,000 open brackets", "《".repeat(350_000)),
        ("1,000,000 full stops", ".".repeat(1_000_000)),
        ("80,000 repeated words", "관련해 ".repeat(80_000)),
        ("1 MB without a sentence end", "카드 결재와 갱신 ".repeat(40_000)),
        ("1 MB of digits", "1234567890".repeat(100_000)),
        ("60,000 shares of a hundred", "100명 중 75명(70%), ".repeat(40_000)),
        ("100,000 names with titles", "김영훈 대표 ".repeat(60_000)),
        ("100,000 unknown words", unknown_words(100_000)),
    ]
}

/// Words no lexicon holds, each another.
fn unknown_words(count: u32) -> String {
    let syllable = |at: u32| char::from_u32(0xac00 + at % 11_172).unwrap_or('가');
    let word = |at: u32| [syllable(at * 7), syllable(at * 31 + 5), syllable(at * 101 + 9)];
    (0..count).flat_map(|at| word(at).into_iter().chain([' '])).collect()
}

fn check_text(checker: &Checker, text: &str) -> Duration {
    let begun = Instant::now();
    let found = checker.check(text, &Settings::default());
    let took = begun.elapsed();
    std::hint::black_box(found);
    took
}

fn main() -> anyhow::Result<()> {
    let prf = std::env::args().nth(1).context("first argument: the binary to measure")?;
    let prf = Path::new(&prf);
    let directory = std::env::temp_dir().join(format!("prf-bench-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let file = directory.join("article.txt");
    let passages = passages()?;
    let short = article(&passages, 0, 3_000);
    std::fs::write(&file, &short)?;

    print("prf check, 3 KB: process start to exit", repeat(|| check_process(prf, &file))?);
    print(
        "checker: load",
        repeat(|| {
            let begun = Instant::now();
            std::hint::black_box(Checker::new());
            Ok(begun.elapsed())
        })?,
    );
    let checker = Checker::new();
    // 2,000 characters of Korean are about 5,000 bytes.
    let articles: Vec<_> = (0..600).map(|from| article(&passages, from * 13, 5_000)).collect();
    let took = articles.iter().map(|text| check_text(&checker, text)).collect();
    print("checker: 2,000 characters, warm, 600 texts", took);
    for bytes in [1_000, 10_000, 100_000, 1_000_000] {
        let text = article(&passages, 0, bytes);
        let mut took: Vec<f64> =
            (0..9).map(|_| check_text(&checker, &text).as_secs_f64()).collect();
        took.sort_by(f64::total_cmp);
        let median = took.get(4).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a figure to read")]
        let speed = text.len() as f64 / median / 1e6;
        println!("checker: {:9} bytes {speed:37.1} MB/s (median of 9)", text.len());
    }
    for (what, text) in hostile() {
        let mut took: Vec<f64> =
            (0..5).map(|_| check_text(&checker, &text).as_secs_f64() * 1e3).collect();
        took.sort_by(f64::total_cmp);
        println!("checker: {what:42} median {:8.3} ms   (5 runs)", took.get(2).unwrap_or(&0.0));
    }
    let mut memory = Vec::new();
    let served = repeat(|| {
        let (took, resident) = first_answer(prf, &directory, &short)?;
        memory.push(resident);
        Ok(took)
    })?;
    print("prf serve: exec to first checked article", served);
    memory.sort_unstable();
    let resident = memory.get(memory.len() / 2).copied().unwrap_or_default();
    println!("prf serve: resident after it {:32} KiB (median)", resident);
    std::fs::remove_dir_all(&directory)?;
    Ok(())
}
