//! How much later than the simulator sends it a delta reaches the client, while 200 answers stream
//! at 50 deltas a second each.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::figures::{figure, median, millis, percentile};
use crate::server::Server;
use crate::socket::Socket;
use crate::upstream::{DELTA_MS, Upstream, words};

const RUNS: usize = 3;
const STREAMS: usize = 200;
const DELTAS: usize = 250;
/// All streams run from then on …
const WARM_UP: Duration = Duration::from_secs(6);
/// … and are looked at so long.
const WINDOW: Duration = Duration::from_secs(15);
/// More turns than fit into both.
const TURNS: usize = STREAMS * 8;

/// When each delta came, by request and place.
type Arrivals = HashMap<(usize, usize), Instant>;

pub(crate) async fn measure(prf: &Path, directory: &Path) -> anyhow::Result<()> {
    let upstream = Upstream::start().await?;
    let server = Server::start(prf, &directory.join("delay"), upstream.address)?;
    let mut runs: [Vec<f64>; 4] = [const { Vec::new() }; 4];
    for _ in 0..RUNS {
        let (first, all) = run(&server, &upstream).await?;
        let figures = [(&first, 50), (&first, 99), (&all, 50), (&all, 99)];
        for (run, (delays, share)) in runs.iter_mut().zip(figures) {
            run.push(percentile(delays, share));
        }
    }
    let lines = [
        ("delay: first delta, 200 streams of 50 deltas a second, median", "none"),
        ("delay: first delta, 200 streams of 50 deltas a second, p99", "1 ms"),
        ("delay: every delta (text goes out every 50 ms), median", "none"),
        ("delay: every delta (text goes out every 50 ms), p99", "none"),
    ];
    for ((what, bound), run) in lines.into_iter().zip(&runs) {
        figure(what, median(run), "ms", bound);
    }
    Ok(())
}

/// The delays of first deltas and of all deltas, in milliseconds.
async fn run(server: &Server, upstream: &Upstream) -> anyhow::Result<(Vec<f64>, Vec<f64>)> {
    upstream.play(TURNS, DELTAS);
    let begun = Instant::now();
    let (from, until) = (begun + WARM_UP, begun + WARM_UP + WINDOW);
    let turn_ms = DELTA_MS * u64::try_from(DELTAS)?;
    let mut clients = JoinSet::new();
    for stream in 0..STREAMS {
        let mut socket = Socket::open(&server.address).await?;
        let start = begun + Duration::from_millis(turn_ms * u64::try_from(stream)? / 200);
        clients.spawn(async move {
            let mut arrivals = Arrivals::new();
            tokio::time::sleep_until(start.into()).await;
            while Instant::now() < until {
                socket.ask().await?;
                for heard in socket.hear_until("chat_end").await? {
                    arrivals.extend(words(heard.text()).map(|word| (word, heard.at)));
                }
            }
            anyhow::Ok(arrivals)
        });
    }
    let mut arrivals = Arrivals::new();
    while let Some(done) = clients.join_next().await {
        arrivals.extend(done??);
    }
    let (mut first, mut all) = (Vec::new(), Vec::new());
    for seen in upstream.drill.requests() {
        for (word, sent_at) in words(&seen.text).zip(&seen.text_sent_at) {
            let Some(at) = arrivals.get(&word).filter(|_| (from..until).contains(sent_at)) else {
                continue;
            };
            let delay = millis(at.saturating_duration_since(*sent_at));
            all.push(delay);
            if word.1 == 0 {
                first.push(delay);
            }
        }
    }
    anyhow::ensure!(first.len() > STREAMS, "too few turns began: {}", first.len());
    Ok((first, all))
}
