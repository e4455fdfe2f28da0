//! `prf ledger`: proves that the totals are the sums of their rows.

use std::process::ExitCode;

use domain::id::UserId;
use domain::ledger::Nanodollars;
use domain::model::TokenUsage;
use domain::ports::LedgerStore;
use domain::usage::{Difference, UsageTotals};

use super::{config_for, found, print};
use crate::args::DataFlags;
use crate::service::open_existing_store;

pub(crate) fn verify(flags: &DataFlags) -> anyhow::Result<ExitCode> {
    let store = open_existing_store(&config_for(flags)?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        let (mut rows, mut differences) = (0, 0);
        let users = store.users().await?;
        for user in &users {
            let books = store.books(user).await?;
            rows += books.entries.len();
            for difference in books.differences() {
                differences += 1;
                print(&line(user, &difference))?;
            }
        }
        print(&format!("{} users, {rows} rows, {differences} differences\n", users.len()))?;
        Ok(found(differences > 0))
    })
}

fn line(user: &UserId, difference: &Difference) -> String {
    match difference {
        Difference::Totals { period, engine, kept, summed } => format!(
            "{user} {period} {}: the totals say {}; the rows sum up to {}\n",
            engine.name(),
            totals(*kept),
            totals(*summed)
        ),
        Difference::Entry { turn_id, kept, summed } => format!(
            "{user} turn {turn_id}: the row says {}; its attempts sum up to {}\n",
            amounts(kept.0, kept.1),
            amounts(summed.0, summed.1)
        ),
    }
}

fn totals(totals: UsageTotals) -> String {
    format!("{} messages, {}", totals.message_count, amounts(totals.usage, totals.cost))
}

fn amounts(usage: TokenUsage, cost: Nanodollars) -> String {
    format!(
        "{} in, {} out, {} and {} written to the cache (5 min, 1 h), {} read, {} searches, ${cost}",
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_write_5m_tokens,
        usage.cache_write_1h_tokens,
        usage.cache_read_tokens,
        usage.web_searches
    )
}
