//! An engine's prompt and the files attached to it.

use crate::engine::Engine;
use crate::id::{FileId, UserId};
use crate::text::ArticleText;
use crate::time::Timestamp;

/// One version of an engine's prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// Whose prompt.
    pub engine: Engine,
    /// What the engine is for.
    pub description: ArticleText,
    /// What the model is told.
    pub instruction: ArticleText,
    /// Counts saves, from 1; 0 where nobody has saved one yet.
    pub version: u64,
    /// Last save; none where nobody has saved one yet.
    pub updated_at: Option<Timestamp>,
    /// Who saved it.
    pub updated_by: Option<UserId>,
}

impl Prompt {
    /// The prompt of an engine nobody has written one for.
    #[must_use]
    pub fn empty(engine: Engine) -> Self {
        Self {
            engine,
            description: ArticleText::default(),
            instruction: ArticleText::default(),
            version: 0,
            updated_at: None,
            updated_by: None,
        }
    }

    /// The same with what a save changes of its texts.
    #[must_use]
    pub fn changed(self, change: PromptChange) -> Self {
        Self {
            description: change.description.unwrap_or(self.description),
            instruction: change.instruction.unwrap_or(self.instruction),
            ..self
        }
    }
}

/// What a save changes; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PromptChange {
    /// New description.
    pub description: Option<ArticleText>,
    /// New instruction.
    pub instruction: Option<ArticleText>,
}

/// A file the model reads with the prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptFile {
    /// Whose prompt it belongs to.
    pub engine: Engine,
    /// Unique within the engine.
    pub id: FileId,
    /// What the operator calls it.
    pub name: String,
    /// The whole text.
    pub content: ArticleText,
    /// First saved; files go to the model in this order, then by id.
    pub created_at: Timestamp,
}
