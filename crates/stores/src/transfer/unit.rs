//! Which rows are only right together: where one of them differs from what is stored, none of the
//! others may be added beside it.

use serde::Deserialize;

use crate::bulk::Row;
use crate::table::{Table, key_part};

/// The name of a row's unit: a conversation with everything in it, a person's ledger, an engine's
/// prompt with its versions, or the row alone.
pub(super) fn unit(row: &Row) -> String {
    let Row { table, partition, sort, .. } = row;
    let first = partition.split('#').next().unwrap_or_default();
    match table {
        Table::Conversations => conversation(row).unwrap_or_else(|| alone(row)),
        Table::Prompts => format!("prompt {first}"),
        Table::UsageTracking if partition.ends_with("##acceptance") => alone(row),
        Table::Usage | Table::UsageTracking => format!("ledger {first}"),
        Table::Files | Table::Connections => format!("{} {partition} {sort}", table.name()),
    }
}

fn alone(row: &Row) -> String {
    format!("{} {} {}", row.table.name(), row.partition, row.sort)
}

fn conversation(row: &Row) -> Option<String> {
    let of = |user: &str, id: &str| Some(format!("conversation {user} {id}"));
    let Some((user, rest)) = row.partition.split_once('#') else {
        return of(&row.partition, &row.sort);
    };
    match rest {
        "#list" => of(user, &row.body),
        "#turns" => of(user, &key_part(&turn_conversation(&row.body)?)),
        "#keys" | "#open" => None,
        id => of(user, id),
    }
}

fn turn_conversation(body: &str) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Turn {
        conversation_id: String,
    }
    serde_json::from_str::<Turn>(body).ok().map(|turn| turn.conversation_id)
}

#[cfg(test)]
mod tests {
    use super::unit;
    use crate::bulk::Row;
    use crate::table::Table;

    #[test]
    fn rows_of_one_conversation_and_of_one_ledger_go_together() {
        let check = |table, partition: &str, sort: &str, body: &str, expected| {
            let (partition, sort, body) = (partition.into(), sort.into(), body.into());
            assert_eq!(unit(&Row { table, partition, sort, body }), expected);
        };
        let turn = "{\"conversationId\":\"c#1\"}";
        for (partition, sort, body) in [
            ("kim", "c%231", "{}"),
            ("kim##list", "0#2026#c%231", "c%231"),
            ("kim#c%231", "m#000000000001", "{}"),
            ("kim##turns", "t1", turn),
        ] {
            check(Table::Conversations, partition, sort, body, "conversation kim c%231");
        }
        check(Table::Conversations, "##open", "t1", "kim", "conversations ##open t1");
        check(Table::Conversations, "kim##turns", "t1", "{}", "conversations kim##turns t1");
        check(Table::Prompts, "Basic#v000000000001", "", "{}", "prompt Basic");
        check(Table::Usage, "kim", "2026-11#Basic", "{}", "ledger kim");
        check(Table::UsageTracking, "kim##reserved", "2026-11#t1", "{}", "ledger kim");
        let counts = "usage-tracking kim##acceptance 2026-11-24#Pro";
        check(Table::UsageTracking, "kim##acceptance", "2026-11-24#Pro", "{}", counts);
        check(Table::Files, "Basic", "f1", "{}", "files Basic f1");
    }
}
