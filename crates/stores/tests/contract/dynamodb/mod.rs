//! DynamoDB for tests: the six tables on a server of their own, and what only this store has to prove.

mod cost;
mod faults;
mod limits;
mod old_rows;
mod parallel;
mod proxy;
mod schema;
mod server;
mod signature;

use aws_sdk_dynamodb::Client;
use stores::DynamoStore;
use stores::dynamodb::schema::create_tables;

use server::Server;

/// Tables begin with this in every test; each has a server of its own.
pub(crate) const PREFIX: &str = "nx-wt-prf-test-";

/// A server with empty tables, and a client of it.
pub(crate) async fn tables() -> (Server, Client) {
    let server = Server::start();
    let client = stores::dynamodb::client(&server.config().await);
    create_tables(&client, PREFIX).await.unwrap();
    (server, client)
}

/// A fresh store.
pub(crate) async fn open() -> (DynamoStore, Server) {
    let (server, _) = tables().await;
    (DynamoStore::open(&server.config().await, PREFIX), server)
}
