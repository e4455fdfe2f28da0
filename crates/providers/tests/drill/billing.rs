//! Tokens, cache and sums.

use futures::future::join_all;
use providers::drill::Script;
use serde_json::{Value, json};

use crate::{MODEL, Rehearsal, anthropic_body, body, refusal};

/// A system part long enough to be cached, with a breakpoint.
fn cached(question: &str) -> Value {
    let control = json!({"type": "ephemeral", "ttl": "1h"});
    let mut body = anthropic_body();
    body["system"] =
        json!([{"type": "text", "text": "가".repeat(139_000), "cache_control": control}]);
    body["messages"][0]["content"] = json!(question);
    body
}

#[tokio::test]
async fn the_cache_holds_for_its_hour_and_the_bill_says_so() {
    let rehearsal = Rehearsal::of(json!({"default": {"answer": "가나다라"}})).await;
    let ask = |question: &'static str| {
        let sent = rehearsal.anthropic(&cached(question)).send();
        async { body(sent.await.unwrap()).await }
    };
    let leap = |millis: i64| {
        let sent = rehearsal.post("/_drill/clock", &json!({"advance_ms": millis}));
        let sent = sent.header("content-type", "application/json").send();
        async { assert_eq!(sent.await.unwrap().status().as_u16(), 204) }
    };
    ask("하나").await;
    ask("하나").await;
    leap(3_599_999).await;
    ask("하나").await;
    leap(3_600_000).await;
    ask("하나").await;
    let seen = rehearsal.drill.requests();
    let usage = seen.iter().map(|one| {
        let usage = one.usage;
        [
            usage.input_tokens,
            usage.cache_write_1h_tokens,
            usage.cache_read_tokens,
            usage.output_tokens,
        ]
    });
    let [written, read] = [[1, 65_000, 0, 2], [1, 0, 65_000, 2]];
    assert_eq!(usage.collect::<Vec<_>>(), [written, read, read, written]);
    let outcomes: Vec<_> = seen.iter().map(|one| one.breakpoints[0].outcome).collect();
    assert_eq!(outcomes, ["written", "read", "read", "written"]);
    let sum = rehearsal.drill.sums().remove(0);
    let cost = 4 * 5_000 + 8 * 25_000 + 130_000 * 10_000 + 130_000 * 500;
    assert_eq!((sum.requests, sum.cost_nanodollars.0), (4, cost));
    // Another key shares nothing.
    let other = rehearsal.post("/v1/messages", &cached("하나"));
    let other = other.header("x-api-key", "other").header("anthropic-version", "2023-06-01");
    body(other.send().await.unwrap()).await;
    assert_eq!(rehearsal.drill.requests()[4].usage.cache_read_tokens, 0);
}

#[tokio::test]
async fn requests_at_once_each_write() {
    // None of the three answers sends an event.
    let rehearsal =
        Rehearsal::of(json!({"default": {"faults": [{"stall": {"after_bytes": 0}}]}})).await;
    let asked = |count: usize| (0..count).map(|_| rehearsal.anthropic(&cached("하나")).send());
    let open = join_all(asked(3)).await;
    let outcomes = || {
        let seen = rehearsal.drill.requests();
        seen.iter().map(|one| one.breakpoints[0].outcome).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(), ["written"; 3]);
    rehearsal.drill.play(Script::default());
    for response in join_all(asked(1)).await {
        body(response.unwrap()).await;
    }
    body(rehearsal.anthropic(&cached("둘")).send().await.unwrap()).await;
    assert_eq!(outcomes(), ["written", "written", "written", "written", "read"]);
    drop(open);
}

#[tokio::test]
async fn tokens_are_counted_without_an_answer() {
    let rehearsal = Rehearsal::of(json!({})).await;
    let body = json!({"model": MODEL, "messages": [{"role": "user", "content": "가".repeat(139)}]});
    let request = rehearsal.post("/v1/messages/count_tokens", &body);
    let request = request.header("x-api-key", "k").header("anthropic-version", "2023-06-01");
    let (status, _, json) = refusal(request.send().await.unwrap(), "request-id").await;
    assert_eq!((status, json), (200, json!({"input_tokens": 65})));
    assert!(rehearsal.drill.requests().is_empty());
}
