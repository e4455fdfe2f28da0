//! `prf audit`: proves the audit log's chain, and writes it out.

use std::process::ExitCode;

use domain::audit::{BrokenChain, ChainProof};
use domain::ports::AuditStore;

use super::{FOUND, config_for, print};
use crate::args::{AuditCommand, AuditVerifyFlags, DataFlags};
use crate::service::open_existing_store;

/// Entries read at once.
const PAGE: usize = 1_000;

pub(crate) fn run(command: &AuditCommand) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        match command {
            AuditCommand::Verify(flags) => verify(flags).await,
            AuditCommand::Export(data) => export(data).await,
        }
    })
}

async fn verify(flags: &AuditVerifyFlags) -> anyhow::Result<ExitCode> {
    let store = open_existing_store(&config_for(&flags.data)?)?;
    // What is written meanwhile stands behind the head that is read here.
    let head = store.head().await?;
    let (mut proof, mut is_held) = (ChainProof::default(), flags.holds.is_none());
    let end = head.as_ref().map_or(0, |(sequence, _)| *sequence);
    let broken = loop {
        let entries = store.entries_after(proof.last().0, PAGE).await?;
        let within = entries.iter().filter(|entry| entry.sequence <= end);
        is_held |= within.clone().any(|entry| Some(&entry.hash) == flags.holds.as_ref());
        if let Err(broken) = within.clone().try_for_each(|entry| proof.take(entry)) {
            break Some(broken);
        }
        if within.count() < PAGE {
            let last = head.as_ref().map(|(sequence, hash)| (*sequence, hash.as_str()));
            break proof.ends_with(last).err();
        }
    };
    say(&proof, broken, is_held)
}

fn say(proof: &ChainProof, broken: Option<BrokenChain>, is_held: bool) -> anyhow::Result<ExitCode> {
    let (count, hash) = proof.last();
    let (text, is_broken) = match broken {
        Some(broken) => (format!("{broken}; {count} entries before it hold\n"), true),
        None if !is_held => ("no entry has the hash of --holds\n".to_owned(), true),
        None => (format!("{count} entries, the last has hash {hash}\n"), false),
    };
    print(&text)?;
    Ok(if is_broken { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

async fn export(data: &DataFlags) -> anyhow::Result<ExitCode> {
    let store = open_existing_store(&config_for(data)?)?;
    let mut after = 0;
    loop {
        let entries = store.entries_after(after, PAGE).await?;
        let Some(last) = entries.last() else { return Ok(ExitCode::SUCCESS) };
        after = last.sequence;
        print(&api::audit_lines(&entries))?;
    }
}
