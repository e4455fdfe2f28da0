//! Versions of the text: a note that lists read and a text beside it, numbered in order.

use async_trait::async_trait;
use domain::article::open_findings;
use domain::conversation::Draft;
use domain::id::{ConversationId, UserId};
use domain::ports::{StoreError, VersionStore};
use domain::version::{
    DRAFT_VERSION_AFTER_MS, KeptVersion, VERSIONS_KEPT, Version, VersionNote, VersionReason,
    VersionRequest,
};

use super::super::{Store, next_number, numbered, partition_of, with_prefix};
use super::{TABLE, header};
use crate::rows::{self, DraftRow, VersionNoteRow, VersionTextRow};
use crate::table::{Backend, Rows};

/// The number of the newest version.
const COUNTER: &str = "n#versions";

fn note_key(version: u64) -> String {
    numbered("v#", version)
}

fn text_key(version: u64) -> String {
    numbered("w#", version)
}

/// Keeps a draft that was saved, where the last version is old and has another text.
pub(super) fn keep_draft(
    rows: &mut dyn Rows,
    partition: &str,
    author: &UserId,
    draft: &Draft,
) -> Result<(), StoreError> {
    let at = draft.updated_at;
    if let Some(newest) = newest(rows, partition)? {
        let is_young = at.millis() - newest.at.millis() <= DRAFT_VERSION_AFTER_MS;
        if is_young || has_text(rows, partition, newest.version, draft)? {
            return Ok(());
        }
    }
    let (author, reason) = (author.clone(), VersionReason::Draft);
    add(rows, partition, draft, &VersionRequest { author, reason, label: None, at }).map(drop)
}

fn keep(
    rows: &mut dyn Rows,
    partition: &str,
    request: &VersionRequest,
) -> Result<Option<KeptVersion>, StoreError> {
    rows.prefetch(TABLE, partition, &["d#draft".into(), COUNTER.into()])?;
    let Some(body) = rows.get(TABLE, partition, "d#draft")? else { return Ok(None) };
    let draft = rows::read::<DraftRow>("draft", &body)?.draft()?;
    match newest(rows, partition)? {
        Some(newest) if has_text(rows, partition, newest.version, &draft)? => {
            let named = renamed(&newest, request);
            if named != newest {
                put_note(rows, partition, &named)?;
            }
            Ok(Some(KeptVersion::Same(named)))
        }
        _ => add(rows, partition, &draft, request).map(|note| Some(KeptVersion::New(note))),
    }
}

/// The version as the request wants it called. What was kept by itself is now kept on purpose, so
/// that it outlives drafts.
fn renamed(newest: &VersionNote, request: &VersionRequest) -> VersionNote {
    let reason = match newest.reason {
        VersionReason::Draft => request.reason,
        reason => reason,
    };
    let label = request.label.clone().or_else(|| newest.label.clone());
    VersionNote { reason, label, ..newest.clone() }
}

fn add(
    rows: &mut dyn Rows,
    partition: &str,
    draft: &Draft,
    request: &VersionRequest,
) -> Result<VersionNote, StoreError> {
    let version = next_number(rows, partition, COUNTER)?;
    let characters = draft.text.as_str().chars().count();
    let note = VersionNote {
        version,
        at: request.at,
        author: request.author.clone(),
        reason: request.reason,
        label: request.label.clone(),
        characters: u64::try_from(characters).unwrap_or(u64::MAX),
        open_suggestions: open_findings(&draft.findings),
    };
    let kept = u64::try_from(VERSIONS_KEPT).unwrap_or(u64::MAX);
    if version > kept {
        drop_oldest(rows, partition)?;
    }
    put_note(rows, partition, &note)?;
    let text = VersionTextRow::new(&draft.text, &draft.findings);
    let body = rows::write("version text", &text)?;
    rows.put(TABLE, partition, &text_key(version), &body)?;
    Ok(note)
}

/// Makes room for one more: the oldest that was kept by itself goes, or the oldest of all.
fn drop_oldest(rows: &mut dyn Rows, partition: &str) -> Result<(), StoreError> {
    let notes = notes(rows, partition)?;
    let excess = (notes.len() + 1).saturating_sub(VERSIONS_KEPT);
    let is_draft = |note: &&VersionNote| note.reason == VersionReason::Draft;
    let drafts = notes.iter().filter(is_draft);
    let others = notes.iter().filter(|note| !is_draft(note));
    for note in drafts.chain(others).take(excess) {
        rows.delete(TABLE, partition, &note_key(note.version))?;
        rows.delete(TABLE, partition, &text_key(note.version))?;
    }
    Ok(())
}

fn put_note(rows: &mut dyn Rows, partition: &str, note: &VersionNote) -> Result<(), StoreError> {
    let body = rows::write("version", &VersionNoteRow::from(note))?;
    rows.put(TABLE, partition, &note_key(note.version), &body)
}

/// Notes, oldest first.
fn notes(rows: &mut dyn Rows, partition: &str) -> Result<Vec<VersionNote>, StoreError> {
    let found = with_prefix(rows, TABLE, partition, "v#")?;
    let read = |(_, body): &(String, String)| rows::read::<VersionNoteRow>("version", body)?.note();
    found.iter().map(read).collect()
}

fn note(
    rows: &mut dyn Rows,
    partition: &str,
    version: u64,
) -> Result<Option<VersionNote>, StoreError> {
    let Some(body) = rows.get(TABLE, partition, &note_key(version))? else { return Ok(None) };
    rows::read::<VersionNoteRow>("version", &body)?.note().map(Some)
}

fn newest(rows: &mut dyn Rows, partition: &str) -> Result<Option<VersionNote>, StoreError> {
    let Some(count) = rows.get(TABLE, partition, COUNTER)? else { return Ok(None) };
    note(rows, partition, rows::read("counter", &count)?)
}

fn has_text(
    rows: &mut dyn Rows,
    partition: &str,
    version: u64,
    draft: &Draft,
) -> Result<bool, StoreError> {
    let Some(body) = rows.get(TABLE, partition, &text_key(version))? else { return Ok(false) };
    Ok(rows::read::<VersionTextRow>("version text", &body)?.text == draft.text.as_str())
}

fn read(rows: &mut dyn Rows, partition: &str, version: u64) -> Result<Option<Version>, StoreError> {
    rows.prefetch(TABLE, partition, &[note_key(version), text_key(version)])?;
    let Some(note) = note(rows, partition, version)? else { return Ok(None) };
    let Some(body) = rows.get(TABLE, partition, &text_key(version))? else { return Ok(None) };
    let (text, findings) = rows::read::<VersionTextRow>("version text", &body)?.parts()?;
    Ok(Some(Version { note, text, findings }))
}

#[async_trait]
impl<B: Backend> VersionStore for Store<B> {
    async fn versions(
        &self,
        user: &UserId,
        id: &ConversationId,
    ) -> Result<Option<Vec<VersionNote>>, StoreError> {
        let (user, id) = (user.clone(), id.clone());
        self.read(move |rows| {
            if header::body(rows, &user, &id)?.is_none() {
                return Ok(None);
            }
            let mut notes = notes(rows, &partition_of(&user, &id))?;
            notes.reverse();
            Ok(Some(notes))
        })
        .await
    }

    async fn version(
        &self,
        user: &UserId,
        id: &ConversationId,
        version: u64,
    ) -> Result<Option<Version>, StoreError> {
        let (user, id) = (user.clone(), id.clone());
        self.read(move |rows| {
            // What is left of a conversation that was removed belongs to nobody.
            if header::body(rows, &user, &id)?.is_none() {
                return Ok(None);
            }
            read(rows, &partition_of(&user, &id), version)
        })
        .await
    }

    async fn keep_version(
        &self,
        user: &UserId,
        id: &ConversationId,
        request: &VersionRequest,
    ) -> Result<Option<KeptVersion>, StoreError> {
        let (partition, request) = (partition_of(user, id), request.clone());
        let kept = self.on_header(user, id, move |rows, _| keep(rows, &partition, &request));
        Ok(kept.await?.flatten())
    }
}
