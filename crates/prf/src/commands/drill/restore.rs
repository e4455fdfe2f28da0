//! `prf drill restore`: point-in-time copies of the six tables under new names, held against the
//! tables they were made from, and timed.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use domain::time::Timestamp;
use stores::dynamodb::recovery::Tables;
use stores::table::Table;

use crate::args::DrillRestoreFlags;
use crate::commands::{found, print};

pub(super) fn run(flags: &DrillRestoreFlags) -> anyhow::Result<ExitCode> {
    let at = flags.at.as_deref().map(|at| Timestamp::parse(at).context("--at is no RFC 3339 time"));
    let at = at.transpose()?;
    ensure!(flags.table_prefix != flags.to_prefix, "the new prefix must be another one");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let client = stores::dynamodb::client(&crate::aws::account().await);
        let from = Tables::new(client.clone(), &flags.table_prefix);
        let to = Tables::new(client, &flags.to_prefix);
        let begun = Instant::now();
        if !flags.compare_only {
            let longest = Duration::from_secs(flags.wait_minutes.saturating_mul(60));
            restore(&from, &to, at, longest).await?;
            print(&format!("restored in {} s\n", begun.elapsed().as_secs()))?;
        }
        let differing = compare(&from, &to).await?;
        print(&format!("compared after {} s\n", begun.elapsed().as_secs()))?;
        print(&switch(&flags.to_prefix))?;
        Ok(found(differing > 0))
    })
}

async fn restore(
    from: &Tables,
    to: &Tables,
    at: Option<Timestamp>,
    longest: Duration,
) -> anyhow::Result<()> {
    let begun = Instant::now();
    for table in Table::ALL {
        let asked = from.restore(table, to, at).await;
        asked.with_context(|| format!("could not restore the table {}", table.name()))?;
    }
    for table in Table::ALL {
        let left = longest.saturating_sub(begun.elapsed());
        ensure!(to.wait(table, left).await?, "{} is not there yet", table.name());
    }
    Ok(())
}

/// Counts and checksums of both, table by table; gives how many differ.
async fn compare(from: &Tables, to: &Tables) -> anyhow::Result<usize> {
    let mut differing = 0;
    for table in Table::ALL {
        let (old, new) = (from.contents(table).await?, to.contents(table).await?);
        let verdict = if old == new { "equal" } else { "DIFFERENT" };
        differing += usize::from(old != new);
        let [high, low] = new.checksum;
        let (name, old, new) = (table.name(), old.items, new.items);
        print(&format!("{name:<22}{old:>10}{new:>10}  {high:032x}{low:032x}  {verdict}\n"))?;
    }
    if differing > 0 {
        print("a table that was written to since the restored time differs by what was written\n")?;
    }
    Ok(differing)
}

fn switch(prefix: &str) -> String {
    format!(
        "to switch: let the roles of the six functions use the tables {prefix}*, then set \
         PRF_TABLE_PREFIX={prefix} on the functions\n\
         a restore brings over neither point-in-time recovery, nor the TTL of \
         {prefix}websocket-connections, nor deletion protection, nor alarms: set them anew\n"
    )
}
