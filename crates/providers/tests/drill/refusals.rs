//! Refusals in both shapes, and what is refused.

use providers::drill::State;
use serde_json::{Value, json};

use crate::{BEDROCK, MODEL, Rehearsal, anthropic_body, bedrock_body, body, refusal};

#[tokio::test]
async fn every_status_has_both_shapes() {
    for (code, kind, bedrock_status, exception) in [
        (400, "invalid_request_error", 400, "ValidationException"),
        (401, "authentication_error", 403, "UnrecognizedClientException"),
        (402, "billing_error", 403, "AccessDeniedException"),
        (403, "permission_error", 403, "AccessDeniedException"),
        (404, "not_found_error", 404, "ResourceNotFoundException"),
        (413, "request_too_large", 400, "ValidationException"),
        (429, "rate_limit_error", 429, "ThrottlingException"),
        (500, "api_error", 500, "InternalServerException"),
        (504, "timeout_error", 408, "ModelTimeoutException"),
        (529, "overloaded_error", 503, "ServiceUnavailableException"),
    ] {
        let fault = json!({"status": {"code": code, "message": "까닭"}});
        let rehearsal = Rehearsal::of(json!({"default": {"faults": [fault]}})).await;
        let response = rehearsal.anthropic(&anthropic_body()).send().await.unwrap();
        let (status, id, json) = refusal(response, "request-id").await;
        let error = json!({"type": kind, "message": "까닭"});
        assert_eq!((status, id.as_str()), (code, "req_drill_000001"));
        assert_eq!(json, json!({"type": "error", "error": error, "request_id": id}));
        let response = rehearsal.bedrock(&bedrock_body()).send().await.unwrap();
        let expected = (bedrock_status, exception.to_owned(), json!({"message": "까닭"}));
        assert_eq!(refusal(response, "x-amzn-errortype").await, expected);
        let seen = rehearsal.drill.requests();
        assert_eq!([seen[0].state, seen[1].state], [State::Failed; 2]);
        assert_eq!(rehearsal.drill.sums(), []);
    }
}

#[tokio::test]
async fn a_wait_is_said_in_seconds_or_as_a_date_and_a_proxy_says_html() {
    let status = |more: Value| {
        let mut status = json!({"code": 429, "retry_after_s": 90});
        for (name, value) in more.as_object().unwrap() {
            status[name] = value.clone();
        }
        json!({"faults": [{"status": status}]})
    };
    let steps = [
        status(json!({})),
        status(json!({"retry_after_as_date": true})),
        status(json!({"code": 502, "html": true})),
    ];
    let rehearsal = Rehearsal::of(json!({"anthropic": steps})).await;
    let send = || async { rehearsal.anthropic(&anthropic_body()).send().await.unwrap() };
    assert_eq!(refusal(send().await, "retry-after").await.1, "90");
    assert_eq!(refusal(send().await, "retry-after").await.1, "Tue, 24 Nov 2026 03:01:30 GMT");
    let page = send().await;
    assert_eq!(
        (page.status().as_u16(), &page.headers()["content-type"]),
        (502, &"text/html".parse().unwrap())
    );
    assert!(body(page).await.starts_with(b"<html>"));
}

#[tokio::test]
async fn what_the_api_refuses_is_refused() {
    let rehearsal =
        Rehearsal::of(json!({"gone": ["claude-haiku-4-5-20251001"], "search_enabled": false}))
            .await;
    let check = |change: Value| {
        let mut body = anthropic_body();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let sent = rehearsal.anthropic(&body).send();
        async {
            let (status, _, json) = refusal(sent.await.unwrap(), "request-id").await;
            (status, json["error"]["message"].as_str().unwrap().to_owned())
        }
    };
    let invalid = |message: &str| (400, message.to_owned());
    assert_eq!(check(json!({"model": "claude-x"})).await, (404, "model: claude-x".to_owned()));
    let gone = "claude-haiku-4-5-20251001";
    assert_eq!(check(json!({"model": gone})).await, (404, format!("model: {gone}")));
    assert_eq!(
        check(json!({"max_token": 1})).await,
        invalid("max_token: Extra inputs are not permitted")
    );
    let search = json!([{"type": "web_search_20250305", "name": "web_search"}]);
    assert_eq!(
        check(json!({"tools": search})).await,
        invalid("Web search is not enabled for this organization.")
    );
    let long = json!([{"role": "user", "content": "가".repeat(430_000)}]);
    assert_eq!(
        check(json!({"messages": long})).await,
        invalid("prompt is too long: 201080 tokens > 200000 maximum")
    );
    let keyless = rehearsal.post("/v1/messages", &anthropic_body()).send().await.unwrap();
    assert_eq!(keyless.status().as_u16(), 401);
    let versionless = rehearsal.post("/v1/messages", &anthropic_body()).header("x-api-key", "k");
    assert_eq!(versionless.send().await.unwrap().status().as_u16(), 400);
    let unsigned = rehearsal.post(BEDROCK, &bedrock_body()).send().await.unwrap();
    let (status, exception, _) = refusal(unsigned, "x-amzn-errortype").await;
    assert_eq!((status, exception.as_str()), (403, "MissingAuthenticationTokenException"));
    let (status, exception, _) =
        refusal(rehearsal.bedrock(&anthropic_body()).send().await.unwrap(), "x-amzn-errortype")
            .await;
    assert_eq!((status, exception.as_str()), (400, "ValidationException"));
    assert!(rehearsal.drill.requests().iter().all(|one| one.refusal.is_some()));
}

#[tokio::test]
async fn a_request_that_is_refused_takes_no_step() {
    let rehearsal =
        Rehearsal::of(json!({"anthropic": [{"answer": "하나"}, {"answer": "둘"}]})).await;
    let bad = json!({"model": MODEL});
    assert_eq!(rehearsal.anthropic(&bad).send().await.unwrap().status().as_u16(), 400);
    body(rehearsal.anthropic(&anthropic_body()).send().await.unwrap()).await;
    assert_eq!(rehearsal.drill.requests()[1].text, "하나");
}
