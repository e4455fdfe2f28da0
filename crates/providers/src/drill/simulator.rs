//! The simulator's state: script, cache and record, shared by all its connections.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use domain::ports::Clock;
use domain::time::Timestamp;
use serde_json::Value;

use super::answer;
use super::cache::{Cache, Prompt};
use super::record::{self, Seen, Sum};
use super::refusal::Refusal;
use super::request::{Body, Provider};
use super::script::{Fault, Script, Step};
use super::tape::State;
use super::validate::{Taken, validate};
use super::writer::{self, Terms};
use crate::models::{ModelEntry, Models};

/// The simulator. Clones share everything.
#[derive(Clone)]
pub struct Drill {
    inner: Arc<Inner>,
}

struct Inner {
    models: Models,
    clock: Arc<dyn Clock>,
    state: Mutex<Memory>,
}

struct Memory {
    script: Script,
    /// Requests that took a step, Anthropic's and Bedrock's.
    taken: [u64; 2],
    cache: Cache,
    seen: Vec<Seen>,
    number: u64,
    /// How far the simulator's time is ahead of the clock.
    ahead_ms: i64,
}

/// A request that will be answered.
pub(crate) struct Accepted {
    pub(crate) number: u64,
    pub(crate) step: Step,
    pub(crate) events: Vec<Value>,
    pub(crate) prompt: Prompt,
    pub(crate) minimum_tokens: u64,
}

/// A request that came in.
pub(crate) struct Incoming<'a> {
    pub(crate) provider: Provider,
    /// What tells one customer's cache from another's.
    pub(crate) key: &'a str,
    /// The model of the path; Anthropic's stands in the body.
    pub(crate) model: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

impl Drill {
    /// A simulator with that script; it knows the models of that table only.
    #[must_use]
    pub fn new(script: Script, models: Models, clock: Arc<dyn Clock>) -> Self {
        let state = Mutex::new(Memory {
            script,
            taken: [0, 0],
            cache: Cache::default(),
            seen: Vec::new(),
            number: 0,
            ahead_ms: 0,
        });
        Self { inner: Arc::new(Inner { models, clock, state }) }
    }

    /// Every request since the start or the last [`Drill::forget`].
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.memory().seen.clone()
    }

    /// What was reported on the wire, by provider and model.
    #[must_use]
    pub fn sums(&self) -> Vec<Sum> {
        record::sums(&self.memory().seen, &self.inner.models)
    }

    /// Answers by that script from its first step on.
    pub fn play(&self, script: Script) {
        let mut memory = self.memory();
        memory.script = script;
        memory.taken = [0, 0];
    }

    /// Forgets the requests; the cache stays.
    pub fn forget(&self) {
        self.memory().seen.clear();
    }

    /// Lets the simulator's time leap, so that cache entries end.
    pub fn advance(&self, millis: i64) {
        let mut memory = self.memory();
        memory.ahead_ms = memory.ahead_ms.saturating_add(millis);
    }

    /// The simulator's time.
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = self.memory().ahead_ms;
        self.inner.clock.now().plus_millis(ahead)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the record of a request and gives its number.
    pub(crate) fn arrive(&self, incoming: &Incoming<'_>) -> u64 {
        let at = self.now();
        let mut memory = self.memory();
        memory.number += 1;
        let seen = Seen {
            number: memory.number,
            provider: incoming.provider,
            model: String::new(),
            state: State::Running,
            refusal: None,
            body_bytes: incoming.body.len(),
            prompt_tokens: 0,
            breakpoints: Vec::new(),
            usage: domain::model::TokenUsage::default(),
            output_tokens: 0,
            text: String::new(),
            text_sent_at: Vec::new(),
            ended_at: None,
            at,
            generated: domain::model::TokenCount::default(),
        };
        memory.seen.push(seen);
        memory.number
    }

    /// Changes the record of a request, unless it was forgotten.
    pub(crate) fn note(&self, number: u64, change: impl FnOnce(&mut Seen)) {
        let mut memory = self.memory();
        if let Some(seen) = memory.seen.iter_mut().rev().find(|seen| seen.number == number) {
            change(seen);
        }
    }

    /// Counts the tokens of a request that could be sent.
    pub(crate) fn count(&self, body: &[u8]) -> Result<u64, Refusal> {
        let memory = self.memory();
        let body = parse(body)?;
        let model = self.model(Provider::Anthropic, &memory.script, body.model.as_deref())?;
        validate(Provider::Anthropic, &body, model, taken(&memory.script, model), true)?;
        Ok(body.prompt("").tokens())
    }

    /// Checks a request, takes its step and bills it.
    pub(crate) fn accept(&self, number: u64, incoming: &Incoming<'_>) -> Result<Accepted, Refusal> {
        let now = self.now();
        let provider = incoming.provider;
        let mut memory = self.memory();
        let memory = &mut *memory;
        let body = parse(incoming.body)?;
        let named = incoming.model.or(body.model.as_deref());
        let seen = memory.seen.iter_mut().rev().find(|seen| seen.number == number);
        let model = match self.model(provider, &memory.script, named) {
            Ok(model) => model,
            Err(refusal) => {
                if let Some(seen) = seen {
                    seen.model = named.unwrap_or_default().to_owned();
                }
                return Err(refusal);
            }
        };
        let prompt = body.prompt(&format!("{provider:?} {} {}", incoming.key, model.card.id));
        let minimum_tokens = cache_minimum(model);
        if let Some(seen) = seen {
            seen.model.clone_from(&model.card.id);
            seen.prompt_tokens = prompt.tokens();
            seen.breakpoints = memory.cache.breakpoints(&prompt, minimum_tokens, now);
        }
        validate(provider, &body, model, taken(&memory.script, model), false)?;
        let most = model.card.context_tokens;
        if prompt.tokens() > most {
            let tokens = prompt.tokens();
            return Err(Refusal::invalid(format!(
                "prompt is too long: {tokens} tokens > {most} maximum"
            )));
        }
        if !memory.script.search_enabled && body.tools.iter().any(super::request::is_web_search) {
            return Err(Refusal::invalid("Web search is not enabled for this organization."));
        }
        let slot = match provider {
            Provider::Anthropic => &mut memory.taken[0],
            Provider::Bedrock => &mut memory.taken[1],
        };
        let step = memory.script.step(provider, *slot).clone();
        *slot += 1;
        if let Some(refusal) = scripted(&step, now) {
            return Err(refusal);
        }
        let charge = memory.cache.charge(&prompt, minimum_tokens, now);
        let terms = Terms { number, model: &model.card.id, charge, context_tokens: most };
        let mut events = answer::events(&memory.script, &step, &body, terms);
        if provider == Provider::Bedrock {
            writer::add_metrics(&mut events);
        }
        Ok(Accepted { number, step, events, prompt, minimum_tokens })
    }

    /// An event of the answer is on the wire; with the first the prompt can be read from the cache.
    pub(crate) fn sent(&self, accepted: &Accepted, event: usize) {
        let sent_at = Instant::now();
        if event == 0 {
            let now = self.now();
            self.memory().cache.keep(&accepted.prompt, accepted.minimum_tokens, now);
        }
        if let Some(event) = accepted.events.get(event) {
            self.note(accepted.number, |seen| seen.sent(event, sent_at));
        }
    }

    fn model(
        &self,
        provider: Provider,
        script: &Script,
        named: Option<&str>,
    ) -> Result<&ModelEntry, Refusal> {
        let Some(named) = named else { return Err(Refusal::invalid("model: Field required")) };
        let found = match provider {
            Provider::Anthropic => self.inner.models.find(named).ok(),
            Provider::Bedrock => self.inner.models.iter().find(|entry| {
                entry.bedrock_id.as_deref().is_some_and(|id| bare(id) == bare(named))
            }),
        };
        let is_gone = |entry: &&ModelEntry| script.gone.contains(&entry.card.id);
        match (provider, found) {
            (_, Some(entry)) if !is_gone(&entry) => Ok(entry),
            (Provider::Bedrock, None) => {
                Err(Refusal::invalid("The provided model identifier is invalid."))
            }
            (Provider::Bedrock, Some(_)) => Err(Refusal::new(
                404,
                "This model version has reached the end of its life. Please refer to the AWS documentation for more details.",
            )),
            (Provider::Anthropic, _) => Err(Refusal::new(404, format!("model: {named}"))),
        }
    }
}

/// A Bedrock id without the inference profile before it.
fn bare(id: &str) -> &str {
    id.find("anthropic.").and_then(|at| id.get(at..)).unwrap_or(id)
}

/// A shorter prefix of that model is never cached.
pub(crate) fn cache_minimum(model: &ModelEntry) -> u64 {
    model.card.cache_minimum_tokens
}

fn taken(script: &Script, model: &ModelEntry) -> Taken {
    Taken {
        prefill: model.card.takes_prefill && !script.no_prefill.contains(&model.card.id),
        temperature: model.takes_temperature && !script.no_temperature.contains(&model.card.id),
    }
}

fn parse(body: &[u8]) -> Result<Body, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let text = error.to_string();
        match text.split('`').nth(1) {
            Some(field) if text.starts_with("unknown field") => {
                Refusal::invalid(format!("{field}: Extra inputs are not permitted"))
            }
            _ => Refusal::invalid(format!("The request body is not valid: {text}")),
        }
    })
}

/// The status a step answers with, where it does.
fn scripted(step: &Step, now: Timestamp) -> Option<Refusal> {
    step.faults.iter().find_map(|fault| match fault {
        Fault::Status { code, kind, message, retry_after_s, retry_after_as_date, html } => {
            let retry_after = retry_after_s.map(|seconds| {
                if *retry_after_as_date { date(now, seconds) } else { seconds.to_string() }
            });
            let (kind, message) = (kind.clone(), message.clone());
            Some(Refusal { status: *code, kind, message, retry_after, is_html: *html })
        }
        Fault::Error { .. } | Fault::Cut { .. } | Fault::Stall { .. } | Fault::Garbage { .. } => {
            None
        }
    })
}

/// So many seconds from now as an HTTP date, rounded up so that it is never early.
fn date(now: Timestamp, seconds: u64) -> String {
    let millis = u64::try_from(now.millis()).unwrap_or_default().saturating_add(seconds * 1000);
    let since_epoch = std::time::Duration::from_secs(millis.div_ceil(1000));
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + since_epoch)
}
