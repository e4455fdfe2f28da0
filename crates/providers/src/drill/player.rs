//! Plays an answer's tape onto its connection, and notices a client that goes away.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use futures::StreamExt as _;

use super::simulator::{Accepted, Drill};
use super::tape::{Act, State};

/// Marks a request as cancelled when its answer is dropped unfinished.
pub(crate) struct Watch {
    drill: Drill,
    number: u64,
}

impl Watch {
    pub(crate) fn new(drill: &Drill, number: u64) -> Self {
        Self { drill: drill.clone(), number }
    }

    pub(crate) fn end(&self, state: State) {
        let now = Instant::now();
        self.drill.note(self.number, |seen| {
            if seen.state == State::Running {
                seen.state = state;
                seen.ended_at = Some(now);
            }
        });
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.end(State::Cancelled);
    }
}

/// The body that plays these acts, one after another.
pub(crate) fn body(acts: Vec<Act>, accepted: Accepted, watch: Watch) -> Body {
    let player = Player { acts: acts.into_iter(), accepted, watch, pinging: None };
    Body::from_stream(futures::stream::unfold(player, Player::next).boxed())
}

struct Player {
    acts: std::vec::IntoIter<Act>,
    accepted: Accepted,
    watch: Watch,
    pinging: Option<(u64, Vec<u8>)>,
}

impl Player {
    async fn next(mut self) -> Option<(Result<Bytes, std::io::Error>, Self)> {
        loop {
            if let Some((ms, ping)) = &self.pinging {
                tokio::time::sleep(Duration::from_millis(*ms)).await;
                let ping = Bytes::from(ping.clone());
                return Some((Ok(ping), self));
            }
            match self.acts.next()? {
                Act::Wait { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
                Act::Send(bytes) => {
                    if self.accepted.step.piece_bytes > 0 {
                        // The connection writes what it has before it asks again.
                        tokio::task::yield_now().await;
                    }
                    return Some((Ok(bytes.into()), self));
                }
                Act::Sent(event) => self.watch.drill.sent(&self.accepted, event),
                Act::Stall(None) => std::future::pending().await,
                Act::Stall(pings) => self.pinging = pings,
                Act::End(state) => {
                    self.watch.end(state);
                    return None;
                }
                Act::Drop => {
                    // What was sent goes out first.
                    tokio::task::yield_now().await;
                    self.watch.end(State::Failed);
                    let error = std::io::Error::from(std::io::ErrorKind::ConnectionAborted);
                    return Some((Err(error), self));
                }
            }
        }
    }
}
