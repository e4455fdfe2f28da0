//! The start of a turn: checks, journal row, reservation, and the saved question.

use std::sync::Arc;

use checker::Settings;

use super::{Begun, OpenTurn, TurnError, TurnInput, TurnRecord, TurnRequest, Turns};
use crate::check::CheckOptions;
use crate::conversation::{Conversation, Message, Speaker, title_of};
use crate::finding::{Finding, from_suggestions};
use crate::id::{ConversationId, TurnId};
use crate::ledger::{Price, Reservation, Reserved};
use crate::model::{Mode, ModelRequest};
use crate::ports::{BegunTurn, Created, MessageRange, StoreError};
use crate::principal::Principal;
use crate::request::{self, UserPart};
use crate::text::ArticleText;

/// What a turn is to answer.
pub(super) enum Asked {
    /// Something new, which is saved.
    New(TurnInput),
    /// The question of a turn that was cut; it is saved already.
    Again {
        /// The question.
        input: TurnInput,
        /// The messages before it.
        before: Vec<Message>,
        /// What the editor has been shown of the answer.
        shown: Option<ArticleText>,
    },
}

impl Asked {
    fn input(&self) -> &TurnInput {
        match self {
            Self::New(input) | Self::Again { input, .. } => input,
        }
    }
}

impl Turns {
    /// Begins a turn: when it returns `New`, the question is saved and what it may cost is
    /// reserved; when it returns an error, nothing runs and nothing stays reserved.
    ///
    /// # Errors
    ///
    /// An empty or too long text, a turn still running in the conversation, a used-up quota, or a
    /// failed store.
    pub async fn begin(&self, who: &Principal, request: TurnRequest) -> Result<Begun, TurnError> {
        self.check_text(&request.input)?;
        let record = self.new_record(who, &request);
        self.open(who, record, Asked::New(request.input)).await
    }

    /// Records the turn and prepares it; a turn that cannot be prepared is taken back.
    pub(super) async fn open(
        &self,
        who: &Principal,
        record: TurnRecord,
        asked: Asked,
    ) -> Result<Begun, TurnError> {
        let mut begun = self.turns.begin(&record).await?;
        if let BegunTurn::Busy(running) = &begun
            && self.close_dead(running).await?
        {
            begun = self.turns.begin(&record).await?;
        }
        match begun {
            BegunTurn::New => {}
            BegunTurn::Repeated(earlier) => return Ok(Begun::Attached(earlier)),
            BegunTurn::Busy(running) => return Err(TurnError::Busy { turn_id: running.id }),
        }
        match self.prepare(who, record.clone(), asked).await {
            Ok(open) => Ok(Begun::New(open)),
            Err(error) => {
                self.withdraw(&record).await?;
                Err(error)
            }
        }
    }

    fn check_text(&self, input: &TurnInput) -> Result<(), TurnError> {
        let text = input.text().as_str();
        if text.trim().is_empty() {
            return Err(TurnError::EmptyText);
        }
        self.limits.check_length(text)
    }

    fn new_record(&self, who: &Principal, request: &TurnRequest) -> TurnRecord {
        let conversation_id = request.conversation_id.clone();
        TurnRecord {
            id: TurnId::new(self.ids.next_id()),
            user_id: who.user_id.clone(),
            conversation_id: conversation_id
                .unwrap_or_else(|| ConversationId::new(self.ids.next_id())),
            engine: request.engine,
            kind: request.input.kind(),
            idempotency_key: request.idempotency_key.clone(),
            continues: None,
            started_at: self.clock.now(),
            outcome: None,
        }
    }

    async fn ensure_conversation(
        &self,
        record: &TurnRecord,
        input: &TurnInput,
    ) -> Result<(), StoreError> {
        let conversation = Conversation {
            user_id: record.user_id.clone(),
            id: record.conversation_id.clone(),
            engine: record.engine,
            title: title_of(input.text().as_str()),
            pinned: false,
            created_at: record.started_at,
            updated_at: record.started_at,
            client_metadata: None,
        };
        match self.conversations.create(&conversation).await? {
            Created::New | Created::Existing(_) => Ok(()),
        }
    }

    async fn prepare(
        &self,
        who: &Principal,
        record: TurnRecord,
        asked: Asked,
    ) -> Result<OpenTurn, TurnError> {
        let findings = self.rule_findings(asked.input(), &record);
        let prompt = self.prompts.prompt(record.engine).await?;
        let request = self.model_request(&record, &asked, &findings, &prompt).await?;
        self.reserve(who, &record, &request).await?;
        let input = match asked {
            Asked::New(input) => {
                self.ensure_conversation(&record, &input).await?;
                self.save_question(&record, &input).await?;
                input
            }
            Asked::Again { input, .. } => input,
        };
        let request = Arc::new(request);
        Ok(OpenTurn { record, input, request, findings, prompt_version: prompt.version })
    }

    fn rule_findings(&self, input: &TurnInput, record: &TurnRecord) -> Vec<Finding> {
        let settings = settings_for(record, input);
        let mut found = from_suggestions(self.checks.check(input.text().as_str(), &settings));
        if let TurnInput::Proofread { categories, .. } = input
            && !categories.is_empty()
        {
            found.retain(|finding| categories.contains(&finding.category));
        }
        found
    }

    async fn model_request(
        &self,
        record: &TurnRecord,
        asked: &Asked,
        findings: &[Finding],
        prompt: &crate::prompt::Prompt,
    ) -> Result<ModelRequest, StoreError> {
        let (user, id) = (&record.user_id, &record.conversation_id);
        let files = self.prompts.files(record.engine).await?;
        let input = asked.input();
        let (mode, history, draft) = match input {
            TurnInput::Proofread { .. } => (Mode::Proofread, vec![], None),
            TurnInput::Chat { .. } => {
                let draft = self.conversations.draft(user, id).await?;
                (Mode::Chat, request::history(&self.before(record, asked).await?), draft)
            }
        };
        let (article, question) = match input {
            TurnInput::Proofread { text, .. } => (Some(text), ""),
            TurnInput::Chat { message } => {
                (draft.as_ref().map(|draft| &draft.text), message.as_str())
            }
        };
        let part = UserPart {
            mode,
            today: record.started_at.seoul_date(),
            nonce: &self.ids.nonce(),
            article: article.map(ArticleText::as_str),
            findings,
            question,
        };
        let max_tokens = self.limits.max_answer_tokens;
        let shown = match asked {
            Asked::New(_) => None,
            Asked::Again { shown, .. } => shown.clone(),
        };
        Ok(ModelRequest { shown, ..request::build(prompt, &files, history, &part, max_tokens) })
    }

    /// The messages before the question.
    async fn before(&self, record: &TurnRecord, asked: &Asked) -> Result<Vec<Message>, StoreError> {
        match asked {
            Asked::New(_) => {
                let (user, id) = (&record.user_id, &record.conversation_id);
                self.conversations.messages(user, id, &MessageRange::default()).await
            }
            Asked::Again { before, .. } => Ok(before.clone()),
        }
    }

    async fn reserve(
        &self,
        who: &Principal,
        record: &TurnRecord,
        request: &ModelRequest,
    ) -> Result<(), TurnError> {
        let Some(provider) = &self.provider else { return Ok(()) };
        let searches = match request.mode {
            Mode::Proofread => 0,
            Mode::Chat => self.limits.max_web_searches,
        };
        let at = record.started_at;
        let cards = provider.models().into_iter();
        let prices: Vec<Price> = cards.filter_map(|card| card.price_at(at)).collect();
        let reservation = Reservation {
            turn_id: record.id.clone(),
            user_id: record.user_id.clone(),
            engine: record.engine,
            at,
            held: request::estimate(request, searches, &prices),
            limits: self.limits.quotas.of(who),
        };
        match self.ledger.reserve(&reservation).await? {
            Reserved::Granted => Ok(()),
            Reserved::QuotaReached(reached) => Err(TurnError::QuotaReached(reached)),
        }
    }

    async fn save_question(
        &self,
        record: &TurnRecord,
        input: &TurnInput,
    ) -> Result<(), StoreError> {
        let kind = match input {
            TurnInput::Proofread { .. } => "article",
            TurnInput::Chat { .. } => "text",
        };
        let question = Message {
            id: record.question_id(),
            speaker: Speaker::User,
            kind: kind.into(),
            content: input.text().clone(),
            at: record.started_at,
            answer: None,
            client_metadata: None,
        };
        let (user, id) = (&record.user_id, &record.conversation_id);
        self.conversations.append_messages(user, id, &[question], record.started_at).await?;
        Ok(())
    }

    /// Takes back a turn that never ran: frees what it had reserved, and its key, so that the same
    /// request can be sent again.
    pub(super) async fn withdraw(&self, record: &TurnRecord) -> Result<(), StoreError> {
        self.ledger.release(&record.user_id, &record.id, record.started_at).await?;
        self.turns.withdraw(record).await
    }
}

/// Without a date the article is of the day in Seoul.
pub(super) fn settings_for(record: &TurnRecord, input: &TurnInput) -> Settings {
    let mut options = match input {
        TurnInput::Proofread { options, .. } => CheckOptions::clone(options),
        TurnInput::Chat { .. } => CheckOptions::default(),
    };
    options.article_date.get_or_insert_with(|| record.started_at.seoul_date());
    options.settings(&record.user_id, Some(&record.conversation_id))
}
