//! The routes and the socket over the memory store and a scripted model.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod bench;
mod check;
mod conversations;
mod drafts;
mod errors;
mod export;
mod jwt;
mod languagetool;
mod operations;
mod prompts;
mod search;
mod socket;
mod together;
mod tokens;
mod turns;
mod usage;
mod versions;
