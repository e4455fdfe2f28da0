//! What the port for open sockets promises.

use domain::id::ConnectionId;
use domain::ports::{Connection, ConnectionStore};
use domain::time::Timestamp;

use crate::sample::user;

pub(crate) async fn a_socket_is_there_until_it_closes_or_expires(store: &dyn ConnectionStore) {
    let connection = Connection {
        id: ConnectionId::new("c=#1"),
        user_id: user("kim"),
        connected_at: Timestamp::from_millis(1_000),
        expires_at: Timestamp::from_millis(9_000),
    };
    store.open(&connection).await.unwrap();
    let at = |millis| store.connection(&connection.id, Timestamp::from_millis(millis));
    assert_eq!(at(8_999).await.unwrap(), Some(connection.clone()));
    assert_eq!(at(9_000).await.unwrap(), None);
    store.close(&connection.id).await.unwrap();
    store.close(&connection.id).await.unwrap();
    assert_eq!(at(2_000).await.unwrap(), None);
}
