//! `/usage`.

use domain::article::Embargo;
use domain::engine::Engine;
use domain::id::{ConversationId, TurnId, UserId};
use domain::ledger::{LedgerEntry, Nanodollars, Reservation, Spend};
use domain::model::TokenUsage;
use domain::ports::{Basis, LedgerStore, OpenedTurn, Opening, TurnStore};
use domain::quota::Limits;
use domain::time::Timestamp;
use domain::turn::{Outcome, TurnKind, TurnRecord};
use serde_json::json;

use crate::bench::service;

#[tokio::test]
async fn usage_is_the_ledgers_and_claims_add_nothing() {
    let service = service(None);
    let usage = TokenUsage {
        input_tokens: 10,
        output_tokens: 5,
        cache_read_tokens: 100,
        ..TokenUsage::default()
    };
    let entry = LedgerEntry {
        turn_id: TurnId::new("t"),
        user_id: UserId::new("kim"),
        engine: Engine::Basic,
        at: Timestamp::parse("2026-11-24T03:00:00Z").unwrap(),
        provider: None,
        model: None,
        usage,
        cost: Nanodollars(2_500_000),
        outcome: Outcome::Completed,
        audit: None,
    };
    service.store.settle(&entry).await.unwrap();
    let expected = json!({"userId": "kim", "engineType": "Basic", "yearMonth": "2026-11",
        "totalTokens": 115, "inputTokens": 110, "outputTokens": 5, "cacheReadTokens": 100,
        "cacheWriteTokens": 0, "webSearches": 0, "messageCount": 1, "costUsd": 0.0025,
        "cost": "0.0025"});
    let mut with_quota = expected.clone();
    with_quota["quota"] = json!({"usedTokens": 115, "usedCost": "0.0025", "reservedTokens": 0,
        "reservedCost": "0", "limitTokens": 10_000, "limitCost": null, "percentTokens": 1.2,
        "percentCost": null});
    let month = service.ok("kim", "GET", "/usage/kim/Basic", "").await;
    assert_eq!(month, json!({"success": true, "data": with_quota}));
    let claim = r#"{"userId":"kim","engineType":"Basic","inputTokens":999999,"outputText":"x"}"#;
    let answered = service.ok("kim", "POST", "/usage/update", claim).await;
    assert_eq!(answered["data"], with_quota);
    assert_eq!(service.ok("kim", "GET", "/usage/kim/Basic", "").await["data"], with_quota);
    let all = service.ok("admin:park", "GET", "/usage/kim/all", "").await;
    assert_eq!(all["data"], json!({"Basic": [expected]}));
}

#[test]
fn the_document_names_the_shape_of_a_month_and_that_of_all_months() {
    let document: serde_json::Value = serde_json::from_str(&api::document()).unwrap();
    let schemas = &document["components"]["schemas"];
    let read = &document["paths"]["/usage/{userId}/{engineType}"]["get"]["responses"]["200"];
    let shape = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    assert_eq!(read["content"]["application/json"]["schema"], shape("ReadUsageResponse"));
    let both = json!([shape("UsageResponse"), shape("AllUsageResponse")]);
    assert_eq!(schemas["ReadUsageResponse"]["oneOf"], both);
    let months = &schemas["AllUsageResponse"]["properties"]["data"]["additionalProperties"];
    assert_eq!(months, &json!({"type": "array", "items": shape("UsageWire")}));
}

#[tokio::test]
async fn nobody_sees_or_claims_anothers_usage() {
    let service = service(None);
    let zeros = service.ok("kim", "GET", "/usage/kim/Pro", "").await;
    assert_eq!(
        (&zeros["data"]["totalTokens"], &zeros["data"]["messageCount"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(service.refused("lee", "GET", "/usage/kim/Pro", "").await.0, 404);
    assert_eq!(service.refused("lee", "GET", "/usage/kim/all", "").await.0, 404);
    let claim = r#"{"userId":"kim","engineType":"Pro"}"#;
    let refused = service.refused("lee", "POST", "/usage/update", claim).await;
    assert_eq!(refused, (403, "forbidden".into()));
}

#[tokio::test]
async fn the_quota_counts_every_engine_and_what_runs() {
    let service = service(None);
    let at = Timestamp::parse("2026-11-24T03:00:00Z").unwrap();
    for (turn, engine, when) in [
        ("t1", Engine::Basic, at),
        ("t2", Engine::Pro, at),
        ("t3", Engine::Pro, Timestamp::parse("2026-10-01T00:00:00Z").unwrap()),
    ] {
        let entry = LedgerEntry {
            turn_id: TurnId::new(turn),
            user_id: UserId::new("lee"),
            engine,
            at: when,
            provider: None,
            model: None,
            usage: TokenUsage { input_tokens: 1_000, ..TokenUsage::default() },
            cost: Nanodollars(5_000_000),
            outcome: Outcome::Completed,
            audit: None,
        };
        service.store.settle(&entry).await.unwrap();
    }
    let reservation = Reservation {
        turn_id: TurnId::new("t4"),
        user_id: UserId::new("lee"),
        at,
        held: Spend { tokens: 7, cost: Nanodollars(35_000) },
        limits: Limits::default(),
    };
    let record = TurnRecord {
        id: TurnId::new("t4"),
        user_id: UserId::new("lee"),
        conversation_id: ConversationId::new("c"),
        engine: Engine::Basic,
        kind: TurnKind::Chat,
        idempotency_key: None,
        continues: None,
        started_at: at,
        outcome: None,
    };
    let (reservation, basis) = (Some(reservation), Basis::Nothing);
    let embargo = Embargo::None;
    let opening = Opening { record, reservation, question: None, basis, embargo };
    assert_eq!(service.store.open(&opening).await.unwrap(), OpenedTurn::New);
    let expected = json!({"usedTokens": 2_000, "usedCost": "0.01", "reservedTokens": 7,
        "reservedCost": "0.000035", "limitTokens": null, "limitCost": "0.01",
        "percentTokens": null, "percentCost": 100.0});
    for who in ["lee", "admin:park"] {
        let month = service.ok(who, "GET", "/usage/lee/Pro", "").await;
        assert_eq!(
            (&month["data"]["quota"], &month["data"]["messageCount"]),
            (&expected, &json!(1))
        );
    }
}

#[tokio::test]
async fn days_are_ones_own_and_an_admins_are_everybodys() {
    let service = service(None);
    for (turn, user, when) in [
        ("t1", "kim", "2026-11-23T14:59:59Z"),
        ("t2", "kim", "2026-11-23T15:00:00Z"),
        ("t3", "lee", "2026-11-24T00:00:00Z"),
        ("t4", "kim", "2026-11-25T15:00:00Z"),
    ] {
        let usage = TokenUsage {
            input_tokens: 10,
            output_tokens: 5,
            cache_read_tokens: 100,
            cache_write_1h_tokens: 7,
            web_searches: 2,
            ..TokenUsage::default()
        };
        let entry = LedgerEntry {
            turn_id: TurnId::new(turn),
            user_id: UserId::new(user),
            engine: Engine::Basic,
            at: Timestamp::parse(when).unwrap(),
            provider: None,
            model: None,
            usage,
            cost: Nanodollars(2_500_500),
            outcome: Outcome::Completed,
            audit: None,
        };
        service.store.settle(&entry).await.unwrap();
    }
    let row = |user: &str, day: &str| {
        json!({"userId": user, "engineType": "Basic", "day": day, "turns": 1, "inputTokens": 117,
            "outputTokens": 5, "cacheReadTokens": 100, "cacheWriteTokens": 7, "searches": 2,
            "costMicroUsd": 2_501})
    };
    let (first, second) = (row("kim", "2026-11-23"), row("kim", "2026-11-24"));
    let path = "/usage/days?from=2026-11-23&to=2026-11-25";
    let own = service.ok("kim", "GET", path, "").await;
    assert_eq!(own, json!({"rows": [&first, &second]}));
    let all = service.ok("admin:park", "GET", path, "").await;
    assert_eq!(all, json!({"rows": [&first, &second, row("lee", "2026-11-24")]}));
    let named = format!("{path}&userId=kim");
    assert_eq!(service.ok("admin:park", "GET", &named, "").await, own);
    assert_eq!(service.refused("lee", "GET", &named, "").await, (404, "not_found".into()));
    for query in ["from=2026-11-23", "from=2026-11-24&to=2026-11-23", "from=x&to=y"] {
        let refused = service.refused("kim", "GET", &format!("/usage/days?{query}"), "").await;
        assert_eq!(refused, (400, "bad_value".into()), "{query}");
    }
}

#[tokio::test]
async fn decisions_are_counted_by_rule_and_taken_back() {
    let service = service(None);
    for (user, action, verdict) in [
        ("kim", "accepted", None),
        ("kim", "always_ignored", None),
        ("kim", "disliked", Some("unneeded")),
        ("kim", "undone", None),
        ("lee", "edited", None),
    ] {
        let body = r#"{"conversationId":"c","engineType":"Pro"}"#;
        service.ok(user, "POST", "/conversations", body).await;
        let decision = json!({"id": action, "suggestionId": "r-1", "action": action,
            "replacement": null, "original": "몇일", "ruleId": "spelling/fixed-form",
            "category": "spelling", "source": "rule", "verdict": verdict, "by": "somebody",
            "at": "2099-01-01T00:00:00Z"});
        let log = json!({"decisions": [decision]}).to_string();
        service.ok(user, "POST", "/conversations/c/decisions", &log).await;
    }
    let row = |accepted: u64, edited: u64, ignored: u64| {
        json!({"rows": [{"category": "spelling", "ruleId": "spelling/fixed-form",
            "source": "rule", "accepted": accepted, "rejected": 0, "edited": edited,
            "alwaysIgnored": ignored, "disliked": 0}]})
    };
    // What lies after now was decided now.
    let path = "/usage/acceptance?from=2026-11-24&to=2026-11-24";
    assert_eq!(service.ok("kim", "GET", path, "").await, row(1, 0, 1));
    assert_eq!(service.ok("admin:park", "GET", path, "").await, row(1, 1, 1));
    let named = format!("{path}&userId=lee&engineType=Pro");
    assert_eq!(service.ok("admin:park", "GET", &named, "").await, row(0, 1, 0));
    let basic = format!("{path}&engineType=Basic");
    assert_eq!(service.ok("kim", "GET", &basic, "").await, json!({"rows": []}));
    assert_eq!(service.refused("kim", "GET", &named, "").await, (404, "not_found".into()));
    let log = service.ok("kim", "GET", "/conversations/c/decisions", "").await;
    assert_eq!(log["decisions"][2]["by"], "kim");
    assert_eq!(log["decisions"][2]["verdict"], "unneeded");
    let bad = json!({"id": "x", "suggestionId": "r-1", "action": "accepted", "original": "",
        "category": "spelling", "source": "rule", "verdict": "style", "at": "2026-11-24T00:00:00Z"});
    let bad = json!({"decisions": [bad]}).to_string();
    let refused = service.refused("kim", "POST", "/conversations/c/decisions", &bad).await;
    assert_eq!(refused, (400, "bad_value".into()));
}
