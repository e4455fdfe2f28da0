//! What the port of counted decisions promises.

use domain::acceptance::{AcceptanceCounts, AcceptanceFilter, AcceptanceKey, AcceptanceRow};
use domain::conversation::{Decision, DecisionAction, Verdict};
use domain::engine::Engine;
use domain::finding::FindingSource;
use domain::id::FindingId;
use domain::ports::ConversationStore;
use domain::time::Timestamp;

use crate::sample::{conversation, decision, id, user};

const FIRST: &str = "2026-11-23T14:59:59Z";
const SECOND: &str = "2026-11-23T15:00:00Z";

fn decided(key: &str, finding: &str, action: DecisionAction, at: &str) -> Decision {
    Decision {
        finding_id: FindingId::new(finding),
        action,
        at: Timestamp::parse(at).unwrap(),
        ..decision(key)
    }
}

fn row(rule: Option<&str>, source: FindingSource, counts: AcceptanceCounts) -> AcceptanceRow {
    let rule = rule.map(str::to_owned);
    AcceptanceRow { key: AcceptanceKey { category: "spelling".into(), rule, source }, counts }
}

async fn counted(
    store: &dyn ConversationStore,
    who: Option<&str>,
    (from, to): (&str, &str),
    engine: Option<Engine>,
) -> Vec<AcceptanceRow> {
    let filter = AcceptanceFilter { from: from.into(), to: to.into(), engine };
    let user = who.map(user);
    store.acceptance(user.as_ref(), &filter).await.unwrap()
}

const RULE: &str = "spelling/fixed-form";
const BOTH_DAYS: (&str, &str) = ("2026-11-23", "2026-11-24");
const NONE: AcceptanceCounts =
    AcceptanceCounts { accepted: 0, rejected: 0, edited: 0, always_ignored: 0, disliked: 0 };

pub(crate) async fn decisions_are_counted_once_and_by_day(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let ai = Decision {
        rule: None,
        source: FindingSource::Ai,
        verdict: Some(Verdict::Style),
        ..decided("d4", "g", DecisionAction::Disliked, SECOND)
    };
    let all = [
        decided("d1", "f", DecisionAction::Accepted, FIRST),
        decided("d2", "h", DecisionAction::AlwaysIgnored, SECOND),
        decided("d3", "i", DecisionAction::Edited, SECOND),
        ai.clone(),
    ];
    for _ in 0..2 {
        store.add_decisions(&kim, &a, &all).await.unwrap();
    }
    assert_eq!(store.decisions(&kim, &a).await.unwrap(), all);
    let disliked = AcceptanceCounts { disliked: 1, ..NONE };
    let second = [
        row(None, FindingSource::Ai, disliked),
        row(
            Some(RULE),
            FindingSource::Both,
            AcceptanceCounts { edited: 1, always_ignored: 1, ..NONE },
        ),
    ];
    let found = counted(store, Some("kim"), ("2026-11-24", "2026-11-24"), None).await;
    assert_eq!(found, second);
    let whole = AcceptanceCounts { accepted: 1, ..second[1].counts };
    let whole = [second[0].clone(), row(Some(RULE), FindingSource::Both, whole)];
    for engine in [None, Some(Engine::Basic)] {
        assert_eq!(counted(store, Some("kim"), BOTH_DAYS, engine).await, whole);
    }
    assert_eq!(counted(store, Some("kim"), BOTH_DAYS, Some(Engine::Pro)).await, []);
    assert_eq!(counted(store, Some("kim"), ("2026-11-25", "2026-11-30"), None).await, []);
    // What was removed was decided all the same.
    store.delete(&kim, &a).await.unwrap();
    assert_eq!(counted(store, Some("kim"), BOTH_DAYS, None).await, whole);
}

pub(crate) async fn what_is_taken_back_counts_as_never_done(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let accepted = |count| AcceptanceCounts { accepted: count, ..NONE };
    let undo = |key: &str| decided(key, "f", DecisionAction::Undone, SECOND);
    for (decision, expected) in [
        (undo("u0"), NONE),
        (decided("d1", "f", DecisionAction::Accepted, FIRST), accepted(1)),
        (decided("d2", "g", DecisionAction::Accepted, FIRST), accepted(2)),
        (undo("u1"), accepted(1)),
        (decided("d3", "f", DecisionAction::Rejected, SECOND), {
            AcceptanceCounts { rejected: 1, ..accepted(1) }
        }),
        (decided("d4", "f", DecisionAction::Disliked, SECOND), {
            AcceptanceCounts { rejected: 1, disliked: 1, ..accepted(1) }
        }),
        (undo("u2"), AcceptanceCounts { rejected: 1, ..accepted(1) }),
        (undo("u3"), accepted(1)),
        (undo("u4"), accepted(1)),
    ] {
        store.add_decisions(&kim, &a, std::slice::from_ref(&decision)).await.unwrap();
        let found = counted(store, Some("kim"), BOTH_DAYS, None).await;
        let rows = if expected == NONE {
            vec![]
        } else {
            vec![row(Some(RULE), FindingSource::Both, expected)]
        };
        assert_eq!(found, rows, "{}", decision.id);
    }
}

pub(crate) async fn everybodys_counts_are_summed_up(store: &dyn ConversationStore) {
    for name in ["kim", "lee#1"] {
        store.create(&conversation(name, "a", 0)).await.unwrap();
        let own = Decision { by: user(name), ..decided("d", "f", DecisionAction::Rejected, FIRST) };
        store.add_decisions(&user(name), &id("a"), &[own]).await.unwrap();
    }
    let rejected = |count| {
        vec![row(Some(RULE), FindingSource::Both, AcceptanceCounts { rejected: count, ..NONE })]
    };
    assert_eq!(counted(store, None, BOTH_DAYS, None).await, rejected(2));
    assert_eq!(counted(store, Some("lee#1"), BOTH_DAYS, None).await, rejected(1));
    assert_eq!(counted(store, Some("lee"), BOTH_DAYS, None).await, []);
}

pub(crate) async fn many_decisions_are_counted_in_steps(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let take = |number: usize| {
        decided(&format!("d{number}"), &format!("f{number}"), DecisionAction::Accepted, FIRST)
    };
    let back = |number: usize| {
        decided(&format!("u{number}"), &format!("f{number}"), DecisionAction::Undone, SECOND)
    };
    let all: Vec<Decision> = (0..50).map(take).chain((0..20).map(back)).collect();
    assert_eq!(store.add_decisions(&kim, &a, &all).await.unwrap(), Some(70));
    let counts = AcceptanceCounts { accepted: 30, ..NONE };
    let expected = [row(Some(RULE), FindingSource::Both, counts)];
    assert_eq!(counted(store, Some("kim"), BOTH_DAYS, None).await, expected);
}
