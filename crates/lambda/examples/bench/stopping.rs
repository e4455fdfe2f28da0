//! How long a stop takes that comes in one process for a turn that runs in another: from its frame to
//! the end of the request to the model, on the clock of the wall.

use std::time::{Duration, Instant};

use providers::drill::{Script, State, Step};
use serde_json::{Value, json};

use crate::stand::Stand;
use crate::{figure, median, millis, socket};

/// Stops that are timed.
const STOPS: usize = 9;
const MESSAGE: &str = "handlers.websocket.message.handler";
/// A turn has the five minutes of its function.
const LIMIT: Duration = Duration::from_secs(300);
/// The simulator is asked so often; the figure is late by that at most.
const ASKED_EVERY: Duration = Duration::from_millis(1);

/// A frame of the open socket, as the message function gets it.
fn frame(frame: &Value) -> Value {
    let mut event = socket("$default", frame);
    event["requestContext"]["connectionId"] = json!("stops");
    event
}

/// Stops turns, each a little later after its first words than the one before.
pub(crate) async fn stopping(stand: &Stand) {
    let answer = "기준금리는 동결됐습니다. ".repeat(200);
    stand.drill.play(Script::always(Step { answer, delay_ms: 50, ..Step::default() }));
    let mut come = socket("$connect", &json!({}));
    come["requestContext"]["connectionId"] = json!("stops");
    come["queryStringParameters"] = json!({"token": stand.token("lee", &[])});
    let connect = stand.function("handlers.websocket.connect.handler").await;
    assert_eq!(connect.answer(come).await["statusCode"], 200);
    let (running, stopping) = (stand.function(MESSAGE).await, stand.function(MESSAGE).await);
    let mut took = Vec::new();
    for round in 0..STOPS {
        stand.drill.forget();
        let before = stand.frames("stops").len();
        let id = format!("stopped-{round}");
        let question = json!({"action": "sendMessage", "engineType": "Basic",
            "conversationId": id, "message": "기준금리는?"});
        let turn = running.invoke(frame(&question), LIMIT);
        let turn_id = loop {
            let frames = stand.frames("stops").split_off(before);
            if frames.iter().any(|frame| frame["type"] == "ai_chunk") {
                break frames[0]["turnId"].clone();
            }
            tokio::time::sleep(ASKED_EVERY).await;
        };
        tokio::time::sleep(Duration::from_millis(45) * u32::try_from(round).unwrap()).await;
        let asked = Instant::now();
        let stop = stopping.invoke(frame(&json!({"action": "stop", "turnId": turn_id})), LIMIT);
        while stand.drill.requests().iter().any(|request| request.state == State::Running) {
            tokio::time::sleep(ASKED_EVERY).await;
        }
        took.push(millis(asked.elapsed()));
        stop.await.unwrap();
        turn.await.unwrap();
    }
    let slowest = took.iter().copied().fold(0.0, f64::max);
    figure(
        "stop in another process: to the end of the model's request",
        median(took),
        "ms",
        "1000",
    );
    figure("the slowest of them", slowest, "ms", "1000");
}
