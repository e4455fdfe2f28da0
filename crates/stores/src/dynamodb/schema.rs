//! The six tables with their keys and indexes, for tests, imports and drills; on AWS the template
//! makes them.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};

use super::key::has_sort_key;
use crate::table::Table;

/// A global secondary index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: &'static str,
    /// Attribute of its partition key, a string.
    pub partition_key: &'static str,
    /// Attribute of its sort key, a string.
    pub sort_key: &'static str,
}

/// The indexes of a table; only rows that carry both attributes are in one.
#[must_use]
pub fn indexes(table: Table) -> &'static [Index] {
    match table {
        Table::Conversations => &[
            Index { name: "engineType-index", partition_key: "engineType", sort_key: "updatedAt" },
            Index {
                name: "userId-updatedAt-index",
                partition_key: "userId",
                sort_key: "updatedAt",
            },
        ],
        Table::Prompts
        | Table::Files
        | Table::Usage
        | Table::UsageTracking
        | Table::Connections => &[],
    }
}

/// Why a table could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The definition is incomplete: a fault of this program.
    #[error("the definition of a table is incomplete")]
    Incomplete(#[from] BuildError),
    /// DynamoDB would not make it; it may be there already.
    #[error("could not make a table")]
    Refused(#[source] Box<SdkError<CreateTableError>>),
}

/// Makes the six tables under a prefix, billed on demand.
///
/// # Errors
///
/// A table that is there already, a name or a permission DynamoDB refuses, no answer.
pub async fn create_tables(client: &Client, prefix: &str) -> Result<(), SchemaError> {
    for table in Table::ALL {
        let sort = has_sort_key(table).then(|| table.sort_key());
        let mut attributes = vec![table.partition_key()];
        attributes.extend(sort);
        for index in indexes(table) {
            attributes.extend([index.partition_key, index.sort_key]);
        }
        attributes.sort_unstable();
        attributes.dedup();
        let attributes: Result<Vec<_>, _> = attributes.into_iter().map(text).collect();
        let own: Result<Vec<_>, _> = indexes(table).iter().map(index).collect();
        client
            .create_table()
            .table_name(format!("{prefix}{}", table.name()))
            .billing_mode(BillingMode::PayPerRequest)
            .set_key_schema(Some(keys(table.partition_key(), sort)?))
            .set_attribute_definitions(Some(attributes?))
            .set_global_secondary_indexes(Some(own?).filter(|indexes| !indexes.is_empty()))
            .send()
            .await
            .map_err(|error| SchemaError::Refused(Box::new(error)))?;
    }
    Ok(())
}

fn text(name: &str) -> Result<AttributeDefinition, BuildError> {
    let kind = ScalarAttributeType::S;
    AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build()
}

fn keys(partition: &str, sort: Option<&str>) -> Result<Vec<KeySchemaElement>, BuildError> {
    let element =
        |name, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    let mut keys = vec![element(partition, KeyType::Hash)?];
    if let Some(sort) = sort {
        keys.push(element(sort, KeyType::Range)?);
    }
    Ok(keys)
}

fn index(index: &Index) -> Result<GlobalSecondaryIndex, BuildError> {
    let all = Projection::builder().projection_type(ProjectionType::All).build();
    GlobalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(keys(index.partition_key, Some(index.sort_key))?))
        .projection(all)
        .build()
}
