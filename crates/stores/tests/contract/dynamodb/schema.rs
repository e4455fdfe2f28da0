//! The tables have the names, keys and attributes of the service before this one.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, KeySchemaElement};
use domain::id::ConnectionId;
use domain::ports::{Connection, ConnectionStore, LedgerStore};
use domain::principal::{Principal, Role};
use stores::DynamoStore;

use super::{PREFIX, tables};
use crate::ledger::entry;
use crate::sample::{at, user};

fn names(keys: &[KeySchemaElement]) -> Vec<&str> {
    keys.iter().map(KeySchemaElement::attribute_name).collect()
}

#[tokio::test]
async fn six_tables_with_their_keys_and_indexes() {
    let (_server, client) = tables().await;
    for (table, keys) in [
        ("conversations", vec!["userId", "conversationId"]),
        ("prompts", vec!["id"]),
        ("files", vec!["promptId", "fileId"]),
        ("usage", vec!["userId", "yearMonth"]),
        ("usage-tracking", vec!["userId", "usageDate#engineType"]),
        ("websocket-connections", vec!["connectionId"]),
    ] {
        let described = client.describe_table().table_name(format!("{PREFIX}{table}"));
        let described = described.send().await.unwrap().table.unwrap();
        assert_eq!(names(described.key_schema()), keys, "{table}");
        let indexes = described.global_secondary_indexes();
        let mut indexes: Vec<(&str, Vec<&str>)> = indexes
            .iter()
            .map(|index| (index.index_name().unwrap(), names(index.key_schema())))
            .collect();
        indexes.sort();
        let expected = match table {
            "conversations" => vec![
                ("engineType-index", vec!["engineType", "updatedAt"]),
                ("userId-updatedAt-index", vec!["userId", "updatedAt"]),
            ],
            _ => vec![],
        };
        assert_eq!(indexes, expected, "{table}");
    }
}

async fn number(client: &Client, table: &str, keys: &[(&str, &str)], name: &str) -> String {
    let mut request = client.get_item().table_name(format!("{PREFIX}{table}"));
    for (key, value) in keys {
        request = request.key(*key, AttributeValue::S((*value).into()));
    }
    let item = request.send().await.unwrap().item.unwrap();
    item[name].as_n().unwrap().clone()
}

#[tokio::test]
async fn numbers_are_where_other_programs_look_for_them() {
    let (server, client) = tables().await;
    let store = DynamoStore::open(&server.config().await, PREFIX);
    let connection = Connection {
        id: ConnectionId::new("c="),
        who: Principal::new(user("kim"), Role::User),
        connected_at: at(0),
        expires_at: at(7_200_000),
    };
    store.open(&connection).await.unwrap();
    let keys = [("connectionId", "c=")];
    let ttl = number(&client, "websocket-connections", &keys, "ttl").await;
    assert_eq!(ttl, (at(7_200_000).millis() / 1000).to_string());
    store.settle(&entry("t", 7, at(0))).await.unwrap();
    let month = format!("{}#Basic", at(0).seoul_month());
    let keys = [("userId", "kim"), ("yearMonth", month.as_str())];
    assert_eq!(number(&client, "usage", &keys, "inputTokens").await, "7");
    let row = format!("{}#Basic#t", at(0).seoul_day());
    let keys = [("userId", "kim"), ("usageDate#engineType", row.as_str())];
    assert_eq!(number(&client, "usage-tracking", &keys, "costNanodollars").await, "35000");
}
