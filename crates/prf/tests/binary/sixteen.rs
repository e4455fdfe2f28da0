//! Sixteen sockets that send to one conversation at once: nothing is lost, and the order is total.

use domain::id::TurnId;
use domain::ports::TurnStore;
use domain::turn::{Outcome, TurnEvent};
use serde_json::json;

use crate::client::{Asked, Socket};
use crate::kept;
use crate::kills::{environment, model};
use crate::running::Server;

const SENDS: usize = 16;

fn asked(number: usize, key: &str) -> Asked {
    let (key, conversation, text) = (key.to_owned(), "c".to_owned(), format!("물음 {number} 😀"));
    let frame = json!({"action": "sendMessage", "message": text, "engineType": "Pro",
        "conversationId": "c", "idempotencyKey": key});
    Asked { key, conversation, text, frame, ..Asked::default() }
}

/// Sends until it is accepted, whenever the turn that stood in the way has ended, and hears the
/// answer; gives how often it was told to wait.
async fn send(address: String, mut asked: Asked) -> (Asked, usize) {
    let mut socket = Socket::open(&address).await;
    let mut refusals = 0;
    loop {
        asked.ask(&address, &mut socket).await.unwrap();
        let Some(refused) = asked.refused.take() else { return (asked, refusals) };
        assert_eq!((&refused["status"], &refused["code"]), (&409.into(), &"turn_running".into()));
        refusals += 1;
        let waiting =
            json!({"action": "resume", "turnId": refused["runningTurnId"], "afterSeq": 0});
        let socket = socket.as_mut().unwrap();
        socket.say(&waiting).await.unwrap();
        while !["chat_end", "error"]
            .contains(&socket.hear().await.unwrap()["type"].as_str().unwrap())
        {}
    }
}

async fn send_all(address: &str, asked: impl Iterator<Item = Asked>) -> (Vec<Asked>, usize) {
    let sending: Vec<_> = asked.map(|one| tokio::spawn(send(address.to_owned(), one))).collect();
    let (mut heard, mut refusals) = (Vec::new(), 0);
    for one in sending {
        let (asked, refused) = one.await.unwrap();
        heard.push(asked);
        refusals += refused;
    }
    (heard, refusals)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_sends_to_one_conversation_stand_one_after_the_other() {
    let (drill, upstream) = model(SENDS as u64 + 1).await;
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &environment(&upstream, "0"));
    let (address, store) = (&server.address, kept::store(data.path()));
    let all = (0..SENDS).map(|number| asked(number, &format!("k{number}")));
    let (mut heard, refusals) = send_all(address, all).await;
    assert!(refusals >= SENDS - 1, "{refusals}");
    // The order they were accepted in is the order of their ids, of the messages and of the answers.
    heard.sort_by(|a, b| a.turn.cmp(&b.turn));
    let turns = kept::check_conversation(&store, "c", &heard, &drill.requests()).await;
    let outcomes: Vec<_> = turns.iter().map(|turn| turn.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Completed); SENDS]);
    let sent: Vec<_> = drill.requests().into_iter().map(|one| one.text).collect();
    assert_eq!(heard.iter().map(|one| one.streamed.clone()).collect::<Vec<_>>(), sent);
    let mut ended = Vec::new();
    for turn in &turns {
        let events = store.events_after(turn, 0).await.unwrap();
        let Some(TurnEvent::Ended { at, .. }) = events.last().map(|last| &last.event) else {
            panic!("{events:?}");
        };
        assert!(ended.last().is_none_or(|before| *before <= turn.started_at));
        ended.push(*at);
    }
    kept::check_list(address, &store, "c").await;
    let (rows, _) = kept::ledger(&store).await;
    kept::check_rows(&rows, &turns, &drill);
    assert_eq!(kept::sum(&rows), kept::sent(&drill));
    kept::reports_say(address, data.path(), SENDS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_sends_with_one_key_are_one_turn_that_all_hear() {
    let (drill, upstream) = model(2).await;
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &environment(&upstream, "0"));
    let (heard, _) = send_all(&server.address, (0..SENDS).map(|_| asked(0, "k"))).await;
    let first = &heard[0];
    for one in &heard {
        assert_eq!(
            (&one.turn, &one.streamed, &one.end),
            (&first.turn, &first.streamed, &first.end)
        );
    }
    assert_eq!(first.streamed, drill.requests()[0].text);
    assert_eq!(drill.requests().len(), 1);
    let store = kept::store(data.path());
    let turns = kept::check_conversation(&store, "c", &heard[..1], &drill.requests()).await;
    let ids: Vec<_> = turns.into_iter().map(|turn| turn.id).collect();
    assert_eq!(ids, [TurnId::new(first.turn.clone().unwrap())]);
    kept::reports_say(&server.address, data.path(), 1).await;
}
