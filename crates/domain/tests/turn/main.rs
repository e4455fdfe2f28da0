//! The turn over real stores and scripted providers: failover, what is kept, what is billed, and
//! what a fault leaves behind.

#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod again;
mod cache;
mod desk;
mod embargo;
mod journal;
mod lease;
mod lengths;
mod recover;
mod report;
mod run;
mod trial;
mod warm;
