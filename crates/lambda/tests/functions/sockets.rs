//! A socket from its opening to its end: who is let in, and what comes of each message.

use axum::http::StatusCode;
use domain::turn::Outcome;
use providers::drill::{Script, Step};
use serde_json::{Value, json};

use crate::desk::{ANSWER, Desk, event, kinds, last, question, slow, text};

#[tokio::test(flavor = "multi_thread")]
async fn only_whoever_has_signed_in_is_let_in() {
    let desk = Desk::open(Script::default()).await;
    for token in ["", "garbage", "a.b.c"] {
        assert_eq!(desk.connect("s2", token).await, json!({"statusCode": 401}));
    }
    let connect = desk.stand.function("handlers.websocket.connect.handler").await;
    let token = desk.stand.token("kim", &[]);
    let mut come = event("s3", "$connect", &Value::Null);
    come["headers"] =
        json!({"Host": "ws.example", "Sec-WebSocket-Protocol": format!("bearer, {token}")});
    let admitted = json!({"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "bearer"}});
    assert_eq!(connect.answer(come.clone()).await, admitted);
    come["headers"]["Origin"] = json!("https://prf.example");
    assert_eq!(connect.answer(come.clone()).await, admitted);
    come["headers"]["Origin"] = json!("https://evil.example");
    assert_eq!(connect.answer(come).await, json!({"statusCode": 403}));
    // A socket that nobody has opened, or that was closed, is told so and nothing else.
    desk.say("s2", &json!({"action": "ping"})).await;
    assert_eq!(desk.stand.frames("s2")[0]["code"], "unauthorised");
    desk.say("s3", &json!({"action": "ping"})).await;
    assert_eq!(kinds(&desk.stand.frames("s3")), ["pong"]);
    assert_eq!(desk.disconnect("s3").await, json!({"statusCode": 200}));
    desk.say("s3", &json!({"action": "ping"})).await;
    assert_eq!(kinds(&desk.stand.frames("s3")), ["pong", "error"]);
    // Who was admitted counts as an open socket of this environment.
    connect.kill();
    let opened: Vec<Value> = connect
        .log()
        .lines()
        .filter(|line| line.contains("SocketsOpened"))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let counted = |line: &Value| (line["Environment"].clone(), line["SocketsOpened"].clone());
    let once = (json!("dev-v1"), json!(1));
    assert_eq!(opened.iter().map(counted).collect::<Vec<_>>(), [once.clone(), once]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_proofread_and_a_question_answered() {
    let finding = json!({"original": "금새", "replacement": "금세", "category": "spelling"});
    let step = Step { answer: ANSWER.into(), findings: vec![finding], ..Step::default() };
    let desk = Desk::open(Script::always(step)).await;
    let article = "몇일 뒤 금새 끝났다 😀.";
    let proofread = json!({
        "action": "proofread", "engineType": "Basic", "conversationId": "c", "text": article
    });
    desk.say("s1", &proofread).await;
    let frames = desk.stand.frames("s1");
    assert_eq!(kinds(&frames)[..2], ["turn_started", "suggestion"]);
    let fixes: Vec<&Value> = frames
        .iter()
        .filter(|frame| frame["type"] == "suggestion")
        .map(|frame| &frame["suggestion"]["replacements"])
        .collect();
    assert!(fixes.contains(&&json!(["며칠"])) && fixes.contains(&&json!(["금세"])), "{fixes:?}");
    assert_eq!(last(&frames, "chat_end")["outcome"], "completed");
    desk.say("s1", &question(&json!({}))).await;
    let frames = desk.stand.frames("s1").split_off(frames.len());
    let expected = ["turn_started", "usage", "ai_start", "ai_chunk", "usage", "chat_end"];
    assert_eq!(kinds(&frames), expected);
    assert_eq!(
        (text(&frames).as_str(), &last(&frames, "chat_end")["message"]),
        (ANSWER, &json!(ANSWER))
    );
    let saved = desk.saved().await;
    assert_eq!(saved.len(), 4);
    assert_eq!(saved[0], ("article".into(), article.into()));
    assert_eq!(saved[3], ("text".into(), ANSWER.into()));
    let outcomes: Vec<_> = desk.ledger().await.iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, [Outcome::Completed, Outcome::Completed]);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_joined_and_a_repeated_message_is_heard_twice_but_runs_once() {
    let desk = Desk::open(Script::always(Step { answer: ANSWER.into(), ..Step::default() })).await;
    let part = |number: usize, message: &str| {
        question(&json!({
            "message": message, "idempotencyKey": "k",
            "chunkInfo": {"total": 3, "current": number, "isFirst": number == 1, "isLast": number == 3}
        }))
    };
    // Invocations do not keep the order of messages.
    desk.say("s1", &part(3, "는?")).await;
    desk.say("s1", &part(1, "기준")).await;
    assert_eq!(desk.stand.frames("s1"), Vec::<Value>::new());
    desk.say("s1", &part(2, "금리 😀")).await;
    assert_eq!(desk.saved().await[0].1, "기준금리 😀는?");
    let first = desk.stand.frames("s1");
    desk.say("s1", &question(&json!({"message": "기준금리 😀는?", "idempotencyKey": "k"}))).await;
    let again = desk.stand.frames("s1").split_off(first.len());
    assert_eq!(text(&again), ANSWER);
    assert_eq!(last(&again, "chat_end")["turnId"], last(&first, "chat_end")["turnId"]);
    assert_eq!((desk.saved().await.len(), desk.stand.drill.requests().len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn deltas_are_joined_and_throttled_posts_are_sent_again() {
    let step =
        Step {
            answer: "가나다라마바사아자차".repeat(30), delta_chars: 1, ..Step::default()
        };
    let desk = Desk::open(Script::always(step.clone())).await;
    desk.stand.refuse("s1", StatusCode::TOO_MANY_REQUESTS, 3);
    desk.say("s1", &question(&json!({}))).await;
    let frames = desk.stand.frames("s1");
    assert_eq!(text(&frames), step.answer);
    let pieces = frames.iter().filter(|frame| frame["type"] == "ai_chunk").count();
    assert!(pieces < 60, "300 deltas came in {pieces} frames");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_gone_ends_the_posting_and_not_the_turn() {
    let desk = Desk::open(slow(20)).await;
    desk.stand.refuse("s1", StatusCode::GONE, usize::MAX);
    desk.say("s1", &question(&json!({}))).await;
    assert_eq!(desk.stand.frames("s1"), Vec::<Value>::new());
    assert_eq!(desk.saved().await[1].1, ANSWER);
    assert_eq!(desk.ledger().await[0].outcome, Outcome::Completed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_frame_is_refused_and_small_actions_are_answered() {
    let desk = Desk::open(Script::default()).await;
    let says = async |frame: Value| {
        let before = desk.stand.frames("s1").len();
        desk.say("s1", &frame).await;
        desk.stand.frames("s1").split_off(before)
    };
    assert_eq!(says(json!("x")).await[0]["code"], "unknown_action");
    assert_eq!(says(json!({"action": "dance"})).await[0]["code"], "unknown_action");
    assert_eq!(says(json!({"action": "proofread"})).await[0]["code"], "bad_json");
    let checked = says(json!({"action": "check", "text": "몇일 뒤"})).await;
    assert_eq!(kinds(&checked), ["suggestion", "check_end"]);
    let unknown = says(json!({"action": "resume", "turnId": "t", "afterSeq": 0})).await;
    assert_eq!(unknown[0]["code"], "not_found");
    assert_eq!(says(json!({"action": "stop", "turnId": "t"})).await[0]["code"], "not_found");
    says(question(&json!({}))).await;
    let cleared = says(json!({"action": "clearHistory", "conversationId": "c"})).await;
    assert_eq!(kinds(&cleared), ["history_cleared"]);
    assert_eq!(desk.saved().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_article_or_a_token_is_logged_at_any_level() {
    let trace = [("PRF_LOG", "trace")];
    let script = Script::always(Step { answer: ANSWER.into(), ..Step::default() });
    let desk = Desk::with(script, &trace).await;
    desk.say("s1", &question(&json!({"message": "비밀 기사"}))).await;
    let token = desk.stand.token("kim", &[]);
    let connect = desk.stand.function("handlers.websocket.connect.handler").await;
    let mut come = event("s2", "$connect", &Value::Null);
    // A token that is not quite right is no less a secret.
    come["queryStringParameters"] = json!({"token": format!("{token}x")});
    connect.answer(come).await;
    let rest = desk.stand.function("handlers.api.conversation.handler").await;
    let text = json!({"text": "비밀 기사"}).to_string();
    rest.answer(crate::stand::v1("POST", "/check", &token, &text)).await;
    // Each says what it does, with the request's id.
    for (process, said) in
        [(&desk.message, "turn.ended"), (&connect, "unauthorised"), (&rest, "api.request")]
    {
        process.kill();
        let log = process.log();
        assert!(log.contains(said) && log.contains("requestId"), "{log}");
        for secret in ["비밀", "기준금리를", token.as_str(), "\"first\"", "sk-"] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
    }
}
