//! The old service's data in every layout it was found in.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod conversations;
mod documents;
mod layouts;
mod openings;
