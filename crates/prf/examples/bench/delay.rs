//! How much later than the simulator sends it a delta reaches the client, while 200 answers stream
//! at 50 deltas a second each; a few more come straight to clients, for what the server has no part in.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::figures::{figure, median, millis, percentile};
use crate::server::Server;
use crate::socket::Socket;
use crate::straight::Straight;
use crate::upstream::{DELTA_MS, Upstream, words};

const RUNS: usize = 3;
const STREAMS: usize = 200;
/// Streams that the server has no part in.
const STRAIGHT: usize = 10;
const DELTAS: usize = 250;
/// All streams run from then on …
const WARM_UP: Duration = Duration::from_secs(6);
/// … and are looked at so long.
const WINDOW: Duration = Duration::from_secs(15);
/// More turns than fit into both.
const TURNS: usize = STREAMS * 8;

/// When each delta came, by request and place.
type Arrivals = HashMap<(usize, usize), Instant>;

/// Delays in milliseconds.
#[derive(Default)]
struct Delays {
    first: Vec<f64>,
    all: Vec<f64>,
    straight: Vec<f64>,
}

pub(crate) async fn measure(prf: &Path, directory: &Path) -> anyhow::Result<()> {
    let upstream = Upstream::start().await?;
    let server = Server::start(prf, &directory.join("delay"), upstream.address)?;
    let mut runs: [Vec<f64>; 7] = [const { Vec::new() }; 7];
    for _ in 0..RUNS {
        let Delays { first, all, straight } = run(&server, &upstream).await?;
        let shares = [&first, &straight, &all].map(|one| [50, 99].map(|at| percentile(one, at)));
        let added = shares[0][1] - shares[1][1];
        for (run, value) in runs.iter_mut().zip(shares.as_flattened().iter().chain([&added])) {
            run.push(*value);
        }
    }
    let lines = [
        ("delay: first delta, 200 streams of 50 deltas a second, median", "none"),
        ("delay: first delta, 200 streams of 50 deltas a second, p99", "1 ms"),
        ("delay: straight from the simulator beside them, median", "none"),
        ("delay: straight from the simulator beside them, p99", "none"),
        ("delay: every delta (text goes out every 50 ms), median", "none"),
        ("delay: every delta (text goes out every 50 ms), p99", "none"),
        ("delay: p99 of the first delta less p99 of what comes straight", "1 ms"),
    ];
    for ((what, bound), run) in lines.into_iter().zip(&runs) {
        figure(what, median(run), "ms", bound);
    }
    Ok(())
}

async fn run(server: &Server, upstream: &Upstream) -> anyhow::Result<Delays> {
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
    let mut others = JoinSet::new();
    for stream in 0..STRAIGHT {
        let straight = Straight::to(upstream)?;
        let start = begun
            + Duration::from_millis(turn_ms * u64::try_from(stream)? / u64::try_from(STRAIGHT)?);
        others.spawn(async move {
            let mut arrivals = Arrivals::new();
            tokio::time::sleep_until(start.into()).await;
            while Instant::now() < until {
                arrivals.extend(straight.hear().await?);
            }
            anyhow::Ok(arrivals)
        });
    }
    let (arrivals, straight) = (heard_by(clients).await?, heard_by(others).await?);
    let mut delays = Delays::default();
    for seen in upstream.drill.requests() {
        for (word, sent_at) in words(&seen.text).zip(&seen.text_sent_at) {
            if !(from..until).contains(sent_at) {
                continue;
            }
            let delay = |at: &Instant| millis(at.saturating_duration_since(*sent_at));
            let through = arrivals.get(&word).map(delay);
            delays.straight.extend(straight.get(&word).map(delay));
            delays.all.extend(through);
            delays.first.extend(through.filter(|_| word.1 == 0));
        }
    }
    let began = delays.first.len();
    anyhow::ensure!(began > STREAMS, "too few turns began: {began}");
    anyhow::ensure!(!delays.straight.is_empty(), "nothing came straight");
    Ok(delays)
}

async fn heard_by(mut clients: JoinSet<anyhow::Result<Arrivals>>) -> anyhow::Result<Arrivals> {
    let mut arrivals = Arrivals::new();
    while let Some(done) = clients.join_next().await {
        arrivals.extend(done??);
    }
    Ok(arrivals)
}
