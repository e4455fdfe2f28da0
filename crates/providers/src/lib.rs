//! Language models behind the domain's `Provider` port, and the table of models.

pub mod anthropic;
#[cfg(feature = "fake")]
pub mod fake;
mod findings;
#[cfg(test)]
mod hostile;
mod messages;
pub mod models;
pub mod scripted;
mod sse;

pub use anthropic::{Anthropic, AnthropicConfig, Timeouts};
pub use models::{ModelEntry, Models};
pub use scripted::Scripted;
