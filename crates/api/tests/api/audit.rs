//! The audit log over REST: what is written, and that a changed or removed row shows.

use std::sync::Arc;

use domain::ports::AuditStore;
use serde_json::{Value, json};
use stores::{MemoryStore, SqliteOptions, SqliteStore};

use crate::bench::{Service, router_over, service};

/// Actor, action, subject and outcome of each row.
fn lines(page: &Value) -> Vec<String> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = page["rows"].as_array().unwrap().iter();
    rows.map(|row| ["actor", "action", "subject", "outcome"].map(|name| text(row, name)).join(" "))
        .collect()
}

async fn page(service: &Service, query: &str) -> Value {
    service.ok("admin:choi", "GET", &format!("/audit{query}"), "").await
}

#[tokio::test]
async fn what_callers_do_and_are_refused_is_written_down() {
    let service = service(None);
    let file = r#"{"fileName":"<b>x","fileContent":"사내 규정"}"#;
    let article = r#"{"conversationId":"c","engineType":"Basic","title":"비밀 기사"}"#;
    service.ok("kim", "POST", "/conversations", article).await;
    let files = "/prompts/Basic/files";
    let added = service.ok("admin:choi", "POST", files, file).await;
    let id = added["file"]["fileId"].as_str().unwrap().to_owned();
    let own = format!("{files}/{id}");
    service.ok("admin:choi", "PUT", &own, r#"{"fileName":"y"}"#).await;
    service.ok("admin:choi", "DELETE", &own, "").await;
    service.ok("admin:choi", "PUT", "/prompts/Pro", r#"{"instruction":"지침"}"#).await;
    service.refused("kim", "PUT", "/prompts/Pro", r#"{"instruction":"지침"}"#).await;
    service.ok("kim", "DELETE", "/conversations/c", "").await;
    service.text("admin:choi", "/usage/export?from=2026-11-01&to=2026-11-30").await;
    service.ok("admin:choi", "GET", "/usage/kim/Basic", "").await;
    service.ok("kim", "GET", "/usage/kim/Basic", "").await;
    let quota = r#"{"subject":{"kind":"role","name":"user"}}"#;
    service.ok("admin:choi", "PUT", "/quotas", quota).await;
    service.ok("admin:choi", "DELETE", "/quotas?kind=role&name=user", "").await;
    service.refused("desk:park", "GET", "/audit", "").await;
    let mut entries = Vec::new();
    for (scope, user) in [("me", "kim"), ("desk", "desk:park"), ("all", "admin:choi")] {
        let entry = json!({"scope": scope, "desk": "경제:증권", "kind": "except", "wrong": "비밀"});
        let added = service.ok(user, "POST", "/dictionary", &entry.to_string()).await;
        let id = added["id"].as_str().unwrap().to_owned();
        let path = percent_encoding::utf8_percent_encode(&id, percent_encoding::NON_ALPHANUMERIC);
        service.ok(user, "DELETE", &format!("/dictionary/{path}"), "").await;
        entries.push(id);
    }
    let page = page(&service, "").await;
    assert_eq!(page["intact"], true);
    assert_eq!(
        lines(&page),
        [
            format!("choi file-added Basic {id} done"),
            format!("choi file-changed Basic {id} done"),
            format!("choi file-removed Basic {id} done"),
            "choi prompt-saved Pro v1 done".into(),
            "kim denied edit-prompts refused".into(),
            "kim conversation-removed c done".into(),
            "choi exported usage 2026-11-01 2026-11-30 done".into(),
            "choi read-of-another usage kim done".into(),
            "choi quota-saved role user done".into(),
            "choi quota-removed role user done".into(),
            "park denied read-audit refused".into(),
            // What somebody keeps for themselves is their own.
            format!("park entry-removed {} done", entries[1]),
            format!("choi entry-removed {} done", entries[2]),
        ]
    );
    for text in ["비밀", "지침", "규정", "<b>"] {
        assert!(!page.to_string().contains(text), "{text}");
    }
}

#[tokio::test]
async fn pages_follow_one_another_in_both_directions() {
    let service = service(None);
    for number in 0..5 {
        service.refused(&format!("user{number}"), "GET", "/quotas", "").await;
    }
    let sequences = async |query: &str| {
        let page = page(&service, query).await;
        assert_eq!(page["intact"], true, "{query}");
        let rows = page["rows"].as_array().unwrap().iter();
        rows.map(|row| row["sequence"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(sequences("?limit=2").await, [4, 5]);
    assert_eq!(sequences("?before=4&limit=2").await, [2, 3]);
    assert_eq!(sequences("?before=2&limit=2").await, [1]);
    assert_eq!(sequences("?before=1&limit=2").await, [0_u64; 0]);
    assert_eq!(sequences("?after=0&limit=2").await, [1, 2]);
    assert_eq!(sequences("?after=4").await, [5]);
    assert_eq!(sequences("?after=5").await, [0_u64; 0]);
    for bad in ["?limit=0", "?limit=1001", "?after=x"] {
        let path = format!("/audit{bad}");
        assert_eq!(service.refused("admin:choi", "GET", &path, "").await.0, 400);
    }
    let (headers, text) = service.text("admin:choi", "/audit/export").await;
    assert_eq!(headers["content-type"], "application/x-ndjson");
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 6);
    assert_eq!(rows[5]["action"], "exported");
}

#[tokio::test]
async fn a_changed_and_a_removed_row_show() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let store = Arc::new(SqliteStore::open(&path, SqliteOptions::default()).unwrap());
    let router = router_over(&store, None);
    let service = Service { router, store: Arc::new(MemoryStore::default()) };
    for _ in 0..3 {
        service.refused("kim", "GET", "/quotas", "").await;
    }
    assert_eq!(page(&service, "").await["intact"], json!(true));
    let other = rusqlite::Connection::open(&path).unwrap();
    let entry = r#""usage-tracking" WHERE userId = '##audit' AND body LIKE '%"sequence":2,%'"#;
    let kept: String =
        other.query_row(&format!("SELECT body FROM {entry}"), [], |row| row.get(0)).unwrap();
    let set = |body: &str| {
        let update = r#"UPDATE "usage-tracking" SET body = ?1
            WHERE userId = '##audit' AND body LIKE '%"sequence":2,%'"#;
        assert_eq!(other.execute(update, [body]).unwrap(), 1);
    };
    set(&kept.replace("kim", "lee"));
    assert_eq!(page(&service, "").await["intact"], json!(false));
    set(&kept);
    assert_eq!(page(&service, "").await["intact"], json!(true));
    assert_eq!(other.execute(&format!("DELETE FROM {entry}"), []).unwrap(), 1);
    assert_eq!(page(&service, "").await["intact"], json!(false));
    let left = store.entries_after(0, 10).await.unwrap();
    assert_eq!(left.len(), 2);
}
