//! `/files`: the text of a file somebody opens, and a Word document of what became of a text.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::file::{Extracted, FileWarning};
use domain::ports::TextExtractor;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use crate::App;
use crate::auth::Caller;
use crate::body::{Body, RawBody};
use crate::error::{ApiError, ErrorBody};
use crate::sentences::file_warning_sentence;

/// A file to read may hold so many bytes.
pub(super) const FILE_LIMIT_BYTES: usize = 20 * 1024 * 1024;

/// So many files are held in memory at a time.
const PLACES: usize = 8;

/// So long a client may take to send a file.
const SENDING_LIMIT: Duration = Duration::from_secs(60);

/// The type of Word's documents.
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Who changed a text, as Word shows it.
#[cfg(feature = "files")]
const AUTHOR: &str = "교열";

/// Words of two texts are compared so long; the rest is shown as replaced whole.
#[cfg(feature = "files")]
const COMPARING_LIMIT: Duration = Duration::from_secs(2);

/// The reader of files, and how many may be read at a time.
pub struct FileReader {
    extractor: Arc<dyn TextExtractor>,
    places: Semaphore,
}

impl FileReader {
    /// A reader through that extractor.
    #[must_use]
    pub fn new(extractor: Arc<dyn TextExtractor>) -> Self {
        Self { extractor, places: Semaphore::new(PLACES) }
    }
}

/// The text of a file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExtractedWire {
    /// One paragraph a line.
    text: String,
    /// `txt`, `docx`, `hwp`, `hwpx` or `pdf`, by the file's content.
    kind: &'static str,
    /// The title the file gives itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    warnings: Vec<FileWarningWire>,
}

/// What somebody who goes on with the text should know.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileWarningWire {
    /// `encoding_guessed`, `changes_accepted`, `changes_unread`, `characters_lost`, `lines_joined`,
    /// `recognised_text` or `pages_scanned`.
    code: &'static str,
    /// A sentence for the person who opened the file.
    message: &'static str,
}

impl FileWarningWire {
    fn new(warning: FileWarning) -> Self {
        Self { code: warning.code(), message: file_warning_sentence(warning) }
    }
}

impl ExtractedWire {
    fn new(extracted: &Extracted) -> Self {
        Self {
            text: extracted.text.as_str().to_owned(),
            kind: extracted.kind.name(),
            title: extracted.title.as_ref().map(|title| title.as_str().to_owned()),
            warnings: extracted.warnings.iter().copied().map(FileWarningWire::new).collect(),
        }
    }
}

/// Reads the text out of a file of at most 20 MB. Its name may come along and is not looked at.
#[utoipa::path(post, path = "/files/extract",
    params(("name" = Option<String>, Query, description = "What the file is called; not looked at")),
    request_body(content = String, content_type = "application/octet-stream",
        description = "The file's bytes"),
    responses((status = 200, body = ExtractedWire),
        (status = 408, body = ErrorBody, description = "`body_too_slow`"),
        (status = 413, body = ErrorBody, description = "`body_too_large`, `text_too_long`"),
        (status = 415, body = ErrorBody, description = "`unknown_file_kind`"),
        (status = 422, body = ErrorBody,
            description = "`scanned_pdf`, `encrypted_file`, `unreadable_file`, `file_too_slow`"),
        (status = 501, body = ErrorBody, description = "`no_file_reader`"),
        (status = 503, body = ErrorBody, description = "`files_busy`")))]
pub(crate) async fn extract_file(
    State(app): State<Arc<App>>,
    _caller: Caller,
    request: Request,
) -> Result<Json<ExtractedWire>, ApiError> {
    let reader = app.files.as_ref().ok_or_else(|| ApiError::not_here("no_file_reader"))?;
    // The place is held from the first byte on: what waits costs memory too.
    let _place = reader.places.try_acquire().map_err(|_| ApiError::busy("files_busy"))?;
    let body = tokio::time::timeout(SENDING_LIMIT, RawBody::from_request(request, &())).await;
    let RawBody(bytes) = body.map_err(|_| ApiError::too_slow("body_too_slow"))??;
    let extracted = reader.extractor.extract(bytes.into()).await?;
    Ok(Json(ExtractedWire::new(&extracted)))
}

/// A text before and after it was worked on.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RedlineWire {
    /// The document's title and, as far as it can be, its file's name.
    title: String,
    before: String,
    after: String,
}

/// Writes a Word document with tracked changes: accepting all gives `after`, rejecting all `before`.
#[utoipa::path(post, path = "/files/docx", request_body = RedlineWire, responses(
    (status = 200, body = String, content_type =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (status = 400, body = ErrorBody), (status = 413, body = ErrorBody),
    (status = 501, body = ErrorBody, description = "`no_file_reader`")))]
pub(crate) async fn write_docx(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Body(redline): Body<RedlineWire>,
) -> Result<Response, ApiError> {
    app.turns.check_length(&who, &redline.before).await?;
    app.turns.check_length(&who, &redline.after).await?;
    let at = app.turns.clock.now().rfc3339();
    let name = file_name(&redline.title);
    let written = tokio::task::spawn_blocking(move || written(&redline, &at)).await;
    let bytes = written.map_err(|_| ApiError::internal())??;
    let headers = [(header::CONTENT_TYPE, DOCX.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

#[cfg(feature = "files")]
fn written(redline: &RedlineWire, at: &str) -> Result<Vec<u8>, ApiError> {
    let redline = crate::files::Redline {
        title: &redline.title,
        before: &redline.before,
        after: &redline.after,
        author: AUTHOR,
        at,
    };
    let deadline = std::time::Instant::now() + COMPARING_LIMIT;
    let written = crate::files::write_tracked(&redline, deadline);
    written.map_err(|_| ApiError::too_large("text_too_long"))
}

#[cfg(not(feature = "files"))]
fn written(_revision: &RedlineWire, _at: &str) -> Result<Vec<u8>, ApiError> {
    Err(ApiError::not_here("no_file_reader"))
}

/// The header that names the file (RFC 6266): what could be a path or end a header is left out.
fn file_name(title: &str) -> String {
    let is_fine = |character: &char| {
        !character.is_control() && !r#"/\:*?"<>|"#.contains(*character) && !is_turning(*character)
    };
    let name: String = title.chars().filter(is_fine).take(80).collect();
    let name = match name.trim().trim_matches('.') {
        "" => "article",
        name => name,
    };
    let encoded = utf8_percent_encode(name, NON_ALPHANUMERIC);
    format!("attachment; filename=\"article.docx\"; filename*=UTF-8''{encoded}.docx")
}

/// Whether a character turns the direction of what follows, which hides a file's ending.
fn is_turning(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_title_becomes_a_harmless_name() {
        for (title, expected) in [
            ("금리", "%EA%B8%88%EB%A6%AC"),
            ("../../etc/passwd", "etcpasswd"),
            ("a\r\nX: y\u{202e}xcod.exe", "aX%20yxcod%2Eexe"),
            ("...", "article"),
            ("", "article"),
        ] {
            let expected =
                format!("attachment; filename=\"article.docx\"; filename*=UTF-8''{expected}.docx");
            assert_eq!(file_name(title), expected);
        }
    }
}
