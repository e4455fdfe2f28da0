//! Rows of prompts and their files.

use domain::engine::Engine;
use domain::id::{FileId, UserId};
use domain::ports::StoreError;
use domain::prompt::{Prompt, PromptFile};
use domain::text::ArticleText;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::time;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PromptRow {
    #[serde(default)]
    description: String,
    #[serde(default)]
    instruction: String,
    #[serde(default)]
    version: u64,
    #[serde(default)]
    updated_at: Option<String>,
    #[serde(default)]
    updated_by: Option<String>,
}

impl From<&Prompt> for PromptRow {
    fn from(prompt: &Prompt) -> Self {
        Self {
            description: prompt.description.as_str().into(),
            instruction: prompt.instruction.as_str().into(),
            version: prompt.version,
            updated_at: prompt.updated_at.map(Timestamp::rfc3339),
            updated_by: prompt.updated_by.as_ref().map(|user| user.as_str().into()),
        }
    }
}

impl PromptRow {
    pub(crate) fn prompt(self, engine: Engine) -> Result<Prompt, StoreError> {
        Ok(Prompt {
            engine,
            description: ArticleText::new(self.description),
            instruction: ArticleText::new(self.instruction),
            version: self.version,
            updated_at: self.updated_at.as_deref().map(time).transpose()?,
            updated_by: self.updated_by.map(UserId::new),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileRow {
    file_name: String,
    file_content: String,
    created_at: String,
}

impl From<&PromptFile> for FileRow {
    fn from(file: &PromptFile) -> Self {
        Self {
            file_name: file.name.clone(),
            file_content: file.content.as_str().into(),
            created_at: file.created_at.rfc3339(),
        }
    }
}

impl FileRow {
    pub(crate) fn file(self, engine: Engine, id: &str) -> Result<PromptFile, StoreError> {
        Ok(PromptFile {
            engine,
            id: FileId::new(id),
            name: self.file_name,
            content: ArticleText::new(self.file_content),
            created_at: time(&self.created_at)?,
        })
    }
}
