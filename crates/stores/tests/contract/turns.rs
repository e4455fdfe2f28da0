//! What the journal promises.

use domain::engine::Engine;
use domain::id::{ConversationId, IdempotencyKey, MessageId};
use domain::ledger::Nanodollars;
use domain::model::{ProviderName, Source, TokenUsage};
use domain::ports::{BegunTurn, TurnStore};
use domain::prefix::{CacheForecast, CacheState};
use domain::text::ArticleText;
use domain::turn::{Notice, Outcome, SequencedEvent, TurnEvent, TurnRecord};

use crate::sample::{at, finding, turn, user};

fn keyed(key: &str, conversation: &str, millis: i64) -> TurnRecord {
    TurnRecord {
        idempotency_key: Some(IdempotencyKey::new("k")),
        started_at: at(millis),
        ..turn(key, conversation)
    }
}

pub(crate) async fn one_turn_a_key_and_one_open_turn_a_conversation(store: &dyn TurnStore) {
    let first = keyed("t1", "a", 0);
    assert_eq!(store.begin(&first).await.unwrap(), BegunTurn::New);
    assert_eq!(store.begin(&turn("t2", "a")).await.unwrap(), BegunTurn::Busy(first.clone()));
    assert_eq!(store.begin(&turn("t3", "b")).await.unwrap(), BegunTurn::New);
    let day = 24 * 60 * 60 * 1000;
    let repeated = store.begin(&keyed("t4", "c", day - 1)).await.unwrap();
    assert_eq!(repeated, BegunTurn::Repeated(first.clone()));
    assert_eq!(store.begin(&keyed("t5", "c", day)).await.unwrap(), BegunTurn::New);
    assert_eq!(store.find(&user("kim"), &first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(store.find(&user("lee"), &first.id).await.unwrap(), None);
}

pub(crate) async fn the_journal_gives_back_every_kind_of_event(store: &dyn TurnStore) {
    let record = turn("t", "a");
    store.begin(&record).await.unwrap();
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
            sources: vec![Source { url: "u".into(), title: "t".into(), quote: Some("q".into()) }],
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
    store.append_events(&record, &events[..5]).await.unwrap();
    store.append_events(&record, &events[3..]).await.unwrap();
    assert_eq!(store.events_after(&record, 0).await.unwrap(), events);
    assert_eq!(store.events_after(&record, 7).await.unwrap(), events[7..]);
    assert_eq!(store.events_after(&record, 10).await.unwrap(), []);
    assert_eq!(store.events_after(&turn("other", "a"), 0).await.unwrap(), []);
}

pub(crate) async fn a_closed_turn_stays_closed(store: &dyn TurnStore) {
    let record = turn("t", "a");
    store.begin(&record).await.unwrap();
    assert_eq!(store.open_turns().await.unwrap(), std::slice::from_ref(&record));
    store.close(&record, Outcome::Stopped).await.unwrap();
    store.close(&record, Outcome::Failed).await.unwrap();
    let closed = TurnRecord { outcome: Some(Outcome::Stopped), ..record.clone() };
    assert_eq!(store.find(&user("kim"), &record.id).await.unwrap(), Some(closed));
    assert_eq!(store.open_turns().await.unwrap(), []);
    assert_eq!(store.begin(&turn("next", "a")).await.unwrap(), BegunTurn::New);
}

pub(crate) async fn a_withdrawn_turn_leaves_its_key_and_conversation_free(store: &dyn TurnStore) {
    let first = keyed("t1", "a", 0);
    store.begin(&first).await.unwrap();
    store.withdraw(&first).await.unwrap();
    assert_eq!(store.find(&user("kim"), &first.id).await.unwrap(), None);
    assert_eq!(store.open_turns().await.unwrap(), []);
    let again = keyed("t2", "a", 1);
    assert_eq!(store.begin(&again).await.unwrap(), BegunTurn::New);
    // One that is gone, and one that has ended, take nothing with them.
    store.withdraw(&first).await.unwrap();
    assert_eq!(store.open_turns().await.unwrap(), std::slice::from_ref(&again));
    store.close(&again, Outcome::Completed).await.unwrap();
    store.withdraw(&again).await.unwrap();
    let closed = TurnRecord { outcome: Some(Outcome::Completed), ..again.clone() };
    assert_eq!(store.begin(&keyed("t3", "a", 2)).await.unwrap(), BegunTurn::Repeated(closed));
}

pub(crate) async fn an_open_turn_can_be_asked_to_stop(store: &dyn TurnStore) {
    let record = turn("t", "a");
    let ask = |owner: &str| {
        let (owner, id) = (user(owner), record.id.clone());
        async move { store.ask_stop(&owner, &id).await.unwrap() }
    };
    assert!(!ask("kim").await);
    store.begin(&record).await.unwrap();
    assert!(!store.stop_asked(&record).await.unwrap());
    assert!(!ask("lee").await);
    assert!(!store.stop_asked(&record).await.unwrap());
    assert!(ask("kim").await);
    assert!(ask("kim").await);
    assert!(store.stop_asked(&record).await.unwrap());
    assert!(!store.stop_asked(&turn("other", "a")).await.unwrap());
    store.close(&record, Outcome::Stopped).await.unwrap();
    assert!(!store.stop_asked(&record).await.unwrap());
    assert!(!ask("kim").await);
    // The next turn of the conversation knows nothing of it, nor one that is taken back.
    let next = turn("t2", "a");
    store.begin(&next).await.unwrap();
    assert!(!store.stop_asked(&next).await.unwrap());
    assert!(store.ask_stop(&user("kim"), &next.id).await.unwrap());
    store.withdraw(&next).await.unwrap();
    assert!(!store.stop_asked(&next).await.unwrap());
}

pub(crate) async fn an_id_of_any_length_is_an_id(store: &dyn TurnStore) {
    let long = |last: &str| Some(IdempotencyKey::new("가".repeat(2_000) + last));
    let turn = |key: &str, conversation: &str, last: &str| TurnRecord {
        idempotency_key: long(last),
        ..turn(key, conversation)
    };
    let first = turn("t1", "a", "1");
    assert_eq!(store.begin(&first).await.unwrap(), BegunTurn::New);
    assert_eq!(store.begin(&turn("t2", "b", "2")).await.unwrap(), BegunTurn::New);
    let repeated = store.begin(&turn("t3", "c", "1")).await.unwrap();
    assert_eq!(repeated, BegunTurn::Repeated(first));
    let unknown = domain::id::TurnId::new("가".repeat(2_000));
    assert_eq!(store.find(&user("kim"), &unknown).await.unwrap(), None);
}
