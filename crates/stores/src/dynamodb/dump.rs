//! Every row of the six tables, scanned page by page while others may write.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ports::StoreError;
use futures::{StreamExt, stream};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::attribute::{self, Item};
use super::key::Key;
use super::refusal::Refusal;
use super::{Dynamo, TRIES};
use crate::bulk::{Bulk, Pages, Row};
use crate::table::Table;

/// The table that is scanned and where its next page begins.
struct Scan {
    rows: Dynamo,
    tables: std::vec::IntoIter<Table>,
    open: Option<(Table, Option<Item>)>,
}

impl Bulk for Dynamo {
    /// Each may be of another user, whose seal is a further action of the transaction.
    const TRANSACTION_ROWS: usize = 45;

    fn dump(&self) -> Pages {
        let (client, prefix) = (self.client.clone(), self.prefix.clone());
        let (direct, draw) = (self.direct.clone(), Arc::clone(&self.draw));
        let rows = Self { client, direct, prefix, draw, queue: Mutex::default() };
        let mut tables = Vec::from(Table::ALL).into_iter();
        let open = tables.next().map(|table| (table, None));
        stream::try_unfold(Scan { rows, tables, open }, next_page).boxed()
    }
}

async fn next_page(mut scan: Scan) -> Result<Option<(Vec<Row>, Scan)>, StoreError> {
    let Some((table, start)) = scan.open.take() else { return Ok(None) };
    let (rows, next) = scan.rows.scan_page(table, start).await?;
    scan.open = match next {
        Some(start) => Some((table, Some(start))),
        None => scan.tables.next().map(|table| (table, None)),
    };
    Ok(Some((rows, scan)))
}

impl Dynamo {
    async fn scan_page(
        &self,
        table: Table,
        start: Option<Item>,
    ) -> Result<(Vec<Row>, Option<Item>), Refusal> {
        let request = self.client.scan().table_name(self.table(table)).consistent_read(true);
        let answer = request.set_exclusive_start_key(start).send().await;
        let answer = answer.map_err(|error| Refusal::of("Scan", error))?;
        let mut rows = Vec::new();
        for item in answer.items.unwrap_or_default() {
            let Some(key) = Key::of(table, &item) else { continue };
            // What is ours alone: parts are read with the row they belong to.
            if key.is_seal() || attribute::part_text(&item).is_some() {
                continue;
            }
            let Some(body) = self.whole_body(&key, item).await? else { continue };
            let body = without_keys(&key, body);
            let Key { table, partition, sort } = key;
            rows.push(Row { table, partition, sort, body });
        }
        Ok((rows, answer.last_evaluated_key))
    }

    /// The body with its parts; none when the row was removed meanwhile.
    async fn whole_body(&self, key: &Key, item: Item) -> Result<Option<String>, Refusal> {
        let mut item = item;
        for _ in 0..TRIES {
            if let Some(found) = self.row(key, &item, &BTreeMap::new()).await? {
                return Ok(Some(found.body));
            }
            // Somebody replaced the row, and with it the parts that were to be read.
            let Some(now) = self.get_item(key).await? else { return Ok(None) };
            item = now;
        }
        Err(Refusal::contended(TRIES))
    }
}

/// The body as the other stores hold it, its fields by name: a spread row comes back with its keys
/// among its fields, but only headers and ledger rows hold any of theirs.
fn without_keys(key: &Key, body: String) -> String {
    if !body.starts_with('{') {
        return body;
    }
    let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(&body) else { return body };
    let is_header = key.table == Table::Conversations;
    let is_ledger_row = key.table == Table::UsageTracking && key.sort.matches('#').count() >= 2;
    let mut strip = |name: &str, own: &str| {
        if fields.get(name).is_some_and(|value| value == own) {
            fields.remove(name);
        }
    };
    if key.is_spread() && !is_header {
        strip(key.table.sort_key(), &key.sort);
        if !is_ledger_row {
            strip(key.table.partition_key(), &key.partition);
        }
    }
    Value::Object(fields).to_string()
}

#[cfg(test)]
mod tests {
    use super::without_keys;
    use crate::dynamodb::key::Key;
    use crate::table::Table;

    #[test]
    fn a_body_is_what_the_other_stores_hold() {
        let check = |table, partition, sort, body: &str, expected| {
            assert_eq!(without_keys(&Key::new(table, partition, sort), body.into()), expected);
        };
        check(Table::Prompts, "Basic", "", "{\"version\":1,\"id\":\"Basic\"}", "{\"version\":1}");
        let header = "{\"conversationId\":\"c\",\"userId\":\"kim\"}";
        check(Table::Conversations, "kim", "c", header, header);
        let row = "{\"usageDate#engineType\":\"2026-11-23#Basic#t\",\"userId\":\"kim\"}";
        let sort = "2026-11-23#Basic#t";
        check(Table::UsageTracking, "kim", sort, row, "{\"userId\":\"kim\"}");
        let day = "{\"userId\":\"kim\",\"outputTokens\":1}";
        check(Table::UsageTracking, "kim", "2026-11-23#Basic", day, "{\"outputTokens\":1}");
        check(Table::Usage, "kim", "2026-11#Basic", "{\"userId\":\"lee\"}", "{\"userId\":\"lee\"}");
        check(Table::Conversations, "kim##list", "0", "c", "c");
    }
}
