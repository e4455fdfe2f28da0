//! The command line: every command and flag, nothing of what they do.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// 한국어 뉴스 교열: 규칙 검사와 AI 교열.
#[derive(Debug, Parser)]
#[command(name = "prf", version, propagate_version = true)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the page and the API.
    Serve(ServeFlags),
    /// Check a text with the rules; exit code 0: nothing found, 1: findings, 2: failure.
    Check(CheckFlags),
    /// Proofread a text with the rules and the model; exit codes as for check.
    Proofread(ProofreadFlags),
    /// Measure the rules against a gold set and its baseline, or on correct text.
    Eval(EvalFlags),
    /// Serve an editor over standard input and output (Language Server Protocol).
    Lsp,
    /// Print every setting with its value and where it comes from.
    Config,
    /// Print the OpenAPI document.
    Openapi,
}

/// Flags of `serve`; each stands above the environment variable of the same meaning.
#[derive(Debug, Default, Args)]
pub(crate) struct ServeFlags {
    /// Address and port to listen on [PRF_LISTEN, default 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Directory of the database [PRF_DATA, default ./data].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Who may come in [PRF_AUTH, default none: only on a loopback address].
    #[arg(long, value_name = "MODE")]
    pub(crate) auth: Option<String>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One line per finding.
    Text,
    /// `{"suggestions":[…]}` as on the wire.
    Json,
}

/// Flags of `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckFlags {
    /// A UTF-8 text file, or - for standard input.
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// The article's date, for weekdays (2026-11-24).
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    /// Show style hints too.
    #[arg(long)]
    pub(crate) hints: bool,
}

/// Flags of `proofread`.
#[derive(Debug, Args)]
pub(crate) struct ProofreadFlags {
    /// A UTF-8 text file, or - for standard input.
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Whose prompt: Basic or Pro.
    #[arg(long, default_value = "Basic")]
    pub(crate) engine: String,
}

/// Flags of `eval`.
#[derive(Debug, Args)]
pub(crate) struct EvalFlags {
    /// Gold sets, one passage a line, or directories of them.
    #[arg(value_name = "GOLD.jsonl", required_unless_present = "clean")]
    pub(crate) gold: Vec<PathBuf>,
    /// Write every finding, hints too, one line a passage.
    #[arg(long, value_name = "OUT.jsonl")]
    pub(crate) findings: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Count style hints too.
    #[arg(long, conflicts_with = "baseline")]
    pub(crate) hints: bool,
    /// Print each miss and each false finding.
    #[arg(long)]
    pub(crate) list: bool,
    /// Hold the measurement against this one; exit code 1 when it is worse.
    #[arg(long, value_name = "BASELINE.json")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the baseline instead of comparing with it.
    #[arg(long, requires = "baseline")]
    pub(crate) write_baseline: bool,
    /// Count findings in a text taken to be correct, one sentence or paragraph a line.
    #[arg(long, value_name = "FILE.txt", conflicts_with_all = ["gold", "findings", "baseline"])]
    pub(crate) clean: Option<PathBuf>,
}
