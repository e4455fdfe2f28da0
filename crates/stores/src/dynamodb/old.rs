//! Items of the old service's tables, as they lie in DynamoDB.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::ports::StoreError;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use serde_json::{Map, Value, json};

use super::attribute::Item;
use super::refusal::Refusal;
use crate::legacy::{Found, Place};

/// Names after the prefix, in the order they are read: of what is in two tables the first is taken.
/// Not every newsroom has all of them.
const TABLES: [&str; 6] =
    ["conversations-v2", "conversations", "prompts", "files", "usage", "usage-tracking"];

/// Where a table's next page begins.
struct Scan {
    client: Client,
    table: String,
    start: Option<Item>,
    items: u64,
}

/// Every item of the old tables under a prefix (`nx-wt-prf-`). A table that is not there is passed
/// over; an error is the last item.
pub fn old_items(client: &Client, prefix: &str) -> BoxStream<'static, Result<Found, StoreError>> {
    let scan = |name| {
        let (client, table) = (client.clone(), format!("{prefix}{name}"));
        let first = Some(Scan { client, table, start: None, items: 0 });
        stream::try_unfold(first, next_page).map_ok(|page| stream::iter(page).map(Ok)).try_flatten()
    };
    let all: Vec<_> = TABLES.map(scan).into();
    stream::iter(all).flatten().boxed()
}

async fn next_page(scan: Option<Scan>) -> Result<Option<(Vec<Found>, Option<Scan>)>, StoreError> {
    let Some(mut scan) = scan else { return Ok(None) };
    let request = scan.client.scan().table_name(&scan.table).consistent_read(true);
    let answer = match request.set_exclusive_start_key(scan.start.take()).send().await {
        Err(error) if error.code() == Some("ResourceNotFoundException") => return Ok(None),
        answer => answer.map_err(|error| Refusal::of("Scan", error))?,
    };
    let mut page = Vec::new();
    for item in answer.items.unwrap_or_default() {
        scan.items += 1;
        let place = Place { of: scan.table.clone(), line: 0, item: scan.items };
        page.push(Found { place, item: Some(written(&item)) });
    }
    scan.start = answer.last_evaluated_key;
    let next = scan.start.is_some().then_some(scan);
    Ok(Some((page, next)))
}

/// The item in DynamoDB's JSON, by attribute names.
pub(super) fn written(item: &Item) -> Value {
    Value::Object(item.iter().map(|(name, value)| (name.clone(), attribute(value))).collect())
}

fn attribute(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(is_true) => json!({ "BOOL": is_true }),
        AttributeValue::Null(_) => json!({ "NULL": true }),
        AttributeValue::L(list) => json!({ "L": list.iter().map(attribute).collect::<Vec<_>>() }),
        AttributeValue::M(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), attribute(value)));
            json!({ "M": fields.collect::<Map<_, _>>() })
        }
        AttributeValue::Ss(set) => json!({ "SS": sorted(set.clone()) }),
        AttributeValue::Ns(set) => json!({ "NS": sorted(set.clone()) }),
        AttributeValue::B(bytes) => json!({ "B": bytes.as_ref() }),
        AttributeValue::Bs(set) => {
            json!({ "BS": sorted(set.iter().map(|bytes| bytes.as_ref().to_vec()).collect()) })
        }
        // A type this program's SDK does not know; a reader refuses it.
        _ => Value::Null,
    }
}

fn sorted<T: Ord>(mut set: Vec<T>) -> Vec<T> {
    set.sort();
    set
}
