//! What is there already: nothing is overwritten, and what would stand wrongly beside it is left out.

use domain::ports::StoreError;
use futures::{Stream, StreamExt, stream};
use stores::table::Table;
use stores::transfer::{Importer, Taken, Tally};
use stores::{Bulk, Row, Store};

use crate::{exported, fill, imported, memory, row, sqlite};

const C: Table = Table::Conversations;

/// Two conversations; `old` has gone on in the other store, `new` is not there.
async fn check<B: Bulk>(target: &Store<B>) {
    let source = memory();
    let list = |conversation| row(C, "kim##list", &format!("0#2026#{conversation}"), conversation);
    let files = [
        row(C, "kim", "new", "{\"title\":\"새\"}"),
        row(C, "kim#new", "m#000000000001", "{}"),
        row(C, "kim", "old", "{\"title\":\"옛\"}"),
        row(C, "kim#old", "m#000000000001", "{}"),
        row(C, "kim#old", "m#000000000002", "{}"),
        row(Table::Usage, "kim", "2026-11#Basic", "{\"messageCount\":1,\"inputTokens\":2}"),
        row(Table::UsageTracking, "kim", "2026-11-01#Basic#t1", "{}"),
    ];
    fill(&source, &files).await;
    fill(&source, &[list("new"), list("old")]).await;
    let there = [
        row(C, "kim", "old", "{\"title\":\"그 뒤\"}"),
        row(C, "kim##list", "0#2027#old", "old"),
        row(C, "kim#old", "m#000000000001", "{}"),
        row(Table::Usage, "kim", "2026-11#Basic", "{\"inputTokens\":2,\"messageCount\":1}"),
    ];
    fill(target, &there).await;
    let taken = imported(target, &exported(&source).await).await;
    let different: Vec<_> = taken.different.iter().map(ToString::to_string).collect();
    assert_eq!(different, ["conversations \"kim\" \"old\""]);
    let tally = |table| taken.tallies.get(&table).copied().unwrap_or_default();
    assert_eq!(tally(C), Tally { new: 3, same: 1, different: 1, held: 2 });
    assert_eq!(tally(Table::Usage), Tally { same: 1, ..Tally::default() });
    assert_eq!(tally(Table::UsageTracking), Tally { new: 1, ..Tally::default() });
    let expected = memory();
    fill(&expected, &there).await;
    fill(&expected, &[files[0].clone(), files[1].clone(), list("new"), files[6].clone()]).await;
    assert_eq!(
        String::from_utf8(exported(target).await).unwrap(),
        String::from_utf8(exported(&expected).await).unwrap()
    );
}

#[tokio::test]
async fn on_memory() {
    check(&memory()).await;
}

#[tokio::test]
async fn on_sqlite() {
    let (target, _directory) = sqlite();
    check(&target).await;
}

#[tokio::test]
async fn a_run_that_broke_off_goes_on() {
    let source = memory();
    let rows: Vec<_> = (0..3_000).map(|n| row(C, "kim#c", &format!("m#{n:012}"), "{}")).collect();
    fill(&source, &rows).await;
    let (target, _directory) = sqlite();
    let seen = Importer::look(&target).take_all(broken(&rows, 3_000)).await.unwrap_err();
    assert_eq!(seen.code(), "store_failed");
    let first = Importer::again(&target, &Taken::default(), true);
    first.take_all(broken(&rows, 1_500)).await.unwrap_err();
    // Whole batches are there, and nothing of the one that was not full.
    assert_eq!(target.counts().await.unwrap()[&C], 1_000);
    let taken = imported(&target, &exported(&source).await).await;
    let expected = Tally { new: 2_000, same: 1_000, ..Tally::default() };
    assert_eq!(taken.tallies[&C], expected);
    assert_eq!(exported(&target).await, exported(&source).await);
}

/// Rows of a source that breaks off after so many.
fn broken(rows: &[Row], after: usize) -> impl Stream<Item = Result<Row, StoreError>> {
    let rows: Vec<_> = rows.iter().take(after).cloned().map(Ok).collect();
    let end = stream::iter([Err(StoreError::Failed("the file went away".into()))]);
    stream::iter(rows).chain(end)
}
