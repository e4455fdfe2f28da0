//! What the journal promises.

use std::sync::Arc;

use domain::engine::Engine;
use domain::id::{ConversationId, IdempotencyKey, MessageId};
use domain::ledger::{Nanodollars, Reservation, Spend};
use domain::model::{ProviderName, Source, TokenUsage};
use domain::ports::{
    Basis, Conclusion, ConversationStore, LedgerStore, MessageRange, OpenedTurn, Opening, TurnStore,
};
use domain::prefix::{CacheForecast, CacheState};
use domain::quota::{Limits, QuotaReached};
use domain::text::ArticleText;
use domain::turn::{Notice, Outcome, SequencedEvent, TurnEvent, TurnRecord};

use crate::sample::{at, conclusion, conversation, finding, id, message, opening, turn, user};

fn keyed(key: &str, conversation: &str, millis: i64) -> TurnRecord {
    TurnRecord {
        idempotency_key: Some(IdempotencyKey::new("k")),
        started_at: at(millis),
        ..turn(key, conversation)
    }
}

pub(crate) async fn one_turn_a_key_and_one_open_turn_a_conversation(store: &dyn TurnStore) {
    let first = keyed("t1", "a", 0);
    assert_eq!(store.open(&opening(&first)).await.unwrap(), OpenedTurn::New);
    assert_eq!(
        store.open(&opening(&turn("t2", "a"))).await.unwrap(),
        OpenedTurn::Busy(first.clone())
    );
    assert_eq!(store.open(&opening(&turn("t3", "b"))).await.unwrap(), OpenedTurn::New);
    let day = 24 * 60 * 60 * 1000;
    let repeated = store.open(&opening(&keyed("t4", "c", day - 1))).await.unwrap();
    assert_eq!(repeated, OpenedTurn::Repeated(first.clone()));
    assert_eq!(store.open(&opening(&keyed("t5", "c", day))).await.unwrap(), OpenedTurn::New);
    assert_eq!(store.find(&user("kim"), &first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(store.find(&user("lee"), &first.id).await.unwrap(), None);
}

pub(crate) async fn the_journal_gives_back_every_kind_of_event(store: &dyn TurnStore) {
    let record = turn("t", "a");
    store.open(&opening(&record)).await.unwrap();
    let text = |text: &str| ArticleText::new(text);
    let events = [
        TurnEvent::Started {
            conversation_id: ConversationId::new("a"),
            provider: Some(ProviderName::new("scripted")),
            model: Some("m".into()),
            cache: Some(CacheForecast {
                state: CacheState::Warm,
                prefix_tokens: 65_000,
                expires_at: Some(at(5)),
                input_cost: Nanodollars(7),
            }),
            at: at(0),
        },
        TurnEvent::Finding(finding("f")),
        TurnEvent::AnswerStarted { at: at(1) },
        TurnEvent::Text { text: text("글 😀"), index: 0, at: at(2) },
        TurnEvent::Sources {
            message: text("글"),
            sources: vec![Source {
                url: "u".into(),
                title: "t".into(),
                quote: Some("q".into()),
                changed: Some("c".into()),
            }],
            at: at(3),
        },
        TurnEvent::Switched { provider: ProviderName::new("bedrock"), model: "m".into() },
        TurnEvent::Notice(Notice::ProviderSwitched),
        TurnEvent::Usage {
            usage: TokenUsage { web_searches: 2, ..TokenUsage::default() },
            cost: Nanodollars(7),
        },
        TurnEvent::Ended {
            outcome: Outcome::Completed,
            engine: Engine::Pro,
            conversation_id: ConversationId::new("a"),
            message_id: MessageId::new("t-a"),
            message: text("글"),
            pieces: 1,
            at: at(4),
        },
        TurnEvent::Failed { code: "provider_cut".into() },
    ];
    let events: Vec<SequencedEvent> =
        (1..).zip(events).map(|(sequence, event)| SequencedEvent { sequence, event }).collect();
    let shared: Vec<_> = events.iter().cloned().map(Arc::new).collect();
    for batch in [&shared[..5], &shared[3..7], &shared[3..], &shared[8..]] {
        store.append_events(&record, batch).await.unwrap();
    }
    for (after, expected) in (0_u64..).zip((0..events.len()).map(|from| &events[from..])) {
        assert_eq!(store.events_after(&record, after).await.unwrap(), expected);
    }
    assert_eq!(store.events_after(&record, 10).await.unwrap(), []);
    assert_eq!(store.events_after(&turn("other", "a"), 0).await.unwrap(), []);
}

pub(crate) async fn a_turn_ends_once_with_all_that_belongs_to_it<S>(store: &S)
where
    S: TurnStore + ConversationStore + LedgerStore,
{
    let record = turn("t", "a");
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    store.open(&opening(&record)).await.unwrap();
    assert_eq!(store.open_turns().await.unwrap(), std::slice::from_ref(&record));
    let event = |sequence, at| {
        Arc::new(SequencedEvent { sequence, event: TurnEvent::AnswerStarted { at } })
    };
    store.append_events(&record, &[event(1, at(1)), event(2, at(2))]).await.unwrap();
    let first = Conclusion {
        answer: Some(message("answer")),
        events: vec![event(2, at(2)), event(3, at(3))],
        ..conclusion(&record, Outcome::Stopped)
    };
    let second = Conclusion {
        answer: Some(message("another")),
        events: vec![event(4, at(4))],
        ..conclusion(&record, Outcome::Failed)
    };
    store.conclude(&first).await.unwrap();
    store.conclude(&second).await.unwrap();
    let closed = TurnRecord { outcome: Some(Outcome::Stopped), ..record.clone() };
    assert_eq!(store.find(&user("kim"), &record.id).await.unwrap(), Some(closed));
    assert_eq!(store.open_turns().await.unwrap(), []);
    let all = MessageRange::default();
    assert_eq!(store.messages(&user("kim"), &id("a"), &all).await.unwrap(), [message("answer")]);
    assert_eq!(store.header(&user("kim"), &id("a")).await.unwrap().unwrap().updated_at, at(9));
    let events = store.events_after(&record, 0).await.unwrap();
    assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(store.books(&user("kim")).await.unwrap().entries, [first.entry]);
    assert_eq!(store.open(&opening(&turn("next", "a"))).await.unwrap(), OpenedTurn::New);
}

pub(crate) async fn what_a_turn_used_is_settled_where_its_conversation_is_gone<S>(store: &S)
where
    S: TurnStore + ConversationStore + LedgerStore,
{
    let record = turn("t", "a");
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    store.open(&opening(&record)).await.unwrap();
    store.delete(&user("kim"), &id("a")).await.unwrap();
    let end =
        Conclusion { answer: Some(message("answer")), ..conclusion(&record, Outcome::Completed) };
    store.conclude(&end).await.unwrap();
    assert_eq!(store.header(&user("kim"), &id("a")).await.unwrap(), None);
    assert_eq!(store.books(&user("kim")).await.unwrap().entries, [end.entry]);
}

pub(crate) async fn a_question_is_saved_with_its_turn_or_not_at_all<S>(store: &S)
where
    S: TurnStore + ConversationStore + LedgerStore,
{
    let limits = Limits { tokens: Some(10), ..Limits::default() };
    let ask = |key: &str, tokens, basis| {
        let record = turn(key, "a");
        let reservation = Reservation {
            turn_id: record.id.clone(),
            user_id: user("kim"),
            at: at(0),
            held: Spend { tokens, cost: Nanodollars(0) },
            limits,
        };
        let question = Some((conversation("kim", "a", 0), message(key)));
        Opening { reservation: Some(reservation), question, basis, ..opening(&record) }
    };
    let all = MessageRange::default();
    let contents = async || store.messages(&user("kim"), &id("a"), &all).await.unwrap();
    let held = async || store.reserved(&user("kim"), &at(0).seoul_month()).await.unwrap().tokens;
    let reached = QuotaReached::Tokens { used: 0, limit: 10 };
    let refused = store.open(&ask("t1", 11, Basis::MessagesUpTo(None))).await.unwrap();
    assert_eq!(refused, OpenedTurn::QuotaReached(reached));
    let unknown = Basis::MessagesUpTo(Some(MessageId::new("m")));
    assert_eq!(store.open(&ask("t1", 10, unknown.clone())).await.unwrap(), OpenedTurn::Outdated);
    assert_eq!(store.header(&user("kim"), &id("a")).await.unwrap(), None);
    assert_eq!((contents().await, held().await), (vec![], 0));
    assert_eq!(store.open_turns().await.unwrap(), []);
    let first = ask("t1", 10, Basis::MessagesUpTo(None));
    assert_eq!(store.open(&first).await.unwrap(), OpenedTurn::New);
    assert_eq!((contents().await, held().await), (vec![message("t1")], 10));
    let busy = store.open(&ask("t2", 0, unknown.clone())).await.unwrap();
    assert_eq!(busy, OpenedTurn::Busy(first.record.clone()));
    store.conclude(&conclusion(&first.record, Outcome::Failed)).await.unwrap();
    assert_eq!(store.open(&ask("t2", 0, unknown)).await.unwrap(), OpenedTurn::Outdated);
    let last = Basis::MessagesUpTo(Some(MessageId::new("t1")));
    assert_eq!(store.open(&ask("t2", 3, last)).await.unwrap(), OpenedTurn::New);
    assert_eq!((contents().await, held().await), (vec![message("t1"), message("t2")], 3));
    let kept = store.header(&user("kim"), &id("a")).await.unwrap().unwrap();
    assert_eq!((kept.created_at, kept.updated_at), (at(0), at(1)));
}

pub(crate) async fn an_open_turn_can_be_asked_to_stop(store: &dyn TurnStore) {
    let record = turn("t", "a");
    let ask = |owner: &str| {
        let (owner, id) = (user(owner), record.id.clone());
        async move { store.ask_stop(&owner, &id).await.unwrap() }
    };
    assert!(!ask("kim").await);
    store.open(&opening(&record)).await.unwrap();
    assert!(!store.stop_asked(&record).await.unwrap());
    assert!(!ask("lee").await);
    assert!(!store.stop_asked(&record).await.unwrap());
    assert!(ask("kim").await);
    assert!(ask("kim").await);
    assert!(store.stop_asked(&record).await.unwrap());
    assert!(!store.stop_asked(&turn("other", "a")).await.unwrap());
    store.conclude(&conclusion(&record, Outcome::Stopped)).await.unwrap();
    assert!(!store.stop_asked(&record).await.unwrap());
    assert!(!ask("kim").await);
    // The next turn of the conversation knows nothing of it.
    let next = turn("t2", "a");
    store.open(&opening(&next)).await.unwrap();
    assert!(!store.stop_asked(&next).await.unwrap());
}

pub(crate) async fn an_id_of_any_length_is_an_id(store: &dyn TurnStore) {
    let long = |last: &str| Some(IdempotencyKey::new("가".repeat(2_000) + last));
    let turn = |key: &str, conversation: &str, last: &str| TurnRecord {
        idempotency_key: long(last),
        ..turn(key, conversation)
    };
    let first = turn("t1", "a", "1");
    assert_eq!(store.open(&opening(&first)).await.unwrap(), OpenedTurn::New);
    assert_eq!(store.open(&opening(&turn("t2", "b", "2"))).await.unwrap(), OpenedTurn::New);
    let repeated = store.open(&opening(&turn("t3", "c", "1"))).await.unwrap();
    assert_eq!(repeated, OpenedTurn::Repeated(first));
    let unknown = domain::id::TurnId::new("가".repeat(2_000));
    assert_eq!(store.find(&user("kim"), &unknown).await.unwrap(), None);
}
