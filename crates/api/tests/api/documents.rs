//! Files that are opened and documents that are written.

use std::sync::Arc;

use api::FileReader;
use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;
use domain::file::{Extracted, FileError, FileKind, FileWarning};
use domain::ports::TextExtractor;
use domain::text::ArticleText;
use serde_json::json;
use tokio::sync::Notify;

use crate::bench::{Service, reading, service};

/// Reads text as it stands, and says by its first letter what went wrong.
struct ByLetter {
    /// Told when a file waits, which it does until told itself.
    waits: Notify,
    goes_on: Notify,
}

#[async_trait]
impl TextExtractor for ByLetter {
    async fn extract(&self, bytes: Vec<u8>) -> Result<Extracted, FileError> {
        match bytes.first() {
            Some(b'u') => Err(FileError::UnknownKind),
            Some(b'b') => Err(FileError::Unreadable),
            Some(b'e') => Err(FileError::Encrypted),
            Some(b's') => Err(FileError::Scanned),
            Some(b't') => Err(FileError::TooSlow),
            Some(b'l') => Err(FileError::TooLong),
            Some(b'f') => Err(FileError::Failed("no process".into())),
            // It panics.
            Some(b'p') => Err(FileError::Failed(String::from_utf8(vec![0xff]).unwrap().into())),
            first => {
                if first == Some(&b'w') {
                    self.waits.notify_one();
                    self.goes_on.notified().await;
                }
                Ok(Extracted {
                    kind: FileKind::Hwp,
                    title: Some(ArticleText::new("제목")),
                    text: ArticleText::new(String::from_utf8(bytes).unwrap()),
                    warnings: vec![FileWarning::ChangesUnread],
                })
            }
        }
    }
}

fn with_reader() -> (Service, Arc<ByLetter>) {
    let extractor = Arc::new(ByLetter { waits: Notify::new(), goes_on: Notify::new() });
    (reading(FileReader::new(extractor.clone())), extractor)
}

#[tokio::test]
async fn a_file_is_read() {
    let (service, _) = with_reader();
    let path = "/files/extract?name=%2e%2e%2fa.hwp";
    let found = service.ok("kim", "POST", path, "가 😀 \u{1112}\u{1161}\u{11ab}").await;
    let message = "변경 내용을 추적하는 문서입니다. 지운 글이 섞여 있을 수 있습니다.";
    assert_eq!(
        found,
        json!({
            "text": "가 😀 \u{1112}\u{1161}\u{11ab}", "kind": "hwp", "title": "제목",
            "warnings": [{"code": "changes_unread", "message": message}],
        })
    );
    // More than any other body may hold.
    let large = "가".repeat(1_700_000);
    let found = service.ok("kim", "POST", "/files/extract", &large).await;
    assert_eq!(found["text"].as_str().map(str::len), Some(large.len()));
}

#[tokio::test]
async fn a_file_that_gives_no_text_says_why() {
    let (service, _) = with_reader();
    for (body, expected) in [
        ("u", (415, "unknown_file_kind")),
        ("b", (422, "unreadable_file")),
        ("e", (422, "encrypted_file")),
        ("s", (422, "scanned_pdf")),
        ("t", (422, "file_too_slow")),
        ("l", (413, "text_too_long")),
        ("f", (500, "internal")),
        ("p", (500, "internal")),
    ] {
        let refused = service.refused("kim", "POST", "/files/extract", body).await;
        assert_eq!(refused, (expected.0, expected.1.to_owned()), "{body}");
    }
    let huge = "a".repeat(20 * 1024 * 1024 + 1);
    let refused = service.refused("kim", "POST", "/files/extract", &huge).await;
    assert_eq!(refused, (413, "body_too_large".into()));
    let stranger = Request::post("/files/extract").body(Body::from("가")).unwrap();
    assert_eq!(service.send(stranger).await.0.as_u16(), 401);
}

#[tokio::test]
async fn more_files_at_a_time_than_there_is_room_for_are_refused() {
    let (service, extractor) = with_reader();
    let service = Arc::new(service);
    let mut waiting = Vec::new();
    for _ in 0..8 {
        let service = Arc::clone(&service);
        waiting.push(tokio::spawn(async move {
            service.ok("kim", "POST", "/files/extract", "w").await
        }));
        extractor.waits.notified().await;
    }
    let refused = service.refused("kim", "POST", "/files/extract", "가").await;
    assert_eq!(refused, (503, "files_busy".into()));
    extractor.goes_on.notify_waiters();
    for one in waiting {
        assert_eq!(one.await.unwrap()["text"], "w");
    }
    service.ok("kim", "POST", "/files/extract", "가").await;
}

#[tokio::test]
async fn a_home_without_a_reader_says_so() {
    let refused = service(None).refused("kim", "POST", "/files/extract", "가").await;
    assert_eq!(refused, (501, "no_file_reader".into()));
}

#[tokio::test]
async fn a_document_is_refused_where_it_cannot_be_written() {
    let service = service(None);
    let long = "가".repeat(20_001);
    for body in [
        json!({"title": "", "before": long, "after": ""}),
        json!({"title": "", "before": "", "after": long}),
    ] {
        let refused = service.refused("kim", "POST", "/files/docx", &body.to_string()).await;
        assert_eq!(refused, (413, "text_too_long".into()));
    }
    let refused = service.refused("kim", "POST", "/files/docx", "{}").await;
    assert_eq!(refused, (400, "bad_json".into()));
}

#[cfg(feature = "files")]
#[tokio::test]
async fn a_document_shows_what_became_of_a_text() {
    use tower::ServiceExt;
    let service = service(None);
    let body = json!({"title": "금리/동결", "before": "몇일 뒤 😀", "after": "며칠 뒤 😀"});
    let request = Request::post("/files/docx").header("authorization", "Bearer kim");
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = service.router.clone().oneshot(request).await.unwrap();
    let headers = response.headers().clone();
    assert_eq!(
        headers["content-type"],
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    );
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename=\"article.docx\"; filename*=UTF-8''%EA%B8%88%EB%A6%AC%EB%8F%99%EA%B2%B0.docx"
    );
    let bytes = axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap();
    let accepted = api::files::read(&bytes).unwrap();
    assert_eq!(accepted.text.as_str(), "며칠 뒤 😀");
    assert_eq!(accepted.title.unwrap().as_str(), "금리/동결");
    let rejected = api::files::read_as(&bytes, api::files::Changes::Rejected).unwrap();
    assert_eq!(rejected.text.as_str(), "몇일 뒤 😀");
}
