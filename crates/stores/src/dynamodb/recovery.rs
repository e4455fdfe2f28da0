//! Rehearsing the loss of the tables: point-in-time copies under new names, held against what they
//! were made from.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::DateTime;
use aws_sdk_dynamodb::types::TableStatus;
use domain::ports::StoreError;
use domain::time::Timestamp;
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};

use super::attribute::Item;
use super::old::written;
use super::refusal::Refusal;
use crate::table::Table;

/// So often it is asked whether a table is there.
const ASK_EVERY: Duration = Duration::from_secs(2);

/// Items of a table, whatever their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contents {
    /// How many.
    pub items: u64,
    /// The halves of SHA-256 over each, joined by exclusive or: no item comes twice, so that equal
    /// sums of equally many items are equal items.
    pub checksum: [u128; 2],
}

/// Tables under one prefix.
#[derive(Debug, Clone)]
pub struct Tables {
    client: Client,
    prefix: String,
}

impl Tables {
    /// The tables of that prefix; nothing is sent yet.
    #[must_use]
    pub fn new(client: Client, prefix: &str) -> Self {
        Self { client, prefix: prefix.into() }
    }

    fn name(&self, table: Table) -> String {
        format!("{}{}", self.prefix, table.name())
    }

    /// Begins to restore a table to that of another prefix: as of a time, else as late as there is.
    ///
    /// # Errors
    ///
    /// Point-in-time recovery is off, the name is taken, or the time is out of its window.
    pub async fn restore(
        &self,
        table: Table,
        to: &Self,
        at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let request = self.client.restore_table_to_point_in_time();
        let request = request.source_table_name(self.name(table)).target_table_name(to.name(table));
        let request = match at {
            Some(at) => request.restore_date_time(DateTime::from_millis(at.millis())),
            None => request.use_latest_restorable_time(true),
        };
        let sent = request.send().await;
        sent.map_err(|error| Refusal::of("RestoreTableToPointInTime", error))?;
        Ok(())
    }

    /// Waits until a table can be used; false when it cannot after that time.
    ///
    /// # Errors
    ///
    /// What DynamoDB says.
    pub async fn wait(&self, table: Table, longest: Duration) -> Result<bool, StoreError> {
        let end = Instant::now() + longest;
        loop {
            let answer = self.client.describe_table().table_name(self.name(table)).send().await;
            let answer = answer.map_err(|error| Refusal::of("DescribeTable", error))?;
            let status = answer.table.and_then(|table| table.table_status);
            if status == Some(TableStatus::Active) {
                return Ok(true);
            }
            if Instant::now() >= end {
                return Ok(false);
            }
            sleep(ASK_EVERY).await;
        }
    }

    /// Reads a whole table.
    ///
    /// # Errors
    ///
    /// What DynamoDB says.
    pub async fn contents(&self, table: Table) -> Result<Contents, StoreError> {
        let mut contents = Contents::default();
        let mut start: Option<Item> = None;
        loop {
            let request = self.client.scan().table_name(self.name(table)).consistent_read(true);
            let answer = request.set_exclusive_start_key(start).send().await;
            let answer = answer.map_err(|error| Refusal::of("Scan", error))?;
            for item in answer.items.unwrap_or_default() {
                contents.add(&item);
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(contents);
            }
        }
    }
}

impl Contents {
    fn add(&mut self, item: &Item) {
        self.items += 1;
        let digest: [u8; 32] = Sha256::digest(written(item).to_string()).into();
        for (sum, half) in self.checksum.iter_mut().zip(digest.chunks_exact(16)) {
            *sum ^= half.iter().fold(0, |number, byte| number << 8 | u128::from(*byte));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use aws_sdk_dynamodb::types::AttributeValue;

    use super::Contents;

    fn contents(items: &[&[(&str, &str)]]) -> Contents {
        let mut contents = Contents::default();
        for item in items {
            let text = |text: &str| AttributeValue::S(text.to_owned());
            let fields = item.iter().map(|(name, value)| ((*name).to_owned(), text(value)));
            contents.add(&fields.collect::<HashMap<_, _>>());
        }
        contents
    }

    #[test]
    fn the_same_items_in_any_order_are_equal_and_others_are_not() {
        let (a, b): (&[_], &[_]) = (&[("id", "a"), ("x", "한 😀")], &[("id", "b")]);
        assert_eq!(contents(&[a, b]), contents(&[b, &[("x", "한 😀"), ("id", "a")]]));
        assert_ne!(contents(&[a, b]), contents(&[a, &[("id", "c")]]));
        assert_ne!(contents(&[a]), contents(&[a, b]));
    }
}
