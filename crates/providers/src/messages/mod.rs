//! The Messages protocol as Anthropic and Bedrock speak it: requests out, stream events in.

mod ahead;
mod answer;
mod blocks;
mod bodies;
mod decoder;
mod error;
mod request;

pub(crate) use ahead::read_ahead;
pub(crate) use answer::{Response, events, read_bytes};
pub(crate) use bodies::Bodies;
pub(crate) use decoder::Decoder;
pub(crate) use error::Refusal;
pub use request::Domains;
pub(crate) use request::{CacheTtl, Extra, Options, WebSearch};
