//! `POST /prompts/{engine}/trial`: one proofread with a prompt nobody has saved.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::article::Embargo;
use domain::finding::Finding;
use domain::id::{FindingId, TurnId, UserId};
use domain::ledger::Nanodollars;
use domain::model::TokenUsage;
use domain::prompt::PromptChange;
use domain::text::ArticleText;
use domain::turn::{Begun, Notice, Outcome, SequencedEvent, TurnEvent, TurnInput, TurnRequest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::prompt_versions::edited;
use crate::App;
use crate::address::InPath;
use crate::auth::Caller;
use crate::body::Body;
use crate::error::{ApiError, ErrorBody};
use crate::live::hub::Hub;
use crate::sentences::notice_sentence;
use crate::wire::check_options::CheckOptionsWire;
use crate::wire::suggestion::{Suggestion, suggestions};
use crate::wire::usage::{TokenUsageWire, token_usage};

/// A text, and what of the prompt is tried on it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrialRequest {
    text: String,
    /// In place of the live one.
    description: Option<String>,
    /// In place of the live one.
    instruction: Option<String>,
    #[serde(flatten)]
    options: CheckOptionsWire,
}

/// What came of a trial.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrialAnswer {
    /// Those of the rules and of the model, as a turn would show them.
    suggestions: Vec<Suggestion>,
    usage: TokenUsageWire,
    /// Millionths of a dollar, rounded up.
    cost_micro_usd: u64,
    /// `completed`, `truncated`, `refused`, `stopped`, `interrupted` or `failed`.
    outcome: &'static str,
    /// What the editor of the prompt should know.
    notices: Vec<TrialNotice>,
}

/// A notice of the turn.
#[derive(Serialize, ToSchema)]
struct TrialNotice {
    code: &'static str,
    message: &'static str,
}

/// Proofreads a text with a changed prompt; the caller pays, and nothing else is kept of it. A caller
/// that hangs up stops it.
#[utoipa::path(post, path = "/prompts/{engine}/trial", params(("engine" = String, Path)),
    request_body = TrialRequest,
    responses((status = 200, body = TrialAnswer), (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 413, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
pub(crate) async fn try_prompt(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    InPath(name): InPath<String>,
    Body(request): Body<TrialRequest>,
) -> Result<Json<TrialAnswer>, ApiError> {
    let engine = edited(&app, &who, &name).await?;
    let TrialRequest { text, description, instruction, options } = request;
    let change = PromptChange {
        description: description.map(ArticleText::new),
        instruction: instruction.map(ArticleText::new),
    };
    let options = Box::new(options.read(&who)?);
    let text = ArticleText::new(text);
    let input = TurnInput::Proofread { text: text.clone(), categories: Vec::new(), options };
    let asked = TurnRequest {
        conversation_id: None,
        engine,
        input,
        idempotency_key: None,
        embargo: Embargo::None,
    };
    let trial = Arc::new(app.turns.trial(change));
    // Beginning and start are one step that a caller who hangs up cannot tear apart.
    let hub = app.hub.clone();
    let user = who.user_id.clone();
    let begun = tokio::spawn(async move {
        match trial.begin(&who, asked).await? {
            Begun::New(turn) => {
                let id = turn.record().id.clone();
                let live = hub.start(trial, *turn);
                Ok((id, live))
            }
            Begun::Attached(_) => Err(ApiError::internal()),
        }
    });
    let (id, live) = begun.await.map_err(|_| ApiError::internal())??;
    let _stop = StopWhenGone { hub: &app.hub, user, id };
    live.ended().await;
    Ok(Json(Heard::of(&live.after(0)).answer(text.as_str())))
}

/// Stops the turn when whoever waits for it goes.
struct StopWhenGone<'h> {
    hub: &'h Hub,
    user: UserId,
    id: TurnId,
}

impl Drop for StopWhenGone<'_> {
    fn drop(&mut self) {
        self.hub.stop(&self.user, &self.id);
    }
}

/// What a turn has said.
struct Heard {
    /// A finding with an id that was said before takes its place.
    findings: BTreeMap<FindingId, Finding>,
    notices: Vec<Notice>,
    usage: TokenUsage,
    cost: Nanodollars,
    outcome: Outcome,
}

impl Heard {
    fn of(events: &[Arc<SequencedEvent>]) -> Self {
        let mut heard = Self {
            findings: BTreeMap::new(),
            notices: Vec::new(),
            usage: TokenUsage::default(),
            cost: Nanodollars::default(),
            outcome: Outcome::Failed,
        };
        for event in events {
            heard.take(&event.event);
        }
        heard
    }

    fn take(&mut self, event: &TurnEvent) {
        match event {
            TurnEvent::Finding(finding) => {
                self.findings.insert(finding.id.clone(), finding.clone());
            }
            TurnEvent::Notice(notice) => self.notices.push(*notice),
            TurnEvent::Usage { usage, cost } => (self.usage, self.cost) = (*usage, *cost),
            TurnEvent::Ended { outcome, .. } => self.outcome = *outcome,
            TurnEvent::Started { .. }
            | TurnEvent::AnswerStarted { .. }
            | TurnEvent::Text { .. }
            | TurnEvent::Sources { .. }
            | TurnEvent::Switched { .. }
            | TurnEvent::Failed { .. } => {}
        }
    }

    fn answer(self, text: &str) -> TrialAnswer {
        let mut findings: Vec<Finding> = self.findings.into_values().collect();
        findings.sort_by_key(|finding| finding.span);
        let notices = self.notices.into_iter();
        TrialAnswer {
            suggestions: suggestions(text, &findings),
            usage: token_usage(self.usage),
            cost_micro_usd: self.cost.0.div_ceil(1_000),
            outcome: self.outcome.name(),
            notices: notices
                .map(|one| TrialNotice { code: one.code(), message: notice_sentence(one) })
                .collect(),
        }
    }
}
