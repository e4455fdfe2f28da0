//! Keeps the cached prompts of engines in use from ending: a request of one token shortly before the
//! hour is over, paid by the service itself.

use std::sync::Arc;

use futures::StreamExt;

use super::Turns;
use crate::article::Embargo;
use crate::engine::Engine;
use crate::id::TurnId;
use crate::ledger::{Attempt, LedgerEntry};
use crate::meter::Measurement;
use crate::model::{Mode, ModelCard, ModelEvent, ModelRequest, ProviderName, TokenUsage};
use crate::ports::{Provider, StoreError};
use crate::prefix::{DuePrefix, Observed, PrefixDigest, Prefixes};
use crate::request::{self, UserPart};
use crate::text::ArticleText;
use crate::time::Timestamp;

/// A prefix is renewed when it would end within so long; a failure leaves time to try again.
const MARGIN_MS: i64 = 5 * 60 * 1000;

/// What one request has reported.
struct Renewal {
    provider: ProviderName,
    card: ModelCard,
    model: Option<String>,
    usage: TokenUsage,
    is_complete: bool,
}

impl Turns {
    /// Renews every prefix that ends within five minutes and that an editor has used within
    /// `window_ms`; gives the number of requests. A prompt that was changed meanwhile, or whose
    /// provider would not be asked now, is left to end.
    ///
    /// # Errors
    ///
    /// A failed store; a provider that fails is only logged.
    pub async fn keep_warm(&self, window_ms: i64) -> Result<usize, StoreError> {
        let (Some(prefixes), Some(provider)) = (&self.prefixes, &self.provider) else {
            return Ok(0);
        };
        let now = self.clock.now();
        let mut renewed = 0;
        for due in prefixes.due(now, MARGIN_MS, window_ms) {
            let is_asked = provider.name() == due.provider && provider.model().id == due.model;
            let request = self.renewal_request(due.engine, now).await?;
            if !is_asked || PrefixDigest::of(&request) != due.digest {
                continue;
            }
            let Some(renewal) = renew(provider, request).await else { continue };
            self.book(prefixes, &due, renewal, now).await?;
            renewed += 1;
        }
        Ok(renewed)
    }

    /// The request of any turn of the engine up to the breakpoint, and almost nothing behind it.
    pub(super) async fn renewal_request(
        &self,
        engine: Engine,
        now: Timestamp,
    ) -> Result<ModelRequest, StoreError> {
        let prompt = self.prompts.prompt(engine).await?;
        let files = self.prompts.files(engine).await?;
        let part = UserPart {
            mode: Mode::Proofread,
            today: now.seoul_date(),
            nonce: "",
            article: None,
            findings: &[],
            question: "",
            embargo: Embargo::None,
        };
        let request = request::build(&prompt, &files, vec![], &part, 1);
        Ok(ModelRequest { user: ArticleText::new("."), ..request })
    }

    async fn book(
        &self,
        prefixes: &Prefixes,
        due: &DuePrefix,
        renewal: Renewal,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Renewal { provider, card, model, usage, is_complete } = renewal;
        prefixes.observe(Observed {
            provider: &provider,
            model: &card.id,
            digest: due.digest,
            engine: due.engine,
            usage,
            is_asked: false,
            has_history: false,
            at: now,
        });
        tracing::info!(
            event = "cache.kept_warm",
            engine = due.engine.name(),
            read_tokens = usage.cache_read_tokens,
            written_tokens = usage.cache_write_1h_tokens
        );
        let attempt = Attempt::priced(provider, model, usage, card.price_at(now), is_complete);
        self.meter.take(Measurement::KeptWarm { engine: due.engine, attempt: &attempt });
        let id = TurnId::new(self.ids.next_id());
        self.ledger.settle(&LedgerEntry::keep_warm(id, due.engine, now, attempt)).await
    }
}

/// Sends the request and hears the answer out; none where nothing was reported. It never follows a
/// failover: another provider holds no such prefix.
async fn renew(provider: &Arc<dyn Provider>, request: ModelRequest) -> Option<Renewal> {
    let mut events = provider.stream(Arc::new(request));
    let mut renewal: Option<Renewal> = None;
    while let Some(event) = events.next().await {
        match event {
            Ok(ModelEvent::Attempt { .. }) if renewal.is_some() => break,
            Ok(ModelEvent::Attempt { provider, card }) => {
                let usage = TokenUsage::default();
                let is_complete = false;
                renewal = Some(Renewal { provider, card, model: None, usage, is_complete });
            }
            Ok(event) => {
                if let Some(renewal) = &mut renewal {
                    take(renewal, event);
                }
            }
            Err(error) => {
                tracing::warn!(event = "cache.not_kept_warm", code = error.code());
                break;
            }
        }
    }
    renewal.filter(|renewal| renewal.usage != TokenUsage::default())
}

fn take(renewal: &mut Renewal, event: ModelEvent) {
    match event {
        ModelEvent::Started { model } => renewal.model = Some(model),
        ModelEvent::Usage(usage) => renewal.usage = usage,
        ModelEvent::Finished(_) => renewal.is_complete = true,
        ModelEvent::Attempt { .. }
        | ModelEvent::Text(_)
        | ModelEvent::Finding(_)
        | ModelEvent::UnreadableFinding
        | ModelEvent::Source(_)
        | ModelEvent::SearchUnavailable
        | ModelEvent::Verbatim(_)
        | ModelEvent::Working(_)
        | ModelEvent::Heartbeat => {}
    }
}
