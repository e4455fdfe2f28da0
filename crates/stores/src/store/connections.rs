//! Open sockets.

use async_trait::async_trait;
use domain::id::ConnectionId;
use domain::ports::{Connection, ConnectionStore, StoreError};
use domain::time::Timestamp;

use super::Store;
use crate::rows::{self, ConnectionRow};
use crate::table::{Backend, Table, key_part};

#[async_trait]
impl<B: Backend> ConnectionStore for Store<B> {
    async fn open(&self, connection: &Connection) -> Result<(), StoreError> {
        let connection = connection.clone();
        self.transact(move |rows| {
            let body = rows::write("connection", &ConnectionRow::from(&connection))?;
            rows.put(Table::Connections, &key_part(connection.id.as_str()), "", &body)
        })
        .await
    }

    async fn connection(
        &self,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<Option<Connection>, StoreError> {
        let id = id.clone();
        self.read(move |rows| {
            let body = rows.get(Table::Connections, &key_part(id.as_str()), "")?;
            let Some(body) = body else { return Ok(None) };
            let row: ConnectionRow = rows::read("connection", &body)?;
            let connection = row.connection(&id)?;
            Ok((connection.expires_at > now).then_some(connection))
        })
        .await
    }

    async fn close(&self, id: &ConnectionId) -> Result<(), StoreError> {
        let id = id.clone();
        self.transact(move |rows| rows.delete(Table::Connections, &key_part(id.as_str()), "")).await
    }
}
