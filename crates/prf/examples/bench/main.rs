//! Measures what a user waits for: `bench PATH/TO/prf [PART …]` prints medians, tails and the bounds
//! they are to keep. It only measures; nothing passes or fails.

mod checking;
mod delay;
mod figures;
mod hostile;
mod idle;
mod searching;
mod server;
mod socket;
mod starting;
mod stopping;
mod straight;
mod tape;
mod texts;
mod turn_cost;
mod upstream;
mod work;

use std::path::Path;

use anyhow::Context;

/// What can be asked for by name; everything where nothing is.
const PARTS: [&str; 9] =
    ["starting", "checking", "searching", "work", "cost", "delay", "idle", "stopping", "hostile"];

/// What is measured in this process is measured with the allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let prf = arguments.next().context("first argument: the binary to measure")?;
    let asked: Vec<String> = arguments.collect();
    let directory = std::env::temp_dir().join(format!("prf-bench-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for part in PARTS {
        if asked.is_empty() || asked.iter().any(|name| name == part) {
            runtime.block_on(measure(part, Path::new(&prf), &directory))?;
        }
    }
    std::fs::remove_dir_all(&directory)?;
    Ok(())
}

async fn measure(part: &str, prf: &Path, directory: &Path) -> anyhow::Result<()> {
    match part {
        "starting" => starting::measure(prf, directory),
        "checking" => checking::measure(),
        "work" => work::measure(directory).await,
        "searching" => searching::measure(directory).await,
        "cost" => turn_cost::measure(prf, directory).await,
        "delay" => delay::measure(prf, directory).await,
        "idle" => idle::measure(prf, directory).await,
        "stopping" => stopping::measure(prf, directory).await,
        "hostile" => hostile::measure(prf, directory).await,
        other => anyhow::bail!("there is no part {other}"),
    }
}
