//! Holds what a data directory keeps against what its clients have seen and its model has sent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::conversation::{Message, Speaker};
use domain::id::{ConversationId, TurnId, UserId};
use domain::ledger::{LedgerEntry, Spend};
use domain::model::TokenUsage;
use domain::ports::{ConversationStore, LedgerStore, MessageRange, TurnStore};
use domain::turn::{Outcome, TurnEvent, TurnRecord};
use providers::drill::{Drill, Seen};
use serde_json::Value;
use stores::{SqliteOptions, SqliteStore};

use crate::client::{Asked, get};
use crate::running::run;

/// The store of a data directory, beside the server that uses it.
pub(crate) fn store(data: &Path) -> SqliteStore {
    SqliteStore::open(&data.join("prf.sqlite"), SqliteOptions::default()).unwrap()
}

pub(crate) fn local() -> UserId {
    UserId::new("local")
}

/// The saved messages of a conversation.
pub(crate) async fn messages(store: &SqliteStore, conversation: &str) -> Vec<Message> {
    let (id, all) = (ConversationId::new(conversation), MessageRange::default());
    store.messages(&local(), &id, &all).await.unwrap()
}

/// What is held and settled; every total is the sum of its rows.
pub(crate) async fn ledger(store: &SqliteStore) -> (Vec<LedgerEntry>, Spend) {
    let books = store.books(&local()).await.unwrap();
    assert_eq!(books.differences(), []);
    let month = store.months(&local()).await.unwrap().first().map(|row| row.period.clone());
    let held = store.reserved(&local(), month.as_deref().unwrap_or_default()).await.unwrap();
    (books.entries, held)
}

/// What all rows have used together.
pub(crate) fn sum(rows: &[LedgerEntry]) -> (TokenUsage, u64) {
    let add = |(usage, cost): (TokenUsage, u64), row: &LedgerEntry| {
        (usage.plus(row.usage), cost + row.cost.0)
    };
    rows.iter().fold((TokenUsage::default(), 0), add)
}

/// What the simulator has reported on the wire.
pub(crate) fn sent(drill: &Drill) -> (TokenUsage, u64) {
    let add = |(usage, cost): (TokenUsage, u64), sum: &providers::drill::Sum| {
        (usage.plus(sum.usage), cost + sum.cost_nanodollars.0)
    };
    drill.sums().iter().fold((TokenUsage::default(), 0), add)
}

/// `prf ledger verify`, `prf export usage` and `GET /usage` all say so many rows, and that nothing is
/// reserved any more.
pub(crate) async fn reports_say(address: &str, data: &Path, rows: usize) {
    let data = data.to_str().unwrap();
    let (code, out, error) = run(&["ledger", "verify", "--data", data]);
    let expected = format!("1 users, {rows} rows, 0 differences\n");
    assert_eq!((code, out.as_str()), (0, expected.as_str()), "{error}");
    let period = ["--from", "2026-01-01", "--to", "2099-12-31", "--format", "json"];
    let (_, out, _) = run(&[&["export", "usage", "--data", data][..], &period].concat());
    assert_eq!(out.lines().count(), rows);
    let mut count = 0;
    for engine in ["Basic", "Pro"] {
        let month = get(address, &format!("/usage/local/{engine}")).await;
        count += month["data"]["messageCount"].as_u64().unwrap();
        let quota = &month["data"]["quota"];
        assert_eq!((&quota["reservedTokens"], &quota["reservedCost"]), (&0.into(), &"0".into()));
    }
    assert_eq!(count, rows as u64);
}

/// One turn with everything that is kept of it.
struct Kept {
    record: TurnRecord,
    question: Message,
    answer: Option<Message>,
}

/// The turns of a conversation in the order of its messages: each answer right after its question.
async fn turns_of(store: &SqliteStore, conversation: &str) -> Vec<Kept> {
    let mut turns: Vec<Kept> = Vec::new();
    for message in messages(store, conversation).await {
        let (turn, part) = message.id.as_str().rsplit_once('-').unwrap();
        if part == "q" {
            assert_eq!(message.speaker, Speaker::User);
            let record = store.find(&local(), &TurnId::new(turn)).await.unwrap().unwrap();
            turns.push(Kept { record, question: message, answer: None });
            continue;
        }
        let last = turns.last_mut().unwrap();
        assert_eq!((part, turn), ("a", last.record.id.as_str()), "an answer without its question");
        assert!(last.answer.replace(message).is_none());
    }
    turns
}

/// Everything a conversation keeps against what its client saw. Gives the turns it holds.
pub(crate) async fn check_conversation(
    store: &SqliteStore,
    conversation: &str,
    asked: &[Asked],
    seen: &[Seen],
) -> Vec<TurnRecord> {
    let turns = turns_of(store, conversation).await;
    let by_key: BTreeMap<_, _> = asked.iter().map(|one| (one.key.as_str(), one)).collect();
    // Acknowledged questions are all there, once, in the order they were asked in; nothing else is.
    let acknowledged = asked.iter().filter_map(|one| one.turn.as_deref());
    let kept: Vec<_> = turns.iter().map(|turn| turn.record.id.as_str()).collect();
    assert_eq!(kept, acknowledged.collect::<Vec<_>>(), "{conversation}");
    for turn in &turns {
        let key = turn.record.idempotency_key.as_ref().unwrap();
        check_turn(store, turn, by_key[key.as_str()], seen).await;
    }
    turns.into_iter().map(|turn| turn.record).collect()
}

async fn check_turn(store: &SqliteStore, turn: &Kept, asked: &Asked, seen: &[Seen]) {
    let record = &turn.record;
    let outcome = record.outcome.unwrap();
    assert_eq!(turn.question.content.as_str(), asked.text);
    let events = store.events_after(record, 0).await.unwrap();
    let is_last = |at: usize| events[at].event.is_last();
    let ends: Vec<_> = (0..events.len()).filter(|at| is_last(*at)).collect();
    assert_eq!(ends, [events.len() - 1], "{record:?}: one end, and nothing after it: {events:?}");
    let end = asked.end.as_ref().unwrap();
    let Some(message) = &turn.answer else {
        assert_eq!((outcome, &end["type"]), (Outcome::Failed, &"error".into()), "{record:?}");
        return;
    };
    let answer = message.answer.as_ref().unwrap();
    let content = message.content.as_str();
    assert_eq!((&end["type"], answer.outcome), (&"chat_end".into(), outcome), "{record:?}");
    assert_eq!((&end["outcome"], &end["message"]), (&outcome.name().into(), &content.into()));
    let Some(TurnEvent::Ended { outcome: told, message: whole, .. }) =
        events.last().map(|last| &last.event)
    else {
        panic!("{record:?} ends with {:?}", events.last());
    };
    assert_eq!((*told, whole.as_str()), (outcome, content));
    if asked.frame["action"] == "sendMessage" {
        assert_eq!(content, asked.streamed, "what was shown is what is saved");
        let source = seen.iter().find(|one| one.text.starts_with(content)).unwrap();
        let is_whole = source.text == content;
        assert!(is_whole || outcome == Outcome::Interrupted, "{record:?}");
    }
}

/// One row a turn, none without one, each with the turn's own outcome; and what a whole answer cost
/// is what the simulator reported for it.
pub(crate) fn check_rows(rows: &[LedgerEntry], turns: &[TurnRecord], drill: &Drill) {
    let row = |turn: &TurnRecord| (turn.id.clone(), turn.outcome.unwrap());
    let expected: BTreeMap<_, _> = turns.iter().map(row).collect();
    let found: BTreeMap<_, _> = rows.iter().map(|row| (row.turn_id.clone(), row.outcome)).collect();
    assert_eq!((found.len(), &found), (rows.len(), &expected));
    let reported: BTreeSet<_> = drill.requests().iter().map(|one| fields(one.usage)).collect();
    for row in rows.iter().filter(|row| row.outcome == Outcome::Completed) {
        assert!(reported.contains(&fields(row.usage)), "{row:?}");
    }
    // A kill can take a report that was on its way; it can never add one.
    let (kept, sent) = (sum(rows), sent(drill));
    assert!(kept.1 <= sent.1 && kept.0.total_tokens() <= sent.0.total_tokens());
}

fn fields(usage: TokenUsage) -> [u64; 6] {
    [
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_write_5m_tokens,
        usage.cache_write_1h_tokens,
        usage.cache_read_tokens,
        usage.web_searches,
    ]
}

/// What the list over REST says is what is kept.
pub(crate) async fn check_list(address: &str, store: &SqliteStore, conversation: &str) {
    let read = get(address, &format!("/conversations/{conversation}")).await;
    let pair = |id: &str, content: &str| (id.to_owned(), content.to_owned());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let listed = read["messages"].as_array().unwrap().iter();
    let listed: Vec<_> = listed.map(|one| (text(&one["id"]), text(&one["content"]))).collect();
    let kept = messages(store, conversation).await;
    let kept: Vec<_> = kept.iter().map(|one| pair(one.id.as_str(), one.content.as_str())).collect();
    assert_eq!(listed, kept);
}
