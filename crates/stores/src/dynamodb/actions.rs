//! What a finished try asks of DynamoDB: writes with their conditions, and checks of what was
//! only read.

use std::collections::BTreeMap;

use super::key::Key;
use super::view::{Found, View};

/// What must be true of a row for the transaction to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// Nothing: the row was not read, or its seal answers for it.
    None,
    /// There is no such row.
    Absent,
    /// It is there, and another program wrote it.
    Foreign,
    /// It is there as this transaction left it.
    Revision(String),
}

impl Condition {
    fn of(known: Option<&Found>) -> Self {
        match known {
            None => Self::Absent,
            Some(found) => found.revision.clone().map_or(Self::Foreign, Self::Revision),
        }
    }
}

/// What happens to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Put(String),
    /// The seal takes the transaction's revision.
    Bump,
    Delete,
    /// Only the condition is checked.
    Check,
}

/// One action of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Action {
    pub(super) key: Key,
    pub(super) change: Change,
    pub(super) condition: Condition,
}

/// The actions of a try; empty when it writes nothing.
///
/// Rows under a seal are written without a condition of their own: the seal's stands for all of
/// them. A seal is bumped by every transaction that writes under it, with the condition that it is
/// as it was read where it was read.
pub(super) fn actions_of(view: &View) -> Vec<Action> {
    let mut actions: BTreeMap<Key, Action> = BTreeMap::new();
    let mut writes = false;
    for (key, body) in &view.writes {
        let known = view.known(key);
        let is_nothing = body.is_none() && known == Some(None);
        if is_nothing {
            continue;
        }
        writes = true;
        let condition = match (key.seal(), known) {
            (None, Some(found)) => Condition::of(found),
            (None, None) | (Some(_), _) => Condition::None,
        };
        let change = body.clone().map_or(Change::Delete, Change::Put);
        actions.insert(key.clone(), Action { key: key.clone(), change, condition });
        if let Some(seal) = key.seal() {
            let condition = view.seals.get(&seal).map_or(Condition::None, as_read);
            let bump = Action { key: seal.clone(), change: Change::Bump, condition };
            actions.insert(seal, bump);
        }
    }
    if !writes {
        return Vec::new();
    }
    for (seal, revision) in &view.seals {
        actions.entry(seal.clone()).or_insert_with(|| Action {
            key: seal.clone(),
            change: Change::Check,
            condition: as_read(revision),
        });
    }
    for key in view.asserted.iter().filter(|key| key.seal().is_none()) {
        let condition = view.known(key).map_or(Condition::None, Condition::of);
        actions.entry(key.clone()).or_insert_with(|| Action {
            key: key.clone(),
            change: Change::Check,
            condition,
        });
    }
    actions.into_values().collect()
}

fn as_read(revision: &Option<String>) -> Condition {
    revision.clone().map_or(Condition::Absent, Condition::Revision)
}

#[cfg(test)]
mod tests {
    use super::{Action, Change, Condition, actions_of};
    use crate::dynamodb::key::Key;
    use crate::dynamodb::view::{Found, View};
    use crate::table::{Rows, Table};

    fn found(revision: Option<&str>) -> Option<Found> {
        Some(Found { body: "1".into(), revision: revision.map(str::to_owned), parts: 0 })
    }

    fn action(key: &Key, change: Change, condition: Condition) -> Action {
        Action { key: key.clone(), change, condition }
    }

    #[test]
    fn what_was_read_is_checked_and_what_was_not_is_only_written() {
        let key = |sort| Key::new(Table::Conversations, "kim", sort);
        let mut view = View::default();
        view.seen.insert(key("a"), found(Some("r")));
        view.seen.insert(key("b"), None);
        view.seen.insert(key("c"), found(None));
        for sort in ["a", "b", "c"] {
            view.get(Table::Conversations, "kim", sort).unwrap();
        }
        assert_eq!(actions_of(&view), []);
        view.put(Table::Conversations, "kim", "a", "2").unwrap();
        view.delete(Table::Conversations, "kim", "b").unwrap();
        view.put(Table::Conversations, "kim", "d", "4").unwrap();
        let expected = [
            action(&key("a"), Change::Put("2".into()), Condition::Revision("r".into())),
            action(&key("b"), Change::Check, Condition::Absent),
            action(&key("c"), Change::Check, Condition::Foreign),
            action(&key("d"), Change::Put("4".into()), Condition::None),
        ];
        assert_eq!(actions_of(&view), expected);
    }

    #[test]
    fn a_seal_answers_for_the_rows_under_it() {
        let row = Key::new(Table::Usage, "kim", "2026-11#Basic");
        let seal = row.seal().unwrap();
        let mut view = View::default();
        view.put(row.table, &row.partition, &row.sort, "{}").unwrap();
        let put = action(&row, Change::Put("{}".into()), Condition::None);
        let bump = |condition| action(&seal, Change::Bump, condition);
        assert_eq!(actions_of(&view), [put.clone(), bump(Condition::None)]);
        view.seals.insert(seal.clone(), Some("r".into()));
        assert_eq!(actions_of(&view), [put, bump(Condition::Revision("r".into()))]);
        view.restart();
        view.put(Table::Conversations, "kim", "a", "1").unwrap();
        let check = action(&seal, Change::Check, Condition::Revision("r".into()));
        assert_eq!(actions_of(&view)[1], check);
    }
}
