//! The socket: turns streamed, stopped, resumed, repeated; and what is no frame.

use checker::{Category, Severity};
use domain::conversation::Answer as SavedAnswer;
use domain::id::{ConversationId, UserId};
use domain::model::{FinishReason, ModelEvent, ModelFinding, ProviderError, Source, TokenUsage};
use domain::ports::{ConversationStore, LedgerStore, MessageRange};
use domain::turn::Outcome;
use futures::{SinkExt, StreamExt};
use providers::scripted::Answer;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::bench::{Service, service};

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

async fn address(service: &Service) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = service.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address.to_string()
}

impl Client {
    async fn open(address: &str) -> Self {
        Self(connect_async(format!("ws://{address}/ws?token=kim")).await.unwrap().0)
    }

    async fn say(&mut self, text: impl Into<String>) {
        self.0.send(Message::text(text.into())).await.unwrap();
    }

    async fn hear(&mut self) -> Value {
        let message = self.0.next().await.unwrap().unwrap();
        serde_json::from_str(message.to_text().unwrap()).unwrap()
    }

    /// Frames up to and with the first of that type.
    async fn hear_until(&mut self, kind: &str) -> Vec<Value> {
        let mut frames = Vec::new();
        loop {
            let frame = self.hear().await;
            let is_last = frame["type"] == kind;
            frames.push(frame);
            if is_last {
                return frames;
            }
        }
    }
}

#[tokio::test]
async fn a_flood_of_frames_is_read_no_faster_than_its_pace() {
    let service = service(None);
    let mut client = Client::open(&address(&service).await).await;
    let began = std::time::Instant::now();
    for _ in 0..10 {
        for _ in 0..70 {
            client.say("no frame").await;
        }
        for _ in 0..70 {
            assert_eq!(client.hear().await["code"], "bad_json");
        }
    }
    // 700 frames, 300 of them a second: two waits, of which the first began before the clock here.
    assert!(began.elapsed() >= std::time::Duration::from_secs(1), "{:?}", began.elapsed());
}

fn kinds(frames: &[Value]) -> Vec<&str> {
    frames.iter().map(|frame| frame["type"].as_str().unwrap()).collect()
}

fn finding(original: &str, replacement: &str) -> ModelEvent {
    ModelEvent::Finding(ModelFinding {
        original: original.into(),
        before: None,
        after: None,
        replacements: vec![replacement.into()],
        category: Category::Spelling,
        severity: Severity::Error,
        message: "이유".into(),
        reference: None,
        confidence: None,
    })
}

fn usage() -> TokenUsage {
    TokenUsage { input_tokens: 100, output_tokens: 20, ..TokenUsage::default() }
}

fn events(events: Vec<ModelEvent>) -> Answer {
    let end = [ModelEvent::Usage(usage()), ModelEvent::Finished(FinishReason::EndTurn)];
    Answer::Events(events.into_iter().chain(end).map(Ok).collect())
}

const ARTICLE: &str = "😀 정부는 몇일 뒤 대책을 내놓기로 했다고 밝혔다. 시장의 반응은 어의없다는 쪽이 많았다. 전문가들은 신중한 접근을 주문했다.";

fn proofread(key: &str) -> String {
    json!({"action": "proofread", "text": ARTICLE, "engineType": "Basic",
        "conversationId": "c", "idempotencyKey": key})
    .to_string()
}

async fn saved_answer(service: &Service) -> SavedAnswer {
    let (user, id) = (UserId::new("kim"), ConversationId::new("c"));
    let all = service.store.messages(&user, &id, &MessageRange::default()).await.unwrap();
    all.last().unwrap().answer.clone().unwrap()
}

#[tokio::test]
async fn findings_of_rules_and_model_are_one_list_and_the_ledger_is_exact() {
    let answer = events(vec![
        ModelEvent::Started { model: "scripted-1".into() },
        finding("몇일", "며칠"),
        finding("주문했다", "당부했다"),
        finding("없는 말", "x"),
    ]);
    let service = service(Some(vec![answer]));
    let mut client = Client::open(&address(&service).await).await;
    client.say(proofread("k")).await;
    let frames = client.hear_until("chat_end").await;
    let sequence: Vec<_> = frames.iter().map(|frame| frame["seq"].as_u64().unwrap()).collect();
    assert!(sequence.is_sorted() && sequence[0] == 1);
    let found: Vec<_> = frames
        .iter()
        .filter(|frame| frame["type"] == "suggestion")
        .map(|frame| &frame["suggestion"])
        .map(|one| (one["original"].as_str().unwrap(), one["source"].as_str().unwrap()))
        .collect();
    let first_both = found.iter().position(|one| *one == ("몇일", "both")).unwrap();
    assert_eq!(found[0], ("몇일", "rule"));
    assert!(first_both > 0);
    assert_eq!(found.iter().filter(|one| **one == ("주문했다", "ai")).count(), 1);
    assert!(kinds(&frames).contains(&"notice"));
    let answer = saved_answer(&service).await;
    assert_eq!((answer.outcome, answer.usage), (Outcome::Completed, usage()));
    let rows =
        service.store.entries(&UserId::new("kim"), "2026-11-24", "2026-11-24").await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].usage, rows[0].cost.0), (usage(), 100 * 5_000 + 20 * 25_000));
}

#[tokio::test]
async fn without_a_model_the_rules_answer_and_say_so() {
    let service = service(None);
    let mut client = Client::open(&address(&service).await).await;
    client.say(proofread("k")).await;
    let frames = client.hear_until("chat_end").await;
    let notice = frames.iter().find(|frame| frame["type"] == "notice").unwrap();
    assert_eq!(notice["code"], "model_not_configured");
    assert_eq!(frames.last().unwrap()["outcome"], "completed");
}

#[tokio::test]
async fn a_question_streams_its_answer_with_sources() {
    let (url, title) = ("https://bok.or.kr".into(), "한은".into());
    let source = Source { url, title, quote: None, changed: Some("April 30, 2025".into()) };
    let answer = events(vec![
        ModelEvent::Text("금리는 ".into()),
        ModelEvent::Source(source),
        ModelEvent::Text("동결됐습니다. 😀".into()),
    ]);
    let service = service(Some(vec![answer]));
    let mut client = Client::open(&address(&service).await).await;
    let frame = json!({"action": "sendMessage", "message": "금리는?", "engineType": "Pro",
        "conversationId": "c", "conversationHistory": [{"role": "user", "content": "무시"}],
        "timestamp": "x"});
    client.say(frame.to_string()).await;
    let frames = client.hear_until("chat_end").await;
    let text: String = frames.iter().filter_map(|frame| frame["chunk"].as_str()).collect();
    assert_eq!(text, "금리는 동결됐습니다. 😀");
    let end = frames.last().unwrap();
    assert_eq!((&end["message"], &end["engine"]), (&json!(text), &json!("Pro")));
    let order = kinds(&frames);
    let place = |kind: &str| order.iter().position(|one| *one == kind).unwrap();
    assert!(place("ai_start") < place("ai_chunk"));
    assert!(place("ai_chunk") < place("citation_update"));
    let update = &frames[place("citation_update")];
    let source = json!({"url": "https://bok.or.kr", "title": "한은", "quote": null,
        "changed": "April 30, 2025"});
    assert_eq!(update["sources"], json!([source]));
    assert_eq!(saved_answer(&service).await.sources.len(), 1);
}

#[tokio::test]
async fn a_failure_is_an_error_frame_and_nothing_is_saved_as_an_answer() {
    let service = service(Some(vec![Answer::Refused(ProviderError::Overloaded)]));
    let mut client = Client::open(&address(&service).await).await;
    let frame = json!({"action": "sendMessage", "message": "?", "engineType": "Pro",
        "conversationId": "c"});
    client.say(frame.to_string()).await;
    let frames = client.hear_until("error").await;
    assert_eq!(frames.last().unwrap()["code"], "provider_overloaded");
    let read = service.ok("kim", "GET", "/conversations/c", "").await;
    assert_eq!(read["messages"].as_array().unwrap().len(), 1);
}

fn live() -> (mpsc::UnboundedSender<Result<ModelEvent, ProviderError>>, Answer) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (sender, Answer::Live(receiver))
}

fn question(key: &str) -> String {
    json!({"action": "sendMessage", "message": "?", "engineType": "Pro",
        "conversationId": "c", "idempotencyKey": key})
    .to_string()
}

#[tokio::test]
async fn a_stopped_turn_keeps_what_came_and_bills_what_was_reported() {
    let (model, answer) = live();
    let service = service(Some(vec![answer]));
    let mut client = Client::open(&address(&service).await).await;
    client.say(question("k")).await;
    let started = client.hear().await;
    model.send(Ok(ModelEvent::Usage(usage()))).unwrap();
    model.send(Ok(ModelEvent::Text("절반".into()))).unwrap();
    client.hear_until("ai_chunk").await;
    client.say(json!({"action": "stop", "turnId": started["turnId"]}).to_string()).await;
    client.hear_until("turn_stopped").await;
    assert!(model.is_closed());
    let answer = saved_answer(&service).await;
    assert_eq!((answer.outcome, answer.usage), (Outcome::Stopped, usage()));
    let read = service.ok("kim", "GET", "/conversations/c", "").await;
    assert_eq!(read["messages"][1]["content"], "절반");
    client.say(json!({"action": "stop", "turnId": "none"}).to_string()).await;
    assert_eq!(client.hear().await["code"], "not_found");
}

#[tokio::test]
async fn a_lost_client_comes_back_to_exactly_what_it_missed() {
    let (model, answer) = live();
    let service = service(Some(vec![answer]));
    let address = address(&service).await;
    let mut first = Client::open(&address).await;
    first.say(question("k")).await;
    let started = first.hear().await;
    model.send(Ok(ModelEvent::Text("가".into()))).unwrap();
    let seen = first.hear_until("ai_chunk").await;
    let after = seen.last().unwrap()["seq"].as_u64().unwrap();
    drop(first);
    model.send(Ok(ModelEvent::Text("나".into()))).unwrap();
    model.send(Ok(ModelEvent::Finished(FinishReason::EndTurn))).unwrap();
    let mut second = Client::open(&address).await;
    let resume = |after: u64| {
        json!({"action": "resume", "turnId": started["turnId"], "afterSeq": after}).to_string()
    };
    second.say(resume(after)).await;
    let missed = second.hear_until("chat_end").await;
    assert_eq!((&missed[0]["chunk"], &missed[0]["seq"]), (&json!("나"), &json!(after + 1)));
    assert_eq!(missed.last().unwrap()["message"], "가나");
    second.say(question("k")).await;
    let repeated = second.hear_until("chat_end").await;
    let text: String = repeated.iter().filter_map(|frame| frame["chunk"].as_str()).collect();
    assert_eq!((text.as_str(), &repeated[0]["turnId"]), ("가나", &started["turnId"]));
    let read = service.ok("kim", "GET", "/conversations/c", "").await;
    assert_eq!(read["messages"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_second_send_is_told_that_one_is_running() {
    let (model, answer) = live();
    let service = service(Some(vec![answer]));
    let mut client = Client::open(&address(&service).await).await;
    client.say(question("k1")).await;
    client.hear().await;
    client.say(question("k2")).await;
    let refused = client.hear_until("error").await.pop().unwrap();
    assert_eq!((&refused["code"], &refused["status"]), (&json!("turn_running"), &json!(409)));
    assert!(refused["runningTurnId"].is_string() && refused["turnId"].is_null());
    model.send(Ok(ModelEvent::Finished(FinishReason::EndTurn))).unwrap();
    client.hear_until("chat_end").await;
}

#[tokio::test]
async fn the_quota_is_kept() {
    let spent = TokenUsage { input_tokens: 9_990, ..TokenUsage::default() };
    let answer = Answer::Events(vec![
        Ok(ModelEvent::Usage(spent)),
        Ok(ModelEvent::Finished(FinishReason::EndTurn)),
    ]);
    let service = service(Some(vec![answer]));
    let mut client = Client::open(&address(&service).await).await;
    client.say(question("k1")).await;
    client.hear_until("chat_end").await;
    client.say(question("k2")).await;
    let heard = client.hear_until("error").await;
    let error = heard.last().unwrap();
    assert_eq!(error["code"], "quota_reached");
    assert_eq!(
        error["message"],
        "이번 달 한도 10,000토큰 가운데 9,990토큰을 썼거나 쓰고 있어 이 요청을 처리할 수 없습니다."
    );
    let read = service.ok("kim", "GET", "/conversations/c", "").await;
    assert_eq!(read["messages"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_no_frame_is_refused_and_the_socket_stays() {
    let service = service(None);
    let mut client = Client::open(&address(&service).await).await;
    let long = json!({"action": "check", "text": "a".repeat(20_001)}).to_string();
    let large = json!({"action": "check", "text": "a".repeat(200_000)}).to_string();
    let empty = r#"{"action":"proofread","text":" \n","engineType":"Basic"}"#;
    let engine = r#"{"action":"proofread","text":"가","engineType":"Premium"}"#;
    for (text, code) in [
        ("이것은 JSON이 아니다", "bad_json"),
        ("[]", "unknown_action"),
        (r#"{"action":"dance"}"#, "unknown_action"),
        (r#"{"action":"check"}"#, "bad_json"),
        (r#"{"action":"check","text":"\ud800"}"#, "bad_json"),
        (&long, "text_too_long"),
        (r#"{"action":"check","text":"가","profile":"tabloid"}"#, "bad_value"),
        (&large, "message_too_large"),
        (empty, "empty_text"),
        (engine, "unknown_engine"),
        (r#"{"action":"clearHistory","conversationId":"none"}"#, "not_found"),
    ] {
        client.say(text).await;
        let frame = client.hear().await;
        assert_eq!((&frame["type"], &frame["code"]), (&json!("error"), &json!(code)));
    }
    client.say(r#"{"action":"ping"}"#).await;
    assert_eq!(client.hear().await, json!({"type": "pong"}));
}

#[tokio::test]
async fn parts_of_a_message_are_one_turn() {
    let service = service(Some(vec![events(vec![ModelEvent::Text("답".into())])]));
    let mut client = Client::open(&address(&service).await).await;
    for (current, part) in [(1, "앞부분 "), (2, "뒷부분")] {
        let frame = json!({"action": "sendMessage", "message": part, "engineType": "Basic",
            "conversationId": "c", "chunkInfo": {"total": 2, "current": current,
            "isFirst": current == 1, "isLast": current == 2}});
        client.say(frame.to_string()).await;
    }
    client.hear_until("chat_end").await;
    let read = service.ok("kim", "GET", "/conversations/c", "").await;
    assert_eq!(read["messages"][0]["content"], "앞부분 뒷부분");
}

#[tokio::test]
async fn history_can_be_cleared_and_a_text_checked() {
    let service = service(None);
    let body = r#"{"conversationId":"c","engineType":"Basic"}"#;
    service.ok("kim", "POST", "/conversations", body).await;
    let mut client = Client::open(&address(&service).await).await;
    client.say(r#"{"action":"clearHistory","conversationId":"c"}"#).await;
    assert_eq!(client.hear().await, json!({"type": "history_cleared", "conversationId": "c"}));
    assert_eq!(service.refused("kim", "GET", "/conversations/c", "").await.0, 404);
    client.say(json!({"action": "check", "text": "몇일"}).to_string()).await;
    let frames = client.hear_until("check_end").await;
    assert_eq!(kinds(&frames), ["suggestion", "check_end"]);
    for (name, value) in [("desk", json!("economy")), ("ignoredWords", json!(["몇일"]))] {
        client.say(json!({"action": "check", "text": "몇일", name: value}).to_string()).await;
        assert_eq!(kinds(&client.hear_until("check_end").await), ["check_end"]);
        let frame =
            json!({"action": "proofread", "text": "몇일", "engineType": "Basic", name: value});
        client.say(frame.to_string()).await;
        assert!(!kinds(&client.hear_until("chat_end").await).contains(&"suggestion"), "{name}");
    }
}

#[tokio::test]
async fn a_dictionary_is_in_force_at_the_next_check_and_turn() {
    let service =
        service(Some(vec![events(vec![finding("가람댁", "임금"), finding("만나쟈", "만나자")])]));
    let mut client = Client::open(&address(&service).await).await;
    let text = "😀 씨이오가 몇일 뒤 가람댁을 만나쟈";
    let check = json!({"action": "check", "text": text}).to_string();
    client.say(check.clone()).await;
    assert_eq!(kinds(&client.hear_until("check_end").await), ["suggestion", "check_end"]);
    for entry in [
        json!({"scope": "me", "kind": "replace", "wrong": "씨이오", "right": "최고경영자"}),
        json!({"scope": "me", "kind": "except", "wrong": "가람댁"}),
        json!({"scope": "me", "kind": "ignore-rule", "wrong": "몇일", "ruleId": "spelling/fixed-form"}),
    ] {
        service.ok("kim", "POST", "/dictionary", &entry.to_string()).await;
    }
    client.say(check).await;
    let frames = client.hear_until("check_end").await;
    let said = (
        &frames[0]["suggestion"]["original"],
        &frames[0]["suggestion"]["replacements"],
        frames.len(),
    );
    assert_eq!(said, (&json!("씨이오"), &json!(["최고경영자"]), 2));
    let turn = json!({"action": "proofread", "text": text, "engineType": "Basic"}).to_string();
    client.say(turn).await;
    let frames = client.hear_until("chat_end").await;
    let found: Vec<_> =
        frames.iter().filter_map(|frame| frame["suggestion"]["original"].as_str()).collect();
    // The model's finding about the excepted word is not shown.
    assert_eq!(found, ["씨이오", "만나쟈"]);
}
