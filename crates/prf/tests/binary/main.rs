//! The binary as its user meets it: commands, exit codes, bad input, faults of disk and network.

#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod accounts;
mod client;
mod commands;
mod drill;
mod erasing;
mod eval;
mod faults;
mod files;
mod hostile;
mod kept;
mod kills;
mod ledger;
mod lsp;
mod moving;
mod observed;
mod parallel;
mod quotas;
mod recovery;
mod rules;
mod running;
mod silence;
mod sixteen;
#[path = "../../../api/tests/api/tokens.rs"]
mod tokens;
#[cfg(feature = "otlp")]
mod traces;
