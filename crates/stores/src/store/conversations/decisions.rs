//! Decisions, and what they count: one row a user, day and engine, changed in the transaction that
//! adds the decision.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::acceptance::{AcceptanceCounts, AcceptanceFilter, AcceptanceKey, AcceptanceRow};
use domain::conversation::{Decision, DecisionAction};
use domain::engine::Engine;
use domain::id::UserId;
use domain::ports::{AcceptanceStore, StoreError};

use super::super::{Store, end_of, next_number, numbered, with_prefix};
use super::TABLE;
use crate::rows::{self, AcceptanceDayRow, DecisionRow};
use crate::table::{Backend, Range, Rows, Table, key_part};

/// Rows of one decision, at most: the decision, its id, the decisions that stand on its finding, one
/// that it takes back, and the counts of its day.
pub(super) const ROWS_OF_ONE: usize = 6;
/// Where counts lie: beside the ledger, which the function that shows usage may read.
const COUNTS: Table = Table::UsageTracking;
/// The partition of those who have counts.
const EVERYBODY: &str = "##acceptance";
const COUNTER: &str = "n#decisions";

/// The partition of a user's counts.
fn partition_of(user: &UserId) -> String {
    format!("{}##acceptance", key_part(user.as_str()))
}

/// Where the decisions that stand on a finding are listed.
fn finding_key(decision: &Decision) -> String {
    format!("f#{}", decision.finding_id)
}

/// Adds those that are not there yet; gives their number.
pub(super) fn add(
    rows: &mut dyn Rows,
    partition: &str,
    engine: Engine,
    decisions: &[Decision],
) -> Result<usize, StoreError> {
    let ids = decisions.iter().map(|decision| format!("y#{}", decision.id));
    let mut keys: Vec<String> = ids.chain(decisions.iter().map(finding_key)).collect();
    keys.push(COUNTER.into());
    rows.prefetch(TABLE, partition, &keys)?;
    let mut added = 0;
    for decision in decisions {
        let id_key = format!("y#{}", decision.id);
        if rows.get(TABLE, partition, &id_key)?.is_some() {
            continue;
        }
        let number = next_number(rows, partition, COUNTER)?;
        let body = rows::write("decision", &DecisionRow::from(decision))?;
        rows.put(TABLE, partition, &numbered("x#", number), &body)?;
        rows.put(TABLE, partition, &id_key, &number.to_string())?;
        stand(rows, partition, engine, decision, number)?;
        added += 1;
    }
    Ok(added)
}

/// Lists a decision on its finding and counts it, or takes the last one off again.
fn stand(
    rows: &mut dyn Rows,
    partition: &str,
    engine: Engine,
    decision: &Decision,
    number: u64,
) -> Result<(), StoreError> {
    let key = finding_key(decision);
    let mut standing: Vec<u64> = match rows.get(TABLE, partition, &key)? {
        Some(body) => rows::read("standing decisions", &body)?,
        None => Vec::new(),
    };
    if decision.action == DecisionAction::Undone {
        // What was decided before decisions were counted is taken back without a count.
        let Some(last) = standing.pop() else { return Ok(()) };
        let body = rows.get(TABLE, partition, &numbered("x#", last))?;
        if let Some(body) = body {
            let undone = rows::read::<DecisionRow>("decision", &body)?.decision()?;
            count(rows, engine, &undone, AcceptanceCounts::without)?;
        }
    } else {
        standing.push(number);
        count(rows, engine, decision, AcceptanceCounts::with)?;
    }
    if standing.is_empty() {
        return rows.delete(TABLE, partition, &key);
    }
    rows.put(TABLE, partition, &key, &rows::write("standing decisions", &standing)?)
}

fn count(
    rows: &mut dyn Rows,
    engine: Engine,
    decision: &Decision,
    change: impl Fn(AcceptanceCounts, DecisionAction) -> AcceptanceCounts,
) -> Result<(), StoreError> {
    let partition = partition_of(&decision.by);
    let day = format!("{}#{}", decision.at.seoul_day(), engine.name());
    let mut counts = match rows.get(COUNTS, &partition, &day)? {
        Some(body) => rows::read::<AcceptanceDayRow>("acceptance", &body)?.counts()?,
        None => {
            let user = key_part(decision.by.as_str());
            rows.put(COUNTS, EVERYBODY, &user, &user)?;
            BTreeMap::new()
        }
    };
    let own = counts.entry(AcceptanceKey::of(decision)).or_default();
    *own = change(*own, decision.action);
    counts.retain(|_, counts| *counts != AcceptanceCounts::default());
    let body = rows::write("acceptance", &AcceptanceDayRow::from(&counts))?;
    rows.put(COUNTS, &partition, &day, &body)
}

/// Adds a user's counts of some days to a sum.
fn sum(
    rows: &mut dyn Rows,
    partition: &str,
    filter: &AcceptanceFilter,
    all: &mut BTreeMap<AcceptanceKey, AcceptanceCounts>,
) -> Result<(), StoreError> {
    let end = end_of(&format!("{}#", filter.to));
    for (sort, body) in rows.range(COUNTS, partition, Range::between(&filter.from, &end))? {
        let engine = sort.split_once('#').and_then(|(_, name)| Engine::from_name(name));
        if filter.engine.is_some() && filter.engine != engine {
            continue;
        }
        for (key, counts) in rows::read::<AcceptanceDayRow>("acceptance", &body)?.counts()? {
            let sum = all.entry(key).or_default();
            *sum = sum.plus(counts);
        }
    }
    Ok(())
}

#[async_trait]
impl<B: Backend> AcceptanceStore for Store<B> {
    async fn acceptance(
        &self,
        user: Option<&UserId>,
        filter: &AcceptanceFilter,
    ) -> Result<Vec<AcceptanceRow>, StoreError> {
        let (user, filter) = (user.cloned(), filter.clone());
        self.read(move |rows| {
            let partitions = match &user {
                Some(user) => vec![partition_of(user)],
                None => with_prefix(rows, COUNTS, EVERYBODY, "")?
                    .into_iter()
                    .map(|(user, _)| format!("{user}##acceptance"))
                    .collect(),
            };
            let mut all = BTreeMap::new();
            for partition in partitions {
                sum(rows, &partition, &filter, &mut all)?;
            }
            Ok(all.into_iter().map(|(key, counts)| AcceptanceRow { key, counts }).collect())
        })
        .await
    }
}
