//! Versions of a text on the wire.

use checker::utf16::Utf16Index;
use domain::id::UserId;
use domain::text::ArticleText;
use domain::time::Timestamp;
use domain::version::{LABEL_LIMIT_CHARS, Version, VersionNote, VersionReason, VersionRequest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::suggestion::TrackedSuggestion;

/// A version without its text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionNoteWire {
    /// Counts from 1; a number is never given twice.
    version: u64,
    created_at: String,
    author: String,
    /// `draft`, `run`, `restore` or `manual`.
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    characters: u64,
    open_suggestions: u64,
}

impl VersionNoteWire {
    pub(crate) fn new(note: &VersionNote) -> Self {
        Self {
            version: note.version,
            created_at: note.at.rfc3339(),
            author: note.author.as_str().to_owned(),
            reason: note.reason.name().to_owned(),
            label: note.label.as_ref().map(|label| label.as_str().to_owned()),
            characters: note.characters,
            open_suggestions: note.open_suggestions,
        }
    }
}

/// A version with its text.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionWire {
    #[serde(flatten)]
    note: VersionNoteWire,
    text: String,
    suggestions: Vec<TrackedSuggestion>,
}

impl VersionWire {
    pub(crate) fn new(version: &Version) -> Self {
        let text = version.text.as_str();
        let index = Utf16Index::new(text);
        let tracked = version.findings.iter();
        Self {
            note: VersionNoteWire::new(&version.note),
            text: text.to_owned(),
            suggestions: tracked.map(|one| TrackedSuggestion::new(&index, one)).collect(),
        }
    }
}

/// The wish to keep the draft as it now stands.
#[derive(Deserialize, ToSchema)]
pub(crate) struct KeepVersion {
    /// `run`, `restore` or `manual`; `draft` is kept like those the service keeps by itself.
    reason: String,
    /// What to call it; cut to 200 characters.
    label: Option<String>,
}

impl KeepVersion {
    /// The wish, or `None` for a reason nobody knows.
    pub(crate) fn request(self, author: &UserId, at: Timestamp) -> Option<VersionRequest> {
        let cut = |label: String| label.chars().take(LABEL_LIMIT_CHARS).collect::<String>();
        Some(VersionRequest {
            author: author.clone(),
            reason: VersionReason::from_name(&self.reason)?,
            label: self.label.map(cut).filter(|label| !label.is_empty()).map(ArticleText::new),
            at,
        })
    }
}
