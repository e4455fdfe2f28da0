//! `/usage/export`.

use domain::engine::Engine;
use domain::id::{TurnId, UserId};
use domain::ledger::{Attempt, Audit, EntryKind, LedgerEntry};
use domain::model::{ProviderName, TokenUsage};
use domain::ports::LedgerStore;
use domain::time::Timestamp;
use domain::turn::{Outcome, TurnKind};
use serde_json::{Value, json};

use crate::bench::{Service, card, service};

fn entry(turn: &str, user: &str, at: &str, input_tokens: u64) -> LedgerEntry {
    let at = Timestamp::parse(at).unwrap();
    let usage = TokenUsage { input_tokens, web_searches: 1, ..TokenUsage::default() };
    let (provider, model) = (ProviderName::new("scripted"), Some("scripted-1".to_owned()));
    let price = card().price_at(at);
    let attempt = Attempt::priced(provider.clone(), model.clone(), usage, price, false);
    LedgerEntry {
        turn_id: TurnId::new(turn),
        user_id: UserId::new(user),
        engine: Engine::Pro,
        at,
        provider: Some(provider),
        model,
        usage,
        cost: attempt.cost,
        outcome: Outcome::Stopped,
        audit: Some(Audit { kind: EntryKind::Turn(TurnKind::Chat), attempts: vec![attempt] }),
    }
}

async fn filled() -> Service {
    let service = service(None);
    for entry in [
        entry("t1", "kim", "2026-11-01T00:00:00Z", 3),
        entry("t2", "kim", "2026-11-30T15:00:00Z", 1_000),
        entry("t3", "=cmd,x", "2026-11-02T00:00:00Z", 1),
        LedgerEntry {
            provider: None,
            model: None,
            audit: None,
            ..entry("t4", "lee", "2026-11-02T00:00:00Z", 0)
        },
    ] {
        service.store.settle(&entry).await.unwrap();
    }
    service
}

const NOVEMBER: &str = "/usage/export?from=2026-11-01&to=2026-11-30";

#[tokio::test]
async fn rows_come_as_csv_with_exact_money_and_harmless_texts() {
    let service = filled().await;
    let (headers, text) = service.text("admin:park", NOVEMBER).await;
    assert_eq!(headers["content-type"], "text/csv; charset=utf-8; header=present");
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename=\"usage_2026-11-01_2026-11-30.csv\""
    );
    let lines: Vec<_> = text.split_terminator("\r\n").collect();
    assert_eq!(
        lines,
        [
            "userId,day,engineType,turnId,at,kind,provider,model,outcome,inputTokens,outputTokens,\
             cacheWrite5mTokens,cacheWrite1hTokens,cacheReadTokens,webSearches,totalTokens,cost,\
             isComplete,attempts,priceInput,priceOutput,priceCacheWrite5m,priceCacheWrite1h,\
             priceCacheRead,priceWebSearch",
            "\"'=cmd,x\",2026-11-02,Pro,t3,2026-11-02T00:00:00.000Z,chat,scripted,scripted-1,\
             stopped,1,0,0,0,0,1,1,0.010005,false,1,0.000005,0.000025,0.00000625,0.00001,\
             0.0000005,0.01",
            "kim,2026-11-01,Pro,t1,2026-11-01T00:00:00.000Z,chat,scripted,scripted-1,stopped,\
             3,0,0,0,0,1,3,0.010015,false,1,0.000005,0.000025,0.00000625,0.00001,0.0000005,0.01",
            "lee,2026-11-02,Pro,t4,2026-11-02T00:00:00.000Z,,,,stopped,\
             0,0,0,0,0,1,0,0.01,,,,,,,,",
        ]
    );
}

#[tokio::test]
async fn rows_and_totals_come_as_json_lines() {
    let service = filled().await;
    let read = async |more: &str| {
        let (headers, text) =
            service.text("admin:park", &format!("{NOVEMBER}&format=json{more}")).await;
        assert_eq!(headers["content-type"], "application/x-ndjson");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    let rows = read("").await;
    assert_eq!(rows.len(), 3);
    assert_eq!(
        rows[1],
        json!({"userId": "kim", "day": "2026-11-01", "engineType": "Pro", "turnId": "t1",
            "at": "2026-11-01T00:00:00.000Z", "kind": "chat", "provider": "scripted",
            "model": "scripted-1", "outcome": "stopped", "inputTokens": 3, "outputTokens": 0,
            "cacheWrite5mTokens": 0, "cacheWrite1hTokens": 0, "cacheReadTokens": 0,
            "webSearches": 1, "totalTokens": 3, "cost": "0.010015", "isComplete": false,
            "attempts": 1, "priceInput": "0.000005", "priceOutput": "0.000025",
            "priceCacheWrite5m": "0.00000625", "priceCacheWrite1h": "0.00001",
            "priceCacheRead": "0.0000005", "priceWebSearch": "0.01"})
    );
    // In JSON a text is as it is.
    assert_eq!(rows[0]["userId"], "=cmd,x");
    let of = |rows: Vec<Value>| {
        let line = |row: &Value| {
            format!("{} {} {}", row["userId"], row["period"], row["cost"]).replace('"', "")
        };
        rows.iter().map(line).collect::<Vec<_>>()
    };
    let days = ["=cmd,x 2026-11-02 0.010005", "kim 2026-11-01 0.010015", "lee 2026-11-02 0.01"];
    assert_eq!(of(read("&totals=day").await), days);
    let months = ["=cmd,x 2026-11 0.010005", "kim 2026-11 0.010015", "lee 2026-11 0.01"];
    assert_eq!(of(read("&totals=month").await), months);
    let (_, december) = service
        .text("admin:park", "/usage/export?from=2026-11-30&to=2026-12-01&totals=month")
        .await;
    let periods: Vec<_> =
        december.lines().skip(1).filter_map(|line| line.split(',').rev().nth(10)).collect();
    assert_eq!(periods, ["2026-11", "2026-11", "2026-12", "2026-11"]);
}

#[tokio::test]
async fn only_admins_export_and_only_real_periods() {
    let service = filled().await;
    let refused = async |who: &str, path: &str| service.refused(who, "GET", path, "").await;
    assert_eq!(refused("kim", NOVEMBER).await, (403, "forbidden".into()));
    for path in [
        "/usage/export",
        "/usage/export?from=2026-11-01",
        "/usage/export?from=2026-11-01&to=2026-11-31",
        "/usage/export?from=2026-11-02&to=2026-11-01",
        "/usage/export?from=2026-11-01&to=2026-11-30&format=xml",
        "/usage/export?from=2026-11-01&to=2026-11-30&totals=year",
    ] {
        assert_eq!(refused("admin:park", path).await, (400, "bad_value".into()), "{path}");
    }
    let (_, empty) =
        service.text("admin:park", "/usage/export?from=2020-01-01&to=2020-01-31").await;
    assert_eq!(empty.lines().count(), 1);
}
