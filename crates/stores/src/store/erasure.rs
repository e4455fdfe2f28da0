//! Erasing: who has something, the turns of a person, and the medium itself.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::id::UserId;
use domain::ports::{ErasureStore, StoreError};

use super::Store;
use super::turns::{keys_partition, partition};
use crate::rows::{self, TurnRow};
use crate::table::{Backend, Range, Rows, Table, id_of};

const TABLE: Table = Table::Conversations;

/// Removes so many rows of a partition that may go, from one sort key on; gives their number and
/// where to go on, none at the end.
fn clear(
    rows: &mut dyn Rows,
    partition: &str,
    from: &str,
    at_once: usize,
    may_go: impl Fn(&str) -> Result<bool, StoreError>,
) -> Result<(usize, Option<String>), StoreError> {
    let some = Range { limit: at_once, ..Range::between(from, "\u{10ffff}") };
    let found = rows.range(TABLE, partition, some)?;
    let mut removed = 0;
    for (sort, body) in &found {
        if may_go(body)? {
            rows.delete(TABLE, partition, sort)?;
            removed += 1;
        }
    }
    let is_more = found.len() >= at_once;
    let next = found.last().filter(|_| is_more).map(|(sort, _)| format!("{sort}\u{1}"));
    Ok((removed, next))
}

fn has_ended(body: &str) -> Result<bool, StoreError> {
    Ok(rows::read::<TurnRow>("turn", body)?.turn()?.outcome.is_some())
}

impl<B: Backend> Store<B> {
    async fn clear_all(
        &self,
        partition: String,
        may_go: fn(&str) -> Result<bool, StoreError>,
    ) -> Result<usize, StoreError> {
        let (mut removed, mut from) = (0, String::new());
        loop {
            let partition = partition.clone();
            let step =
                self.transact(move |rows| clear(rows, &partition, &from, B::ROWS_AT_ONCE, may_go));
            let (more, next) = step.await?;
            removed += more;
            let Some(next) = next else { return Ok(removed) };
            from = next;
        }
    }
}

#[async_trait]
impl<B: Backend> ErasureStore for Store<B> {
    async fn owners(&self) -> Result<Vec<UserId>, StoreError> {
        let partitions = self.read(|rows| rows.partitions(TABLE)).await?;
        let owner = |key: &String| key.split('#').next().and_then(id_of);
        let owners: BTreeSet<String> = partitions.iter().filter_map(owner).collect();
        // Rows that are nobody's lie under keys that begin with `##`.
        Ok(owners.into_iter().filter(|owner| !owner.is_empty()).map(UserId::new).collect())
    }

    async fn forget_turns(&self, user: &UserId) -> Result<usize, StoreError> {
        let turns = self.clear_all(partition(user), has_ended).await?;
        self.clear_all(keys_partition(user), |_| Ok(true)).await?;
        Ok(turns)
    }

    async fn purge(&self) -> Result<(), StoreError> {
        self.counted(self.backend.purge().await)
    }
}
