//! Random stores come back byte by byte, whatever stands in their keys and rows.

use proptest::prelude::*;
use stores::table::Table;
use stores::{Bulk, Row, Store};

use crate::{exported, fill, imported, memory, sqlite};

const LETTERS: [&str; 16] = [
    "a",
    "한",
    "😀",
    "\u{1112}\u{1161}\u{11ab}",
    "#",
    "%",
    "\"",
    "\\",
    "\n",
    "\r",
    "\u{0}",
    "{",
    "}",
    "/",
    "\u{2028}",
    " ",
];

fn text() -> impl Strategy<Value = String> {
    let letter = prop::sample::select(&LETTERS[..]);
    prop::collection::vec(letter, 0..6).prop_map(|letters| letters.concat())
}

fn body() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        text().prop_map(|text| serde_json::json!({ "text": text, "n": 0.1 }).to_string()),
        text().prop_map(|text| serde_json::json!({ "end": text }).to_string() + " "),
        Just("{\"b\":1.0e2,  \"a\":\"\\uD55C\"}".to_owned()),
        Just("{\"a\":\n1}".to_owned()),
        Just("{\"a\":1}{\"a\":1}".to_owned()),
        Just("12".to_owned()),
    ]
}

fn row() -> impl Strategy<Value = Row> {
    let table = prop::sample::select(&Table::ALL[..]);
    (table, text(), text(), body()).prop_map(|(table, partition, sort, body)| {
        // Tables without a sort key hold the empty one.
        let sort = if table.sort_key() == "none" { String::new() } else { sort };
        Row { table, partition, sort, body }
    })
}

async fn check<A: Bulk, B: Bulk>(from: &Store<A>, to: &Store<B>, rows: &[Row]) {
    fill(from, rows).await;
    let before = exported(from).await;
    let taken = imported(to, &before).await;
    assert_eq!(taken.different, []);
    assert_eq!(exported(to).await, before);
    let again = imported(to, &before).await;
    assert!(again.tallies.values().all(|tally| tally.new == 0 && tally.held == 0), "{again:?}");
    assert_eq!(exported(to).await, before);
}

fn block_on(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work);
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn from_memory_to_memory(rows in prop::collection::vec(row(), 0..40)) {
        block_on(check(&memory(), &memory(), &rows));
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn from_memory_to_sqlite_and_back(rows in prop::collection::vec(row(), 0..40)) {
        let (between, _directory) = sqlite();
        block_on(async {
            check(&memory(), &between, &rows).await;
            check(&between, &memory(), &[]).await;
        });
    }
}

#[tokio::test]
async fn more_than_one_page_and_batch_come_back() {
    let body = serde_json::json!({ "text": "가".repeat(500) }).to_string();
    let row = |number: u32| Row {
        table: Table::Conversations,
        partition: format!("kim#c{}", number % 7),
        sort: format!("m#{number:012}"),
        body: body.clone(),
    };
    let rows: Vec<_> = (0..3_000).map(row).collect();
    let (to, _directory) = sqlite();
    check(&memory(), &to, &rows).await;
}
