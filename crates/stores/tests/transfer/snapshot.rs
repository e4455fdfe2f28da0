//! An export of SQLite shows one instant, and holds up nobody who writes meanwhile.

use futures::TryStreamExt;
use stores::Row;
use stores::table::Table;

use crate::{fill, row, sqlite};

#[tokio::test]
async fn what_is_written_meanwhile_is_not_in_it() {
    let (store, _directory) = sqlite();
    let numbered = |number: u32, body| row(Table::Files, "Basic", &format!("{number:06}"), body);
    let before: Vec<Row> = (0..4_000).map(|number| numbered(number, "{}")).collect();
    fill(&store, &before).await;
    let mut pages = store.dump();
    let mut found = pages.try_next().await.unwrap().unwrap();
    assert!(found.len() < 1_000, "{}", found.len());
    // Behind what is read already, and far before it.
    fill(&store, &[numbered(3_999_999, "{}"), row(Table::Usage, "kim", "2026-11#Basic", "{}")])
        .await;
    while let Some(page) = pages.try_next().await.unwrap() {
        found.extend(page);
    }
    assert_eq!(found, before);
    assert_eq!(store.counts().await.unwrap()[&Table::Files], 4_001);
}

#[tokio::test]
async fn a_reader_that_goes_away_ends_it() {
    let (store, _directory) = sqlite();
    let rows: Vec<_> = (0..4_000)
        .map(|number| row(Table::Files, "Basic", &format!("{number:06}"), "{}"))
        .collect();
    fill(&store, &rows).await;
    let mut pages = store.dump();
    assert!(pages.try_next().await.unwrap().is_some());
    drop(pages);
    fill(&store, &[row(Table::Files, "Pro", "f", "{}")]).await;
    assert_eq!(store.counts().await.unwrap()[&Table::Files], 4_001);
}
