//! Rows of versions: the note that lists read, and the text beside it.

use domain::finding::TrackedFinding;
use domain::id::UserId;
use domain::ports::StoreError;
use domain::text::ArticleText;
use domain::version::{VersionNote, VersionReason};
use serde::{Deserialize, Serialize};

use super::finding::FindingRow;
use super::{named, time};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionNoteRow {
    version: u64,
    at: String,
    author: String,
    reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    characters: u64,
    open_suggestions: u64,
}

impl From<&VersionNote> for VersionNoteRow {
    fn from(note: &VersionNote) -> Self {
        Self {
            version: note.version,
            at: note.at.rfc3339(),
            author: note.author.as_str().into(),
            reason: note.reason.name().into(),
            label: note.label.as_ref().map(|label| label.as_str().into()),
            characters: note.characters,
            open_suggestions: note.open_suggestions,
        }
    }
}

impl VersionNoteRow {
    pub(crate) fn note(self) -> Result<VersionNote, StoreError> {
        Ok(VersionNote {
            version: self.version,
            at: time(&self.at)?,
            author: UserId::new(self.author),
            reason: named("version reason", VersionReason::from_name(&self.reason))?,
            label: self.label.map(ArticleText::new),
            characters: self.characters,
            open_suggestions: self.open_suggestions,
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct VersionTextRow {
    pub(crate) text: String,
    findings: Vec<FindingRow>,
}

impl VersionTextRow {
    pub(crate) fn new(text: &ArticleText, findings: &[TrackedFinding]) -> Self {
        let findings = findings.iter().map(FindingRow::from).collect();
        Self { text: text.as_str().into(), findings }
    }

    pub(crate) fn parts(self) -> Result<(ArticleText, Vec<TrackedFinding>), StoreError> {
        let findings = self.findings.into_iter().map(FindingRow::tracked);
        Ok((ArticleText::new(self.text), findings.collect::<Result<_, _>>()?))
    }
}
