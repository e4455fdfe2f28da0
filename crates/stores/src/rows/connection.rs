//! Rows of open sockets and of the parts of their messages.

use domain::id::{ConnectionId, UserId};
use domain::part::{Joining, MessagePart, PART_LIFE_MS};
use domain::ports::{Connection, StoreError};
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::time;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionRow {
    user_id: String,
    /// What the token granted; rows of old functions have none.
    #[serde(default)]
    role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    desk: Option<String>,
    connected_at: String,
    /// Seconds since the epoch, as DynamoDB's time to live wants it.
    ttl: i64,
}

impl From<&Connection> for ConnectionRow {
    fn from(connection: &Connection) -> Self {
        Self {
            user_id: connection.who.user_id.as_str().into(),
            role: Some(connection.who.role.name().into()),
            desk: connection.who.desk.clone(),
            connected_at: connection.connected_at.rfc3339(),
            ttl: seconds(connection.expires_at),
        }
    }
}

impl ConnectionRow {
    pub(crate) fn connection(self, id: &ConnectionId) -> Result<Connection, StoreError> {
        Ok(Connection {
            id: id.clone(),
            who: Principal {
                user_id: UserId::new(self.user_id),
                role: self.role.as_deref().and_then(Role::from_name).unwrap_or(Role::User),
                desk: self.desk,
            },
            connected_at: time(&self.connected_at)?,
            expires_at: Timestamp::from_millis(self.ttl.saturating_mul(1000)),
        })
    }
}

fn seconds(at: Timestamp) -> i64 {
    at.millis() / 1000
}

/// Which parts of a message are there.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JoiningRow {
    message: String,
    total: usize,
    there: Vec<(usize, usize)>,
    since: String,
    ttl: i64,
}

impl From<&Joining> for JoiningRow {
    fn from(joining: &Joining) -> Self {
        Self {
            message: joining.message.clone(),
            total: joining.total,
            there: joining.there.clone(),
            since: joining.since.rfc3339(),
            ttl: seconds(joining.since.plus_millis(PART_LIFE_MS)),
        }
    }
}

impl JoiningRow {
    pub(crate) fn joining(self) -> Result<Joining, StoreError> {
        let Self { message, total, there, since, ttl: _ } = self;
        Ok(Joining { message, total, there, since: time(&since)? })
    }
}

/// One part.
#[derive(Serialize, Deserialize)]
pub(crate) struct PartRow {
    pub(crate) text: String,
    ttl: i64,
}

impl From<&MessagePart> for PartRow {
    fn from(part: &MessagePart) -> Self {
        let ttl = seconds(part.at.plus_millis(PART_LIFE_MS));
        Self { text: part.text.as_str().into(), ttl }
    }
}
