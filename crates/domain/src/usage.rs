//! Totals of what was used, by month and by day in Seoul, and the proof that they equal their rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::Engine;
use crate::id::{TurnId, UserId};
use crate::ledger::{LedgerEntry, Nanodollars, Spend};
use crate::model::TokenUsage;

/// Sums over ledger rows; always equal to the rows they sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UsageTotals {
    /// Tokens and searches as providers reported them.
    pub usage: TokenUsage,
    /// Turns that were settled; keeping a cache warm is none.
    pub message_count: u64,
    /// What they cost at the price of their day.
    pub cost: Nanodollars,
}

impl UsageTotals {
    /// The totals with one more row.
    #[must_use]
    pub fn plus(self, entry: &LedgerEntry) -> Self {
        Self {
            usage: self.usage.plus(entry.usage),
            message_count: self.message_count + u64::from(entry.is_message()),
            cost: Nanodollars(self.cost.0 + entry.cost.0),
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            usage: self.usage.plus(other.usage),
            message_count: self.message_count + other.message_count,
            cost: Nanodollars(self.cost.0 + other.cost.0),
        }
    }

    /// What they take from a quota.
    #[must_use]
    pub fn spend(self) -> Spend {
        Spend { tokens: self.usage.total_tokens(), cost: self.cost }
    }
}

/// The totals of one user, engine and period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// Whose usage.
    pub user_id: UserId,
    /// Of which engine.
    pub engine: Engine,
    /// `2026-11` or `2026-11-23`, in Seoul.
    pub period: String,
    /// The sums.
    pub totals: UsageTotals,
}

/// Everything the ledger holds of one user, as of one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Books {
    /// The rows, ascending by day, engine and turn.
    pub entries: Vec<LedgerEntry>,
    /// The totals of days.
    pub days: Vec<UsageRow>,
    /// The totals of months.
    pub months: Vec<UsageRow>,
}

/// Something in the books that is not what its rows say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Totals of a day or month that are not the sum of its rows.
    Totals {
        /// `2026-11` or `2026-11-23`.
        period: String,
        /// Of which engine.
        engine: Engine,
        /// What the totals say.
        kept: UsageTotals,
        /// What the rows sum up to.
        summed: UsageTotals,
    },
    /// A row that is not the sum of its attempts at their prices.
    Entry {
        /// Of which turn.
        turn_id: TurnId,
        /// What the row says.
        kept: (TokenUsage, Nanodollars),
        /// What its attempts sum up to.
        summed: (TokenUsage, Nanodollars),
    },
}

type Sums = BTreeMap<(String, Engine), UsageTotals>;

impl Books {
    /// Sums everything up anew and gives what differs; empty in books that are right.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        let by_day = self.summed(|entry| entry.at.seoul_day());
        let by_month = self.summed(|entry| entry.at.seoul_month());
        let mut found = differing(&kept(&self.days), &by_day);
        found.extend(differing(&kept(&self.months), &by_month));
        found.extend(self.entries.iter().filter_map(differing_entry));
        found
    }

    fn summed(&self, period: impl Fn(&LedgerEntry) -> String) -> Sums {
        let mut sums = Sums::new();
        for entry in &self.entries {
            let sum = sums.entry((period(entry), entry.engine)).or_default();
            *sum = sum.plus(entry);
        }
        sums
    }
}

/// Totals by what they are of; old rows spell an engine in two ways, which count together.
fn kept(rows: &[UsageRow]) -> Sums {
    let mut sums = Sums::new();
    for row in rows {
        let sum = sums.entry((row.period.clone(), row.engine)).or_default();
        sum.usage = sum.usage.plus(row.totals.usage);
        sum.message_count += row.totals.message_count;
        sum.cost.0 += row.totals.cost.0;
    }
    sums
}

fn differing(kept: &Sums, summed: &Sums) -> Vec<Difference> {
    let keys: BTreeSet<_> = kept.keys().chain(summed.keys()).collect();
    let of = |sums: &Sums, key| sums.get(key).copied().unwrap_or_default();
    let all = keys.into_iter().map(|key| (key, of(kept, key), of(summed, key)));
    all.filter(|(_, kept, summed)| kept != summed)
        .map(|((period, engine), kept, summed)| Difference::Totals {
            period: period.clone(),
            engine: *engine,
            kept,
            summed,
        })
        .collect()
}

fn differing_entry(entry: &LedgerEntry) -> Option<Difference> {
    let start = (TokenUsage::default(), Nanodollars::default());
    let attempts = &entry.audit.as_ref()?.attempts;
    let summed = attempts.iter().fold(start, |(usage, cost), attempt| {
        (usage.plus(attempt.usage), Nanodollars(cost.0 + attempt.recomputed_cost().0))
    });
    let kept = (entry.usage, entry.cost);
    let differs = kept != summed;
    differs.then(|| Difference::Entry { turn_id: entry.turn_id.clone(), kept, summed })
}

#[cfg(test)]
mod tests {
    use super::{Books, Difference, UsageRow, UsageTotals};
    use crate::engine::Engine;
    use crate::id::{TurnId, UserId};
    use crate::ledger::{Attempt, Audit, EntryKind, LedgerEntry, Nanodollars, Price};
    use crate::model::{ProviderName, TokenUsage};
    use crate::time::Timestamp;
    use crate::turn::{Outcome, TurnKind};

    const PRICE: Price = Price {
        input: 5,
        output: 25,
        cache_write_5m: 6,
        cache_write_1h: 10,
        cache_read: 1,
        web_search: 100,
    };

    fn attempt(input_tokens: u64) -> Attempt {
        let usage = TokenUsage { input_tokens, ..TokenUsage::default() };
        Attempt::priced(ProviderName::new("scripted"), None, usage, Some(PRICE), true)
    }

    fn entry(turn: &str, at: &str) -> LedgerEntry {
        LedgerEntry {
            turn_id: TurnId::new(turn),
            user_id: UserId::new("kim"),
            engine: Engine::Pro,
            at: Timestamp::parse(at).unwrap(),
            provider: None,
            model: None,
            usage: TokenUsage { input_tokens: 3, ..TokenUsage::default() },
            cost: Nanodollars(15),
            outcome: Outcome::Completed,
            audit: Some(Audit {
                kind: EntryKind::Turn(TurnKind::Chat),
                attempts: vec![attempt(1), attempt(2)],
            }),
        }
    }

    fn row(period: &str, totals: UsageTotals) -> UsageRow {
        let (user_id, engine) = (UserId::new("kim"), Engine::Pro);
        UsageRow { user_id, engine, period: period.into(), totals }
    }

    #[test]
    fn right_books_have_no_differences_and_wrong_ones_are_named() {
        let entries =
            vec![entry("t1", "2026-11-30T14:59:59Z"), entry("t2", "2026-11-30T15:00:00Z")];
        let one = UsageTotals::default().plus(&entries[0]);
        let day = |day: &str| row(day, one);
        let mut books = Books {
            entries,
            days: vec![day("2026-11-30"), day("2026-12-01")],
            months: vec![row("2026-12", one), row("2026-11", one)],
        };
        assert_eq!(books.differences(), []);
        let two = one.plus(&books.entries[0]);
        books.days[1].totals = two;
        books.months.remove(1);
        books.entries[1].cost = Nanodollars(16);
        let sixteen = UsageTotals { cost: Nanodollars(16), ..one };
        let differing = |period: &str, kept, summed| Difference::Totals {
            period: period.into(),
            engine: Engine::Pro,
            kept,
            summed,
        };
        let usage = books.entries[1].usage;
        assert_eq!(
            books.differences(),
            [
                differing("2026-12-01", two, sixteen),
                differing("2026-11", UsageTotals::default(), one),
                differing("2026-12", one, sixteen),
                Difference::Entry {
                    turn_id: TurnId::new("t2"),
                    kept: (usage, Nanodollars(16)),
                    summed: (usage, Nanodollars(15)),
                },
            ]
        );
    }

    #[test]
    fn keeping_a_cache_warm_costs_but_is_no_message() {
        let at = Timestamp::parse("2026-11-30T15:00:00Z").unwrap();
        let warm = LedgerEntry::keep_warm(TurnId::new("w"), Engine::Pro, at, attempt(2));
        assert_eq!((warm.user_id.as_str(), warm.outcome), ("system", Outcome::Completed));
        let totals = UsageTotals::default().plus(&warm);
        assert_eq!((totals.message_count, totals.cost), (0, Nanodollars(10)));
    }
}
