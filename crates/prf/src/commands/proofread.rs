//! `prf proofread`: one text through the rules and the model, streamed to the terminal.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use api::CheckResponse;
use domain::article::Embargo;
use domain::check::{CheckOptions, Checks};
use domain::engine::Engine;
use domain::finding::Finding;
use domain::id::UserId;
use domain::meter::{Meter, Unmetered};
use domain::principal::{Principal, Role};
use domain::text::ArticleText;
use domain::turn::{Begun, Outcome, SequencedEvent, TurnEvent, TurnInput, TurnRequest, TurnSink};
use stores::MemoryStore;
use tokio_util::sync::CancellationToken;

use super::check::{date, lines};
use super::{found, print};
use providers::setup::legs;

use crate::args::{Format, ProofreadFlags, ServeFlags, StyleFlags};
use crate::config::Config;
use crate::input::read_text;
use crate::service;
use crate::style;

pub(crate) fn run(flags: &ProofreadFlags) -> anyhow::Result<ExitCode> {
    let engine = Engine::from_name(&flags.engine).with_context(|| {
        format!("unknown engine {:?}: use Basic or Pro (unknown_engine)", flags.engine)
    })?;
    let config = Config::read(std::env::vars(), &ServeFlags::default())?;
    let text = read_text(&flags.file, config.turns.max_text_chars)?;
    let packs = flags.style.packs.clone().or_else(|| config.packs.clone());
    let checker = style::checker(&StyleFlags { packs, ..flags.style.clone() })?;
    let checks = Arc::new(Checks::new(checker, Vec::new()));
    let settings = style::settings(&flags.style)?;
    let options = CheckOptions {
        article_date: flags.date.as_deref().map(date).transpose()?,
        profile: Some(settings.profile),
        desk: flags.style.desk.clone(),
        hints: flags.hints,
        ..CheckOptions::default()
    };
    if !config.turns.model.is_configured() {
        eprintln!("no model is configured (ANTHROPIC_API_KEY): only the rules run");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let terminal = Arc::new(Terminal::new(&text, flags.format));
    let outcome =
        runtime.block_on(proofread(&config, checks, engine, options, &text, &terminal))?;
    let findings = terminal.findings();
    if flags.format == Format::Json {
        print(&(serde_json::to_string(&CheckResponse::new(&text, &findings))? + "\n"))?;
    }
    anyhow::ensure!(
        matches!(outcome, Outcome::Completed | Outcome::Truncated | Outcome::Stopped),
        "the model did not finish ({}); what was found until then is printed",
        outcome.name()
    );
    Ok(found(!findings.is_empty()))
}

async fn proofread(
    config: &Config,
    checks: Arc<Checks>,
    engine: Engine,
    options: CheckOptions,
    text: &str,
    terminal: &Terminal,
) -> anyhow::Result<Outcome> {
    let meter: Arc<dyn Meter> = Arc::new(Unmetered);
    let provider = legs::open(&config.turns, None, Arc::clone(&meter))?.provider;
    let store = Arc::new(MemoryStore::default());
    let turns = service::turns(config, &store, checks, provider, meter)?;
    let who = Principal::new(UserId::new("local"), Role::Admin);
    let input = TurnInput::Proofread {
        text: ArticleText::new(text),
        categories: Vec::new(),
        options: Box::new(options),
    };
    let request = TurnRequest {
        conversation_id: None,
        engine,
        input,
        idempotency_key: None,
        embargo: Embargo::None,
    };
    match turns.begin(&who, request).await? {
        Begun::New(turn) => Ok(turns.run(*turn, terminal, &CancellationToken::new()).await),
        Begun::Attached(_) => anyhow::bail!("a fresh store knew the turn already"),
    }
}

/// Prints findings as they come; shows progress where somebody is looking.
struct Terminal {
    text: String,
    format: Format,
    has_progress: bool,
    findings: Mutex<Vec<Finding>>,
}

impl Terminal {
    fn new(text: &str, format: Format) -> Self {
        let has_progress = std::io::stderr().is_terminal();
        Self { text: text.to_owned(), format, has_progress, findings: Mutex::default() }
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner).clone();
        findings.sort_by_key(|finding| finding.span);
        findings
    }

    /// Keeps a finding in place of one with its id; gives the number kept.
    fn keep(&self, finding: &Finding) -> usize {
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        findings.retain(|known| known.id != finding.id);
        findings.push(finding.clone());
        findings.len()
    }
}

impl TurnSink for Terminal {
    fn send(&self, event: &Arc<SequencedEvent>) {
        match &event.event {
            TurnEvent::Finding(finding) => {
                let count = self.keep(finding);
                if self.format == Format::Text {
                    // A reader that has gone away must not stop the turn.
                    let _ = print(&lines(&self.text, std::slice::from_ref(finding)));
                }
                if self.has_progress {
                    eprint!("\r지적 {count}건 …");
                }
            }
            TurnEvent::Notice(notice) => eprintln!("notice: {}", notice.code()),
            TurnEvent::Usage { usage, cost } => tracing::debug!(
                event = "turn.usage",
                tokens = usage.total_tokens(),
                cost_usd = cost.dollars()
            ),
            TurnEvent::Ended { outcome, .. } if self.has_progress => {
                eprintln!("\r끝났습니다({}).", outcome.name());
            }
            TurnEvent::Failed { code } => eprintln!("failed: {code}"),
            TurnEvent::Started { .. }
            | TurnEvent::Switched { .. }
            | TurnEvent::AnswerStarted { .. }
            | TurnEvent::Text { .. }
            | TurnEvent::Sources { .. }
            | TurnEvent::Ended { .. } => {}
        }
    }
}
