//! The six functions as they run on AWS: the real bootstrap under a Runtime API, with everything it
//! reaches on loopback.

#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod emulator;
mod rest;
mod stand;
#[path = "../../../api/tests/api/tokens.rs"]
mod tokens;
