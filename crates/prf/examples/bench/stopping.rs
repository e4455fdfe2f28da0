//! How soon after a client's `stop` the simulator finds its answer dropped.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::json;

use crate::figures::{figure, millis, percentile};
use crate::server::Server;
use crate::socket::Socket;
use crate::upstream::Upstream;

const RUNS: usize = 50;
const DELTAS: usize = 2_000;
const LOOK_EVERY: Duration = Duration::from_millis(2);

pub(crate) async fn measure(prf: &Path, directory: &Path) -> anyhow::Result<()> {
    let upstream = Upstream::start().await?;
    let server = Server::start(prf, &directory.join("stop"), upstream.address)?;
    let mut socket = Socket::open(&server.address).await?;
    let mut delays = Vec::new();
    for _ in 0..RUNS {
        upstream.play(1, DELTAS);
        socket.ask().await?;
        let heard = socket.hear_until("ai_chunk").await?;
        let first = heard.last().context("nothing was heard")?;
        let stop = json!({"action": "stop", "turnId": first.frame["turnId"]});
        let stopped_at = Instant::now();
        socket.say(&stop).await?;
        let dropped_at = loop {
            let requests = upstream.drill.requests();
            if let Some(at) = requests.last().and_then(|seen| seen.ended_at) {
                break at;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        };
        delays.push(millis(dropped_at.saturating_duration_since(stopped_at)));
        socket.hear_until("turn_stopped").await?;
    }
    figure(
        "stop: to the end of the provider's answer, median",
        percentile(&delays, 50),
        "ms",
        "none",
    );
    figure(
        "stop: to the end of the provider's answer, p99",
        percentile(&delays, 99),
        "ms",
        "100 ms",
    );
    Ok(())
}
