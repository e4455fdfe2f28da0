//! A proofread with a prompt nobody has saved: the turn everybody runs, over stores that keep nothing
//! of it but what it cost.

use std::sync::Arc;

use async_trait::async_trait;

use super::{SequencedEvent, TurnEvent, TurnRecord, Turns};
use crate::engine::Engine;
use crate::id::{FileId, TurnId, UserId};
use crate::ports::{Conclusion, OpenedTurn, Opening, PromptStore, StoreError, TurnStore};
use crate::prompt::{Prompt, PromptChange, PromptFile};
use crate::text::ArticleText;
use crate::time::Timestamp;

impl Turns {
    /// The use case with a changed prompt. A turn of it reserves and settles as any other and a kill
    /// leaves it to the same recovery; its text, its findings and the change itself are kept nowhere.
    #[must_use]
    pub fn trial(&self, change: PromptChange) -> Self {
        let prompts = Arc::new(Changed { saved: Arc::clone(&self.prompts), change });
        let turns = Arc::new(Unkept(Arc::clone(&self.turns)));
        Self { prompts, turns, ..self.clone() }
    }
}

/// The saved prompts as they would be with a change.
struct Changed {
    saved: Arc<dyn PromptStore>,
    change: PromptChange,
}

#[async_trait]
impl PromptStore for Changed {
    async fn prompt(&self, engine: Engine) -> Result<Prompt, StoreError> {
        Ok(self.saved.prompt(engine).await?.changed(self.change.clone()))
    }

    async fn save_prompt(
        &self,
        engine: Engine,
        change: &PromptChange,
        expected: Option<u64>,
        by: &UserId,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        self.saved.save_prompt(engine, change, expected, by, at).await
    }

    async fn prompt_versions(&self, engine: Engine) -> Result<Vec<Prompt>, StoreError> {
        self.saved.prompt_versions(engine).await
    }

    async fn prompt_version(
        &self,
        engine: Engine,
        version: u64,
    ) -> Result<Option<Prompt>, StoreError> {
        self.saved.prompt_version(engine, version).await
    }

    async fn files(&self, engine: Engine) -> Result<Vec<PromptFile>, StoreError> {
        self.saved.files(engine).await
    }

    async fn add_file(&self, file: &PromptFile) -> Result<(), StoreError> {
        self.saved.add_file(file).await
    }

    async fn update_file(
        &self,
        engine: Engine,
        id: &FileId,
        name: Option<&str>,
        content: Option<&ArticleText>,
    ) -> Result<bool, StoreError> {
        self.saved.update_file(engine, id, name, content).await
    }

    async fn delete_file(&self, engine: Engine, id: &FileId) -> Result<bool, StoreError> {
        self.saved.delete_file(engine, id).await
    }
}

/// Keeps turns without question, text, findings and answer; what they cost is kept as ever.
struct Unkept(Arc<dyn TurnStore>);

/// Whether a kill must leave the event behind, so that the turn is paid for.
fn is_about_cost(event: &TurnEvent) -> bool {
    match event {
        TurnEvent::Started { .. } | TurnEvent::Switched { .. } | TurnEvent::Usage { .. } => true,
        TurnEvent::AnswerStarted { .. }
        | TurnEvent::Text { .. }
        | TurnEvent::Finding(_)
        | TurnEvent::Sources { .. }
        | TurnEvent::Notice(_)
        | TurnEvent::Ended { .. }
        | TurnEvent::Failed { .. } => false,
    }
}

#[async_trait]
impl TurnStore for Unkept {
    async fn open(&self, opening: &Opening) -> Result<OpenedTurn, StoreError> {
        self.0.open(&Opening { question: None, ..opening.clone() }).await
    }

    async fn find(&self, user: &UserId, turn: &TurnId) -> Result<Option<TurnRecord>, StoreError> {
        self.0.find(user, turn).await
    }

    async fn append_events(
        &self,
        turn: &TurnRecord,
        events: &[Arc<SequencedEvent>],
    ) -> Result<(), StoreError> {
        let paid = events.iter().filter(|event| is_about_cost(&event.event));
        let paid: Vec<_> = paid.map(Arc::clone).collect();
        self.0.append_events(turn, &paid).await
    }

    async fn events_after(
        &self,
        turn: &TurnRecord,
        sequence: u64,
    ) -> Result<Vec<SequencedEvent>, StoreError> {
        self.0.events_after(turn, sequence).await
    }

    async fn conclude(&self, conclusion: &Conclusion) -> Result<(), StoreError> {
        let (answer, events) = (None, Vec::new());
        self.0.conclude(&Conclusion { answer, events, ..conclusion.clone() }).await
    }

    async fn ask_stop(&self, user: &UserId, turn: &TurnId) -> Result<bool, StoreError> {
        self.0.ask_stop(user, turn).await
    }

    async fn stop_asked(&self, turn: &TurnRecord) -> Result<bool, StoreError> {
        self.0.stop_asked(turn).await
    }

    async fn open_turns(&self) -> Result<Vec<TurnRecord>, StoreError> {
        self.0.open_turns().await
    }
}
