//! REST events of both formats to the three functions that answer them, and what each leaves to the
//! others.

use providers::drill::Script;
use serde_json::{Value, json};

use crate::PROGRAM;
use crate::emulator::Process;
use crate::stand::{Stand, read, v1, v2};

const CONVERSATION: &str = "handlers.api.conversation.handler";
const PROMPT: &str = "handlers.api.prompt.handler";
const USAGE: &str = "handlers.api.usage.handler";

async fn stand() -> Stand {
    Stand::open(PROGRAM, Script::default()).await
}

/// Asks in both formats, which must say the same.
async fn ask(process: &Process, method: &str, path: &str, token: &str, body: &str) -> (u64, Value) {
    let first = read(&process.answer(v1(method, path, token, body)).await);
    let second = read(&process.answer(v2(method, path, token, body)).await);
    let without_id = |mut answer: (u64, Value)| {
        if let Some(fields) = answer.1.as_object_mut() {
            fields.remove("requestId");
        }
        answer
    };
    let (first, second) = (without_id(first), without_id(second));
    assert_eq!(first, second, "{method} {path}");
    first
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_fails_is_told() {
    let mut stand = stand().await;
    stand.environment.remove("PRF_ENVIRONMENT");
    let function = stand.function(USAGE).await;
    let said = json!({"errorType": "Function.NotStarted",
        "errorMessage": "setting PRF_ENVIRONMENT is missing"});
    assert_eq!(function.failed_start(), Some(said));
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_kept_checked_and_removed() {
    let stand = stand().await;
    let function = stand.function(CONVERSATION).await;
    let kim = stand.token("kim", &[]);
    let new =
        json!({"conversationId": "c1", "engineType": "Basic", "title": "금리 😀"}).to_string();
    let (status, made) = read(&function.answer(v1("POST", "/conversations", &kim, &new)).await);
    assert_eq!((status, &made["conversationId"]), (201, &json!("c1")));
    let (status, list) = ask(&function, "GET", "/conversations", &kim, "").await;
    assert_eq!((status, &list["count"]), (200, &json!(1)));
    assert_eq!(list["conversations"][0]["title"], "금리 😀");
    let (status, one) = ask(&function, "GET", "/conversations/c1", &kim, "").await;
    assert_eq!((status, &one["messages"]), (200, &json!([])));
    let lee = stand.token("lee", &[]);
    assert_eq!(ask(&function, "GET", "/conversations/c1", &lee, "").await.0, 404);
    let text = json!({"text": "몇일 뒤 만나자."}).to_string();
    let (status, checked) = ask(&function, "POST", "/check", &kim, &text).await;
    assert_eq!((status, &checked["suggestions"][0]["replacements"]), (200, &json!(["며칠"])));
    let (status, said) = ask(&function, "GET", "/status", &kim, "").await;
    assert_eq!((status, &said["user"]), (200, &json!({"userId": "kim", "role": "user"})));
    assert_eq!(said["ai"]["provider"], "anthropic_api");
    let boss = stand.token("boss", &["admin"]);
    let (_, said) = ask(&function, "GET", "/status", &boss, "").await;
    let legs = said["ai"]["legs"].as_array().unwrap();
    let names: Vec<&Value> = legs.iter().map(|leg| &leg["provider"]).collect();
    assert_eq!(names, ["anthropic_api", "bedrock"]);
    let removed = read(&function.answer(v2("DELETE", "/conversations/c1", &kim, "")).await);
    assert_eq!(removed.0, 200);
    assert_eq!(ask(&function, "GET", "/conversations/c1", &kim, "").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn prompts_are_for_admins_to_change() {
    let stand = stand().await;
    let function = stand.function(PROMPT).await;
    let (kim, boss) = (stand.token("kim", &["desk"]), stand.token("boss", &["admin"]));
    let change = json!({"description": "경제", "instruction": "교열하라"}).to_string();
    assert_eq!(ask(&function, "PUT", "/prompts/Basic", &kim, &change).await.0, 403);
    let saved = read(&function.answer(v1("PUT", "/prompts/Basic", &boss, &change)).await);
    assert_eq!((saved.0, &saved.1["version"]), (200, &json!(1)));
    let (status, read_back) = ask(&function, "GET", "/prompts/Basic", &kim, "").await;
    assert_eq!((status, &read_back["prompt"]["instruction"]), (200, &json!("교열하라")));
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_is_ones_own() {
    let stand = stand().await;
    let function = stand.function(USAGE).await;
    let kim = stand.token("kim", &[]);
    let (status, own) = ask(&function, "GET", "/usage/kim/Basic", &kim, "").await;
    assert_eq!((status, &own["data"]["totalTokens"]), (200, &json!(0)));
    assert_eq!(ask(&function, "GET", "/usage/lee/Basic", &kim, "").await.0, 404);
    let boss = stand.token("boss", &["admin"]);
    assert_eq!(ask(&function, "GET", "/usage/lee/Basic", &boss, "").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_function_answers_its_own_routes_to_whoever_has_signed_in() {
    let stand = stand().await;
    let kim = stand.token("kim", &[]);
    let routes =
        [(CONVERSATION, "/conversations"), (PROMPT, "/prompts"), (USAGE, "/usage/kim/all")];
    for (handler, own) in routes {
        let function = stand.function(handler).await;
        for (_, path) in routes {
            let expected = if path == own { 200 } else { 404 };
            assert_eq!(ask(&function, "GET", path, &kim, "").await.0, expected, "{handler} {path}");
        }
        for token in ["", "garbage", "a.b.c"] {
            let (status, error) = ask(&function, "GET", own, token, "").await;
            assert_eq!((status, &error["code"]), (401, &json!("unauthorised")), "{handler}");
        }
        assert_eq!(ask(&function, "DELETE", own, &kim, "").await.0, 405, "{handler}");
    }
}

/// An event with that origin beside what it has.
fn from_page(mut event: Value, origin: &str) -> Value {
    event["headers"]["origin"] = json!(origin);
    event["headers"]["access-control-request-method"] = json!("PATCH");
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_set_origins_may_ask_and_no_others() {
    let stand = stand().await;
    let kim = stand.token("kim", &[]);
    let ours = "https://prf.example";
    for handler in [CONVERSATION, PROMPT, USAGE] {
        let function = stand.function(handler).await;
        let question = |origin: &str| from_page(v1("OPTIONS", "/prompts", "", ""), origin);
        let answer = function.answer(question(ours)).await;
        assert_eq!(answer["statusCode"], 204, "{handler}");
        let headers = &answer["headers"];
        assert_eq!(headers["access-control-allow-origin"], ours);
        assert_eq!(headers["access-control-allow-methods"], "GET, POST, PUT, PATCH, DELETE");
        assert_eq!(headers["vary"], "origin");
        let stranger = function.answer(question("https://evil.example")).await;
        assert_eq!(stranger["statusCode"], 403, "{handler}");
        assert_eq!(stranger["headers"]["access-control-allow-origin"], Value::Null);
    }
    let function = stand.function(USAGE).await;
    let asked = from_page(v1("GET", "/usage/kim/all", &kim, ""), ours);
    let answer = function.answer(asked).await;
    assert_eq!(
        (&answer["statusCode"], &answer["headers"]["access-control-allow-origin"]),
        (&json!(200), &json!(ours))
    );
    let refused = function.answer(from_page(v1("GET", "/usage/kim/all", "", ""), ours)).await;
    assert_eq!(
        (&refused["statusCode"], &refused["headers"]["access-control-allow-origin"]),
        (&json!(401), &json!(ours))
    );
}
