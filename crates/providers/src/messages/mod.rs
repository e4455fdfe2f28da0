//! The Messages protocol as Anthropic and Bedrock speak it: requests out, stream events in.

mod decoder;
mod request;

pub(crate) use decoder::{Decoder, error_of};
pub(crate) use request::{Options, WebSearch, body};
