//! Writing: one put, one removal, or one transaction, with large bodies in parts beside it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem,
};

use super::Dynamo;
use super::actions::{Action, Change, Condition};
use super::attribute::{self, Item, REVISION};
use super::key::Key;
use super::refusal::{Meaning, Refusal};
use super::view::View;

/// Actions of one transaction, at most.
const ACTIONS: usize = 100;
/// A body of more bytes lies in parts. An item may have 400 KB, of which attributes take up to a
/// third more than JSON does.
const ITEM_BYTES: usize = 300_000;
/// Bodies of one transaction, at most; DynamoDB takes 4 MB with keys and names.
const TRANSACTION_BYTES: usize = 2_500_000;
/// Text of one part, at most.
const PART_BYTES: usize = 300_000;

/// A condition as a request takes it.
#[derive(Default)]
struct Expression {
    text: Option<String>,
    names: HashMap<String, String>,
    values: Option<HashMap<String, AttributeValue>>,
}

impl Dynamo {
    /// Does all of the actions or none.
    pub(super) async fn commit(&self, view: &View, actions: &[Action]) -> Result<(), Refusal> {
        if actions.len() > ACTIONS {
            return Err(Refusal::too_large(actions.len()));
        }
        let revision = self.revision();
        let large = in_parts(actions);
        let mut written = Vec::new();
        for action in actions.iter().filter(|action| large.contains(&action.key)) {
            if let Change::Put(body) = &action.change {
                for (number, text) in split(body).into_iter().enumerate() {
                    let key = action.key.part(&revision, number);
                    self.put_part(&key, text).await?;
                    written.push(key);
                }
            }
        }
        let sent = self.send(&revision, actions, &large).await;
        match &sent {
            Ok(()) => self.sweep(&old_parts(view, actions)).await,
            Err(refusal) if refusal.meaning == Meaning::Changed => self.sweep(&written).await,
            // What became of the request is not known: the parts may be in use.
            Err(_) => {}
        }
        sent
    }

    async fn send(
        &self,
        revision: &str,
        actions: &[Action],
        large: &BTreeSet<Key>,
    ) -> Result<(), Refusal> {
        match actions {
            [Action { key, change: Change::Put(body), condition }] => {
                let item = item(key, body, revision, large);
                self.put_alone(key, item, condition, revision).await
            }
            [Action { key, change: Change::Delete, condition: Condition::None }] => {
                self.delete_item(key).await
            }
            // A removal with a condition cannot tell by what is left whether it was the one that
            // removed; a transaction can, by its revision.
            _ => self.transact_items(revision, actions, large).await,
        }
    }

    async fn put_alone(
        &self,
        key: &Key,
        item: Item,
        condition: &Condition,
        revision: &str,
    ) -> Result<(), Refusal> {
        let Expression { text, names, values } = expression(key, condition);
        let request = self.client.put_item().table_name(self.table(key.table));
        let request = request
            .set_item(Some(item))
            .set_condition_expression(text)
            .set_expression_attribute_names((!names.is_empty()).then_some(names))
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = request.send().await else { return Ok(()) };
        // The answer to a put may be lost and the put sent again: it is refused by its own item.
        if let Some(PutItemError::ConditionalCheckFailedException(failed)) =
            error.as_service_error()
            && failed.item().and_then(attribute::revision) == Some(revision)
        {
            return Ok(());
        }
        Err(Refusal::of("PutItem", error))
    }

    async fn put_part(&self, key: &Key, text: &str) -> Result<(), Refusal> {
        let request = self.client.put_item().table_name(self.table(key.table));
        let request = request.set_item(Some(attribute::part(key, text)));
        request.send().await.map_err(|error| Refusal::of("PutItem", error))?;
        Ok(())
    }

    async fn delete_item(&self, key: &Key) -> Result<(), Refusal> {
        let request = self.client.delete_item().table_name(self.table(key.table));
        let request = request.set_key(Some(key.item()));
        request.send().await.map_err(|error| Refusal::of("DeleteItem", error))?;
        Ok(())
    }

    /// Removes parts nobody reads any more. What cannot be removed now is in nobody's way.
    async fn sweep(&self, parts: &[Key]) {
        for part in parts {
            if self.delete_item(part).await.is_err() {
                return;
            }
        }
    }

    async fn transact_items(
        &self,
        revision: &str,
        actions: &[Action],
        large: &BTreeSet<Key>,
    ) -> Result<(), Refusal> {
        let items = actions.iter().map(|action| self.transact_item(action, revision, large));
        let items: Vec<TransactWriteItem> = items
            .collect::<Result<_, _>>()
            .map_err(|error| Refusal::unbuilt("TransactWriteItems", error))?;
        let mut round = 0;
        loop {
            let request = self.client.transact_write_items().client_request_token(revision);
            let sent = request.set_transact_items(Some(items.clone())).send().await;
            let Err(error) = sent else { return Ok(()) };
            let refusal = Refusal::of_transaction(error);
            round += 1;
            if refusal.meaning != Meaning::InProgress || round == super::TRIES {
                return Err(refusal);
            }
            self.pause(round).await;
        }
    }

    fn transact_item(
        &self,
        action: &Action,
        revision: &str,
        large: &BTreeSet<Key>,
    ) -> Result<TransactWriteItem, BuildError> {
        let Action { key, change, condition } = action;
        let Expression { text, names, values } = expression(key, condition);
        let names = (!names.is_empty()).then_some(names);
        let (table, item) = (self.table(key.table), TransactWriteItem::builder());
        let put = |item| {
            Put::builder()
                .table_name(&table)
                .set_item(Some(item))
                .set_condition_expression(text.clone())
                .set_expression_attribute_names(names.clone())
                .set_expression_attribute_values(values.clone())
                .build()
        };
        Ok(match change {
            Change::Put(body) => item.put(put(self::item(key, body, revision, large))?),
            Change::Bump => item.put(put(revised(key.item(), revision))?),
            Change::Delete => item.delete(
                Delete::builder()
                    .table_name(&table)
                    .set_key(Some(key.item()))
                    .set_condition_expression(text)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()?,
            ),
            Change::Check => item.condition_check(
                ConditionCheck::builder()
                    .table_name(&table)
                    .set_key(Some(key.item()))
                    .set_condition_expression(text)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()?,
            ),
        }
        .build())
    }
}

fn expression(key: &Key, condition: &Condition) -> Expression {
    let names = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(short, name)| ((*short).to_owned(), (*name).to_owned())).collect()
    };
    let partition = ("#p", key.table.partition_key());
    let revision = ("#r", REVISION);
    match condition {
        Condition::None => Expression::default(),
        Condition::Absent => Expression {
            text: Some("attribute_not_exists(#p)".into()),
            names: names(&[partition]),
            values: None,
        },
        Condition::Foreign => Expression {
            text: Some("attribute_exists(#p) AND attribute_not_exists(#r)".into()),
            names: names(&[partition, revision]),
            values: None,
        },
        Condition::Revision(before) => Expression {
            text: Some("#r = :r".into()),
            names: names(&[revision]),
            values: Some(HashMap::from([(":r".into(), AttributeValue::S(before.clone()))])),
        },
    }
}

fn item(key: &Key, body: &str, revision: &str, large: &BTreeSet<Key>) -> Item {
    let item = match large.contains(key) {
        true => attribute::head(key, body, split(body).len()),
        false => attribute::item(key, body),
    };
    revised(item, revision)
}

fn revised(mut item: Item, revision: &str) -> Item {
    item.insert(REVISION.into(), AttributeValue::S(revision.into()));
    item
}

/// Rows whose bodies lie in parts: those too large for an item, and the largest of the others as
/// long as the transaction would be too large.
fn in_parts(actions: &[Action]) -> BTreeSet<Key> {
    let mut bodies: BTreeMap<(usize, &Key), ()> = BTreeMap::new();
    for action in actions {
        if let Change::Put(body) = &action.change {
            bodies.insert((body.len(), &action.key), ());
        }
    }
    let mut total: usize = bodies.keys().map(|(bytes, _)| bytes).sum();
    let mut large = BTreeSet::new();
    for ((bytes, key), ()) in bodies.into_iter().rev() {
        if bytes <= ITEM_BYTES && total <= TRANSACTION_BYTES {
            break;
        }
        total -= bytes;
        large.insert(key.clone());
    }
    large
}

/// Parts of the bodies that the actions replace or remove.
fn old_parts(view: &View, actions: &[Action]) -> Vec<Key> {
    let mut parts = Vec::new();
    for action in actions.iter().filter(|action| action.change != Change::Check) {
        let Some(Some(found)) = view.known(&action.key) else { continue };
        let Some(revision) = &found.revision else { continue };
        parts.extend((0..found.parts).map(|number| action.key.part(revision, number)));
    }
    parts
}

/// A body cut into parts between characters.
fn split(body: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = body;
    while let Some((part, after)) = rest.split_at_checked(rest.floor_char_boundary(PART_BYTES)) {
        parts.push(part);
        if after.is_empty() {
            break;
        }
        rest = after;
    }
    parts
}
