//! Open sockets, and the parts of long messages that come over them.

use async_trait::async_trait;
use domain::id::ConnectionId;
use domain::part::{Joined, Joining, MessagePart, PartStep};
use domain::ports::{Connection, ConnectionStore, StoreError};
use domain::text::ArticleText;
use domain::time::Timestamp;

use super::Store;
use crate::rows::{self, ConnectionRow, JoiningRow, PartRow};
use crate::table::{Backend, Rows, Table, key_part};

const TABLE: Table = Table::Connections;

/// Where it stands which parts of a socket's message are there.
fn joining_key(id: &ConnectionId) -> String {
    format!("{}#parts", key_part(id.as_str()))
}

fn part_key(id: &ConnectionId, number: usize) -> String {
    format!("{}#part-{number}", key_part(id.as_str()))
}

fn read_joining(rows: &mut dyn Rows, id: &ConnectionId) -> Result<Option<Joining>, StoreError> {
    let Some(body) = rows.get(TABLE, &joining_key(id), "")? else { return Ok(None) };
    rows::read::<JoiningRow>("parts", &body)?.joining().map(Some)
}

/// Takes the parts away and gives what they say.
fn take_parts(
    rows: &mut dyn Rows,
    id: &ConnectionId,
    joining: &Joining,
) -> Result<String, StoreError> {
    let mut text = String::new();
    for (number, _) in &joining.there {
        let key = part_key(id, *number);
        if let Some(body) = rows.get(TABLE, &key, "")? {
            text.push_str(&rows::read::<PartRow>("part", &body)?.text);
            rows.delete(TABLE, &key, "")?;
        }
    }
    Ok(text)
}

fn is_repeated(rows: &mut dyn Rows, part: &MessagePart) -> Result<bool, StoreError> {
    let body = rows.get(TABLE, &part_key(&part.connection, part.number), "")?;
    let Some(body) = body else { return Ok(false) };
    Ok(rows::read::<PartRow>("part", &body)?.text == part.text.as_str())
}

fn join(rows: &mut dyn Rows, part: &MessagePart) -> Result<Joined, StoreError> {
    let id = &part.connection;
    let mut joining = Joining::begun_by(part);
    if let Some(known) = read_joining(rows, id)? {
        match known.step(part) {
            PartStep::Keep => joining = known,
            PartStep::Compare if is_repeated(rows, part)? => return Ok(Joined::Waiting),
            PartStep::Compare | PartStep::KeepAnew => {
                take_parts(rows, id, &known)?;
            }
        }
    }
    joining.add(part);
    if joining.is_too_large() {
        joining.there.retain(|(number, _)| *number != part.number);
        take_parts(rows, id, &joining)?;
        rows.delete(TABLE, &joining_key(id), "")?;
        return Ok(Joined::TooLarge);
    }
    let body = rows::write("part", &PartRow::from(part))?;
    rows.put(TABLE, &part_key(id, part.number), "", &body)?;
    if !joining.is_whole() {
        let body = rows::write("parts", &JoiningRow::from(&joining))?;
        rows.put(TABLE, &joining_key(id), "", &body)?;
        return Ok(Joined::Waiting);
    }
    let text = take_parts(rows, id, &joining)?;
    rows.delete(TABLE, &joining_key(id), "")?;
    Ok(Joined::Whole(ArticleText::new(text)))
}

#[async_trait]
impl<B: Backend> ConnectionStore for Store<B> {
    async fn open(&self, connection: &Connection) -> Result<(), StoreError> {
        let connection = connection.clone();
        self.transact(move |rows| {
            let body = rows::write("connection", &ConnectionRow::from(&connection))?;
            rows.put(TABLE, &key_part(connection.id.as_str()), "", &body)
        })
        .await
    }

    async fn connection(
        &self,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<Option<Connection>, StoreError> {
        let id = id.clone();
        self.transact(move |rows| {
            let body = rows.get(TABLE, &key_part(id.as_str()), "")?;
            let Some(body) = body else { return Ok(None) };
            let row: ConnectionRow = rows::read("connection", &body)?;
            let connection = row.connection(&id)?;
            Ok((connection.expires_at > now).then_some(connection))
        })
        .await
    }

    async fn join(&self, part: &MessagePart) -> Result<Joined, StoreError> {
        let part = part.clone();
        self.transact(move |rows| join(rows, &part)).await
    }

    async fn close(&self, id: &ConnectionId) -> Result<(), StoreError> {
        let id = id.clone();
        self.transact(move |rows| {
            if let Some(joining) = read_joining(rows, &id)? {
                take_parts(rows, &id, &joining)?;
                rows.delete(TABLE, &joining_key(&id), "")?;
            }
            rows.delete(TABLE, &key_part(id.as_str()), "")
        })
        .await
    }
}
