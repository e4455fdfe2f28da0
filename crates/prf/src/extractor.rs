//! Reads files in a process of its own with little memory, little time, no settings and no way to write:
//! a reader that loops, overflows its stack or eats memory ends there, and the server goes on.

use std::error::Error;
use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use async_trait::async_trait;
use domain::file::{Extracted, FileError, FileKind, FileWarning};
use domain::ports::TextExtractor;
use domain::text::ArticleText;
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

/// A reader may take so much memory beyond what it has mapped when it starts.
const MEMORY_LIMIT_BYTES: u64 = 1024 * 1024 * 1024;

/// What the allocator of a reader reserves at a time, in KiB. By itself it reserves a gibibyte at once,
/// which a reader could then take as well.
const RESERVE: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "65536");

/// A reader may take so much of a processor's time.
const CPU_LIMIT_SECONDS: u64 = 10;

/// A reader may take so long by the clock; longer than its processor time, for a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// So many readers run at a time; others wait.
const READERS: usize = 2;

/// What a reader says may take so many bytes.
const ANSWER_LIMIT_BYTES: u64 = 16 * 1024 * 1024;

/// The signal of a process that has used up its processor time.
const SIGXCPU: i32 = 24;

/// What a reader writes to its standard output.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Answer {
    /// What the file says.
    Extracted { kind: String, title: Option<String>, text: String, warnings: Vec<String> },
    /// The code of the error.
    Refused(String),
}

/// What a reader says of a file, as JSON.
pub(crate) fn answer(read: Result<Extracted, FileError>) -> serde_json::Result<String> {
    let answer = match read {
        Ok(extracted) => Answer::Extracted {
            kind: extracted.kind.name().to_owned(),
            title: extracted.title.map(|title| title.as_str().to_owned()),
            text: extracted.text.as_str().to_owned(),
            warnings: extracted.warnings.iter().map(|one| one.code().to_owned()).collect(),
        },
        Err(error) => Answer::Refused(error.code().to_owned()),
    };
    serde_json::to_string(&answer)
}

/// What a reader has said; none where it is no answer.
fn understood(bytes: &[u8]) -> Option<Result<Extracted, FileError>> {
    match serde_json::from_slice(bytes).ok()? {
        Answer::Extracted { kind, title, text, warnings } => Some(Ok(Extracted {
            kind: FileKind::from_name(&kind)?,
            title: title.map(ArticleText::new),
            text: ArticleText::new(text),
            warnings: warnings.iter().filter_map(|code| FileWarning::from_code(code)).collect(),
        })),
        Answer::Refused(code) => FileError::from_code(&code).map(Err),
    }
}

/// Takes from this process what a reader does not need: memory, time, files, cores.
pub(crate) fn confine() -> io::Result<()> {
    let memory = mapped_bytes()? + MEMORY_LIMIT_BYTES;
    let limits = [
        (Resource::As, memory, memory),
        // At the first a signal says why; at both at once there would only be a kill.
        (Resource::Cpu, CPU_LIMIT_SECONDS, CPU_LIMIT_SECONDS + 1),
        (Resource::Core, 0, 0),
        // Standard input, output and error are open; nothing else can be opened.
        (Resource::Nofile, 3, 3),
    ];
    for (resource, current, maximum) in limits {
        setrlimit(resource, Rlimit { current: Some(current), maximum: Some(maximum) })?;
    }
    Ok(())
}

/// The address space this process has mapped (proc(5), `statm`).
fn mapped_bytes() -> io::Result<u64> {
    let statm = fs::read_to_string("/proc/self/statm")?;
    let pages = statm.split(' ').next().and_then(|pages| pages.parse::<u64>().ok());
    let pages = pages.ok_or_else(|| io::Error::other("no size in /proc/self/statm"))?;
    Ok(pages * rustix::param::page_size() as u64)
}

/// Runs `prf extract` for each file.
pub(crate) struct ProcessExtractor {
    program: Box<Path>,
    readers: Semaphore,
    time_limit: Duration,
}

impl ProcessExtractor {
    /// An extractor that runs this same program, also when its file has been replaced meanwhile.
    pub(crate) fn new() -> Self {
        Self::of(Path::new("/proc/self/exe"), TIME_LIMIT)
    }

    fn of(program: &Path, time_limit: Duration) -> Self {
        Self { program: program.into(), readers: Semaphore::new(READERS), time_limit }
    }

    fn start(&self) -> io::Result<Child> {
        Command::new(&*self.program)
            .args(["extract", "-", "--format", "json"])
            // Nothing of the server's settings, of which some are secret.
            .env_clear()
            .env(RESERVE.0, RESERVE.1)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A panic's message may hold text of the article.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
    }

    async fn run(&self, bytes: &[u8]) -> Result<(Vec<u8>, ExitStatus), FileError> {
        let mut child = self.start().map_err(failed)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let give = async {
            if let Some(mut stdin) = stdin {
                // A reader that has seen enough closes its end.
                let _ = stdin.write_all(bytes).await;
            }
        };
        let take = async {
            let mut answer = Vec::new();
            if let Some(stdout) = stdout {
                stdout.take(ANSWER_LIMIT_BYTES).read_to_end(&mut answer).await?;
            }
            Ok(answer)
        };
        let ((), answer): ((), io::Result<Vec<u8>>) = futures::future::join(give, take).await;
        let status = child.wait().await.map_err(failed)?;
        Ok((answer.map_err(failed)?, status))
    }
}

#[async_trait]
impl TextExtractor for ProcessExtractor {
    async fn extract(&self, bytes: Vec<u8>) -> Result<Extracted, FileError> {
        let _turn = self.readers.acquire().await.map_err(failed)?;
        // Without its time the child is dropped, which kills it.
        let ran = tokio::time::timeout(self.time_limit, self.run(&bytes)).await;
        let (answer, status) = ran.map_err(|_| FileError::TooSlow)??;
        if status.signal() == Some(SIGXCPU) {
            return Err(FileError::TooSlow);
        }
        if !status.success() {
            tracing::warn!(
                event = "file.reader_died",
                signal = status.signal(),
                code = status.code()
            );
            return Err(FileError::Unreadable);
        }
        understood(&answer).unwrap_or(Err(FileError::Unreadable))
    }
}

fn failed(error: impl Error + Send + Sync + 'static) -> FileError {
    FileError::Failed(Box::new(error))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use super::{ProcessExtractor, answer, understood};
    use domain::file::{Extracted, FileError, FileKind, FileWarning};
    use domain::ports::TextExtractor;
    use domain::text::ArticleText;

    #[test]
    fn answers_are_understood() {
        let extracted = Extracted {
            kind: FileKind::Hwp,
            title: Some(ArticleText::new("제목 😀")),
            text: ArticleText::new("\u{1112}\u{1161}\u{11ab}\n글"),
            warnings: vec![FileWarning::ChangesUnread],
        };
        let said = answer(Ok(extracted.clone())).unwrap();
        assert_eq!(understood(said.as_bytes()).unwrap().unwrap(), extracted);
        let said = answer(Err(FileError::Scanned)).unwrap();
        assert!(matches!(understood(said.as_bytes()), Some(Err(FileError::Scanned))));
        assert!(understood(b"{}").is_none() && understood(b"").is_none());
    }

    /// A program that does this in place of a reader.
    fn program(directory: &Path, script: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = directory.join("reader");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[tokio::test]
    async fn a_reader_that_dies_loops_or_babbles_is_an_error_of_the_file() {
        for (script, expected) in [
            ("kill -ABRT $$", "unreadable_file"),
            ("kill -XCPU $$", "file_too_slow"),
            ("exit 101", "unreadable_file"),
            ("echo nonsense", "unreadable_file"),
            ("while :; do :; done", "file_too_slow"),
            ("cat >/dev/null; echo '{\"refused\":\"scanned_pdf\"}'", "scanned_pdf"),
            // The server's settings stay with it.
            (
                "test -z \"$HOME$CARGO\" && echo '{\"refused\":\"encrypted_file\"}'",
                "encrypted_file",
            ),
        ] {
            let directory = tempfile::tempdir().unwrap();
            let program = program(directory.path(), script);
            let extractor = ProcessExtractor::of(&program, Duration::from_secs(2));
            let error = extractor.extract(vec![b'a'; 200_000]).await.unwrap_err();
            assert_eq!(error.code(), expected, "{script}");
        }
        let none = ProcessExtractor::of(Path::new("/nowhere/reader"), Duration::from_secs(2));
        assert_eq!(none.extract(Vec::new()).await.unwrap_err().code(), "internal");
    }
}
