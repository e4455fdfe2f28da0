//! A turn that was cut, taken up again: its question is asked once more with what was shown of the
//! answer, and only the rest is written.

use super::begin::Asked;
use super::{Begun, Outcome, TurnError, TurnInput, TurnKind, TurnRecord, Turns};
use crate::article::Embargo;
use crate::conversation::Message;
use crate::id::{IdempotencyKey, TurnId};
use crate::ports::{MessageRange, StoreError};
use crate::principal::Principal;
use crate::text::ArticleText;

impl Turns {
    /// Goes on where that turn was cut, stopped or has failed. A chat answer goes on after its last
    /// character; a text is proofread again. Nothing of the conversation may have come after it.
    ///
    /// # Errors
    ///
    /// [`TurnError::NothingToContinue`] for a turn that is unknown, complete, declined, or no longer
    /// the last of its conversation; and everything [`Turns::begin`] refuses.
    pub async fn go_on(
        &self,
        who: &Principal,
        turn: &TurnId,
        idempotency_key: Option<IdempotencyKey>,
    ) -> Result<Begun, TurnError> {
        let found = self.find(&who.user_id, turn).await?;
        let cut = found.ok_or(TurnError::NothingToContinue)?;
        match cut.outcome {
            None => return Err(TurnError::Busy { turn_id: cut.id }),
            Some(Outcome::Completed | Outcome::Refused) => {
                return Err(TurnError::NothingToContinue);
            }
            Some(
                Outcome::Truncated | Outcome::Stopped | Outcome::Interrupted | Outcome::Failed,
            ) => {}
        }
        let asked = self.asked_again(&cut).await?;
        let record = TurnRecord {
            id: TurnId::new(self.ids.next_id()),
            continues: Some(cut.id.clone()),
            idempotency_key,
            started_at: self.clock.now(),
            outcome: None,
            ..cut
        };
        self.open(who, record, asked, Embargo::None).await
    }

    async fn asked_again(&self, cut: &TurnRecord) -> Result<Asked, TurnError> {
        let chain = self.chain(cut).await?;
        let (user, id) = (&cut.user_id, &cut.conversation_id);
        let mut messages = self.conversations.messages(user, id, &MessageRange::default()).await?;
        let last = messages.last().map(|message| message.id.clone());
        let first = chain.last().unwrap_or(cut);
        let question_id = first.question_id();
        let at = messages.iter().position(|message| message.id == question_id);
        let since = messages.split_off(at.ok_or(TurnError::NothingToContinue)?);
        let is_of_chain = |message: &Message| {
            message.id == question_id || chain.iter().any(|turn| message.id == turn.answer_id())
        };
        if !since.iter().all(is_of_chain) {
            return Err(TurnError::NothingToContinue);
        }
        let (question, answers) = since.split_first().ok_or(TurnError::NothingToContinue)?;
        let content = question.content.clone();
        let (input, shown) = match cut.kind {
            TurnKind::Proofread => {
                let (categories, options) = (Vec::new(), Box::default());
                (TurnInput::Proofread { text: content, categories, options }, None)
            }
            TurnKind::Chat => {
                let shown: String = answers.iter().map(|one| one.content.as_str()).collect();
                let shown = (!shown.is_empty()).then(|| ArticleText::new(shown));
                (TurnInput::Chat { message: content }, shown)
            }
        };
        Ok(Asked::Again { input, before: messages, last, shown })
    }

    /// The turn and those it goes on from, newest first.
    async fn chain(&self, cut: &TurnRecord) -> Result<Vec<TurnRecord>, StoreError> {
        let mut chain = vec![cut.clone()];
        let mut next = cut.continues.clone();
        while let Some(id) = next {
            let Some(turn) = self.turns.find(&cut.user_id, &id).await? else { break };
            next = turn.continues.clone();
            chain.push(turn);
        }
        Ok(chain)
    }
}
