//! The local binary: reads the command line and hands over to the command.

mod args;
#[cfg(feature = "aws")]
mod aws;
mod commands;
mod config;
mod extractor;
mod front;
mod identity;
mod input;
mod lsp;
mod metrics;
mod packs;
mod page;
mod retention;
mod service;
mod storage;
mod style;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command, ExportCommand, LedgerCommand};

/// Many small pieces of text come and go with every turn: glibc's allocator takes longer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.command {
        Command::Serve(flags) => commands::serve::run(flags),
        Command::Check(flags) => commands::check::run(flags),
        Command::Proofread(flags) => commands::proofread::run(flags),
        Command::Extract(flags) => commands::extract::run(flags),
        Command::Eval(flags) => commands::eval::run(flags),
        Command::Lsp(flags) => commands::lsp::run(flags),
        Command::Rules(command) => commands::rules::run(command),
        Command::Ledger(LedgerCommand::Verify(flags)) => commands::ledger::verify(flags),
        Command::User(command) => commands::user::run(command),
        Command::Audit(command) => commands::audit::run(command),
        Command::Export(ExportCommand::Usage(flags)) => commands::export::usage(flags),
        Command::Export(ExportCommand::Store(flags)) => commands::export::store(flags),
        Command::Import(flags) => commands::import::run(flags),
        Command::Erase(flags) => commands::erase::run(flags),
        Command::Backup(flags) => commands::backup::backup(flags),
        Command::Restore(flags) => commands::backup::restore(flags),
        Command::Models(flags) => commands::models::run(flags),
        Command::Config => commands::config::run(),
        Command::Drill(flags) => commands::drill::run(flags),
        Command::Openapi => commands::openapi::run(),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}
