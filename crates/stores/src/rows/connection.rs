//! Rows of open sockets.

use domain::id::{ConnectionId, UserId};
use domain::ports::{Connection, StoreError};
use serde::{Deserialize, Serialize};

use super::time;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionRow {
    user_id: String,
    connected_at: String,
    /// Seconds since the epoch, as DynamoDB's time to live wants it.
    ttl: i64,
}

impl From<&Connection> for ConnectionRow {
    fn from(connection: &Connection) -> Self {
        Self {
            user_id: connection.user_id.as_str().into(),
            connected_at: connection.connected_at.rfc3339(),
            ttl: connection.expires_at.millis() / 1000,
        }
    }
}

impl ConnectionRow {
    pub(crate) fn connection(self, id: &ConnectionId) -> Result<Connection, StoreError> {
        Ok(Connection {
            id: id.clone(),
            user_id: UserId::new(self.user_id),
            connected_at: time(&self.connected_at)?,
            expires_at: domain::time::Timestamp::from_millis(self.ttl.saturating_mul(1000)),
        })
    }
}
