//! `/prompts` and their files.

use checker::{Category, Severity};
use domain::model::{FinishReason, ModelEvent, ModelFinding, TokenUsage};
use providers::scripted::Answer;
use serde_json::{Value, json};

use crate::bench::service;

#[tokio::test]
async fn only_admins_write_prompts_and_stale_saves_conflict() {
    let service = service(None);
    let save = r#"{"instruction":"지침","version":0}"#;
    let refused = service.refused("kim", "PUT", "/prompts/Basic", save).await;
    assert_eq!(refused, (403, "forbidden".into()));
    let saved = service.ok("admin:park", "PUT", "/prompts/Basic", save).await;
    assert_eq!(saved["version"], 1);
    let stale = service.refused("admin:park", "PUT", "/prompts/Basic", save).await;
    assert_eq!(stale, (409, "conflict".into()));
    let (_, stale) = service.call("admin:park", "PUT", "/prompts/Basic", save).await;
    assert_eq!(stale["liveVersion"], 1);
    let read = service.ok("kim", "GET", "/prompts/Basic", "").await;
    assert_eq!((&read["prompt"]["instruction"], &read["files"]), (&json!("지침"), &json!([])));
    assert_eq!(read["prompt"]["updatedBy"], "park");
    let list = service.ok("kim", "GET", "/prompts", "").await;
    assert_eq!(list["prompts"].as_array().unwrap().len(), 2);
    let unknown = service.refused("kim", "GET", "/prompts/Premium", "").await;
    assert_eq!(unknown, (400, "unknown_engine".into()));
}

#[tokio::test]
async fn files_come_back_whole() {
    let service = service(None);
    let content = "가".repeat(400_000);
    let body = json!({"fileName": "표기.txt", "fileContent": content}).to_string();
    let path = "/prompts/Pro/files";
    assert_eq!(service.refused("kim", "POST", path, &body).await.0, 403);
    let (status, added) = service.call("admin:park", "POST", path, &body).await;
    assert_eq!(status.as_u16(), 201);
    let id = added["file"]["fileId"].as_str().unwrap();
    let list = service.ok("kim", "GET", path, "").await;
    assert_eq!(list["files"][0]["fileContent"], content);
    let one = format!("{path}/{id}");
    service.ok("admin:park", "PUT", &one, r#"{"fileName":"새 이름.txt"}"#).await;
    let list = service.ok("kim", "GET", path, "").await;
    assert_eq!(list["files"][0]["fileName"], "새 이름.txt");
    service.ok("admin:park", "DELETE", &one, "").await;
    assert_eq!(service.refused("admin:park", "DELETE", &one, "").await.0, 404);
    assert_eq!(service.refused("admin:park", "PUT", &one, "{}").await.0, 404);
}

#[tokio::test]
async fn earlier_versions_are_read_and_brought_back() {
    let service = service(None);
    let save = async |body: Value| {
        service.ok("admin:park", "PUT", "/prompts/Basic", &body.to_string()).await
    };
    save(json!({"description": "설명", "instruction": "첫 지침 😀"})).await;
    save(json!({"instruction": "둘째"})).await;
    let path = "/prompts/Basic/versions";
    let list = service.ok("admin:park", "GET", path, "").await;
    let version = |version, characters| {
        json!({"version": version, "updatedAt": "2026-11-24T03:00:00.000Z", "updatedBy": "park",
            "description": "설명", "characters": characters})
    };
    assert_eq!(list["versions"], json!([version(2, 2), version(1, 6)]));
    let mut first = service.ok("admin:park", "GET", &format!("{path}/1"), "").await;
    assert_eq!(first["instruction"].take(), "첫 지침 😀");
    for path in [format!("{path}/3"), format!("{path}/0"), format!("{path}/x")] {
        assert_eq!(service.refused("admin:park", "GET", &path, "").await.0, 404, "{path}");
    }
    for path in [path, "/prompts/Basic/versions/1", "/prompts/Basic/cache"] {
        assert_eq!(service.refused("desk:lee", "GET", path, "").await.0, 403, "{path}");
    }
    let back = save(json!({"instruction": "첫 지침 😀", "version": 2})).await;
    assert_eq!(back["version"], 3);
}

#[tokio::test]
async fn a_trial_answers_with_findings_and_cost_and_saves_nothing() {
    let finding = ModelEvent::Finding(ModelFinding {
        original: "만나쟈".into(),
        before: None,
        after: None,
        replacements: vec!["만나자".into()],
        category: Category::Spelling,
        severity: Severity::Error,
        message: "오타".into(),
        reference: None,
        confidence: None,
    });
    let usage = TokenUsage { input_tokens: 7, output_tokens: 2, ..TokenUsage::default() };
    let end = ModelEvent::Finished(FinishReason::EndTurn);
    let answer = [finding, ModelEvent::Usage(usage), end].map(Ok);
    let service = service(Some(vec![Answer::Events(answer.into())]));
    let path = "/prompts/Basic/trial";
    let body = json!({"text": "😀 몇일 뒤 만나쟈", "instruction": "시험"}).to_string();
    assert_eq!(service.refused("desk:lee", "POST", path, &body).await.0, 403);
    let empty = service.refused("admin:park", "POST", path, r#"{"text":" "}"#).await;
    assert_eq!(empty, (400, "empty_text".into()));
    let tried = service.ok("admin:park", "POST", path, &body).await;
    let found: Vec<_> = tried["suggestions"].as_array().unwrap().iter().collect();
    let places: Vec<_> = found.iter().map(|one| (one["start"].clone(), &one["source"])).collect();
    assert_eq!(places, [(json!(3), &json!("rule")), (json!(8), &json!("ai"))]);
    assert_eq!(tried["usage"]["totalTokens"], 9);
    // 7 × 5,000 + 2 × 25,000 nanodollars.
    assert_eq!(tried["costMicroUsd"], 85);
    assert_eq!((&tried["outcome"], &tried["notices"]), (&json!("completed"), &json!([])));
    let list = service.ok("admin:park", "GET", "/conversations", "").await;
    assert_eq!(list["count"], 0);
    let used = service.ok("admin:park", "GET", "/usage/park/Basic", "").await;
    assert_eq!(used["data"]["totalTokens"], 9);
    let cache = service.ok("admin:park", "GET", "/prompts/Basic/cache", "").await;
    assert_eq!((&cache["state"], &cache["minimumTokens"]), (&json!("too_short"), &json!(4096)));
}
