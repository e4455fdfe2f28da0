//! `/usage`.

use domain::engine::Engine;
use domain::id::{TurnId, UserId};
use domain::ledger::{LedgerEntry, Nanodollars};
use domain::model::TokenUsage;
use domain::ports::LedgerStore;
use domain::time::Timestamp;
use domain::turn::Outcome;
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
    };
    service.store.settle(&entry).await.unwrap();
    let expected = json!({"userId": "kim", "engineType": "Basic", "yearMonth": "2026-11",
        "totalTokens": 115, "inputTokens": 110, "outputTokens": 5, "cacheReadTokens": 100,
        "cacheWriteTokens": 0, "webSearches": 0, "messageCount": 1, "costUsd": 0.0025});
    let month = service.ok("kim", "GET", "/usage/kim/Basic", "").await;
    assert_eq!(month, json!({"success": true, "data": expected}));
    let claim = r#"{"userId":"kim","engineType":"Basic","inputTokens":999999,"outputText":"x"}"#;
    let answered = service.ok("kim", "POST", "/usage/update", claim).await;
    assert_eq!(answered["data"], expected);
    assert_eq!(service.ok("kim", "GET", "/usage/kim/Basic", "").await["data"], expected);
    let all = service.ok("admin:park", "GET", "/usage/kim/all", "").await;
    assert_eq!(all["data"], json!({"Basic": [expected]}));
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
