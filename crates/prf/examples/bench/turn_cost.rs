//! What a turn costs the server in CPU time, network calls included and the waiting left out: a
//! part for the turn and a part for each delta, told apart by answers of three lengths.

use std::path::Path;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::figures::{as_number, figure, line, median};
use crate::server::Server;
use crate::socket::Socket;
use crate::texts::{article, passages};
use crate::upstream::Upstream;

const RUNS: usize = 3;
/// Sockets that ask at the same time, each one turn after another.
const PARALLEL: usize = 20;
/// Deltas of an answer, and how many turns of it are run: so many that a tick of 10 ms is little.
const LENGTHS: [(usize, usize); 3] = [(0, 1000), (50, 400), (200, 200)];
/// Characters of the prompt.
const TYPICAL_CHARS: usize = 8_000;
/// The longest prompt of the newsroom.
const LONG_CHARS: usize = 139_000;
const LONG_TURNS: usize = 200;

/// Milliseconds of CPU for one turn: the user's, and the system's.
type Cost = [f64; 2];

pub(crate) async fn measure(prf: &Path, directory: &Path) -> anyhow::Result<()> {
    let upstream = Upstream::start().await?;
    let server = Server::start(prf, &directory.join("cost"), upstream.address)?;
    server.instruct(&prompt(TYPICAL_CHARS)?)?;
    cost(&server, &upstream, 50, PARALLEL).await?;
    let (mut fixed, mut slope) = (Vec::new(), Vec::new());
    let mut costs: [Vec<Cost>; 3] = [const { Vec::new() }; 3];
    for _ in 0..RUNS {
        let mut points = Vec::new();
        for ((deltas, turns), costs) in LENGTHS.into_iter().zip(&mut costs) {
            let cost = cost(&server, &upstream, deltas, turns).await?;
            costs.push(cost);
            points.push((as_number(deltas), cost.iter().sum()));
        }
        let (at_zero, per_delta) = line(&points);
        fixed.push(at_zero);
        slope.push(per_delta);
    }
    let what = format!(
        "turn: CPU of the turn itself with the network, prompt of {TYPICAL_CHARS} characters"
    );
    figure(&what, median(&fixed), "ms", "0.3 ms");
    let what = "turn: CPU of each delta, 50 a second, with the network";
    figure(what, median(&slope) * 1e3, "us", "10 us");
    for ((deltas, turns), costs) in LENGTHS.into_iter().zip(&costs) {
        let [user, system] =
            [0, 1].map(|at| median(&costs.iter().map(|cost| cost[at]).collect::<Vec<_>>()));
        println!(
            "turn: CPU of {deltas:3} deltas: {user:.3} ms of the user, {system:.3} ms of the system \
             ({turns} turns)"
        );
    }
    server.instruct(&prompt(LONG_CHARS)?)?;
    let mut long = Vec::new();
    for _ in 0..RUNS {
        long.push(cost(&server, &upstream, 0, LONG_TURNS).await?.iter().sum());
    }
    let what = format!("turn: CPU of a turn of no deltas, prompt of {LONG_CHARS} characters");
    figure(&what, median(&long), "ms", "none");
    Ok(())
}

/// A prompt of so many characters of a newspaper's text.
pub(crate) fn prompt(chars: usize) -> anyhow::Result<String> {
    Ok(article(&passages()?, 0, chars * 3).chars().take(chars).collect())
}

/// Runs the turns and gives the mean cost of one.
async fn cost(
    server: &Server,
    upstream: &Upstream,
    deltas: usize,
    turns: usize,
) -> anyhow::Result<Cost> {
    upstream.play(1, deltas);
    let mut sockets = Vec::new();
    for _ in 0..PARALLEL {
        sockets.push(Socket::open(&server.address).await?);
    }
    let before = server.cpu_ms()?;
    let mut clients = JoinSet::new();
    for mut socket in sockets {
        clients.spawn(async move {
            for _ in 0..turns / PARALLEL {
                socket.ask().await?;
                socket.hear_until("chat_end").await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    // The last turns are closed after their last frame.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let after = server.cpu_ms()?;
    Ok([0, 1].map(|at| (after[at] - before[at]) / as_number(turns)))
}
