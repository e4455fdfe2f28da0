//! Every action of the socket and who may use it: one table, and an action without a row fails.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio_tungstenite::connect_async;

use crate::bench::served;
use crate::matrix::{furnished, invalid, valid};
use crate::standing::{Client, Issuer};

/// The frame, in which `$turn` is kim's running turn and `$token` the caller's own token, and the type
/// or error code of the first frame to another user, the owner, a desk chief and an admin.
type Row = (&'static str, [&'static str; 4]);

const TABLE: &[Row] = &[
    (
        r#"{"action":"sendMessage","message":"?","engineType":"Basic","conversationId":"c"}"#,
        ["turn_started", "turn_running", "turn_started", "turn_started"],
    ),
    (
        r#"{"action":"proofread","text":"가","engineType":"Basic","conversationId":"c"}"#,
        ["turn_started", "turn_running", "turn_started", "turn_started"],
    ),
    (r#"{"action":"check","text":"가"}"#, ["check_end"; 4]),
    (r#"{"action":"stop","turnId":"$turn"}"#, ["not_found", "", "not_found", "not_found"]),
    (
        r#"{"action":"resume","turnId":"$turn","afterSeq":0}"#,
        ["not_found", "turn_started", "not_found", "not_found"],
    ),
    (
        r#"{"action":"continue","turnId":"$turn"}"#,
        ["nothing_to_continue", "turn_running", "nothing_to_continue", "nothing_to_continue"],
    ),
    (
        r#"{"action":"clearHistory","conversationId":"d"}"#,
        ["not_found", "history_cleared", "not_found", "not_found"],
    ),
    (r#"{"action":"refresh","token":"$token"}"#, ["refreshed"; 4]),
    (r#"{"action":"ping"}"#, ["pong"; 4]),
];

#[tokio::test]
async fn every_action_serves_whom_it_should() {
    let issuer = Issuer::open();
    for (frame, expected) in TABLE {
        let (service, turn, _model) = furnished(&issuer).await;
        let address = served(&service).await;
        let mut found = Vec::new();
        for token in valid(&issuer) {
            let mut client = Client::open(&address, &token).await;
            let frame = frame.replace("$turn", &turn).replace("$token", &token);
            client.say(&serde_json::from_str(&frame).unwrap()).await;
            // What says nothing has been done when the next frame is answered.
            client.say(&json!({"action": "ping"})).await;
            let heard = client.hear().await.unwrap();
            let kind = heard["code"].as_str().or(heard["type"].as_str()).unwrap().to_owned();
            let is_silent = kind == "pong" && !frame.contains("ping");
            found.push(if is_silent { String::new() } else { kind });
        }
        assert_eq!(found, expected, "{frame}");
    }
}

#[tokio::test]
async fn nobody_opens_a_socket_without_a_valid_token() {
    let issuer = Issuer::open();
    let (service, _, _model) = furnished(&issuer).await;
    let address = served(&service).await;
    let queries = invalid(&issuer).map(|token| format!("?token={token}"));
    for query in queries.into_iter().chain([String::new(), "?token=".into()]) {
        let error = connect_async(format!("ws://{address}/ws{query}")).await.unwrap_err();
        assert!(error.to_string().contains("401"), "{query}: {error}");
    }
}

#[tokio::test]
async fn every_action_of_the_document_has_a_row() {
    let document: Value = serde_json::from_str(&api::document()).unwrap();
    let variants = &document["components"]["schemas"]["ClientFrame"]["oneOf"];
    let mut actions = BTreeSet::new();
    for variant in variants.as_array().unwrap() {
        collect(variant, &mut actions);
    }
    let rows: BTreeSet<String> = TABLE
        .iter()
        .map(|(frame, _)| serde_json::from_str::<Value>(frame).unwrap())
        .map(|frame| frame["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(rows, actions);
}

/// The names an `action` may have, wherever in a schema they stand.
fn collect(schema: &Value, actions: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            let names = fields.get("action").and_then(|action| action["enum"].as_array());
            let names = names.into_iter().flatten().filter_map(Value::as_str);
            actions.extend(names.map(str::to_owned));
            fields.values().for_each(|field| collect(field, actions));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, actions)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
