//! Old totals to opening rows of the ledger: a total without rows behind it becomes a row of its own,
//! so that every sum stays the sum of its rows.

use std::collections::BTreeMap;
use std::fmt;

use domain::engine::Engine;
use domain::id::{TurnId, UserId};
use domain::ledger::LedgerEntry;
use domain::model::TokenUsage;

use super::usage::{Layout, OldTotals, start_of};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counted {
    input: u64,
    output: u64,
    messages: u64,
}

impl Counted {
    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            input: self.input.checked_add(other.input)?,
            output: self.output.checked_add(other.output)?,
            messages: self.messages.checked_add(other.messages)?,
        })
    }

    fn minus(self, other: Self) -> Option<Self> {
        Some(Self {
            input: self.input.checked_sub(other.input)?,
            output: self.output.checked_sub(other.output)?,
            messages: self.messages.checked_sub(other.messages)?,
        })
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { input, output, messages } = self;
        write!(out, "{messages} messages, {input} in, {output} out")
    }
}

/// Old totals that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Whose.
    pub user_id: UserId,
    /// Of which engine.
    pub engine: Engine,
    /// `2026-11` or `2026-11-23`.
    pub period: String,
    /// What is said and what was taken.
    pub what: String,
}

type Key = (UserId, Engine, String);

/// Totals gathered over all old tables.
#[derive(Debug, Default)]
pub struct Openings {
    found: BTreeMap<Key, BTreeMap<(Layout, String), Counted>>,
    contradictions: Vec<Contradiction>,
}

impl Openings {
    /// Adds an item; the same item again changes nothing.
    pub fn add(&mut self, totals: OldTotals) {
        let OldTotals { layout, sort, user_id, engine, period, .. } = totals;
        let counted = Counted {
            input: totals.input_tokens,
            output: totals.output_tokens,
            messages: totals.messages,
        };
        let key = (user_id, engine, period);
        let of_period = self.found.entry(key.clone()).or_default();
        let first = *of_period.entry((layout, sort)).or_insert(counted);
        if first != counted {
            let what =
                format!("one item says {first}, the same item again {counted}; the first is taken");
            self.contradictions.push(contradiction(&key, what));
        }
    }

    /// The rows: one for each day that was counted, and one on the first day of a month for what
    /// its days do not explain. Their ids follow from user, engine and period.
    #[must_use]
    pub fn rows(self) -> (Vec<LedgerEntry>, Vec<Contradiction>) {
        let mut contradictions = self.contradictions;
        let mut days: BTreeMap<Key, Counted> = BTreeMap::new();
        let mut months: BTreeMap<Key, Counted> = BTreeMap::new();
        for (key, found) in &self.found {
            let is_month = key.2.len() == 7;
            match agreed(found) {
                Ok(counted) if is_month => months.insert(key.clone(), counted),
                Ok(counted) => days.insert(key.clone(), counted),
                Err(what) => {
                    contradictions.push(contradiction(key, what));
                    continue;
                }
            };
        }
        let mut rows: Vec<_> = days.iter().filter_map(|(key, day)| row(key, *day)).collect();
        for (key, month) in &months {
            match unexplained(key, *month, &days) {
                Ok(rest) => rows.extend(row(key, rest)),
                Err(what) => contradictions.push(contradiction(key, what)),
            }
        }
        (rows, contradictions)
    }
}

fn contradiction(key: &Key, what: String) -> Contradiction {
    let (user_id, engine, period) = key.clone();
    Contradiction { user_id, engine, period, what }
}

/// Two spellings of one key count together; two tables must say the same.
fn agreed(found: &BTreeMap<(Layout, String), Counted>) -> Result<Counted, String> {
    let mut by_layout: BTreeMap<Layout, Counted> = BTreeMap::new();
    for ((layout, _), counted) in found {
        let sum = by_layout.entry(*layout).or_default();
        *sum = sum.plus(*counted).ok_or("more than can be counted; left out")?;
    }
    let mut all = by_layout.iter();
    let Some((first, counted)) = all.next() else { return Ok(Counted::default()) };
    match all.find(|(_, other)| *other != counted) {
        None => Ok(*counted),
        Some((other, differing)) => Err(format!(
            "{} says {counted}, {} says {differing}; neither is taken",
            first.sort_key(),
            other.sort_key()
        )),
    }
}

fn unexplained(
    key: &Key,
    month: Counted,
    days: &BTreeMap<Key, Counted>,
) -> Result<Counted, String> {
    let (user, engine, name) = key;
    // `2026-11` sorts before its days, and they before the next month.
    let later = days.range(key.clone()..);
    let own = later.take_while(|(day, _)| {
        day.0 == *user && day.1 == *engine && day.2.starts_with(name.as_str())
    });
    let sum = own.map(|(_, day)| *day).try_fold(Counted::default(), Counted::plus);
    let sum = sum.ok_or("its days are more than can be counted; left out")?;
    month.minus(sum).ok_or_else(|| {
        format!("the month says {month}, its days sum up to {sum}; the days are taken")
    })
}

fn row(key: &Key, counted: Counted) -> Option<LedgerEntry> {
    if counted == Counted::default() {
        return None;
    }
    let (user_id, engine, period) = key;
    let usage = TokenUsage {
        input_tokens: counted.input,
        output_tokens: counted.output,
        ..TokenUsage::default()
    };
    let of = (user_id.clone(), *engine, start_of(period)?);
    let id = TurnId::new(format!("imported-{period}"));
    Some(LedgerEntry::imported(id, of, usage, counted.messages))
}
