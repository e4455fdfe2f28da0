//! What an operator changes and reads while the simulator runs.

use std::sync::Arc;

use providers::Models;
use providers::drill::{self, Drill, Script};
use serde_json::{Value, json};

use crate::{MODEL, Noon, Rehearsal, anthropic_body, body, until_broken};

#[tokio::test]
async fn an_operator_changes_the_script_and_reads_the_record() {
    let rehearsal = Rehearsal::of(json!({})).await;
    let put = |path: &str, text: &str| {
        let sent = rehearsal.client.put(format!("{}{path}", rehearsal.base)).body(text.to_owned());
        async { sent.send().await.unwrap().status().as_u16() }
    };
    let ask = || async { rehearsal.anthropic(&anthropic_body()).send().await.unwrap() };
    assert_eq!(put("/_drill/script", r#"{"default": {"answer": "새 답"}}"#).await, 204);
    body(ask().await).await;
    assert_eq!(put("/_drill/scenario/no-credit", "").await, 204);
    assert_eq!(ask().await.status().as_u16(), 402);
    assert_eq!(put("/_drill/scenario/storm", "").await, 400);
    assert_eq!(put("/_drill/script", "{").await, 400);
    let get = |path: &str| {
        let sent = rehearsal.client.get(format!("{}{path}", rehearsal.base)).send();
        async { serde_json::from_slice::<Value>(&body(sent.await.unwrap()).await).unwrap() }
    };
    let requests = get("/_drill/requests").await;
    assert_eq!(
        (&requests[0]["text"], &requests[0]["state"]),
        (&json!("새 답"), &json!("completed"))
    );
    assert_eq!(
        (&requests[1]["provider"], &requests[1]["state"]),
        (&json!("anthropic"), &json!("failed"))
    );
    let usage = json!({"input_tokens": 1, "output_tokens": 2, "cache_write_5m_tokens": 0,
        "cache_write_1h_tokens": 0, "cache_read_tokens": 0, "web_searches": 0});
    let sum = json!([{"provider": "anthropic", "model": MODEL, "requests": 1, "usage": usage,
        "cost_nanodollars": 5_000 + 2 * 25_000}]);
    assert_eq!(get("/_drill/sums").await, sum);
    let forgotten = rehearsal.client.delete(format!("{}/_drill/requests", rehearsal.base));
    assert_eq!(forgotten.send().await.unwrap().status().as_u16(), 204);
    assert_eq!(get("/_drill/sums").await, json!([]));
}

#[tokio::test]
async fn only_loopback_is_served() {
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let drill = Drill::new(Script::default(), Models::built_in().unwrap(), Arc::new(Noon));
    let error = drill::serve(listener, drill).await.unwrap_err();
    assert!(error.to_string().ends_with("is no loopback address"), "{error}");
}

/// A scenario that breaks off does so with something to keep, and also where nothing is found.
#[tokio::test]
async fn scenarios_break_in_mid_answer() {
    let rehearsal = Rehearsal::of(json!({})).await;
    let ask = |name: &str, question: &str| {
        rehearsal.drill.play(drill::scenario::find(name).unwrap().script);
        let mut asked = anthropic_body();
        asked["messages"][0]["content"] = json!(question);
        let sent = rehearsal.anthropic(&asked).send();
        async { until_broken(sent.await.unwrap()).await }
    };
    for name in ["cut-mid-answer", "garbage"] {
        for question in ["물음", "\"original\" <article-1>\n몇일\n</article-1>"] {
            let (bytes, is_cut) = ask(name, question).await;
            assert!(is_cut || std::str::from_utf8(&bytes).is_err(), "{name}: {question}");
        }
        let (bytes, _) = ask(name, "물음").await;
        let intact = bytes.utf8_chunks().next().unwrap().valid();
        let answer = &drill::scenario::find(name).unwrap().script.anthropic[0].answer;
        let said = answer.split(' ').filter(|word| intact.contains(*word)).count();
        assert!((1..answer.split(' ').count()).contains(&said), "{name}: {said} words");
    }
}
