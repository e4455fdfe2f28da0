//! Every fault the simulator knows, at every byte where that applies, against whole turns over both
//! providers: no character lost or doubled, the right notice, and a ledger equal to the simulator's
//! own sums.

#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod bench;
mod bytes;
mod limits;
mod refusals;
mod search;
