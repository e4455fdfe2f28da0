//! The start of a turn: checks, the request, and journal row, reservation and question in one write.

use std::sync::Arc;

use checker::Settings;

use super::limits::check_length;
use super::{Begun, OpenTurn, TurnError, TurnInput, TurnKind, TurnRecord, TurnRequest, Turns};
use crate::article::{ArticleMetadata, Embargo};
use crate::check::CheckOptions;
use crate::conversation::{Conversation, Draft, Message, Speaker, title_of};
use crate::finding::{Finding, from_suggestions};
use crate::id::{ConversationId, MessageId, TurnId};
use crate::ledger::{Price, Reservation};
use crate::model::{HistoryMessage, Mode, ModelRequest};
use crate::ports::{Basis, MessageRange, OpenedTurn, Opening, StoreError};
use crate::principal::Principal;
use crate::quota::Limits;
use crate::request::{self, UserPart};
use crate::text::ArticleText;

/// What a turn is to answer.
pub(super) enum Asked {
    /// Something new, which is saved.
    New {
        /// What.
        input: TurnInput,
        /// The conversation got its name just now: nothing of it can be stored.
        opens: bool,
    },
    /// The question of a turn that was cut; it is saved already.
    Again {
        /// The question.
        input: TurnInput,
        /// The messages before it.
        before: Vec<Message>,
        /// The last message of the conversation.
        last: Option<MessageId>,
        /// What the editor has been shown of the answer.
        shown: Option<ArticleText>,
    },
}

/// A conversation that changes is read anew so often.
const ATTEMPTS: usize = 4;

/// What was read of a conversation for a request.
struct Context {
    history: Vec<HistoryMessage>,
    draft: Option<Draft>,
    basis: Basis,
}

/// A request with what it was built from.
struct Prepared {
    /// None where no model may be asked.
    request: Option<ModelRequest>,
    basis: Basis,
    prompt_version: u64,
}

impl Asked {
    fn into_input(self) -> TurnInput {
        match self {
            Self::New { input, .. } | Self::Again { input, .. } => input,
        }
    }

    fn input(&self) -> &TurnInput {
        match self {
            Self::New { input, .. } | Self::Again { input, .. } => input,
        }
    }
}

impl Turns {
    /// Begins a turn: when it returns `New`, the question is saved and what it may cost is
    /// reserved; when it returns an error, nothing runs and nothing stays reserved.
    ///
    /// # Errors
    ///
    /// An empty or too long text, a turn still running in the conversation, a used-up quota, a
    /// question about an article no model may read, or a failed store.
    pub async fn begin(&self, who: &Principal, request: TurnRequest) -> Result<Begun, TurnError> {
        self.check_text(&request.input)?;
        let record = self.new_record(who, &request);
        let opens = request.conversation_id.is_none();
        let asked = Asked::New { input: request.input, opens };
        self.open(who, record, asked, request.embargo).await
    }

    /// Prepares the turn and records it with everything that stands behind it, or nothing. It keeps
    /// to the stored embargo and to the one that came with it, whichever is stricter.
    pub(super) async fn open(
        &self,
        who: &Principal,
        record: TurnRecord,
        asked: Asked,
        embargo: Embargo,
    ) -> Result<Begun, TurnError> {
        let limits = self.limits_of(who).await?;
        if let Asked::New { input, .. } = &asked {
            check_length(input.text().as_str(), self.limits.text_chars(&limits))?;
        }
        let settings = self.settings_for(&record, asked.input()).await;
        let findings = self.rule_findings(asked.input(), &settings);
        for _ in 0..ATTEMPTS {
            let header = match asked {
                Asked::New { opens: true, .. } => None,
                Asked::New { .. } | Asked::Again { .. } => self.header_of(&record).await?,
            };
            let stored = header.as_ref().map(|header| header.article.embargo).unwrap_or_default();
            let embargo = embargo.max(stored);
            if record.kind == TurnKind::Chat && !embargo.allows_model() {
                return Err(TurnError::Embargoed);
            }
            let context = self.context(&record, &asked, header.is_some()).await?;
            let prepared = self.prepare(&record, &asked, &findings, embargo, context).await?;
            let opening = Opening {
                record: record.clone(),
                reservation: self.reservation(&limits, &record, prepared.request.as_ref()),
                question: self.question(&record, &asked, embargo),
                basis: prepared.basis,
                embargo,
            };
            match self.turns.open(&opening).await? {
                OpenedTurn::New => {
                    return Ok(Begun::New(Box::new(OpenTurn {
                        record,
                        input: asked.into_input(),
                        request: prepared.request.map(Arc::new),
                        findings,
                        settings,
                        prompt_version: prepared.prompt_version,
                    })));
                }
                OpenedTurn::Repeated(earlier) => return Ok(Begun::Attached(earlier)),
                OpenedTurn::Busy(running) => {
                    if !self.close_dead(&running).await? {
                        return Err(TurnError::Busy { turn_id: running.id });
                    }
                }
                OpenedTurn::QuotaReached(reached) => return Err(TurnError::QuotaReached(reached)),
                // What came meanwhile is what an answer that was cut cannot go on after.
                OpenedTurn::Outdated if matches!(asked, Asked::Again { .. }) => {
                    return Err(TurnError::NothingToContinue);
                }
                OpenedTurn::Outdated => {}
            }
        }
        Err(TurnError::Store(StoreError::Conflict))
    }

    /// What the caller may use: as the operator's file says, with what admins have set over it.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub async fn limits_of(&self, who: &Principal) -> Result<Limits, StoreError> {
        let quotas = self.limits.quotas.clone();
        Ok(quotas.with(self.quotas.quotas().await?).of(who))
    }

    fn check_text(&self, input: &TurnInput) -> Result<(), TurnError> {
        let text = input.text().as_str();
        if text.trim().is_empty() {
            return Err(TurnError::EmptyText);
        }
        check_length(text, self.limits.max_text_chars)
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

    /// The header of the conversation as it is stored; none where it is new.
    async fn header_of(&self, record: &TurnRecord) -> Result<Option<Conversation>, StoreError> {
        self.conversations.header(&record.user_id, &record.conversation_id).await
    }

    /// The request, and what it was built from.
    async fn prepare(
        &self,
        record: &TurnRecord,
        asked: &Asked,
        findings: &[Finding],
        embargo: Embargo,
        context: Context,
    ) -> Result<Prepared, StoreError> {
        let prompt = self.prompts.prompt(record.engine).await?;
        let files = self.prompts.files(record.engine).await?;
        let (article, question) = match asked.input() {
            TurnInput::Proofread { text, .. } => (Some(text), ""),
            TurnInput::Chat { message } => {
                (context.draft.as_ref().map(|draft| &draft.text), message.as_str())
            }
        };
        let part = UserPart {
            mode: match asked.input() {
                TurnInput::Proofread { .. } => Mode::Proofread,
                TurnInput::Chat { .. } => Mode::Chat,
            },
            today: record.started_at.seoul_date(),
            nonce: &self.ids.nonce(),
            article: article.map(ArticleText::as_str),
            findings,
            question,
            embargo,
        };
        let max_tokens = self.limits.max_answer_tokens;
        let shown = match asked {
            Asked::New { .. } => None,
            Asked::Again { shown, .. } => shown.clone(),
        };
        let built = request::build(&prompt, &files, context.history, &part, max_tokens);
        Ok(Prepared {
            request: embargo.allows_model().then_some(ModelRequest { shown, ..built }),
            basis: context.basis,
            prompt_version: prompt.version,
        })
    }

    /// What of the conversation goes along: nothing with an article, which stands for itself.
    /// A conversation without a header has neither messages nor a draft.
    async fn context(
        &self,
        record: &TurnRecord,
        asked: &Asked,
        has_header: bool,
    ) -> Result<Context, StoreError> {
        let is_chat = matches!(asked.input(), TurnInput::Chat { .. });
        let (user, id) = (&record.user_id, &record.conversation_id);
        let (messages, basis) = match asked {
            Asked::New { .. } if !is_chat => (Vec::new(), Basis::Nothing),
            Asked::New { .. } if !has_header => (Vec::new(), Basis::MessagesUpTo(None)),
            Asked::New { .. } => {
                let all = MessageRange::default();
                let messages = self.conversations.messages(user, id, &all).await?;
                let last = messages.last().map(|message| message.id.clone());
                (messages, Basis::MessagesUpTo(last))
            }
            Asked::Again { before, last, .. } => {
                (before.clone(), Basis::MessagesUpTo(last.clone()))
            }
        };
        if !is_chat {
            return Ok(Context { history: Vec::new(), draft: None, basis });
        }
        let draft = if has_header { self.conversations.draft(user, id).await? } else { None };
        Ok(Context { history: request::history(&messages), draft, basis })
    }

    /// How the rules read the text; without a date the article is of the day in Seoul.
    async fn settings_for(&self, record: &TurnRecord, input: &TurnInput) -> Settings {
        let mut options = match input {
            TurnInput::Proofread { options, .. } => CheckOptions::clone(options),
            TurnInput::Chat { .. } => CheckOptions::default(),
        };
        options.article_date.get_or_insert_with(|| record.started_at.seoul_date());
        let article = Some(&record.conversation_id);
        self.dictionaries.settings(&options, &record.user_id, article).await
    }

    fn rule_findings(&self, input: &TurnInput, settings: &Settings) -> Vec<Finding> {
        let mut found = from_suggestions(self.checks.check(input.text().as_str(), settings));
        if let TurnInput::Proofread { categories, .. } = input
            && !categories.is_empty()
        {
            found.retain(|finding| categories.contains(&finding.category));
        }
        found
    }

    /// What the turn may cost at most; none where no model is asked.
    fn reservation(
        &self,
        limits: &Limits,
        record: &TurnRecord,
        request: Option<&ModelRequest>,
    ) -> Option<Reservation> {
        let (provider, request) = (self.provider.as_ref()?, request?);
        let searches = match request.may_search {
            false => 0,
            true => self.limits.max_web_searches,
        };
        let at = record.started_at;
        let cards = provider.models().into_iter();
        let prices: Vec<Price> = cards.filter_map(|card| card.price_at(at)).collect();
        Some(Reservation {
            turn_id: record.id.clone(),
            user_id: record.user_id.clone(),
            at,
            held: request::estimate(request, searches, &prices),
            limits: *limits,
        })
    }

    /// The message to save, with the header of the conversation it may open.
    fn question(
        &self,
        record: &TurnRecord,
        asked: &Asked,
        embargo: Embargo,
    ) -> Option<(Conversation, Message)> {
        let Asked::New { input, .. } = asked else { return None };
        let header = Conversation {
            user_id: record.user_id.clone(),
            id: record.conversation_id.clone(),
            engine: record.engine,
            title: title_of(input.text().as_str()),
            pinned: false,
            created_at: record.started_at,
            updated_at: record.started_at,
            article: ArticleMetadata { embargo, ..ArticleMetadata::default() },
            client_metadata: None,
        };
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
        Some((header, question))
    }
}
