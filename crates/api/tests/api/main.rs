//! The routes and the socket over the memory store and a scripted model.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod audit;
mod bench;
mod check;
mod conversations;
mod dictionary;
mod documents;
mod drafts;
mod elsewhere;
mod errors;
mod export;
mod jwt;
mod languagetool;
#[path = "../../../prf/tests/binary/silence.rs"]
mod leaks;
mod lengths;
mod matrix;
mod matrix_socket;
mod operations;
mod parts;
mod prompts;
mod quotas;
mod search;
mod session;
mod silence;
mod socket;
mod standing;
mod together;
mod tokens;
mod turns;
mod usage;
mod versions;
