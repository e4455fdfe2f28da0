//! The six functions as they run on AWS: the real bootstrap under a Runtime API, with everything it
//! reaches on loopback.

#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod across;
mod desk;
#[path = "../../../stores/tests/contract/dynamodb/dynoxide.rs"]
mod dynoxide;
mod emulator;
mod models;
mod rest;
mod sockets;
mod stand;
mod sweeping;
#[path = "../../../api/tests/api/tokens.rs"]
mod tokens;

/// The program that is tested.
const PROGRAM: &str = env!("CARGO_BIN_EXE_bootstrap");
