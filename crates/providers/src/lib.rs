//! Language models behind the domain's `Provider` port, the table of models, and what both homes of
//! the service set up alike.

pub mod anthropic;
#[cfg(feature = "bedrock")]
pub mod bedrock;
#[cfg(feature = "drill")]
pub mod drill;
pub mod failover;
mod findings;
#[cfg(test)]
mod hostile;
mod messages;
pub mod models;
pub mod scripted;
pub mod setup;
mod sse;

pub use anthropic::{
    Anthropic, AnthropicConfig, Domains, KeyError, KeySource, SearchSettings, SetupError,
};
#[cfg(feature = "bedrock")]
pub use bedrock::{Bedrock, BedrockConfig};
pub use failover::{Failover, Leg, LegState, Settings, Standing, Timeouts};
pub use models::{ModelEntry, Models, RetirementWarning, Thinking};
pub use scripted::Scripted;
