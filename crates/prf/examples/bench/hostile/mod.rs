//! Hostile clients on loopback: what honest ones beside them wait for, and what the server's memory
//! grows to. Attackers run on a thread that gives way to everybody, as if on machines of their own.

mod attacks;
mod honest;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use rustix::process::{Resource, Rlimit, getrlimit, setpriority_process, setrlimit};
use tokio_util::sync::CancellationToken;

use crate::figures::{as_number, figure, millis, percentile, print};
use crate::server::Server;
use crate::upstream::Upstream;
use attacks::{Attack, Target};

/// So long each attack lasts; the honest ones ask all the while.
const LASTING: Duration = Duration::from_secs(12);
/// Attackers have begun and the first of their connections are there.
const WARM_UP: Duration = Duration::from_secs(3);
/// Attackers have gone, and the server has seen it.
const COOL_DOWN: Duration = Duration::from_secs(3);
/// Both ends of 10,000 connections, each in its process, and what else is open.
const FILES: u64 = 13_000;
/// More than all attackers do not need to make honest clients wait.
const NICE: i32 = 15;
/// 128 MiB each of bodies and of answers, 12,000 connections with 96 KiB at most, and the rest.
const MEMORY_BOUND: &str = "1500 MB";

pub(crate) async fn measure(prf: &Path, directory: &Path) -> anyhow::Result<()> {
    if !raise_file_limit() {
        println!("hostile: left out, this process may not open {FILES} files (ulimit -Hn)");
        return Ok(());
    }
    let upstream = Upstream::start().await?;
    let server = Server::start(prf, &directory.join("hostile"), upstream.address)?;
    upstream.play(1, 200);
    let target = Target::prepare(&server.address).await?;
    let quiet = honest::ask_for(&server.address, LASTING).await?;
    print("hostile: check of 2,000 characters, nobody attacks", quiet.check);
    print("hostile: list of conversations, nobody attacks", quiet.list);
    for attack in Attack::ALL {
        beside(&server, &target, &[attack], attack.name()).await?;
    }
    beside(&server, &target, &Attack::ALL, "everything at once").await
}

/// What the honest see while these attack, and what the server holds.
async fn beside(
    server: &Server,
    target: &Target,
    attacks: &[Attack],
    name: &str,
) -> anyhow::Result<()> {
    let before = server.resident_kib()?;
    let stop = CancellationToken::new();
    let attackers = start(target.clone(), attacks.to_vec(), stop.clone())?;
    let (seen, peak) = tokio::join!(
        async {
            tokio::time::sleep(WARM_UP).await;
            honest::ask_for(&server.address, LASTING).await
        },
        peak(server, WARM_UP + LASTING)
    );
    stop.cancel();
    let count = tokio::task::spawn_blocking(move || attackers.join()).await?;
    let count = count.ok().context("the attackers have failed")??;
    tokio::time::sleep(COOL_DOWN).await;
    let (seen, after) = (seen?, server.resident_kib()?);
    let p99 = [&seen.check, &seen.list]
        .map(|took| percentile(&took.iter().map(|one| millis(*one)).collect::<Vec<_>>(), 99));
    print(&format!("hostile: check beside {name}"), seen.check);
    print(&format!("hostile: list beside {name}"), seen.list);
    figure(&format!("hostile: p99 beside {name}"), p99[0].max(p99[1]), "ms", "50 ms");
    figure(&format!("hostile: things attackers did, {name}"), as_number(count), "", "none");
    for (when, kib, bound) in
        [("before", before, "none"), ("peak", peak?, MEMORY_BOUND), ("after", after, "none")]
    {
        figure(&format!("hostile: resident {when}, {name}"), megabytes(kib), "MB", bound);
    }
    Ok(())
}

/// Runs the attackers in a thread of low priority until they are stopped; gives how much they did.
fn start(
    target: Target,
    attacks: Vec<Attack>,
    stop: CancellationToken,
) -> anyhow::Result<std::thread::JoinHandle<anyhow::Result<usize>>> {
    let run = move || {
        // On Linux that is the thread's own (setpriority(2), notes).
        setpriority_process(None, NICE)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(runtime.block_on(attacks::run(&target, &attacks, &stop)))
    };
    Ok(std::thread::Builder::new().name("attackers".into()).spawn(run)?)
}

/// The most the server held in that time.
async fn peak(server: &Server, lasting: Duration) -> anyhow::Result<u64> {
    let until = Instant::now() + lasting;
    let mut most = 0;
    while Instant::now() < until {
        most = most.max(server.resident_kib()?);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(most)
}

/// Lets this process, and the server it starts, open enough files.
fn raise_file_limit() -> bool {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|files| files >= FILES) {
        return true;
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(FILES), maximum: limit.maximum }).is_ok()
}

#[expect(clippy::cast_precision_loss, reason = "a figure to read")]
fn megabytes(kib: u64) -> f64 {
    kib as f64 * 1024.0 / 1e6
}
