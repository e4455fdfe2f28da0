//! A simulator of Anthropic's Messages API and of Amazon Bedrock that plays scripts and faults: for
//! tests, and for operators who rehearse an outage (`prf drill`). It stands on the published
//! protocols, and bills and caches by their rules.

mod answer;
pub mod cache;
pub mod digest;
mod player;
mod random;
mod record;
mod recorded;
mod refusal;
mod request;
pub mod scenario;
pub mod script;
pub mod search;
mod server;
mod simulator;
mod tape;
pub mod tokens;
pub mod traffic;
mod validate;
mod wire;
mod writer;

pub use record::{Seen, Sum};
pub use recorded::{Play, Recorded};
pub use request::Provider;
pub use script::{Fault, Script, ScriptError, Step, Stop};
pub use server::{serve, start};
pub use simulator::Drill;
pub use tape::State;
