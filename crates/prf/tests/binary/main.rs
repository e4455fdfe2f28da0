//! The binary as its user meets it: commands, exit codes, bad input, faults of disk and network.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod commands;
mod drill;
mod eval;
mod faults;
mod kills;
mod ledger;
mod lsp;
mod parallel;
mod quotas;
mod recovery;
mod rules;
mod running;
