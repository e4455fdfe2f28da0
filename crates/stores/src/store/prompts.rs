//! Prompts with their versions, and files.

use std::sync::Arc;

use async_trait::async_trait;
use domain::engine::Engine;
use domain::id::{FileId, UserId};
use domain::ports::{PromptStore, StoreError};
use domain::prompt::{Prompt, PromptChange, PromptFile};
use domain::text::ArticleText;
use domain::time::Timestamp;

use super::{Store, known, numbered};
use crate::rows::{self, FileRow, PromptRow};
use crate::table::{Backend, Rows, Table, key_part};

fn version_key(engine: Engine, version: u64) -> String {
    numbered(&format!("{}#v", engine.name()), version)
}

fn read_prompt(rows: &mut dyn Rows, engine: Engine) -> Result<Prompt, StoreError> {
    match rows.get(Table::Prompts, engine.name(), "")? {
        Some(body) => rows::read::<PromptRow>("prompt", &body)?.prompt(engine),
        None => Ok(Prompt::empty(engine)),
    }
}

fn read_version(
    rows: &mut dyn Rows,
    engine: Engine,
    version: u64,
) -> Result<Option<Prompt>, StoreError> {
    let body = rows.get(Table::Prompts, &version_key(engine, version), "")?;
    let Some(body) = body else { return Ok(None) };
    rows::read::<PromptRow>("prompt version", &body)?.prompt(engine).map(Some)
}

fn save(
    rows: &mut dyn Rows,
    stored: Prompt,
    change: PromptChange,
    by: UserId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let saved = Prompt {
        version: stored.version + 1,
        updated_at: Some(at),
        updated_by: Some(by),
        ..stored.changed(change)
    };
    write_prompt(rows, &saved)?;
    Ok(saved.version)
}

/// Writes the live prompt and keeps it under its version.
pub(crate) fn write_prompt(rows: &mut dyn Rows, prompt: &Prompt) -> Result<(), StoreError> {
    let body = rows::write("prompt", &PromptRow::from(prompt))?;
    rows.put(Table::Prompts, prompt.engine.name(), "", &body)?;
    rows.put(Table::Prompts, &version_key(prompt.engine, prompt.version), "", &body)
}

fn read_file(
    rows: &mut dyn Rows,
    engine: Engine,
    id: &FileId,
) -> Result<Option<PromptFile>, StoreError> {
    let body = rows.get(Table::Files, engine.name(), &key_part(id.as_str()))?;
    let Some(body) = body else { return Ok(None) };
    rows::read::<FileRow>("file", &body)?.file(engine, id.as_str()).map(Some)
}

fn write_file(rows: &mut dyn Rows, file: &PromptFile) -> Result<(), StoreError> {
    let body = rows::write("file", &FileRow::from(file))?;
    rows.put(Table::Files, file.engine.name(), &key_part(file.id.as_str()), &body)
}

#[async_trait]
impl<B: Backend> PromptStore for Store<B> {
    async fn prompt(&self, engine: Engine) -> Result<Prompt, StoreError> {
        let (mark, kept) = (self.settings_mark()?, &self.known.prompts);
        let prompt = match kept.current(&engine, mark) {
            Some(prompt) => prompt,
            None => {
                let last = kept.last(&engine).flatten();
                let read = self.glance(move |rows| known::read_prompt(rows, engine, last.as_ref()));
                let read = read.await?;
                kept.keep(engine, mark, read.clone());
                read
            }
        };
        Ok(prompt.map_or_else(|| Prompt::empty(engine), |prompt| prompt.value.clone()))
    }

    async fn save_prompt(
        &self,
        engine: Engine,
        change: &PromptChange,
        expected: Option<u64>,
        by: &UserId,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let (change, by) = (change.clone(), by.clone());
        self.transact(move |rows| {
            let stored = read_prompt(rows, engine)?;
            if expected.is_some_and(|expected| expected != stored.version) {
                return Err(StoreError::Conflict);
            }
            save(rows, stored, change.clone(), by.clone(), at)
        })
        .await
    }

    async fn prompt_versions(&self, engine: Engine) -> Result<Vec<Prompt>, StoreError> {
        self.read(move |rows| {
            let mut found = Vec::new();
            for version in (1..=read_prompt(rows, engine)?.version).rev() {
                // A version that an import did not bring is left out.
                found.extend(read_version(rows, engine, version)?);
            }
            Ok(found)
        })
        .await
    }

    async fn prompt_version(
        &self,
        engine: Engine,
        version: u64,
    ) -> Result<Option<Prompt>, StoreError> {
        self.read(move |rows| read_version(rows, engine, version)).await
    }

    async fn files(&self, engine: Engine) -> Result<Vec<PromptFile>, StoreError> {
        let (mark, kept) = (self.settings_mark()?, &self.known.files);
        let read = match kept.current(&engine, mark) {
            Some(read) => read,
            None => {
                let last = kept.last(&engine).unwrap_or_default();
                let read = self.glance(move |rows| known::read_files(rows, engine, &last));
                let read = Arc::new(read.await?);
                kept.keep(engine, mark, Arc::clone(&read));
                read
            }
        };
        let mut files: Vec<_> = read.values().map(|file| file.value.clone()).collect();
        files.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(files)
    }

    async fn add_file(&self, file: &PromptFile) -> Result<(), StoreError> {
        let file = file.clone();
        self.transact(move |rows| {
            let is_taken = read_file(rows, file.engine, &file.id)?.is_some();
            if is_taken { Err(StoreError::Conflict) } else { write_file(rows, &file) }
        })
        .await
    }

    async fn update_file(
        &self,
        engine: Engine,
        id: &FileId,
        name: Option<&str>,
        content: Option<&ArticleText>,
    ) -> Result<bool, StoreError> {
        let (id, name, content) = (id.clone(), name.map(str::to_owned), content.cloned());
        self.transact(move |rows| {
            let Some(mut file) = read_file(rows, engine, &id)? else { return Ok(false) };
            if let Some(name) = &name {
                file.name.clone_from(name);
            }
            if let Some(content) = &content {
                file.content.clone_from(content);
            }
            write_file(rows, &file)?;
            Ok(true)
        })
        .await
    }

    async fn delete_file(&self, engine: Engine, id: &FileId) -> Result<bool, StoreError> {
        let id = id.clone();
        self.transact(move |rows| {
            let is_there = read_file(rows, engine, &id)?.is_some();
            rows.delete(Table::Files, engine.name(), &key_part(id.as_str()))?;
            Ok(is_there)
        })
        .await
    }
}
