//! `/prompts` and their files.

use serde_json::json;

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
