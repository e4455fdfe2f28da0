//! `prf models`: the table of models with prices, limits and how long each is sure to stay.

use std::process::ExitCode;

use domain::ledger::Price;
use domain::ports::Clock;
use domain::time::Timestamp;
use providers::ModelEntry;
use providers::setup::legs;
use providers::setup::system::SystemClock;
use serde::Serialize;

use super::print;
use crate::args::{ModelsFlags, ServeFlags};
use crate::config::Config;

pub(crate) fn run(flags: &ModelsFlags) -> anyhow::Result<ExitCode> {
    let config = Config::read(std::env::vars(), &ServeFlags::default())?;
    let models = legs::models(config.turns.models.as_deref())?;
    let now = SystemClock.now();
    let rows: Vec<Row> =
        models.iter().map(|entry| Row::new(entry, &config.turns.model.id, now)).collect();
    if flags.json {
        print(&(serde_json::to_string(&rows)? + "\n"))?;
    } else {
        print(&table(&rows))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// One model as it is printed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: String,
    in_use: bool,
    bedrock_id: Option<String>,
    context_tokens: u64,
    output_tokens: u64,
    /// Of today, in US dollars per million tokens, searches per thousand.
    prices: Option<Prices>,
    retires: Option<String>,
    days_left: Option<i64>,
    successor: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Prices {
    input: f64,
    output: f64,
    cache_write_5m: f64,
    cache_write_1h: f64,
    cache_read: f64,
    web_search: f64,
}

impl Row {
    fn new(entry: &ModelEntry, used: &str, now: Timestamp) -> Self {
        let card = &entry.card;
        Self {
            id: card.id.clone(),
            in_use: card.id == used,
            bedrock_id: entry.bedrock_id.clone(),
            context_tokens: card.context_tokens,
            output_tokens: card.output_tokens,
            prices: card.price_at(now).map(Prices::new),
            retires: entry.retires.map(Timestamp::seoul_day),
            days_left: entry.days_left(now),
            successor: entry.successor.clone(),
        }
    }
}

impl Prices {
    #[expect(clippy::cast_precision_loss, reason = "shown, never summed")]
    fn new(price: Price) -> Self {
        let per_million = |nanodollars: u64| nanodollars as f64 / 1e3;
        Self {
            input: per_million(price.input),
            output: per_million(price.output),
            cache_write_5m: per_million(price.cache_write_5m),
            cache_write_1h: per_million(price.cache_write_1h),
            cache_read: per_million(price.cache_read),
            web_search: price.web_search as f64 / 1e6,
        }
    }
}

const HEAD: [&str; 8] =
    ["model", "input", "output", "read", "context", "answer", "may be gone", "successor"];

/// Lines under one head, columns as wide as their widest cell; `*` marks the model in use.
fn table(rows: &[Row]) -> String {
    let mut cells = vec![HEAD.map(str::to_owned)];
    cells.extend(rows.iter().map(line));
    let mut width = [0; HEAD.len()];
    for line in &cells {
        for (widest, cell) in width.iter_mut().zip(line) {
            *widest = cell.chars().count().max(*widest);
        }
    }
    let joined = cells.iter().map(|line| {
        let padded = line.iter().zip(width).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    });
    joined.collect::<String>() + "prices in US dollars per million tokens; * in use\n"
}

fn line(row: &Row) -> [String; HEAD.len()] {
    let mark = if row.in_use { "* " } else { "  " };
    let price = |of: fn(&Prices) -> f64| {
        row.prices.as_ref().map_or_else(|| "-".into(), |prices| format!("{:.2}", of(prices)))
    };
    let gone = match (&row.retires, row.days_left) {
        (Some(day), Some(left)) if left > 0 => format!("{day} (in {left} days)"),
        (Some(day), _) => format!("{day} (any day now)"),
        (None, _) => "-".into(),
    };
    [
        format!("{mark}{}", row.id),
        price(|prices| prices.input),
        price(|prices| prices.output),
        price(|prices| prices.cache_read),
        row.context_tokens.to_string(),
        row.output_tokens.to_string(),
        gone,
        row.successor.clone().unwrap_or_else(|| "-".into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::{Row, table};
    use domain::time::Timestamp;
    use providers::Models;

    #[test]
    fn a_line_says_price_limits_days_left_and_successor() {
        let models = Models::built_in().unwrap();
        let now = Timestamp::parse("2026-11-20T12:00:00+09:00").unwrap();
        let used = "claude-opus-4-5-20251101";
        let rows = ["claude-opus-4-5-20251101", "claude-haiku-4-5-20251001"]
            .map(|id| Row::new(models.find(id).unwrap(), used, now));
        assert_eq!(
            table(&rows),
            "\
model                        input  output  read  context  answer  may be gone             successor
* claude-opus-4-5-20251101   5.00   25.00   0.50  200000   64000   2026-11-24 (in 4 days)  claude-opus-4-6
  claude-haiku-4-5-20251001  1.00   5.00    0.10  200000   64000   -                       -
prices in US dollars per million tokens; * in use
"
        );
        let json = serde_json::to_value(&rows[0]).unwrap();
        assert_eq!(json["prices"]["cacheWrite5m"], 6.25);
        assert_eq!((&json["daysLeft"], &json["inUse"]), (&4.into(), &true.into()));
    }
}
