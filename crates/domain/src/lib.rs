//! The nouns, ports and use cases of the proofreading service.
//!
//! Knows no HTTP, SQL, AWS, clock or environment: adapters implement [`ports`], time and ids come
//! in through them.

pub mod acceptance;
pub mod access;
pub mod account;
pub mod anchor;
pub mod article;
pub mod audit;
pub mod check;
pub mod conversation;
pub mod dictionary;
pub mod engine;
pub mod erasure;
pub mod file;
pub mod finding;
pub mod id;
pub mod ledger;
pub mod lockout;
pub mod meter;
pub mod model;
pub mod pace;
pub mod part;
pub mod ports;
pub mod prefix;
pub mod principal;
pub mod prompt;
pub mod quota;
pub mod request;
pub mod retention;
pub mod search;
pub mod sign_in;
mod source;
pub mod text;
pub mod time;
pub mod turn;
pub mod usage;
pub mod version;
