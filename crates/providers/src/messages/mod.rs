//! The Messages protocol as Anthropic and Bedrock speak it: requests out, stream events in.

mod answer;
mod blocks;
mod decoder;
mod error;
mod request;

pub(crate) use answer::{Response, events, read_bytes};
pub(crate) use decoder::Decoder;
pub(crate) use error::Refusal;
pub use request::Domains;
pub(crate) use request::{CacheTtl, Extra, Options, WebSearch, written};
