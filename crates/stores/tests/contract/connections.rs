//! What the port for open sockets promises.

use domain::id::ConnectionId;
use domain::part::{JOINED_LIMIT_BYTES, Joined, MessagePart, PART_LIFE_MS, PARTS_LIMIT};
use domain::ports::{Connection, ConnectionStore};
use domain::principal::{Principal, Role};
use domain::text::ArticleText;
use domain::time::Timestamp;

use crate::sample::user;

pub(crate) async fn a_socket_is_there_until_it_closes_or_expires(store: &dyn ConnectionStore) {
    let connection = Connection {
        id: ConnectionId::new("c=#1"),
        who: Principal::new(user("kim"), Role::Desk),
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

fn part(number: usize, total: usize, text: &str) -> MessagePart {
    MessagePart {
        connection: ConnectionId::new("c=#1"),
        message: "m".into(),
        number,
        total,
        text: ArticleText::new(text),
        at: Timestamp::from_millis(0),
    }
}

async fn join(store: &dyn ConnectionStore, part: &MessagePart) -> Joined {
    store.join(part).await.unwrap()
}

fn whole(text: &str) -> Joined {
    Joined::Whole(ArticleText::new(text))
}

pub(crate) async fn parts_are_joined_in_whatever_order_they_come(store: &dyn ConnectionStore) {
    assert_eq!(join(store, &part(3, 3, "다")).await, Joined::Waiting);
    assert_eq!(join(store, &part(1, 3, "가 😀 ")).await, Joined::Waiting);
    // A part that comes twice is one part, and another socket's is another message's.
    assert_eq!(join(store, &part(1, 3, "가 😀 ")).await, Joined::Waiting);
    let elsewhere = MessagePart { connection: ConnectionId::new("c2"), ..part(2, 3, "x") };
    assert_eq!(join(store, &elsewhere).await, Joined::Waiting);
    assert_eq!(join(store, &part(2, 3, "나 ")).await, whole("가 😀 나 다"));
    // Nothing of it is left.
    assert_eq!(join(store, &part(2, 2, "하")).await, Joined::Waiting);
    assert_eq!(join(store, &part(1, 2, "파")).await, whole("파하"));
}

pub(crate) async fn a_new_message_begins_anew(store: &dyn ConnectionStore) {
    let old = part(1, 2, "old");
    for other in [
        part(1, 2, "new"),
        part(1, 3, "new"),
        MessagePart { message: "m2".into(), ..part(1, 2, "new") },
        MessagePart { at: Timestamp::from_millis(PART_LIFE_MS), ..part(1, 2, "old") },
    ] {
        assert_eq!(join(store, &old).await, Joined::Waiting);
        assert_eq!(join(store, &other).await, Joined::Waiting);
        let mut expected = other.text.as_str().to_owned();
        for number in 2..=other.total {
            let last = MessagePart { number, text: ArticleText::new("."), ..other.clone() };
            expected.push('.');
            let is_last = number == other.total;
            let joined = if is_last { whole(&expected) } else { Joined::Waiting };
            assert_eq!(join(store, &last).await, joined, "{other:?}");
        }
    }
}

pub(crate) async fn parts_have_limits_and_go_with_their_socket(store: &dyn ConnectionStore) {
    assert_eq!(join(store, &part(1, PARTS_LIMIT + 1, "a")).await, Joined::TooLarge);
    let half = "a".repeat(JOINED_LIMIT_BYTES / 2 + 1);
    assert_eq!(join(store, &part(1, 3, &half)).await, Joined::Waiting);
    assert_eq!(join(store, &part(2, 3, &half)).await, Joined::TooLarge);
    // What came before is gone too.
    assert_eq!(join(store, &part(2, 3, "b")).await, Joined::Waiting);
    assert_eq!(join(store, &part(3, 3, "c")).await, Joined::Waiting);
    store.close(&ConnectionId::new("c=#1")).await.unwrap();
    assert_eq!(join(store, &part(1, 3, "a")).await, Joined::Waiting);
}
