//! The command line: every command and flag, nothing of what they do.

mod erasing;
mod moving;
mod people;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use erasing::EraseFlags;
pub(crate) use moving::{
    BackupFlags, DrillRestoreFlags, ExportStoreFlags, ImportFlags, RestoreFlags, StoreFlags,
    StoreKind,
};

pub(crate) use people::{
    AuditCommand, AuditVerifyFlags, UserAddFlags, UserCommand, UserFlags, UserRoleFlags,
};

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
    /// Print the text of a txt, docx, hwp, hwpx or pdf file.
    Extract(ExtractFlags),
    /// Measure the rules against a gold set and its baseline, or on correct text.
    Eval(EvalFlags),
    /// Serve an editor over standard input and output (Language Server Protocol).
    Lsp(StyleFlags),
    /// Look at the rules, run their examples, count them, try a pack on past articles.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Print the table of models: prices, limits, how long each stays, which is in use.
    Models(ModelsFlags),
    /// Look into the ledger.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Make and change accounts for serve --auth local.
    #[command(subcommand)]
    User(UserCommand),
    /// Prove the audit log, or write it out.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Write data out for other programs.
    #[command(subcommand)]
    Export(ExportCommand),
    /// Take an export, or the old service's data, into a store; exit code 1 when something was left.
    Import(ImportFlags),
    /// Erase articles for good and print a receipt; without --yes, print what would go.
    Erase(EraseFlags),
    /// Copy the database while the server runs, and prove the copy.
    Backup(BackupFlags),
    /// Put a backup where there is no database, and prove it before and after.
    Restore(RestoreFlags),
    /// Print every setting with its value and where it comes from, and the quotas in force.
    Config,
    /// Stand in for the models' providers on loopback, with the faults of a script or scenario.
    Drill(DrillFlags),
    /// Print the OpenAPI document.
    Openapi,
}

/// Flags of `models`.
#[derive(Debug, Args)]
pub(crate) struct ModelsFlags {
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
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
    /// Who may come in: none, local or oidc [PRF_AUTH, default none: only on a loopback address].
    #[arg(long, value_name = "MODE")]
    pub(crate) auth: Option<String>,
    /// Directory of packs, read again when a file changes [PRF_PACKS, default none].
    #[arg(long, value_name = "DIR")]
    pub(crate) packs: Option<PathBuf>,
    /// Certificate chain as PEM, read again when it changes [PRF_TLS_CERT, default none: no TLS].
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Key of the certificate as PEM [PRF_TLS_KEY, default none].
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
}

/// Where a command finds the database.
#[derive(Debug, Default, Args)]
pub(crate) struct DataFlags {
    /// Directory of the database [PRF_DATA, default ./data].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// What to do with the ledger.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Sum up every row anew and hold the totals against it; exit code 1 when something differs.
    Verify(DataFlags),
}

/// What to write out.
#[derive(Debug, Subcommand)]
pub(crate) enum ExportCommand {
    /// Everybody's ledger rows or totals of a period, to standard output.
    Usage(ExportUsageFlags),
    /// Every row of a store in one open format, JSON lines with a checksum.
    Store(ExportStoreFlags),
}

/// Flags of `export usage`.
#[derive(Debug, Args)]
pub(crate) struct ExportUsageFlags {
    /// First day in Seoul (2026-11-01).
    #[arg(long, value_name = "DATE")]
    pub(crate) from: String,
    /// Last day, included.
    #[arg(long, value_name = "DATE")]
    pub(crate) to: String,
    /// csv, or json for one object a line.
    #[arg(long, value_name = "FORMAT", default_value = "csv", value_parser = ["csv", "json"])]
    pub(crate) format: String,
    /// Totals of each day or whole month in place of rows.
    #[arg(long, value_name = "PERIOD", value_parser = ["day", "month"])]
    pub(crate) totals: Option<String>,
    /// Where the database is.
    #[command(flatten)]
    pub(crate) data: DataFlags,
}

/// Which rules a command runs with.
#[derive(Debug, Clone, Args)]
pub(crate) struct StyleFlags {
    /// Directory of packs (.toml and .csv) whose rules apply beside the built-in ones.
    #[arg(long, value_name = "DIR")]
    pub(crate) packs: Option<PathBuf>,
    /// House style.
    #[arg(long, value_name = "NAME", default_value = "standard", value_parser = PROFILES)]
    pub(crate) profile: String,
    /// Desk whose packs apply.
    #[arg(long, value_name = "NAME")]
    pub(crate) desk: Option<String>,
}

/// Names of the house styles.
const PROFILES: [&str; 3] = ["standard", "seoul", "yonhap"];

impl Default for StyleFlags {
    fn default() -> Self {
        Self { packs: None, profile: "standard".into(), desk: None }
    }
}

/// What to do with the rules.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List every rule.
    List(RulesListFlags),
    /// Show everything one rule says.
    Show {
        /// Its id, for example spelling/fixed-form.
        #[arg(value_name = "ID")]
        id: String,
        /// Directory of packs.
        #[arg(long, value_name = "DIR")]
        packs: Option<PathBuf>,
    },
    /// Run the examples of every rule; exit code 1 when one does not hold.
    Test {
        /// Files of packs; without one the built-in rules are tested.
        #[arg(value_name = "PACK")]
        packs: Vec<PathBuf>,
    },
    /// Count rules, entries, patterns, stems and rules in code by category.
    Stats {
        /// Directory of packs.
        #[arg(long, value_name = "DIR")]
        packs: Option<PathBuf>,
    },
    /// Count how often the rules of a pack would fire over the .txt and .md files of a directory.
    DryRun(RulesDryRunFlags),
}

/// Flags of `rules list`.
#[derive(Debug, Args)]
pub(crate) struct RulesListFlags {
    /// Only rules of this category.
    #[arg(long, value_name = "CATEGORY")]
    pub(crate) category: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Directory of packs.
    #[arg(long, value_name = "DIR")]
    pub(crate) packs: Option<PathBuf>,
}

/// Flags of `rules dry-run`.
#[derive(Debug, Args)]
pub(crate) struct RulesDryRunFlags {
    /// File of the pack.
    #[arg(value_name = "PACK")]
    pub(crate) pack: PathBuf,
    /// Directory of articles, those below it too.
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Samples of each rule.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) samples: usize,
    /// House style.
    #[arg(long, value_name = "NAME", default_value = "standard", value_parser = PROFILES)]
    pub(crate) profile: String,
}

/// Flags of `drill`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct DrillFlags {
    /// Loopback address and port to listen on.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// What to answer: JSON, or TOML in a file named .toml.
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    pub(crate) script: Option<PathBuf>,
    /// A named script; `prf drill scenarios` lists them.
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// What to do in place of serving.
    #[command(subcommand)]
    pub(crate) command: Option<DrillCommand>,
}

/// What to do in place of serving.
#[derive(Debug, Subcommand)]
pub(crate) enum DrillCommand {
    /// List the scenarios.
    Scenarios,
    /// Print what a newsroom's month costs with each way of caching prompts, in virtual time.
    Traffic(TrafficFlags),
    /// Restore the six tables to new names, hold both against each other, and time it.
    Restore(DrillRestoreFlags),
}

/// Flags of `drill traffic`.
#[derive(Debug, Args)]
pub(crate) struct TrafficFlags {
    /// Model whose prices and smallest cacheable prompt apply.
    #[arg(long, value_name = "ID", default_value = "claude-opus-4-5-20251101")]
    pub(crate) model: String,
    /// Turns in a working hour over all engines, one table each.
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "13,2")]
    pub(crate) turns_per_hour: Vec<f64>,
    /// Hours that keep-warm goes on after an engine's last turn, one row each.
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1,4,24")]
    pub(crate) keep_warm_hours: Vec<i64>,
    /// Tokens of an engine's system part.
    #[arg(long, value_name = "N", default_value_t = 65_000)]
    pub(crate) system_tokens: u64,
    /// Engines with a system part of their own.
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) engines: u64,
    /// Working days.
    #[arg(long, value_name = "N", default_value_t = 22)]
    pub(crate) days: u32,
    /// First Monday; decides the prices.
    #[arg(long, value_name = "DATE", default_value = "2026-11-02")]
    pub(crate) from: String,
    /// Decides when turns come and how long they are.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
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
    /// A UTF-8 text, docx, hwp, hwpx or pdf file, or - for standard input.
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
    /// Refuse a longer text.
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    pub(crate) max_chars: usize,
    /// Which rules.
    #[command(flatten)]
    pub(crate) style: StyleFlags,
}

/// Flags of `proofread`.
#[derive(Debug, Args)]
pub(crate) struct ProofreadFlags {
    /// A UTF-8 text, docx, hwp, hwpx or pdf file, or - for standard input.
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Whose prompt: Basic or Pro.
    #[arg(long, default_value = "Basic")]
    pub(crate) engine: String,
    /// The article's date, for weekdays (2026-11-24).
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    /// Show style hints too.
    #[arg(long)]
    pub(crate) hints: bool,
    /// Which rules.
    #[command(flatten)]
    pub(crate) style: StyleFlags,
}

/// Flags of `extract`.
#[derive(Debug, Args)]
pub(crate) struct ExtractFlags {
    /// A file, or - for standard input.
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
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
    /// Which rules.
    #[command(flatten)]
    pub(crate) style: StyleFlags,
}
